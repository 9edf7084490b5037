//! Everything that one domain publishes and that a declaration would speak of.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::probe::Probes;
use super::sources::Sources;
use crate::lint::{Depth, Facts, Subject, organizational_domain, reverse_name};
use crate::published::{Answers, Ask, Reply};

/// Addresses whose reverse names are looked up, for the comments: a person knows hosts by name.
const MAX_HOSTS: usize = 32;

/// What one domain publishes.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Its records, with the selectors at which something stands.
    pub facts: Facts,
    /// How the selectors were found.
    pub probes: Probes,
    /// Who passes its SPF.
    pub sources: Sources,
    /// The reverse names of single addresses among them.
    pub reverse: BTreeMap<IpAddr, Arc<Reply>>,
    /// Who serves it.
    pub servers: Option<Servers>,
}

/// The name servers of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Servers {
    /// The name that they are listed at.
    pub zone: Name,
    /// Their names, sorted.
    pub names: Vec<Name>,
}

impl Survey {
    /// What `domain` publishes, as far as the snapshot knows it. `named` are selectors to look at beside the usual ones,
    /// `given` all domains that are looked at.
    pub fn of(ask: &Ask<'_>, domain: &Name, named: &[String], given: &[Name], now: Timestamp) -> Self {
        let probes = Probes::of(ask, domain, named);
        let subject = Subject {
            domain: domain.clone(),
            declared: None,
            selectors: probes.found.clone(),
            now,
            depth: Depth::Usual,
        };
        let mut facts = Facts::of(ask, &subject);
        let sources = Sources::of(ask, domain, &facts.spf, given);
        let hosts = sources.ranges.iter().map(|range| range.network);
        let hosts = hosts.filter(|network| network.prefix_len() == network.max_prefix_len()).take(MAX_HOSTS);
        let reverse = hosts.filter_map(|network| {
            let reply = ask.get_thorough(&reverse_name(network.addr())?, RrType::PTR)?;
            Some((network.addr(), reply))
        });
        let reverse = reverse.collect();
        let servers = servers(ask, domain);
        // No verdict rests on what was asked since.
        facts.thorough = ask.thorough();
        Self { facts, probes, sources, reverse, servers }
    }

    /// Notes which of the questions got no answer: known once the last pass is over.
    #[must_use]
    pub fn with_failures(mut self, answers: &Answers) -> Self {
        self.facts = self.facts.with_failures(answers);
        self
    }

    /// Whether it is known that an address has no reverse name.
    pub(super) fn is_nameless(&self, address: IpAddr) -> bool {
        self.reverse.get(&address).is_some_and(|reply| reply.is_absent())
    }

    /// The reverse names of an address, if it has some.
    pub(super) fn host_names(&self, address: IpAddr) -> Vec<&Name> {
        let set = self.reverse.get(&address).and_then(|reply| reply.records());
        let values = set.map_or(&[][..], |set| &set.values).iter();
        values.filter_map(|value| if let Rdata::Ptr(name) = value { Some(name) } else { None }).collect()
    }
}

/// The servers of the domain's zone, or of the one it was registered as.
fn servers(ask: &Ask<'_>, domain: &Name) -> Option<Servers> {
    [domain.clone(), organizational_domain(domain)].into_iter().find_map(|zone| {
        let reply = ask.get_thorough(&zone, RrType::NS)?;
        let set = reply.records().filter(|_| !reply.is_alias())?;
        let names = set.values.iter().filter_map(|value| if let Rdata::Ns(name) = value { Some(name) } else { None });
        let mut names: Vec<Name> = names.cloned().collect();
        names.sort_unstable();
        Some(Servers { zone, names })
    })
}

//! What SPF says of addresses: by `check_host` for a single one, as a set for a range.

use ipnet::IpNet;
use mailvouch_providers::dns::Name;

use crate::published::Ask;
use crate::spf::{Class, Client, Coverage, Decider, Evaluation, Keep, Records, Region, Tree};

/// A term that decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The record that it stands in.
    pub owner: Name,
    /// Its octets.
    pub text: Vec<u8>,
}

/// What addresses get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The result (RFC 7208, section 2.6); of a range of which a part does not pass, that of the largest such part.
    pub class: Class,
    /// The parts that this holds for; empty where it does for all.
    pub part: Vec<IpNet>,
    /// The term that decides; none where none matched.
    pub term: Option<Term>,
    /// Why the result is an error, or *none*.
    pub problem: Option<String>,
    /// Look-ups spent, and those that found nothing.
    pub lookups: usize,
    /// See above.
    pub voids: usize,
}

impl Outcome {
    /// Whether mail passes, all of it.
    pub fn passes(&self) -> bool {
        self.class == Class::Pass
    }

    /// Whether it is not known.
    pub fn is_unknown(&self) -> bool {
        self.class == Class::TempError
    }

    /// What mail of `domain` from these addresses gets, the host greeting as `helo`.
    pub(super) fn of(ask: &Ask<'_>, domain: &Name, network: &IpNet, helo: Option<&Name>) -> Self {
        if network.prefix_len() < network.max_prefix_len() {
            return Self::of_range(&Coverage::of(&Tree::of(ask, domain)), network);
        }
        let helo = helo.unwrap_or(domain).to_string();
        Self::of_client(ask, network, helo, format!("postmaster@{domain}"))
    }

    /// What the HELO name itself gets: what a bounce is judged by (RFC 7208, section 2.3).
    pub(super) fn of_helo(ask: &Ask<'_>, helo: &Name, network: &IpNet) -> Self {
        Self::of_client(ask, network, helo.to_string(), String::new())
    }

    fn of_client(ask: &Ask<'_>, network: &IpNet, helo: String, mail_from: String) -> Self {
        let client = Client { ip: network.addr(), helo, mail_from, receiver: None, time: 0 };
        let done = Evaluation::with(ask, &Records::default(), &client, Keep::Verdict);
        Self {
            class: done.result,
            part: Vec::new(),
            term: done.decided_by.as_ref().and_then(Term::of),
            problem: done.problem.map(|problem| problem.to_string()),
            lookups: done.lookups,
            voids: done.voids,
        }
    }

    fn of_range(coverage: &Coverage, network: &IpNet) -> Self {
        let regions = coverage.within(network);
        // What depends on the message passes for nobody who has not seen it.
        let passes = |region: &&Region| region.class == Class::Pass;
        let refused = regions.iter().filter(|region| !passes(region)).max_by_key(|region| region.set.size());
        let most = refused.or_else(|| regions.iter().max_by_key(|region| region.set.size()));
        let Some(region) = most else { return Self::nothing() };
        let part = region.set.networks(crate::spf::Family::of(network.addr()));
        Self {
            class: region.class,
            part: if refused.is_none() || part == [*network] { Vec::new() } else { part },
            term: region.decided_by.as_ref().and_then(Term::of),
            problem: None,
            lookups: regions.iter().map(|region| region.lookups).max().unwrap_or_default(),
            voids: regions.iter().map(|region| region.voids).max().unwrap_or_default(),
        }
    }

    fn nothing() -> Self {
        Self { class: Class::None, part: Vec::new(), term: None, problem: None, lookups: 0, voids: 0 }
    }
}

impl Term {
    fn of(decider: &Decider) -> Option<Self> {
        let text = decider.published.record.text().get(decider.span.clone())?.to_vec();
        Some(Self { owner: decider.path.last()?.clone(), text })
    }
}

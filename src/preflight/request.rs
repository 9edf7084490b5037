//! What moves, and when: as the command line says, or as the dates of the declaration do.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use crate::lint::Subject;
use crate::spf::{Family, RangeSet};

/// Where a move is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// On the command line.
    Asked,
    /// By `from` and `until` of the declaration.
    Declared,
}

/// Addresses that mail begins to leave from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The addresses.
    pub network: IpNet,
    /// When.
    pub from: Timestamp,
    /// The names that the hosts give in HELO, where they are known.
    pub helo: Vec<Name>,
    /// The domains whose mail it is.
    pub domains: BTreeSet<Name>,
}

/// Addresses that mail leaves from no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// The addresses.
    pub network: IpNet,
    /// The first instant without.
    pub until: Timestamp,
    /// The domains whose mail it was.
    pub domains: BTreeSet<Name>,
}

/// A host that gets other addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostMove {
    /// Its name.
    pub name: Name,
    /// The addresses that it gets. Of a family that none is given of, what stands there stays.
    pub to: Vec<IpAddr>,
    /// When.
    pub at: Timestamp,
}

/// A move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Where it is told of.
    pub basis: Basis,
    /// Where mail will leave from.
    pub arrivals: Vec<Arrival>,
    /// Where it no longer will.
    pub departures: Vec<Departure>,
    /// What gets other addresses.
    pub hosts: Vec<HostMove>,
}

impl Request {
    /// What the dates of the declaration come to; none where no group has any.
    pub fn declared(subjects: &[Subject], hosts: Vec<HostMove>) -> Option<Self> {
        let mut request = Self { basis: Basis::Declared, arrivals: Vec::new(), departures: Vec::new(), hosts };
        let mut dated = false;
        for subject in subjects {
            let Some(declared) = &subject.declared else { continue };
            for group in declared.domain().egress.iter().map(|group| &group.value) {
                let networks = || group.addresses.iter().map(|address| address.value);
                let helo: Vec<Name> = group.helo.iter().map(|name| name.value.clone()).collect();
                dated |= group.from.is_some() || group.until.is_some();
                if let Some(from) = group.from.as_ref().map(|from| from.value.starts()).filter(|at| subject.now < *at) {
                    networks().for_each(|network| request.arrives(network, from, &helo, &subject.domain));
                }
                if let Some(until) = &group.until {
                    networks().for_each(|network| request.leaves(network, until.value.ends(), &subject.domain));
                }
            }
        }
        (dated || !request.hosts.is_empty()).then_some(request)
    }

    /// What the command line says, for all of these domains.
    pub fn asked(
        add: &[IpNet],
        remove: &[IpNet],
        hosts: Vec<HostMove>,
        helo: &[Name],
        at: Timestamp,
        subjects: &[Subject],
    ) -> Self {
        let mut request = Self { basis: Basis::Asked, arrivals: Vec::new(), departures: Vec::new(), hosts };
        for subject in subjects {
            let groups = subject.declared.iter().flat_map(|declared| &declared.domain().egress);
            // Who takes over from a host mostly greets as that one did.
            let heirs: Vec<Name> = if helo.is_empty() {
                let leaving = groups.filter(|group| group.value.addresses.iter().any(|at| overlaps(&at.value, remove)));
                leaving.flat_map(|group| group.value.helo.iter().map(|name| name.value.clone())).collect()
            } else {
                helo.to_vec()
            };
            for network in add {
                request.arrives(*network, at, &heirs, &subject.domain);
            }
            for network in remove {
                request.leaves(*network, at, &subject.domain);
            }
        }
        request
    }

    fn arrives(&mut self, network: IpNet, from: Timestamp, helo: &[Name], domain: &Name) {
        let known = self.arrivals.iter_mut().position(|one| one.network == network && one.from == from);
        let index = known.unwrap_or_else(|| {
            self.arrivals.push(Arrival { network, from, helo: Vec::new(), domains: BTreeSet::new() });
            self.arrivals.len() - 1
        });
        let arrival = &mut self.arrivals[index];
        arrival.domains.insert(domain.clone());
        for name in helo {
            if !arrival.helo.contains(name) {
                arrival.helo.push(name.clone());
            }
        }
    }

    fn leaves(&mut self, network: IpNet, until: Timestamp, domain: &Name) {
        let known = self.departures.iter_mut().position(|one| one.network == network && one.until == until);
        let index = known.unwrap_or_else(|| {
            self.departures.push(Departure { network, until, domains: BTreeSet::new() });
            self.departures.len() - 1
        });
        self.departures[index].domains.insert(domain.clone());
    }

    /// When the first of it happens that lies ahead; none where nothing does.
    pub fn begins(&self, now: Timestamp) -> Option<Timestamp> {
        let arrivals = self.arrivals.iter().map(|arrival| arrival.from);
        let all = arrivals.chain(self.hosts.iter().map(|host| host.at));
        let all = all.chain(self.departures.iter().map(|departure| departure.until));
        all.filter(|at| now <= *at).min()
    }
}

/// Whether a network has an address in common with one of these.
fn overlaps(network: &IpNet, others: &[IpNet]) -> bool {
    let family = Family::of(network.addr());
    let set = RangeSet::from_networks(family, [network]);
    !set.intersection(&RangeSet::from_networks(family, others)).is_empty()
}

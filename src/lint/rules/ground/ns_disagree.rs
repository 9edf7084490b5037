//! `ns-disagree`: the authoritative servers serve different records.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use jiff::SignedDuration;
use mailvouch_providers::dns::Rdata;

use super::differing::{about, servers};
use crate::lint::facts::{AuthorityFacts, Served, Standing, is_newer, last_change};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};

pub(in crate::lint::rules) struct NsDisagree;

impl Rule for NsDisagree {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "ns-disagree",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/ns-disagree.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(authority) = &facts.authority else { return Vec::new() };
        authority.names.iter().filter_map(|served| self.at(facts, authority, served)).collect()
    }
}

impl NsDisagree {
    fn at(&self, facts: &Facts, authority: &AuthorityFacts, served: &Served) -> Option<Diagnostic> {
        let standings = served.standings();
        let distinct: Vec<&Standing> = standings.iter().map(|(_, standing)| standing).collect();
        if distinct.iter().collect::<BTreeSet<_>>().len() < 2 {
            return None;
        }
        let of = |value: &Rdata| {
            let (with, without): (Vec<_>, Vec<_>) =
                standings.iter().partition(|(_, standing)| standing.contains(value));
            let named = |some: Vec<&(SocketAddr, Standing)>| {
                servers(&some.into_iter().map(|(server, _)| *server).collect::<Vec<_>>())
            };
            format!("served by {}, and not by {}", named(with), named(without))
        };
        let zone = &authority.zone;
        let message = format!("the authoritative servers of {zone} serve different records at {}", served.owner);
        let found = about(self.meta(), message, &served.owner, &distinct, of);

        let soas: Vec<_> =
            standings.iter().filter_map(|(server, _)| Some((*server, authority.soa_of(*server)?))).collect();
        let newest = soas.iter().map(|(_, soa)| *soa);
        let newest = newest.reduce(|newest, soa| if is_newer(soa.serial, newest.serial) { soa } else { newest });
        let Some(newest) = newest else {
            return Some(found.help("have all servers load the same zone"));
        };
        let behind: Vec<SocketAddr> =
            soas.iter().filter(|(_, soa)| soa.serial != newest.serial).map(|(server, _)| *server).collect();
        let serial = newest.serial;
        if behind.is_empty() {
            return Some(found.help(format!(
                "all have serial {serial}, so none of them will ask the others for what it lacks: change the zone at \
                 its primary, with a higher serial"
            )));
        }
        let refresh = SignedDuration::from_secs(i64::from(newest.refresh));
        let due = last_change(serial, facts.now).and_then(|change| change.checked_add(refresh).ok());
        let late = due.is_some_and(|due| due < facts.now);
        let behind = format!("serial {serial} has not come to {}", servers(&behind));
        Some(if late {
            found.help(format!(
                "{behind}: see whether the primary notifies it, and lets it transfer the zone (TCP port 53, the key)"
            ))
        } else {
            let every = newest.refresh;
            found.severity(Severity::Warning).help(format!(
                "{behind}, which may be on its way: it is asked for every {every} s; look again once they are over"
            ))
        })
    }
}

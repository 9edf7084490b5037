//! `view-differs`: the resolver answers something else than the authoritative servers.

use jiff::SignedDuration;
use mailvouch_providers::dns::Rdata;

use super::differing::about;
use crate::declared::PublishedFrom;
use crate::lint::facts::{AuthorityFacts, Served, last_change};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};

pub(in crate::lint::rules) struct ViewDiffers;

impl Rule for ViewDiffers {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "view-differs",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/view-differs.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(authority) = &facts.authority else { return Vec::new() };
        // Then no resolver was asked: the provider was.
        if facts.declared_domain().is_some_and(|domain| domain.published == PublishedFrom::Provider) {
            return Vec::new();
        }
        authority.names.iter().filter_map(|served| self.at(facts, authority, served)).collect()
    }
}

impl ViewDiffers {
    fn at(&self, facts: &Facts, authority: &AuthorityFacts, served: &Served) -> Option<Diagnostic> {
        if !served.differs_from_resolver() {
            return None;
        }
        let own = served.at_resolver()?;
        let standings = served.standings();
        let (_, theirs) = standings.first()?;
        // Servers that differ among one another are another matter.
        if standings.iter().any(|(_, standing)| standing != theirs) {
            return None;
        }
        let who = |value: &Rdata| {
            if own.contains(value) {
                "only the resolver answers this"
            } else {
                "only the authoritative servers have this"
            }
            .to_owned()
        };
        let owner = &served.owner;
        let message = format!("the resolver and the authoritative servers do not answer the same at {owner}");
        let found = about(self.meta(), message, owner, &[&own, theirs], who);
        if authority.resolver_has_another_zone() {
            return Some(found.help(
                "the resolver has another zone of this name, an inside view; receivers see what the authoritative \
                 servers have: check with a resolver outside (`--resolver`)",
            ));
        }
        let soa = authority.newest_soa();
        let (left, given) = served.cached_for(soa);
        let longest = SignedDuration::from_secs(i64::from(left.max(given)));
        let change = soa.and_then(|soa| last_change(soa.serial, facts.now));
        let forgotten = change.and_then(|change| change.checked_add(longest).ok()).is_some_and(|at| at < facts.now);
        Some(if forgotten {
            found.help(
                "the zone was last changed longer ago than a cache may hold an answer: the resolver has an inside \
                 view, or keeps answers beyond their TTL; receivers see what the authoritative servers have",
            )
        } else {
            found.severity(Severity::Info).help(format!(
                "a cache may hold the former answer for {left} s more; if it differs once they are over, the resolver \
                 has an inside view"
            ))
        })
    }
}

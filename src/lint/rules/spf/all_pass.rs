//! `spf-all-pass`: anyone may send as the domain.

use std::sync::Arc;

use mailvouch_providers::dns::{Name, Rdata};

use super::edges::own_edges;
use super::own;
use super::write::with_prefix;
use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Safety, Severity};
use crate::published::Reply;
use crate::record::Edit;
use crate::record::spf::{DualPrefix, Mechanism, Qualifier};
use crate::spf::{Class, Family};

pub(in crate::lint::rules) struct AllPass;

impl Rule for AllPass {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-all-pass",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-all-pass.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let wanted = facts.declared_domain().and_then(|domain| domain.spf.all.as_ref());
        let ending = wanted.map_or("~all", |all| all.value.term());
        let mut found = Vec::new();
        for own in own(facts) {
            for (index, span, directive) in own.reached() {
                if directive.effective_qualifier() != Qualifier::Pass {
                    continue;
                }
                let diagnostic = || {
                    let message = format!("`{}` lets anyone send as {}", own.shown(span), facts.domain);
                    own.finding(self.meta(), message, span).note("the whole internet passes")
                };
                match &directive.mechanism {
                    Mechanism::All => found.push(
                        diagnostic()
                            .help("say what becomes of the rest: `~all`, later `-all`")
                            .fix(own.fix(Safety::Ask, [Edit::replace(span.clone(), ending)])),
                    ),
                    Mechanism::Ip4(range) if range.prefix == 0 => {
                        found.push(diagnostic().fix(own.without(Safety::Ask, [index])));
                    }
                    Mechanism::Ip6(range) if range.prefix == 0 => {
                        found.push(diagnostic().fix(own.without(Safety::Ask, [index])));
                    }
                    // A name without macros is looked for whoever sends (RFC 7208, section 5.7).
                    Mechanism::Exists(target) => {
                        let name = target.literal();
                        let has_address =
                            |(at, reply): &(Name, Arc<Reply>)| Some(at) == name.as_ref() && reply.records().is_some();
                        if facts.spf.exists.iter().any(has_address) {
                            found.push(
                                diagnostic()
                                    .help("the name has an address, so the term matches every client")
                                    .fix(own.without(Safety::Ask, [index])),
                            );
                        }
                    }
                    Mechanism::A { prefix, .. } | Mechanism::Mx { prefix, .. } => {
                        // A host that has no address of the family is the middle of no range.
                        let edge = || own_edges(facts).find(|edge| edge.tree.name == *own.owner && edge.index == index);
                        let nobody = |family| edge().is_some_and(|edge| edge.matches_nobody(family));
                        let every = |bits: u8, family| bits == 0 && !nobody(family);
                        if !every(prefix.v4_bits(), Family::V4) && !every(prefix.v6_bits(), Family::V6) {
                            continue;
                        }
                        let some = |bits: Option<u8>| bits.filter(|bits| *bits > 0);
                        let edit = with_prefix(span, *prefix, DualPrefix { v4: some(prefix.v4), v6: some(prefix.v6) });
                        found.push(
                            diagnostic()
                                .help("a prefix length of 0 takes in every address; without it, the hosts themselves pass")
                                .fix(own.fix(Safety::Ask, [edit])),
                        );
                    }
                    _ => {}
                }
            }
        }
        if found.is_empty() { self.union(facts).into_iter().collect() } else { found }
    }
}

impl AllPass {
    /// Terms that together let every address of a family pass.
    fn union(&self, facts: &Facts) -> Option<Diagnostic> {
        let published = facts.spf.one()?;
        let coverage = facts.spf.coverage();
        // Together, the regions hold every address.
        let everything = |family: &Family| coverage.regions(*family).iter().all(|region| region.class == Class::Pass);
        let family = Family::BOTH.into_iter().find(everything)?;
        let regions = coverage.regions(family).iter().filter(|region| region.class == Class::Pass);
        let widest = regions.max_by_key(|region| region.set.size())?.decided_by.as_ref()?;
        let place = Place::value(&facts.domain, &Rdata::Txt(published.value.clone()));
        let what = family.choose("IPv4", "IPv6");
        let message = format!("together, the terms let every {what} address send as {}", facts.domain);
        Some(
            Diagnostic::new(self.meta(), message, place, widest.entry.clone())
                .note("most pass by this term")
                .help("take out what lets the whole internet pass, here or in the record that this leads to"),
        )
    }
}

//! `spf-void-limit`: more look-ups than receivers allow find nothing.

use super::edges::{Edge, declared_meets, edges, own_edges};
use super::void_lookup::is_void;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Rule, Severity};
use crate::spf::{Branch, Class, Coverage, Family, RangeSet, Region, VOID_LIMIT};

pub(in crate::lint::rules) struct VoidLimit;

impl Rule for VoidLimit {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-void-limit",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-void-limit.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let past = |region: &Region| region.is_past_limit() && region.voids > VOID_LIMIT;
        let regions = || Family::BOTH.iter().flat_map(|family| facts.spf.coverage().regions(*family));
        let Some(decider) = regions().filter(|region| past(region)).find_map(|region| region.decided_by.as_ref())
        else {
            return Vec::new();
        };
        let place = crate::lint::Place::value(
            decider.path.last().unwrap_or(&facts.domain),
            &mailvouch_providers::dns::Rdata::Txt(decider.published.value.clone()),
        );
        let message = format!(
            "evaluating the SPF record of {} meets more than {VOID_LIMIT} look-ups that find nothing: a permerror",
            facts.domain
        );
        let mut found = Diagnostic::new(self.meta(), message, place, decider.span.clone()).note("one too many, here");
        let walk = facts.spf.tree.walk();
        if declared_meets(facts, past) != Some(true) {
            // Hosts of one family are void for clients of the other. Where none of those could pass anyway, nobody is
            // harmed: they get a permerror in place of a fail.
            let harms = refuses_a_sender(facts) || walk.iter().flat_map(|tree| edges(tree)).any(|edge| is_void(&edge));
            found = found.severity(if harms { Severity::Warning } else { Severity::Info });
        }
        let voids = walk.iter().flat_map(|tree| edges(tree)).filter(finds_nothing_for_a_family);
        for edge in voids.filter(|edge| edge.span() != decider.span || edge.published != &decider.published).take(4) {
            found = found.context(edge.place(), edge.span(), "finds nothing");
        }
        let own: Vec<Operation> = own_edges(facts).filter(is_void).filter_map(|edge| edge.removal()).collect();
        found = found.help("take the terms out that find nothing, or have their operators mend them");
        vec![if own.is_empty() { found } else { found.fix(Fix::ask(own)) }]
    }
}

/// Whether somebody would pass if nobody counted, and does not: or may, as far as one can tell beforehand.
fn refuses_a_sender(facts: &Facts) -> bool {
    let counted = facts.spf.coverage();
    let uncounted = Coverage::without_limits(&facts.spf.tree);
    Family::BOTH.into_iter().any(|family| {
        let may_pass = |region: &&Region| region.class == Class::Pass || !region.dynamic.is_empty();
        let would = uncounted.regions(family).iter().filter(may_pass);
        let would = RangeSet::from_ranges(would.flat_map(|region| region.set.ranges().iter().cloned()));
        let past = counted.regions(family).iter().filter(|region| region.is_past_limit());
        past.into_iter().any(|region| !region.set.intersection(&would).is_empty())
    })
}

/// Whether look-ups of an `a` or `mx` find nothing for clients of one family at least.
fn finds_nothing_for_a_family(edge: &Edge<'_>) -> bool {
    match edge.branch {
        Branch::Addresses { v4, v6 } => !v4.voids.is_empty() || !v6.voids.is_empty(),
        _ => false,
    }
}

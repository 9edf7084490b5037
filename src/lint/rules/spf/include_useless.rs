//! `spf-include-useless`: an include matches nobody whom the terms before it leave over.

use super::edges::{Completeness, Edge, edges, is_of_declared_sender, own_edges};
use crate::lint::{Diagnostic, Facts, Fix, Meta, Rule, Severity};
use crate::record::spf::DomainSpec;
use crate::spf::{Class, Coverage, Family, Lead, RangeSet};

pub(in crate::lint::rules) struct IncludeUseless;

impl Rule for IncludeUseless {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-include-useless",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/spf-include-useless.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let useless = own_edges(facts).filter(|edge| is_useless(facts, edge));
        useless
            .map(|edge| {
                let message = format!("`{}` matches nobody whom the terms before it have not matched", edge.text());
                let found = edge.diagnostic(self.meta(), message).note("costs look-ups, and changes nothing today");
                match edge.removal() {
                    Some(removal) => found.fix(Fix::ask([removal])),
                    None => found,
                }
            })
            .collect()
    }
}

/// Whether an include matches nobody whom the terms before it leave over.
pub(super) fn is_useless(facts: &Facts, edge: &Edge<'_>) -> bool {
    let Some(target) = edge.include().and_then(DomainSpec::literal) else { return false };
    // The declaration wants it, whatever it holds today; of the same include twice `spf-duplicate-term` speaks.
    let is_second = edges(edge.tree).any(|other| {
        other.index < edge.index && other.include().and_then(DomainSpec::literal).as_ref() == Some(&target)
    });
    if is_second || is_of_declared_sender(facts, &target) {
        return false;
    }
    let Some(Lead::Tree(below)) = edge.lead() else { return false };
    let Some(theirs) = known(below.coverage()) else { return false };
    let before: Vec<_> =
        edges(edge.tree).filter(|other| other.index < edge.index).map(|other| matched(&other)).collect();
    Family::BOTH.iter().zip(theirs).enumerate().all(|(which, (_, theirs))| {
        let already = before.iter().fold(RangeSet::default(), |all, sets| all.union(&sets[which]));
        theirs.difference(&already).is_empty()
    })
}

/// Whom a record lets pass, by family; none where that depends on the message, on a failure, or on an error.
fn known(coverage: &Coverage) -> Option<[RangeSet; 2]> {
    let bad = |class| matches!(class, Class::PermError | Class::TempError | Class::None);
    let mut regions = Family::BOTH.iter().flat_map(|family| coverage.regions(*family));
    if coverage.is_dynamic() || regions.any(|region| bad(region.class)) {
        return None;
    }
    Some(Family::BOTH.map(|family| coverage.class(family, Class::Pass)))
}

/// Whom a term matches for certain, by family.
fn matched(edge: &Edge<'_>) -> [RangeSet; 2] {
    let nobody = [RangeSet::default(), RangeSet::default()];
    match edge.lead() {
        Some(Lead::Tree(below)) if edge.include().is_some() => known(below.coverage()).unwrap_or(nobody),
        _ => match edge.networks() {
            Some((networks, Completeness::Whole)) => {
                Family::BOTH.map(|family| RangeSet::from_networks(family, &networks))
            }
            _ => nobody,
        },
    }
}

//! `spf-include-useless`: an include matches nobody whom the terms before it leave over.

use std::borrow::Cow;

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
    Family::BOTH.into_iter().all(|family| {
        let before = edges(edge.tree).take_while(|other| other.index < edge.index);
        let mut left = Cow::Borrowed(theirs.passing(family));
        for other in before {
            if let Some(matched) = matched(&other, family) {
                left = Cow::Owned(left.difference(&matched));
            }
        }
        left.is_empty()
    })
}

/// The fates of a record's clients; none where one depends on the message, on a failure, or on an error.
fn known(coverage: &Coverage) -> Option<&Coverage> {
    let bad = |class| matches!(class, Class::PermError | Class::TempError | Class::None);
    let mut regions = Family::BOTH.iter().flat_map(|family| coverage.regions(*family));
    let is_known = regions.all(|region| region.dynamic.is_empty() && !bad(region.class));
    is_known.then_some(coverage)
}

/// Whom of a family a term matches for certain; none where that is nobody.
fn matched<'a>(edge: &Edge<'a>, family: Family) -> Option<Cow<'a, RangeSet>> {
    match edge.lead() {
        Some(Lead::Tree(below)) if edge.include().is_some() => {
            Some(Cow::Borrowed(known(below.coverage())?.passing(family)))
        }
        _ => match edge.networks() {
            Some((networks, Completeness::Whole)) => Some(Cow::Owned(RangeSet::from_networks(family, &networks))),
            _ => None,
        },
    }
}

//! `spf-include-no-record`: an include names a record that is not there.

use super::edges::{Edge, declared_meets, edges, is_of_declared_sender, own_edges};
use crate::lint::{Diagnostic, Facts, Fix, Meta, Rule, Severity};
use crate::record::spf::{DomainSpec, Mechanism, Qualifier, Term};
use crate::spf::{Class, Lead, Selection};

pub(in crate::lint::rules) struct IncludeNoRecord;

impl Rule for IncludeNoRecord {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-include-no-record",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-include-no-record.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let broken = own_edges(facts).filter(|edge| edge.include().is_some() && leads_to_no_record(edge));
        broken.map(|edge| self.about(facts, &edge)).collect()
    }
}

impl IncludeNoRecord {
    fn about(&self, facts: &Facts, edge: &Edge<'_>) -> Diagnostic {
        let target = edge.include();
        let shown = target.map(|target| target.as_str().to_owned()).unwrap_or_default();
        let message = format!("{shown} publishes no SPF record: a permerror for whoever is not matched before");
        let mut found = edge.diagnostic(self.meta(), message);
        let ends_here = |region: &crate::spf::Region| region.class == Class::PermError && edge.decides(region);
        let is_severe = declared_meets(facts, ends_here).unwrap_or_else(|| somebody_depends(edge));
        if !is_severe {
            found = found.severity(Severity::Warning);
        }
        let name = target.and_then(DomainSpec::literal);
        if name.is_some_and(|name| is_of_declared_sender(facts, &name)) {
            // Taken out, the sender would be missing: the declaration says that it is wanted.
            return found.help("a declared sender names it: ask its operator for the right name, and declare that");
        }
        match edge.removal() {
            Some(removal) => found.fix(Fix::ask([removal])),
            None => found,
        }
    }
}

/// Whether an `include` or `redirect` leads to a name without a record, for certain.
pub(super) fn leads_to_no_record(edge: &Edge<'_>) -> bool {
    match edge.lead() {
        Some(Lead::NoName) => true,
        Some(Lead::Tree(below)) => below.selection == Selection::None,
        _ => false,
    }
}

/// Whether somebody passes by a term that comes later, or nobody by one that comes before.
fn somebody_depends(edge: &Edge<'_>) -> bool {
    let authorises = |other: &Edge<'_>| {
        let is_all = matches!(other.term(), Term::Directive(directive) if directive.mechanism == Mechanism::All);
        other.redirect().is_some() || (other.qualifier() == Some(Qualifier::Pass) && !is_all)
    };
    let later = edges(edge.tree).any(|other| other.index > edge.index && authorises(&other));
    let before = edges(edge.tree).any(|other| other.index < edge.index && authorises(&other));
    later || !before
}

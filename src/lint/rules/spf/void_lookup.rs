//! `spf-void-lookup`: a term names what does not exist, or has no address.

use mailvouch_providers::dns::Name;

use super::edges::{Edge, own_edges};
use crate::lint::{Diagnostic, Facts, Fix, Meta, Rule, Severity};
use crate::record::spf::{Mechanism, Term};
use crate::spf::{Addresses, Branch};

pub(in crate::lint::rules) struct VoidLookup;

impl Rule for VoidLookup {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-void-lookup",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/spf-void-lookup.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        // Of an `include` or `redirect` to nothing other rules speak: that is a permerror at once.
        let void = own_edges(facts).filter_map(|edge| {
            let why =
                if is_void(&edge) { why(&edge) } else { format!("{} has no address", finds_nothing(facts, &edge)?) };
            Some((edge, why))
        });
        void.map(|(edge, why)| {
            let message = format!("`{}` matches nobody: {why}", edge.text());
            let found = edge
                .diagnostic(self.meta(), message)
                .note("costs a look-up, and counts towards the two that may find nothing");
            match edge.removal() {
                Some(removal) => found.fix(Fix::ask([removal])),
                None => found,
            }
        })
        .collect()
    }
}

/// Whether an `a` or `mx` matches nobody, of neither family, and that is known.
pub(super) fn is_void(edge: &Edge<'_>) -> bool {
    let nothing =
        |addresses: &Addresses| addresses.found.is_empty() && addresses.unknown.is_empty() && !addresses.past_mx_limit;
    match edge.branch {
        Branch::Addresses { v4, v6 } => nothing(v4) && nothing(v6) && !(v4.voids.is_empty() && v6.voids.is_empty()),
        _ => false,
    }
}

/// The name that an `exists` looks for, where that has no address.
fn finds_nothing<'a>(facts: &'a Facts, edge: &Edge<'_>) -> Option<&'a Name> {
    let Term::Directive(directive) = edge.term() else { return None };
    let Mechanism::Exists(target) = &directive.mechanism else { return None };
    let target = target.literal().filter(|_| matches!(edge.branch, Branch::Dynamic(_)))?;
    facts.spf.exists.iter().find(|(name, reply)| *name == target && reply.is_absent()).map(|(name, _)| name)
}

fn why(edge: &Edge<'_>) -> String {
    let Branch::Addresses { v4, v6 } = edge.branch else { return String::new() };
    let mut names: Vec<String> = v4.voids.iter().chain(&v6.voids).map(ToString::to_string).collect();
    names.sort_unstable();
    names.dedup();
    let has = if names.len() == 1 { "has" } else { "have" };
    let is_mx =
        matches!(edge.term(), Term::Directive(directive) if matches!(directive.mechanism, Mechanism::Mx { .. }));
    let what = if is_mx { "no mail exchange with an address" } else { "no address" };
    format!("{} {has} {what}", names.join(", "))
}

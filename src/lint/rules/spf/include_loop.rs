//! `spf-include-loop`: a record leads back to itself.

use std::collections::BTreeSet;

use super::edges::{Edge, edges};
use crate::lint::{Diagnostic, Facts, Fix, Meta, Rule, Severity, facts};
use crate::spf::Lead;

pub(in crate::lint::rules) struct IncludeLoop;

impl Rule for IncludeLoop {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-include-loop",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-include-loop.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        if !facts.spf.tree.has_loop() {
            return Vec::new();
        }
        let mut seen = BTreeSet::new();
        let walk = facts.spf.tree.walk();
        let all = walk.iter().flat_map(|tree| edges(tree));
        let loops = all.filter_map(|edge| match edge.lead() {
            Some(Lead::Loop(back)) => Some((edge, back)),
            _ => None,
        });
        let loops = loops.filter(|(edge, _)| seen.insert((edge.tree.name.clone(), edge.index)));
        loops
            .map(|(edge, back)| {
                let message = if *back == edge.tree.name {
                    format!("the SPF record of {back} leads back to itself")
                } else {
                    format!("the SPF record of {} leads back to {back}, which led there", edge.tree.name)
                };
                let found = edge
                    .diagnostic(self.meta(), message)
                    .note("it goes round until the look-ups are spent: a permerror for whoever is not matched before");
                if !facts.is_own(&edge.tree.name) {
                    return found.help(format!("ask whoever runs {} to mend it", edge.tree.name));
                }
                match fix(facts, &edge) {
                    Some(fix) => found.fix(fix),
                    None => found,
                }
            })
            .collect()
    }
}

/// Takes the way back out: safe where nobody passes afterwards who is not declared.
fn fix(facts: &Facts, edge: &Edge<'_>) -> Option<Fix> {
    let removal = edge.removal()?;
    let is_root = edge.tree.name == facts.domain;
    let within = facts.declared.is_none()
        || (is_root
            && facts::unlooped(edge.tree).is_some_and(|text| facts.spf.stays_within(&text, facts.declared.as_ref())));
    Some(if within { Fix::safe([removal]) } else { Fix::ask([removal]) })
}

//! `spf-ignored-modifier`: `ip4=…` is legal, and silently ignored: a colon was meant.

use super::{is_declared, own};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity, facts};
use crate::record::Edit;
use crate::record::spf::{Keyword, Modifier, Term};

pub(in crate::lint::rules) struct IgnoredModifier;

impl Rule for IgnoredModifier {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-ignored-modifier",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-ignored-modifier.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            let record = own.record();
            for (index, term) in own.sound() {
                let Term::Modifier(modifier) = &term.node else { continue };
                if !is_mechanism(modifier) {
                    continue;
                }
                let Modifier::Unknown { name, value } = modifier else { continue };
                let message = format!("receivers ignore `{}=`: a mechanism takes a colon", name.node);
                let equals = name.span.end..name.span.end + 1;
                let diagnostic = own.finding(self.meta(), message, &equals).note("as if the term were not there");
                let Some(meant) = facts::meant(&name.node, Some(value.as_str())) else {
                    found.push(diagnostic.help("write the mechanism as it is meant, or take the term out"));
                    continue;
                };
                let behind_all = record.all().is_some_and(|(all, _)| all.start < term.span.start);
                let edits: Vec<Edit> = if behind_all {
                    // In its place no evaluation would reach it.
                    let moved = record.insert_term(record.place_for_directive(), &meant);
                    record.remove_term(index).into_iter().chain([moved]).collect()
                } else {
                    vec![Edit::replace(term.span.clone(), meant.clone())]
                };
                let safety = if is_declared(facts, &meant) { Safety::Safe } else { Safety::Ask };
                found.push(diagnostic.help(format!("`{meant}` is meant")).fix(own.fix(safety, edits)));
            }
        }
        found
    }
}

/// Whether the modifier bears the name of a mechanism, or nearly so, where only that can be meant.
pub(super) fn is_mechanism(modifier: &Modifier) -> bool {
    let Modifier::Unknown { name, value } = modifier else { return false };
    let exact = Keyword::from_name(name.node.as_bytes()).is_some_and(|keyword| !keyword.is_modifier());
    exact || facts::meant(&name.node, Some(value.as_str())).is_some()
}

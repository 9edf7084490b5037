//! `spf-duplicate-modifier`: `redirect` or `exp` twice makes the whole record a permerror.

use super::own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::spf::Modifier;

pub(in crate::lint::rules) struct DuplicateModifier;

impl Rule for DuplicateModifier {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-duplicate-modifier",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-duplicate-modifier.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            let record = own.record();
            for (span, modifier) in record.duplicate_modifiers() {
                let Some(index) = record.terms().iter().position(|term| term.span == *span) else { continue };
                let (name, first) = match modifier {
                    Modifier::Redirect(_) => ("redirect", record.redirect()),
                    _ => ("exp", record.exp()),
                };
                let message = format!("`{name}` may stand once in an SPF record");
                let mut diagnostic = own.finding(self.meta(), message, span).note("a permerror, for every sender");
                if let Some((first, _)) = first {
                    diagnostic = diagnostic.context(own.place(), first.clone(), "the first one");
                }
                found.push(
                    diagnostic
                        .help("keep the one that is meant; the fix keeps the first")
                        .fix(own.without(Safety::Ask, [index])),
                );
            }
        }
        found
    }
}

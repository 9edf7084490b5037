//! `spf-unknown-modifier`: a `name=value` that nobody knows, and that receivers ignore.

use super::ignored_modifier::is_mechanism;
use super::own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};
use crate::record::spf::{Modifier, Term};

/// Modifiers for reports (RFC 6652, section 3).
const REGISTERED: [&str; 3] = ["ra", "rp", "rr"];

pub(in crate::lint::rules) struct UnknownModifier;

impl Rule for UnknownModifier {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-unknown-modifier",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/spf-unknown-modifier.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            for (_, term) in own.sound() {
                let Term::Modifier(modifier @ Modifier::Unknown { name, .. }) = &term.node else { continue };
                let known = REGISTERED.iter().any(|known| name.node.eq_ignore_ascii_case(known));
                if known || is_mechanism(modifier) {
                    continue;
                }
                let message = format!("no receiver knows the modifier `{}=`, and all ignore it", name.node);
                let mut diagnostic = own.finding(self.meta(), message, &name.span);
                let lower = name.node.to_ascii_lowercase();
                if strsim::osa_distance(&lower, "redirect") <= 2 {
                    diagnostic = diagnostic.help("is `redirect=` meant?");
                } else if lower == "v" {
                    diagnostic = diagnostic.help("a second record seems to have been put into this one");
                }
                found.push(diagnostic);
            }
        }
        found
    }
}

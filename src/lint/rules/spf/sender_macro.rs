//! `spf-sender-macro`: the result depends on the sender's address or the HELO name.

use super::own;
use super::ptr::{domain, first_macro};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};
use crate::record::spf::{MacroLetter, Modifier, Term};

const LETTERS: [MacroLetter; 4] =
    [MacroLetter::Sender, MacroLetter::LocalPart, MacroLetter::SenderDomain, MacroLetter::Helo];

pub(in crate::lint::rules) struct SenderMacro;

impl Rule for SenderMacro {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-sender-macro",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/spf-sender-macro.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            // An explanation decides nothing.
            let is_exp = |term: &Term| matches!(term, Term::Modifier(Modifier::Exp(_)));
            for (_, term) in own.counting().filter(|(_, term)| !is_exp(&term.node)) {
                let Some(span) = domain(&term.node).and_then(|domain| first_macro(domain, &LETTERS)) else { continue };
                let message = format!("`{}` asks another name for every sender", own.shown(&span));
                found.push(
                    own.finding(self.meta(), message, &span).note("cannot be cached, and who passes cannot be listed"),
                );
            }
        }
        found
    }
}

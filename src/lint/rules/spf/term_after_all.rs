//! `spf-term-after-all`: mechanisms that no evaluation reaches.

use super::own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::spf::Term;

pub(in crate::lint::rules) struct TermAfterAll;

impl Rule for TermAfterAll {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-term-after-all",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/spf-term-after-all.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            let Some((all, _)) = own.record().all() else { continue };
            for (index, term) in own.record().terms().iter().enumerate() {
                if !matches!(term.node, Term::Directive(_)) || term.span.start <= all.start {
                    continue;
                }
                let message =
                    format!("`{}` stands behind `{}`, and is never reached", own.shown(&term.span), own.shown(all));
                found.push(
                    own.finding(self.meta(), message, &term.span)
                        .context(own.place(), all.clone(), "evaluation ends here for everybody")
                        .help("put it before `all` if it is to count; the fix takes it out")
                        .fix(own.without(Safety::Ask, [index])),
                );
            }
        }
        found
    }
}

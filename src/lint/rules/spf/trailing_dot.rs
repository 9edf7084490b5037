//! `spf-trailing-dot`: a final dot is legal, and some checkers choke on it.

use super::own;
use super::ptr::domain;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::Edit;

pub(in crate::lint::rules) struct TrailingDot;

impl Rule for TrailingDot {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-trailing-dot",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/spf-trailing-dot.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            let domains = own.sound().filter_map(|(_, term)| domain(&term.node));
            for domain in domains.filter(|domain| domain.has_trailing_dot()) {
                let dot = domain.span().end - 1..domain.span().end;
                let message = format!("the dot behind `{}` is legal, and some checkers choke on it", {
                    own.shown(&(domain.span().start..dot.start))
                });
                found.push(
                    own.finding(self.meta(), message, &dot).fix(own.fix(Safety::Safe, [Edit::delete(dot.clone())])),
                );
            }
        }
        found
    }
}

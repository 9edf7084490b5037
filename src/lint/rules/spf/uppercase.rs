//! `spf-uppercase`: upper case is legal, and some checkers choke on it.

use super::own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::spf::{Modifier, Term};
use crate::record::{Edit, Span};

pub(in crate::lint::rules) struct Uppercase;

impl Rule for Uppercase {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-uppercase",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/spf-uppercase.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let about = |own: super::Own<'_>| {
            let record = own.record();
            let keywords = record.terms().iter().filter_map(|term| match &term.node {
                Term::Directive(directive) => Some(directive.keyword.clone()),
                Term::Modifier(Modifier::Redirect(_)) => Some(term.span.start..term.span.start + "redirect".len()),
                Term::Modifier(Modifier::Exp(_)) => Some(term.span.start..term.span.start + "exp".len()),
                Term::Modifier(Modifier::Unknown { .. }) | Term::Malformed(_) => None,
            });
            let words: Vec<Span> = std::iter::once(record.version())
                .chain(keywords)
                .filter(|span| record.text()[span.clone()].iter().any(u8::is_ascii_uppercase))
                .collect();
            let (first, others) = words.split_first()?;
            let message = format!("`{}` is legal in upper case, and some checkers choke on it", own.shown(first));
            let mut diagnostic = own.finding(self.meta(), message, first);
            for span in others {
                diagnostic = diagnostic.context(own.place(), span.clone(), "here too");
            }
            let lower = |span: &Span| Edit::replace(span.clone(), record.text()[span.clone()].to_ascii_lowercase());
            Some(diagnostic.fix(own.fix(Safety::Safe, words.iter().map(lower))))
        };
        own(facts).filter_map(about).collect()
    }
}

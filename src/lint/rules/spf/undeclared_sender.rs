//! `spf-undeclared-sender`: the record includes somebody whom no declared sender accounts for.

use mailvouch_providers::dns::{Name, Rdata};

use super::own_records;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::SpfRecord;
use crate::record::spf::{Mechanism, Term};

pub(in crate::lint::rules) struct UndeclaredSender;

impl Rule for UndeclaredSender {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-undeclared-sender",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/spf-undeclared-sender.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let domain = declared.domain();
        if !domain.says_who_sends {
            return Vec::new(); // Nothing is said about who sends: nobody is undeclared.
        }
        let known: Vec<&Name> = domain.senders.iter().flat_map(|sender| &sender.value.include).collect();
        let mut found = Vec::new();
        for (owner, published) in own_records(facts) {
            for (index, target) in includes(&published.record) {
                if facts.is_own(&target) || known.contains(&&target) {
                    continue;
                }
                let place = Place::value(owner, &Rdata::Txt(published.value.clone()));
                let span = published.record.terms()[index].span.clone();
                let message = format!("{target} may send as {}, and no declared sender accounts for it", facts.domain);
                let help = format!(
                    "if it does send for you, declare it: `[senders.NAME]` with `include = \"{target}\"`, and name it in \
                     the domain's `senders`; else take it out (`--accept {}`)",
                    self.meta().id
                );
                let mut diagnostic = Diagnostic::new(self.meta(), message, place, span).help(help);
                if let Some(edit) = published.record.remove_term(index) {
                    diagnostic = diagnostic.fix(Fix::ask([Operation::edit(owner, &published.value, edit)]));
                }
                if domain.spf.exclusive {
                    diagnostic = diagnostic.severity(Severity::Error);
                }
                found.push(diagnostic);
            }
        }
        found
    }
}

fn includes(record: &SpfRecord) -> impl Iterator<Item = (usize, Name)> {
    record.terms().iter().enumerate().filter_map(|(index, term)| match &term.node {
        Term::Directive(directive) => match &directive.mechanism {
            Mechanism::Include(target) => Some((index, target.literal()?)),
            _ => None,
        },
        Term::Modifier(_) | Term::Malformed(_) => None,
    })
}

//! `null-mx-sends`: a domain that sends says that it takes no mail, not even bounces.

use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};

pub(in crate::lint::rules) struct NullMxSends;

impl Rule for NullMxSends {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "null-mx-sends",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/null-mx-sends.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else {
            return Vec::new(); // Without a declaration a null MX says that the domain does not send.
        };
        let Some(null) = facts.null_mx().filter(|_| facts.sends()) else { return Vec::new() };
        let place = Place::value(&facts.domain, null);
        let span = 0..place.bytes().len();
        let (declaration, declared_at) = declared.at(&declared.domain().name);
        let message = format!("{} sends mail, and its null MX makes receivers refuse it", facts.domain);
        vec![
            Diagnostic::new(self.meta(), message, place, span)
                .note("refused with 550 5.7.27 (RFC 7505, section 4.2)")
                .context(declaration, declared_at, "declared as sending")
                .help("publish an MX that takes bounces, or declare `sends = false`")
                .fix(Fix::ask([Operation::Delete { owner: facts.domain.clone(), value: null.clone() }])),
        ]
    }
}

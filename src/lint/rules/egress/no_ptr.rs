//! `egress-no-ptr`: an address that mail leaves from has no reverse name.

use mailvouch_providers::dns::RrType;

use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};

pub(in crate::lint::rules) struct NoPtr;

impl Rule for NoPtr {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "egress-no-ptr",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/egress-no-ptr.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let without = facts.hosts.iter().filter(|host| host.ptr.is_absent());
        without
            .map(|host| {
                let (declaration, declared_at) = declared.at(&host.declared);
                let message = format!("{} has no reverse name: large receivers refuse its mail", host.address);
                let found = Diagnostic::about_nothing(self.meta(), message, &host.reverse, RrType::PTR).help(
                    "ask whoever gave you the address to point its reverse name at the host, and the host's name back at \
                     it",
                );
                if host.is_sample {
                    let found = found.context(declaration, declared_at, "a sample of this range");
                    found.severity(Severity::Info)
                } else {
                    found.context(declaration, declared_at, "mail leaves from here")
                }
            })
            .collect()
    }
}

//! `egress-ptr-mismatch`: the reverse name of an address does not lead back to it.

use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};

pub(in crate::lint::rules) struct PtrMismatch;

impl Rule for PtrMismatch {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "egress-ptr-mismatch",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/egress-ptr-mismatch.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let astray = facts.hosts.iter().filter(|host| host.comes_back() == Some(false));
        astray
            .filter_map(|host| {
                let value = host.ptr.records()?.values.first()?;
                let place = Place::value(&host.reverse, value);
                let span = 0..place.bytes().len();
                let names: Vec<String> = host.names.iter().map(|(name, _)| name.to_string()).collect();
                let (declaration, declared_at) = declared.at(&host.declared);
                let message = format!(
                    "the reverse name of {} is {}, which does not lead back to it",
                    host.address,
                    names.join(", ")
                );
                let rtype = if host.address.is_ipv4() { "A" } else { "AAAA" };
                let found = Diagnostic::new(self.meta(), message, place, span)
                    .context(declaration, declared_at, "mail leaves from here")
                    .help(format!("give that name an {rtype} record with {}, or correct the PTR", host.address));
                Some(if host.is_sample { found.severity(Severity::Info) } else { found })
            })
            .collect()
    }
}

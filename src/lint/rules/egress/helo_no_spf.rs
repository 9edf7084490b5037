//! `egress-helo-no-spf`: a HELO name publishes no SPF of its own.

use std::collections::BTreeSet;

use mailvouch_providers::dns::{Rdata, RrType, Txt};

use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Rule, Severity, facts};
use crate::spf::Selection;

pub(in crate::lint::rules) struct HeloNoSpf;

impl Rule for HeloNoSpf {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "egress-helo-no-spf",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/egress-helo-no-spf.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let mut seen = BTreeSet::new();
        let without = facts.helos.iter().filter(|helo| {
            // Of the domain's own record `spf-missing` speaks.
            let is_domain = helo.name.value == facts.domain;
            !is_domain && Selection::of(&helo.txt) == Selection::None && seen.insert(&helo.name.value)
        });
        without
            .map(|helo| {
                let name = &helo.name.value;
                let (declaration, declared_at) = declared.at(&helo.name);
                let message = format!("hosts greet as {name}, which publishes no SPF record");
                let found = Diagnostic::about_nothing(self.meta(), message, name, RrType::TXT).context(
                    declaration,
                    declared_at,
                    "declared here",
                );
                let stands = helo.addresses.iter().any(|reply| !facts::addresses(reply).is_empty());
                let known = helo.addresses.iter().all(|reply| reply.failure().is_none());
                // Nothing is written at an alias, at somebody else's name, or for hosts that are not known.
                if !facts.is_own(name) || helo.txt.is_alias() || !stands || !known {
                    return found.help("publish `v=spf1 a -all` there: bounces are sent in the name of the host");
                }
                let content = Rdata::Txt(Txt::from_text(b"v=spf1 a -all"));
                found.fix(Fix::ask([Operation::Create { owner: name.clone(), content }]))
            })
            .collect()
    }
}

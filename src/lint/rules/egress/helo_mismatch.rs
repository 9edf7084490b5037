//! `egress-helo-mismatch`: a declared HELO name does not lead to the hosts that give it.

use std::net::IpAddr;

use mailvouch_providers::dns::RrType;

use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity, facts};

pub(in crate::lint::rules) struct HeloMismatch;

impl Rule for HeloMismatch {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "egress-helo-mismatch",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/egress-helo-mismatch.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let astray = facts.helos.iter().filter(|helo| {
            // What could not be looked up may lead there.
            let known = helo.addresses.iter().all(|reply| reply.failure().is_none());
            let leads_there = |address: &IpAddr| helo.group.iter().any(|network| network.contains(address));
            known && !helo.addresses.iter().any(|reply| facts::addresses(reply).iter().any(leads_there))
        });
        astray
            .map(|helo| {
                let name = &helo.name.value;
                let found: Vec<String> = helo
                    .addresses
                    .iter()
                    .flat_map(|reply| facts::addresses(reply))
                    .map(|address| address.to_string())
                    .collect();
                let leads = if found.is_empty() {
                    "has no address".to_owned()
                } else {
                    format!("leads to {}, and not to where mail leaves from", found.join(", "))
                };
                let (declaration, declared_at) = declared.at(&helo.name);
                let message = format!("hosts greet as {name}, which {leads}");
                Diagnostic::about_nothing(self.meta(), message, name, RrType::A)
                    .context(declaration, declared_at, "declared here")
                    .help("give the name the addresses of the hosts, or have the hosts greet by another")
            })
            .collect()
    }
}

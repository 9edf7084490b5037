//! `sender-domain-no-route`: a domain that sends can be sent nothing.

use mailvouch_providers::dns::RrType;

use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};

pub(in crate::lint::rules) struct SenderDomainNoRoute;

impl Rule for SenderDomainNoRoute {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "sender-domain-no-route",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/sender-domain-no-route.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(addresses) = &facts.addresses else {
            return Vec::new(); // There is an MX, or it is not known whether there is.
        };
        if !facts.sends() || !addresses.iter().all(|reply| reply.is_absent()) {
            return Vec::new();
        }
        let message =
            format!("{} sends mail and can receive none: it has no MX, no A and no AAAA record", facts.domain);
        let help = "publish an MX that takes bounces and replies; if the domain does not send, declare `sends = false`";
        vec![Diagnostic::about_nothing(self.meta(), message, &facts.domain, RrType::MX).help(help)]
    }
}

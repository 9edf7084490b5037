//! `dns-tcp-broken`: an answer needs TCP, and the server does not give it.

use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};
use crate::published::Reason;

pub(in crate::lint::rules) struct DnsTcpBroken;

impl Rule for DnsTcpBroken {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dns-tcp-broken",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dns-tcp-broken.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let cut = facts.failures.iter().filter(|(_, failure)| failure.reason == Reason::Truncated);
        cut.map(|(question, failure)| {
            let server = failure.server.as_deref().unwrap_or("the server");
            let message = format!("the answer to {question} needs TCP, and {server} does not give it over TCP");
            Diagnostic::about_nothing(self.meta(), message, &question.name, question.rtype)
                .help("let TCP port 53 through to the server, and from it; or have the answer fit into 1,232 octets")
        })
        .collect()
    }
}

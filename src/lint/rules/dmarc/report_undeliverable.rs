//! `dmarc-report-undeliverable`: no mail reaches the domain that reports are to go to.

use super::own::Own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};

pub(in crate::lint::rules) struct ReportUndeliverable;

impl Rule for ReportUndeliverable {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-report-undeliverable",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dmarc-report-undeliverable.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        let unreachable = facts.dmarc.destinations.iter().filter_map(|found| Some((found, found.unreachable()?)));
        let about = |(found, why): (&crate::lint::DestinationFacts, &str)| {
            let message = format!("no report reaches {}: {why}", found.host);
            let span = found.spans.first().cloned().unwrap_or(0..0);
            own.finding(self.meta(), message, &span).help("name an address at a domain that takes mail")
        };
        unreachable.map(about).collect()
    }
}

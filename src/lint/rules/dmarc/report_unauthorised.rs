//! `dmarc-report-unauthorised`: another domain did not agree to take the reports.

use super::own::Own;
use crate::dmarc::{Authorization, authorization_name};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};

pub(in crate::lint::rules) struct ReportUnauthorised;

impl Rule for ReportUnauthorised {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-report-unauthorised",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dmarc-report-unauthorised.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        let destinations = facts.dmarc.destinations.iter();
        let missing = destinations.filter(|found| found.reports.authorization == Authorization::Missing);
        let about = |found: &crate::lint::DestinationFacts| {
            let host = &found.host;
            let message = format!("{host} has not agreed to take reports about {}: reporters send none", facts.domain);
            let help = match authorization_name(&facts.domain, host) {
                Ok(name) => format!("whoever runs {host} publishes `{} TXT \"v=DMARC1\"`", name.absolute()),
                Err(why) => format!("{host} cannot agree, since the name for that is none: {why}"),
            };
            let span = found.spans.first().cloned().unwrap_or(0..0);
            own.finding(self.meta(), message, &span).note("another organization's").help(help)
        };
        missing.map(about).collect()
    }
}

//! `dmarc-no-rua`: nobody reads reports.

use super::own::Own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};

pub(in crate::lint::rules) struct NoRua;

impl Rule for NoRua {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-no-rua",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dmarc-no-rua.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        // Of a domain that sends nothing there is little to report.
        let own = Own::of(facts).filter(|own| facts.sends() && own.record.tag("rua").is_none());
        let Some(own) = own.filter(|own| own.record.lost_separators().is_empty()) else { return Vec::new() };
        let declared = facts.declared_domain().and_then(|domain| domain.dmarc.as_ref());
        if declared.is_some_and(|dmarc| !dmarc.rua.is_empty()) {
            return Vec::new(); // `dmarc-differs` speaks of that.
        }
        let message = format!("the DMARC record of {} asks for no reports", facts.domain);
        let span = 0..own.record.text().len();
        vec![
            own.finding(self.meta(), message, &span)
                .note("no `rua`")
                .help("declare an address that somebody reads: `dmarc = { policy = …, rua = [\"mailto:ADDRESS\"] }`"),
        ]
    }
}

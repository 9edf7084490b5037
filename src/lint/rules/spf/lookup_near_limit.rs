//! `spf-lookup-near-limit`: one more look-up or two, and the record is a permerror.

use mailvouch_providers::dns::Rdata;

use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};
use crate::spf::LOOKUP_LIMIT;

pub(in crate::lint::rules) struct LookupNearLimit;

impl Rule for LookupNearLimit {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-lookup-near-limit",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/spf-lookup-near-limit.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(published) = facts.spf.one() else { return Vec::new() };
        let spent = facts.spf.cost.lookups;
        if !(LOOKUP_LIMIT - 1..=LOOKUP_LIMIT).contains(&spent) {
            return Vec::new();
        }
        let place = Place::value(&facts.domain, &Rdata::Txt(published.value.clone()));
        let message = format!("evaluating the SPF record of {} takes {spent} of {LOOKUP_LIMIT} look-ups", facts.domain);
        let help = "a service that adds an include of its own can break the record: make room before that";
        vec![Diagnostic::new(self.meta(), message, place, 0..published.record.text().len()).help(help)]
    }
}

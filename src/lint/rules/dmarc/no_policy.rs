//! `dmarc-no-policy`: the record has no `p`.

use super::own::Own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::dmarc::Standing;
use crate::record::tag_list::TagList;

pub(in crate::lint::rules) struct NoPolicy;

impl Rule for NoPolicy {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-no-policy",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dmarc-no-policy.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts).filter(|own| own.record.policy().is_absent()) else { return Vec::new() };
        // Where a separator is lost, a `p` may stand inside another tag: `dmarc-syntax` speaks of that.
        if !own.record.lost_separators().is_empty() {
            return Vec::new();
        }
        let (severity, effect) = match own.record.standing() {
            Standing::Ignored => (Severity::Error, "without a usable `rua` receivers ignore it"),
            Standing::ReportsOnly | Standing::Policy => (Severity::Warning, "it counts as `p=none`, for reports only"),
        };
        let message = format!("the DMARC record of {} has no policy: {effect}", facts.domain);
        let span = 0..own.record.text().len();
        let found = own.finding(self.meta(), message, &span).severity(severity).note("receivers of RFC 7489 want `p`");
        vec![match own.record.tag("v") {
            Some(version) => found.fix(own.fix(Safety::Ask, [TagList::insert_after(version, "p", "none")])),
            None => found,
        }]
    }
}

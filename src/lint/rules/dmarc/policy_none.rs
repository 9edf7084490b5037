//! `dmarc-policy-none`: the policy only watches.

use super::own::Own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};
use crate::record::dmarc::Policy;

pub(in crate::lint::rules) struct PolicyNone;

impl Rule for PolicyNone {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-policy-none",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/dmarc-policy-none.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        let Some(tag) = own.record.tag("p").filter(|_| own.record.policy().declared() == Some(&Policy::None)) else {
            return Vec::new();
        };
        let is_elsewhere = |domain: &crate::declared::Domain| match &domain.dmarc {
            Some(dmarc) => dmarc.policy.value != Policy::None, // `dmarc-differs` speaks of that,
            None => !domain.sends,                             // and of this `parked-dmarc`.
        };
        if facts.declared_domain().is_some_and(is_elsewhere) {
            return Vec::new();
        }
        let message = format!("the DMARC policy of {} asks receivers to do nothing", facts.domain);
        vec![own.finding(self.meta(), message, &tag.span()).note("monitoring only").help(
            "read the reports until every sender of yours is aligned, then declare `policy = \"quarantine\"`: \
             no plan tightens a policy by itself",
        )]
    }
}

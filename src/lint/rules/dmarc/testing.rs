//! `dmarc-testing`: `t=y` takes the policy one level down.

use super::own::Own;
use crate::dmarc::{InForce, Place};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::dmarc::Policy;

pub(in crate::lint::rules) struct Testing;

impl Rule for Testing {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-testing",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dmarc-testing.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts).filter(|own| own.record.testing().effective) else { return Vec::new() };
        let declared = facts.declared_domain().and_then(|domain| domain.dmarc.as_ref()?.testing.as_ref());
        if declared.is_some_and(|testing| testing.value) {
            return Vec::new(); // As it is meant.
        }
        let record = own.record;
        let stated = [record.policy(), record.subdomain_policy(), record.nonexistent_policy()].map(|at| at.effective);
        let Some(tag) = record.tag("t").filter(|_| stated.iter().any(|policy| *policy != Policy::None)) else {
            return Vec::new(); // It has no effect on `none`.
        };
        let in_force = InForce::of(record, Place::Author);
        let message = format!(
            "the DMARC policy of {} is only being tested: `{}` acts as `{}`",
            facts.domain, stated[0], in_force.domain
        );
        let found = own.finding(self.meta(), message, &tag.span()).note("one level less than stated");
        vec![found.fix(own.fix(Safety::Ask, own.removal(tag)))]
    }
}

//! `dmarc-subdomain-weaker`: names below the domain are less protected than it is.

use super::own::Own;
use super::sp_without_effect::has_no_effect;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};

pub(in crate::lint::rules) struct SubdomainWeaker;

impl Rule for SubdomainWeaker {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-subdomain-weaker",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dmarc-subdomain-weaker.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        let Some(policy) = own.record.policy().declared().copied() else { return Vec::new() };
        let declared = facts.declared_domain().and_then(|domain| domain.dmarc.as_ref());
        let wanted = |name| match name {
            "sp" => declared.and_then(|dmarc| dmarc.subdomain_policy.as_ref()),
            _ => declared.and_then(|dmarc| dmarc.nonexistent_policy.as_ref()),
        };
        let below = [
            ("sp", own.record.subdomain_policy(), "names below it"),
            ("np", own.record.nonexistent_policy(), "names below it that do not exist"),
        ];
        let weaker = below.into_iter().filter_map(|(name, value, whose)| {
            let value = value.declared().copied().filter(|value| *value < policy)?;
            // As it is meant.
            let is_meant = wanted(name).is_some_and(|at| at.value == value);
            Some((name, own.record.tag(name)?, value, whose)).filter(|_| !is_meant && !has_no_effect(facts))
        });
        let about = |(name, tag, value, whose): (&str, &crate::record::tag_list::Tag, _, &str)| {
            let message = format!("{whose} have the policy `{value}`, weaker than the `{policy}` of {}", facts.domain);
            let note = format!("whoever forges picks such a name: `{name}={value}`");
            let found = own.finding(self.meta(), message, &tag.span()).note(note);
            found.fix(own.fix(Safety::Ask, own.removal(tag)))
        };
        weaker.map(about).collect()
    }
}

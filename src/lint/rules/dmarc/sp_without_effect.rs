//! `dmarc-sp-without-effect`: a policy for subdomains where no receiver takes it from.

use super::own::Own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::dmarc::PublicSuffix;

pub(in crate::lint::rules) struct SpWithoutEffect;

impl Rule for SpWithoutEffect {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-sp-without-effect",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/dmarc-sp-without-effect.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts).filter(|_| has_no_effect(facts)) else { return Vec::new() };
        let organization = &facts.dmarc.discovery.organizational.name;
        // Receivers of RFC 7489 may still go by it.
        let agree = facts.dmarc.older.organizational != facts.domain;
        let declared = facts.declared_domain().and_then(|domain| domain.dmarc.as_ref());
        let is_declared = |name: &str| {
            declared.is_some_and(|dmarc| match name {
                "sp" => dmarc.subdomain_policy.is_some(),
                _ => dmarc.nonexistent_policy.is_some(),
            })
        };
        let tags = ["sp", "np"].into_iter().filter_map(|name| Some((name, own.record.tag(name)?)));
        let about = |(name, tag): (&str, &crate::record::tag_list::Tag)| {
            let message = format!("`{name}` has no effect at {}: receivers take it from {organization}", facts.domain);
            let found = own.finding(self.meta(), message, &tag.span()).note("not an organizational domain");
            if is_declared(name) {
                return found.help("leave it out of the declaration, too");
            }
            found.fix(own.fix(if agree { Safety::Safe } else { Safety::Ask }, own.removal(tag)))
        };
        tags.map(about).collect()
    }
}

/// Whether the domain is certainly not the one that names below it fall back to (RFC 9989, section 4.10.1).
pub(super) fn has_no_effect(facts: &Facts) -> bool {
    let dmarc = &facts.dmarc;
    let is_suffix = dmarc.own_record().is_some_and(|record| record.public_suffix().effective == PublicSuffix::Yes);
    !is_suffix && dmarc.knows_organization() && dmarc.discovery.organizational.name != facts.domain
}

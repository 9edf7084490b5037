//! `dmarc-psd-misuse`: an ordinary domain says that others register names under it.

use super::own::Own;
use crate::dmarc::is_public_suffix;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::dmarc::PublicSuffix;

pub(in crate::lint::rules) struct PsdMisuse;

impl Rule for PsdMisuse {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-psd-misuse",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dmarc-psd-misuse.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        if own.record.public_suffix().declared() != Some(&PublicSuffix::Yes) || is_public_suffix(&facts.domain) {
            return Vec::new();
        }
        let Some(tag) = own.record.tag("psd") else { return Vec::new() };
        let message = format!("{} says that it is a public suffix, and it is none", facts.domain);
        let found = own.finding(self.meta(), message, &tag.span());
        let found = found.note("every name below it becomes an organization of its own, and is aligned with no other");
        let is_declared = facts.declared_domain().and_then(|domain| domain.dmarc.as_ref()?.psd.as_ref()).is_some();
        vec![if is_declared {
            found.help("leave `psd` out of the declaration")
        } else {
            found.fix(own.fix(Safety::Ask, own.removal(tag)))
        }]
    }
}

//! `dmarc-fo-without-ruf`: it says when failure reports are wanted, and not where.

use super::own::Own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};

pub(in crate::lint::rules) struct FoWithoutRuf;

impl Rule for FoWithoutRuf {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-fo-without-ruf",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/dmarc-fo-without-ruf.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts).filter(|own| own.record.tag("ruf").is_none()) else { return Vec::new() };
        let Some(tag) = own.record.tag("fo").filter(|tag| !own.is_garbled(tag)) else { return Vec::new() };
        let message = "`fo` says when failure reports are wanted, and no `ruf` says where they go";
        let found = own.finding(self.meta(), message, &tag.span()).note("ignored without `ruf`");
        let is_declared = facts.declared_domain().is_some_and(|domain| {
            domain.dmarc.as_ref().is_some_and(|dmarc| dmarc.fo.is_some() || !dmarc.ruf.is_empty())
        });
        vec![if is_declared {
            found.help("declare `ruf` beside `fo`, or neither")
        } else {
            found.fix(own.fix(Safety::Safe, own.removal(tag)))
        }]
    }
}

//! `dkim-revoked`: the key is withdrawn: `p=` is empty.

use super::write::{keys, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};
use crate::record::tag_list::Tag;

pub(in crate::lint::rules) struct Revoked;

impl Rule for Revoked {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-revoked",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/dkim-revoked.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(facts, dkim, key)).collect()
    }
}

impl Revoked {
    fn about(&self, facts: &Facts, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        if !key.meant().is_revoked() {
            return None;
        }
        let in_use = dkim.declared.as_ref().filter(|_| dkim.may_sign(facts.now));
        let message = match in_use {
            Some(_) => format!("the key at {} is withdrawn: mail signed with `{}` fails", dkim.owner, dkim.selector),
            None => format!("the key at {} is withdrawn (`p=` is empty)", dkim.owner),
        };
        let span = key.record.tag("p").map_or(0..key.record.text().len(), Tag::span);
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), span).note("no key");
        let Some((selector, declared)) = in_use.zip(facts.declared.as_ref()) else { return Some(found) };
        let (declaration, declared_at) = declared.at(&selector.name);
        Some(found.severity(Severity::Error).context(declaration, declared_at, "declared as in use").help(
            "sign with another selector and declare this one `revoked = true`, or publish its key again if it was \
             withdrawn by mistake; never one whose private half has leaked",
        ))
    }
}

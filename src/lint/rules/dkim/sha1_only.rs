//! `dkim-sha1-only`: `h=` permits no hash that may still be used.

use super::write::{keys, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, KeyText, Meta, Operation, Rule, Severity};
use crate::record::tag_list::TagList;

pub(in crate::lint::rules) struct Sha1Only;

impl Rule for Sha1Only {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-sha1-only",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-sha1-only.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(dkim, key)).collect()
    }
}

impl Sha1Only {
    fn about(&self, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        let tag = key.record.tag("h").filter(|_| !key.meant().permits_sha256() && !key.meant().is_revoked())?;
        let items = TagList::colon_items(tag);
        let is_sha1 = items.iter().any(|hash| hash.node.eq_ignore_ascii_case(b"sha1"));
        let message = if is_sha1 {
            format!("`h=` permits SHA-1 alone at {}, which nobody may verify with any more", dkim.owner)
        } else {
            format!("`h=` permits no hash at {} that a signature may use", dkim.owner)
        };
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), tag.span());
        let edit = TagList::replace_value(tag, "sha256");
        Some(found.fix(Fix::ask([Operation::edit(&dkim.owner, &key.txt, edit)])))
    }
}

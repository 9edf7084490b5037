//! `dkim-no-key`: the record has no `p=`.

use super::write::{keys, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};
use crate::record::dkim::KeyData;

pub(in crate::lint::rules) struct NoKey;

impl Rule for NoKey {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-no-key",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-no-key.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(dkim, key)).collect()
    }
}

impl NoKey {
    fn about(&self, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        // Where something is no tag at all, it may be the key: `dkim-syntax` speaks of that.
        let is_hidden = key.meant().list().malformed().next().is_some();
        if *key.meant().key_data() != KeyData::Missing || is_hidden || key.is_private() {
            return None;
        }
        let record = &key.record;
        let upper = record.tag("P");
        let span = upper.map_or(0..record.text().len(), |tag| tag.name.span.clone());
        let message = format!("the record at {} has no `p=`, and so no key", dkim.owner);
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), span);
        Some(match upper {
            Some(_) => found.note("`P` is another tag than `p`").help("write `p=` in lower case"),
            None => found.help("copy the record again from where the key was made, to its end"),
        })
    }
}

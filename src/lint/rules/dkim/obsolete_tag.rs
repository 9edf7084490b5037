//! `dkim-obsolete-tag`: `g=` is left from DomainKeys.

use super::write::{keys, mend, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};

pub(in crate::lint::rules) struct ObsoleteTag;

impl Rule for ObsoleteTag {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-obsolete-tag",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/dkim-obsolete-tag.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(facts, dkim, key)).collect()
    }
}

impl ObsoleteTag {
    fn about(&self, facts: &Facts, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        let tag = key.record.granularity()?;
        let message = format!("`g=` at {} is left from DomainKeys: verifiers overlook it", dkim.owner);
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), tag.span());
        let edit = key.record.list().remove_tag(tag);
        // Through other faults its place is not sure: they go first.
        let edit = edit.filter(|_| key.faults.is_empty() && key.record.list().duplicates().is_empty());
        Some(match edit.and_then(|edit| mend(facts, dkim, key, vec![edit])) {
            Some(fix) => found.fix(fix),
            None => found,
        })
    }
}

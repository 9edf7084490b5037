//! `dkim-testing`: `t=y` is left from testing.

use super::write::{keys, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, KeyText, Meta, Operation, Rule, Severity};
use crate::record::tag_list::TagList;

pub(in crate::lint::rules) struct Testing;

impl Rule for Testing {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-testing",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dkim-testing.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(dkim, key)).collect()
    }
}

impl Testing {
    fn about(&self, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        if key.meant().is_revoked() {
            return None;
        }
        let record = &key.record;
        let flag = record.testing()?;
        let tag = record.tag("t")?;
        let message = format!(
            "the key at {} says that it is being tested (`t=y`): receivers may overlook its signatures",
            dkim.owner
        );
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), flag).note("testing");
        let others: Vec<String> = record
            .flags()
            .into_iter()
            .filter(|flag| flag.node != b"y")
            .map(|flag| String::from_utf8_lossy(&flag.node).into_owned())
            .collect();
        let edit = if others.is_empty() {
            record.list().remove_tag(tag)
        } else {
            Some(TagList::replace_value(tag, &others.join(":")))
        };
        Some(match edit {
            Some(edit) => found.fix(Fix::ask([Operation::edit(&dkim.owner, &key.txt, edit)])),
            None => found,
        })
    }
}

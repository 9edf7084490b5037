//! `dkim-duplicate-tag`: a tag stands in the record twice.

use super::write::{keys, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, KeyText, Meta, Operation, Rule, Severity};

pub(in crate::lint::rules) struct DuplicateTag;

impl Rule for DuplicateTag {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-duplicate-tag",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-duplicate-tag.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(dkim, key)).collect()
    }
}

impl DuplicateTag {
    fn about(&self, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        let list = key.record.list();
        let twice = list.duplicates();
        let (again, first) = twice.first()?;
        let name = &again.name.node;
        let message = format!("`{name}=` stands twice at {}: verifiers discard the whole record", dkim.owner);
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), again.span())
            .note("again")
            .context(place(&dkim.owner, &key.txt), first.span(), "first here");
        let removals: Option<Vec<_>> = twice.iter().map(|(again, _)| list.remove_tag(again)).collect();
        // The same tag thrice: the part is found by what it says, and would be removed once only.
        let distinct =
            twice.iter().enumerate().all(|(at, (again, _))| twice[..at].iter().all(|(other, _)| other != again));
        Some(match removals.filter(|_| distinct && !key.is_private()) {
            Some(edits) => {
                found.fix(Fix::ask(edits.into_iter().map(|edit| Operation::edit(&dkim.owner, &key.txt, edit))))
            }
            None => found,
        })
    }
}

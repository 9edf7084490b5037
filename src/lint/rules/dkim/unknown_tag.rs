//! `dkim-unknown-tag`: the record has a tag that nobody reads.

use super::write::{keys, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};

pub(in crate::lint::rules) struct UnknownTag;

impl Rule for UnknownTag {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-unknown-tag",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/dkim-unknown-tag.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).flat_map(|(dkim, key)| self.about(dkim, key)).collect()
    }
}

impl UnknownTag {
    fn about(&self, dkim: &DkimFacts, key: &KeyText) -> Vec<Diagnostic> {
        // Where the list is broken, what looks like a tag may be part of another.
        if !key.faults.is_empty() || key.is_private() {
            return Vec::new();
        }
        let tags = key.record.unknown_tags().filter(|tag| tag.name.node != "P");
        tags.map(|tag| {
            let name = &tag.name.node;
            let message = format!("verifiers do not know the tag `{name}=` at {}, and overlook it", dkim.owner);
            let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), tag.span());
            let lower = name.to_ascii_lowercase();
            if lower != *name && ["v", "h", "k", "n", "p", "s", "t"].contains(&lower.as_str()) {
                return found.help(format!("names are in exact case: `{lower}=` is meant"));
            }
            if ["a", "b", "bh", "c", "d", "i", "l", "q", "x", "z"].contains(&lower.as_str()) {
                return found.help("it belongs in the header of a message, not in DNS");
            }
            found
        })
        .collect()
    }
}

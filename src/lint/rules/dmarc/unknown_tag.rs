//! `dmarc-unknown-tag`: a tag that no receiver knows.

use super::own::Own;
use crate::declared::nearest_name;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};
use crate::record::dmarc::KNOWN_TAGS;

pub(in crate::lint::rules) struct UnknownTag;

impl Rule for UnknownTag {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-unknown-tag",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/dmarc-unknown-tag.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        let tags = own.record.unknown_tags().map(|tag| {
            let name = &tag.name.node;
            let message = format!("`{name}` is no tag of DMARC: receivers ignore it");
            let found = own.finding(self.meta(), message, &tag.span());
            match nearest_name(name, KNOWN_TAGS) {
                Some(meant) => found.help(format!("if `{meant}` is meant, write that; else take it out")),
                None => found,
            }
        });
        tags.collect()
    }
}

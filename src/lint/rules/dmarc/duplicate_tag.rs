//! `dmarc-duplicate-tag`: which of two tags of one name counts, no RFC says.

use super::own::Own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};

pub(in crate::lint::rules) struct DuplicateTag;

impl Rule for DuplicateTag {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-duplicate-tag",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dmarc-duplicate-tag.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        let duplicates = own.record.list().duplicates();
        let about = |(later, first): &(&crate::record::tag_list::Tag, &crate::record::tag_list::Tag)| {
            let name = first.name.node.to_ascii_lowercase();
            let message = format!("the DMARC record of {} has the tag `{name}` twice", facts.domain);
            let found = own.finding(self.meta(), message, &later.span()).note("some receivers go by this one");
            let place = found.labels[0].place.clone();
            let found = found.context(place, first.span(), "others by this one");
            let is_list = matches!(name.as_str(), "rua" | "ruf");
            let found = if is_list { found.help("several addresses stand in one tag, between commas") } else { found };
            found.fix(own.fix(Safety::Ask, own.removal(later)))
        };
        duplicates.iter().map(about).collect()
    }
}

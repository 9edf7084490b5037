//! `dmarc-version`: tags of DMARC that do not begin with the version are no record.

use mailvouch_providers::dns::Rdata;

use super::near_missed::mended;
use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};
use crate::record::dmarc::{NearMissKind, Policy};
use crate::record::tag_list::{Dialect, Tag, TagList};

pub(in crate::lint::rules) struct Version;

impl Rule for Version {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-version",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dmarc-version.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let owner = &facts.dmarc.owner;
        let late = facts.dmarc.near_misses.iter().filter(|(_, miss)| miss.kind == NearMissKind::VersionNotFirst);
        let late = late.map(|(txt, miss)| {
            let place = Place::value(owner, &Rdata::Txt(txt.clone()));
            let message =
                format!("the version of this DMARC record of {owner} does not come first: receivers ignore it");
            let found = Diagnostic::new(self.meta(), message, place, miss.span.clone()).note("`v=DMARC1` comes first");
            mended(facts, found, txt, miss)
        });
        let without = facts.dmarc.others.iter().filter(|(_, text)| has_policy(text)).map(|(txt, text)| {
            let place = Place::value(owner, &Rdata::Txt(txt.clone()));
            let version = TagList::parse(text, Dialect::Dmarc).tag("v").map(Tag::span);
            let message =
                format!("this text at {owner} asks for a DMARC policy without `v=DMARC1`: receivers ignore it");
            Diagnostic::new(self.meta(), message, place, version.unwrap_or(0..text.len()))
                .help("begin it with `v=DMARC1;`, if it is meant as the record")
        });
        late.chain(without).collect()
    }
}

/// Whether a text that is no record holds a policy of DMARC.
pub(super) fn has_policy(text: &[u8]) -> bool {
    let list = TagList::parse(text, Dialect::Dmarc);
    list.tag("p").is_some_and(|tag| Policy::from_value(&tag.value.node).is_some())
}

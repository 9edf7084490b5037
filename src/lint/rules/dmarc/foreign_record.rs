//! `dmarc-foreign-record`: other text stands where only the DMARC record belongs.

use mailvouch_providers::dns::Rdata;

use super::version::has_policy;
use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};

pub(in crate::lint::rules) struct ForeignRecord;

impl Rule for ForeignRecord {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-foreign-record",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dmarc-foreign-record.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let owner = &facts.dmarc.owner;
        let others = facts.dmarc.others.iter().filter(|(_, text)| !has_policy(text));
        let about = |(txt, text): &(mailvouch_providers::dns::Txt, Vec<u8>)| {
            let place = Place::value(owner, &Rdata::Txt(txt.clone()));
            let message = format!("this text at {owner} is no DMARC record");
            let found = Diagnostic::new(self.meta(), message, place, 0..text.len());
            if facts.dmarc.reply.wildcard.is_some() {
                found.note("a wildcard answers here").help("put a DMARC record there: it ends the wildcard's cover")
            } else {
                found.help("take it out, or put it where it belongs: nothing but the record is looked for here")
            }
        };
        others.map(about).collect()
    }
}

//! `spf-string-too-long`: a zone file writes the record into a character-string that cannot exist.

use mailvouch_providers::dns::{MAX_STRING, Rdata};

use super::own;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Rule, Severity};
use crate::published::LongString;

pub(in crate::lint::rules) struct StringTooLong;

impl Rule for StringTooLong {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-string-too-long",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-string-too-long.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let written = &facts.spf.reply.long_strings;
        let mut found = Vec::new();
        for own in own(facts) {
            let txt = &own.published.value;
            let fix = || {
                let (value, content) = (Rdata::Txt(txt.clone()), Rdata::Txt(txt.with_long_strings_cut()));
                Fix::safe([Operation::Replace { owner: own.owner.clone(), value, content }])
            };
            for (index, string) in txt.long_strings() {
                let here = |long: &&LongString| long.value == *txt && long.string == index;
                let at = written.iter().find(here).map(|long| format!(" ({})", long.at)).unwrap_or_default();
                let octets = string.len();
                let message = format!(
                    "a character-string of the SPF record has {octets} octets, and {MAX_STRING} is the most{at}"
                );
                let start: usize = txt.strings()[..index].iter().map(|string| string.len()).sum();
                let note = format!("{} octets too many: no server loads a zone with it", octets - MAX_STRING);
                found.push(
                    own.finding(self.meta(), message, &(start..start + octets))
                        .note(note)
                        .help("write it as several strings: receivers join them with nothing between")
                        .fix(fix()),
                );
            }
        }
        found
    }
}

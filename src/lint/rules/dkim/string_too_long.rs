//! `dkim-string-too-long`: a zone file writes the record into a character-string that cannot exist.

use mailvouch_providers::dns::{MAX_STRING, Rdata, Txt};

use super::write::place;
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, Meta, Operation, Rule, Severity};
use crate::published::LongString;

pub(in crate::lint::rules) struct StringTooLong;

impl Rule for StringTooLong {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-string-too-long",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-string-too-long.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        // Whatever it is that stands there, and whether or not it is to stay: no server loads the zone.
        let texts = facts.dkim.iter().flat_map(|dkim| dkim.records.iter().map(move |(txt, _)| (dkim, txt)));
        texts.flat_map(|(dkim, txt)| self.about(dkim, txt)).collect()
    }
}

impl StringTooLong {
    fn about(&self, dkim: &DkimFacts, txt: &Txt) -> Vec<Diagnostic> {
        let finding = |(index, string): (usize, &[u8])| {
            let here = |long: &&LongString| long.value == *txt && long.string == index;
            let at = dkim.reply.long_strings.iter().find(here).map(|long| format!(" ({})", long.at));
            let octets = string.len();
            let message = format!(
                "a character-string at {} has {octets} octets, and {MAX_STRING} is the most{}",
                dkim.owner,
                at.unwrap_or_default()
            );
            let start: usize = txt.strings()[..index].iter().map(|string| string.len()).sum();
            let (value, content) = (Rdata::Txt(txt.clone()), Rdata::Txt(txt.with_long_strings_cut()));
            Diagnostic::new(self.meta(), message, place(&dkim.owner, txt), start..start + octets)
                .note(format!("{} octets too many: no server loads a zone with it", octets - MAX_STRING))
                .help("write it as several strings: verifiers join them with nothing between")
                .fix(Fix::safe([Operation::Replace { owner: dkim.owner.clone(), value, content }]))
        };
        txt.long_strings().map(finding).collect()
    }
}

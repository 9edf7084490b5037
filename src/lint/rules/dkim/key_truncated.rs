//! `dkim-key-truncated`: the key is cut off.

use super::write::{key_span, keys, place, restore};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};
use crate::record::dkim::{Base64Problem, KeyData, KeyProblem};

/// Octets of one character-string (RFC 1035, section 3.3): where panels cut.
const CUT_AT: usize = 255;

pub(in crate::lint::rules) struct KeyTruncated;

impl Rule for KeyTruncated {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-key-truncated",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-key-truncated.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(facts, dkim, key)).collect()
    }
}

impl KeyTruncated {
    fn about(&self, facts: &Facts, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        let Some(Err(KeyProblem::Truncated { announced, available })) = key.meant().lenient_key() else { return None };
        let end = key_span(&key.record).end;
        // Where an octet is none of base64, it is not known how many it stands for: `dkim-bad-base64` speaks of it.
        if matches!(key.meant().key_data(), KeyData::BadBase64 { problem: Base64Problem::Octet(_), .. }) {
            return None;
        }
        // One string that is full, or nearly: a panel cuts whole symbols, and a person whole words.
        let at_limit = key.txt.strings().len() == 1 && (CUT_AT - 4..=CUT_AT).contains(&end);
        let why = if at_limit { ": it was cut at 255 octets, where one string of a TXT record ends" } else { "" };
        let message = format!("the key at {} ends after {available} of its {announced} octets{why}", dkim.owner);
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), end.saturating_sub(1)..end);
        let found = found.note(format!("ends here, at byte {end} of the text"));
        Some(match restore(facts, dkim, key) {
            Some(fix) => found.fix(fix),
            None => found.help(
                "publish the whole key: a panel that takes no more than 255 characters wants it as two strings, \
                 \"...\" \"...\", which verifiers join",
            ),
        })
    }
}

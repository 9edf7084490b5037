//! `dkim-bad-base64`: `p=` is no base64.

use super::write::{keys, place, restore};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};
use crate::record::dkim::{Base64Problem, KeyData, KeyProblem};

pub(in crate::lint::rules) struct BadBase64;

impl Rule for BadBase64 {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-bad-base64",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-bad-base64.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(facts, dkim, key)).collect()
    }
}

impl BadBase64 {
    fn about(&self, facts: &Facts, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        let KeyData::BadBase64 { problem: meant, .. } = key.meant().key_data() else { return None };
        // Told better by `dkim-syntax`, `dkim-key-truncated` and `dkim-private-key`.
        let is_octet = matches!(meant, Base64Problem::Octet(_));
        let is_cut = !is_octet && matches!(key.meant().lenient_key(), Some(Err(KeyProblem::Truncated { .. })));
        if is_cut || key.is_private() {
            return None;
        }
        let KeyData::BadBase64 { at, problem, .. } = key.record.key_data() else { return None };
        let what = match problem {
            Base64Problem::Octet(_) => "this octet is not of its alphabet",
            Base64Problem::Padding => "the `=` at its end are too few or too many",
            Base64Problem::Length => "one symbol is left over: something is missing",
            Base64Problem::TrailingBits => "the last symbol says more than fits: something is missing",
        };
        let message = format!("`p=` is no base64 at {}: verifiers find no key", dkim.owner);
        let end = key.record.tag("p").map_or(*at, |tag| tag.value.span.end);
        let span = if *at < end { *at..*at + 1 } else { end.saturating_sub(1)..end };
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), span).note(what);
        Some(match restore(facts, dkim, key) {
            Some(fix) => found.fix(fix),
            None => found.help("copy the key again from where it was made, to its last character"),
        })
    }
}

//! `dkim-ed25519-wrapped`: an Ed25519 key is published in the wrapping of key files.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::write::{key_span, keys, mend, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};
use crate::record::dkim::KeyProblem;
use crate::record::tag_list::TagList;

pub(in crate::lint::rules) struct Ed25519Wrapped;

impl Rule for Ed25519Wrapped {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-ed25519-wrapped",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-ed25519-wrapped.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(facts, dkim, key)).collect()
    }
}

impl Ed25519Wrapped {
    fn about(&self, facts: &Facts, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        let Some(Err(KeyProblem::Wrapped(public))) = key.meant().lenient_key() else { return None };
        let message = format!(
            "the Ed25519 key at {} stands in its SubjectPublicKeyInfo: verifiers want the 32 octets alone",
            dkim.owner
        );
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), key_span(&key.record));
        // Through other faults the place of the key is not sure: they go first.
        let Some(tag) = key.record.tag("p").filter(|_| key.faults.is_empty()) else { return Some(found) };
        let octets = public.published_octets().unwrap_or_default();
        let edit = TagList::replace_value(tag, &BASE64_STANDARD.encode(octets));
        Some(match mend(facts, dkim, key, vec![edit]) {
            Some(fix) => found.fix(fix),
            None => found,
        })
    }
}

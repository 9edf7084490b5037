//! `dkim-large-key`: an RSA key is larger than verifiers have to take.

use super::write::{key_span, keys, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};
use crate::record::dkim::PublicKey;

/// Verifiers must be able to take keys up to this size (RFC 8301, section 3.2).
const MOST: usize = 4096;

pub(in crate::lint::rules) struct LargeKey;

impl Rule for LargeKey {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-large-key",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/dkim-large-key.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(dkim, key)).collect()
    }
}

impl LargeKey {
    fn about(&self, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        let Some(PublicKey::Rsa { bits, .. }) = key.key() else { return None };
        if bits <= MOST {
            return None;
        }
        let message =
            format!("the RSA key at {} has {bits} bits: receivers need not verify with over {MOST}", dkim.owner);
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), key_span(&key.record));
        Some(found.help("2048 bits are safe, and fit in every answer; 4096 is the most that every verifier takes"))
    }
}

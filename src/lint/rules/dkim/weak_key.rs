//! `dkim-weak-key`: an RSA key is too short.

use super::write::{key_span, keys, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};
use crate::record::dkim::PublicKey;

/// Signers should use no smaller key (RFC 8301, section 3.2).
const ADVISED: usize = 2048;

pub(in crate::lint::rules) struct WeakKey;

impl Rule for WeakKey {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-weak-key",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dkim-weak-key.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(facts, dkim, key)).collect()
    }
}

impl WeakKey {
    fn about(&self, facts: &Facts, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        let known = key.key()?;
        let PublicKey::Rsa { bits, .. } = known else { return None };
        if bits >= ADVISED || !dkim.may_sign(facts.now) {
            return None;
        }
        let message = if known.is_too_short() {
            format!("the RSA key at {} has {bits} bits: verifiers must not take its signatures", dkim.owner)
        } else {
            format!("the RSA key at {} has {bits} bits: {ADVISED} are advised", dkim.owner)
        };
        let severity = if known.is_too_short() { Severity::Error } else { Severity::Warning };
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), key_span(&key.record));
        Some(found.severity(severity).help(
            "make a key of 2048 bits under a new selector, let the signer change over, and revoke this one a week later",
        ))
    }
}

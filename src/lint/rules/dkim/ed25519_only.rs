//! `dkim-ed25519-only`: no declared selector has an RSA key.

use super::write::{key_span, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};
use crate::record::dkim::PublicKey;
use crate::record::dmarc::Policy;

pub(in crate::lint::rules) struct Ed25519Only;

impl Rule for Ed25519Only {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-ed25519-only",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dkim-ed25519-only.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        self.about(facts).into_iter().collect()
    }
}

impl Ed25519Only {
    fn about(&self, facts: &Facts) -> Option<Diagnostic> {
        let declared: Vec<&DkimFacts> =
            facts.dkim.iter().filter(|dkim| dkim.declared.is_some() && dkim.may_sign(facts.now)).collect();
        // One that nobody could look up may be the RSA key.
        if !facts.sends() || declared.iter().any(|dkim| dkim.reply.failure().is_some()) {
            return None;
        }
        let sound = |dkim: &&'_ DkimFacts| dkim.keys.iter().any(|key| key.record.is_usable());
        let keys: Vec<(&DkimFacts, &KeyText)> = declared
            .iter()
            .filter(|dkim| sound(dkim))
            .flat_map(|dkim| dkim.keys.iter().map(|key| (*dkim, key)))
            .collect();
        let is_ed25519 = |(_, key): &(&DkimFacts, &KeyText)| matches!(key.key(), Some(PublicKey::Ed25519(_)));
        let (dkim, key) = *keys.first()?;
        if !keys.iter().all(is_ed25519) {
            return None;
        }
        let rejects = facts.dmarc.policy() == Some(Policy::Reject);
        let message = format!("all usable keys of {} are Ed25519: large receivers verify RSA only", facts.domain);
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), key_span(&key.record));
        let severity = if rejects { Severity::Error } else { Severity::Warning };
        let found = found.severity(severity).note("Ed25519");
        Some(
            found
                .help("sign with an RSA key of 2048 bits under a second selector as well, and keep this one beside it"),
        )
    }
}

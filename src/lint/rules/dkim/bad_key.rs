//! `dkim-bad-key`: `p=` decodes to no public key of the type that `k=` names.

use super::write::{key_span, keys, mend, place, restore};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};
use crate::record::Edit;
use crate::record::dkim::{KeyProblem, KeyType};

pub(in crate::lint::rules) struct BadKey;

impl Rule for BadKey {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-bad-key",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-bad-key.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(facts, dkim, key)).collect()
    }
}

impl BadKey {
    fn about(&self, facts: &Facts, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        if key.is_private() {
            return None;
        }
        let record = key.meant();
        let type_span = key.record.tag("k").map_or_else(|| key_span(&key.record), |tag| tag.value.span.clone());
        let found = |what: &str, span| {
            let message = format!("nobody can verify with the key at {}: {what}", dkim.owner);
            Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), span)
        };
        let key_type = record.key_type().effective;
        if let KeyType::Other(_) = key_type {
            let found = found("`k=` names a type that DKIM does not know", type_span);
            return Some(found.help("the types are `rsa` (RFC 6376) and `ed25519` (RFC 8463)"));
        }
        let name = if key_type == KeyType::Rsa { "rsa" } else { "ed25519" };
        if let Some(written) = key.record.tag("k").filter(|tag| tag.value.node != name.as_bytes()) {
            let message =
                format!("`k=` is written in upper case at {}: values are compared as they are written", dkim.owner);
            let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), type_span);
            let found = found.severity(Severity::Warning).note("some verifiers know no such type");
            // Where more is wrong, the lower case alone mends nothing.
            let edit = Edit::replace(written.value.span.clone(), name);
            return Some(match mend(facts, dkim, key, vec![edit]).filter(|_| key.faults.is_empty()) {
                Some(fix) => found.fix(fix),
                None => found,
            });
        }
        let span = key_span(&key.record);
        let found = match record.key()? {
            // Sound, or for another rule to tell.
            Ok(_)
            | Err(
                KeyProblem::Pkcs1(_)
                | KeyProblem::Wrapped(_)
                | KeyProblem::Truncated { .. }
                | KeyProblem::PrivateKey(_)
                | KeyProblem::UnknownType,
            ) => return None,
            Err(KeyProblem::OtherType(other)) => {
                let is = if other.key_type() == KeyType::Rsa { "an RSA key" } else { "an Ed25519 key" };
                found(&format!("`p=` holds {is}, and {} says `{name}`", said(&key.record)), type_span)
            }
            Err(KeyProblem::UnknownAlgorithm(oid)) => {
                found(&format!("`p=` holds a key for the algorithm {oid}, which DKIM does not know"), span)
            }
            Err(KeyProblem::TrailingOctets { count }) => {
                let more = if count == 1 { "one octet follows".to_owned() } else { format!("{count} octets follow") };
                found(&format!("the key is whole, and {more} that belong to nothing"), span)
            }
            Err(KeyProblem::Length(length)) => {
                found(&format!("an Ed25519 key has 32 octets, and `p=` holds {length}"), span)
            }
            Err(KeyProblem::Garbage) => found("`p=` decodes to something that is no key", span),
        };
        Some(match restore(facts, dkim, key) {
            Some(fix) => found.fix(fix),
            None => found.help("copy the record again from where the key was made"),
        })
    }
}

/// Who says of which type the key is.
fn said(record: &crate::record::DkimRecord) -> &'static str {
    if record.tag("k").is_some() { "`k=`" } else { "the default, since there is no `k=`," }
}

//! `dkim-shared-key`: two selectors publish the same key.

use super::write::{key_span, keys, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};

pub(in crate::lint::rules) struct SharedKey;

impl Rule for SharedKey {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-shared-key",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/dkim-shared-key.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let keys: Vec<_> = keys(facts).filter_map(|(dkim, key)| Some((dkim, key, key.key()?))).collect();
        let mut found = Vec::new();
        for (at, (dkim, key, public)) in keys.iter().enumerate() {
            let earlier = keys[..at].iter().find(|(other, _, earlier)| other.owner != dkim.owner && earlier == public);
            found.extend(earlier.map(|(other, first, _)| self.about((dkim, key), (other, first))));
        }
        found
    }
}

impl SharedKey {
    fn about(&self, again: (&DkimFacts, &KeyText), first: (&DkimFacts, &KeyText)) -> Diagnostic {
        let ((dkim, key), (other, earlier)) = (again, first);
        let message = format!("{} publishes the key of {}", dkim.owner, other.owner);
        Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), key_span(&key.record))
            .note("the same key")
            .context(place(&other.owner, &earlier.txt), key_span(&earlier.record), "as here")
            .help("one key, one selector: then one can be replaced or revoked without the other")
    }
}

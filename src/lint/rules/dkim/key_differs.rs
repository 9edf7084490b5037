//! `dkim-key-differs`: another key than the declared one is published.

use super::write::{key_span, place, publishes, replacement};
use crate::declared::{Selector, SelectorWant};
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, KeyText, Meta, Operation, Rule, Severity};
use crate::record::Edit;

pub(in crate::lint::rules) struct KeyDiffers;

impl Rule for KeyDiffers {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-key-differs",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-key-differs.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        facts.dkim.iter().filter_map(|key| self.about(facts, key)).collect()
    }
}

impl KeyDiffers {
    fn about(&self, facts: &Facts, key: &DkimFacts) -> Option<Diagnostic> {
        let selector = key.declared.as_ref()?;
        if key.is_to_be_revoked(facts.now) {
            return self.still_published(facts, key, selector);
        }
        let SelectorWant::Key(wanted) = &selector.want else { return None };
        if key.keys.iter().any(|text| publishes(&text.record, &wanted.value)) {
            return None;
        }
        // Texts that are no keys are somebody else's: `dkim-foreign-record` speaks of them.
        let first = key.keys.first()?;
        let (declaration, declared_at) = facts.declared.as_ref()?.at(wanted);
        let what = if first.record.is_revoked() {
            "a revoked key (empty `p=`)"
        } else if key.is_usable() {
            "another key"
        } else {
            "something that is no usable key"
        };
        let message = format!("{what} is published at {}, not the declared one", key.owner);
        let found = Diagnostic::new(self.meta(), message, place(&key.owner, &first.txt), key_span(&first.record));
        let mut found = found.note("published").context(declaration, declared_at, "this key is declared");
        if key.is_usable() {
            found = found.help(
                "mail on its way is signed with the published key: rather declare the new key under a new selector, and \
                 retire this one",
            );
        }
        // Of a private key that is published, the declared one may be the other half: it is not put back.
        let Some(text) = key.one().filter(|text| !text.is_private()) else { return Some(found) };
        let operation = replacement(&key.owner, text, &wanted.value);
        Some(found.fix(if key.is_usable() { Fix::ask([operation]) } else { Fix::safe([operation]) }))
    }

    /// A key where it is declared that there is none any more.
    fn still_published(&self, facts: &Facts, key: &DkimFacts, selector: &Selector) -> Option<Diagnostic> {
        // One that is too short is the first to be broken, and there are verifiers that never read RFC 8301.
        let is_short = |text: &&KeyText| text.key().is_some_and(|key| key.is_too_short());
        let text = key.keys.iter().find(|text| text.record.is_usable() || is_short(text))?;
        let takers = if is_short(&text) { "old verifiers" } else { "verifiers" };
        let message = match &selector.retire {
            Some(retire) => format!(
                "{} signed for the last time on {}, and still publishes a key that {takers} take",
                key.owner, retire.value
            ),
            None => format!("{} is declared as revoked, and publishes a key that {takers} take", key.owner),
        };
        let (declaration, declared_at) = facts.declared.as_ref()?.at(&selector.name);
        let span = key_span(&text.record);
        let found = Diagnostic::new(self.meta(), message, place(&key.owner, &text.txt), span.clone());
        let found = found.context(declaration, declared_at, "declared here");
        let Some(text) = key.one() else { return Some(found) };
        let revoke = Operation::edit(&key.owner, &text.txt, Edit::delete(span));
        // The declaration gives the day, and another key has taken over. Otherwise taking a working key away is a
        // person's word to say.
        Some(found.fix(if key.is_succeeded(&facts.dkim, facts.now) { Fix::safe([revoke]) } else { Fix::ask([revoke]) }))
    }
}

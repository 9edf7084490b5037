//! `dkim-key-differs`: another key than the declared one is published.

use mailvouch_providers::dns::{Rdata, Txt};

use super::write::key_record;
use crate::declared::{PublicKey, SelectorState, SelectorWant};
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::dkim::same_key;
use crate::record::tag_list::TagList;
use crate::record::{DkimRecord, Edit, apply};

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
        let (txt, record) = key.records.first()?;
        let place = Place::value(&key.owner, &Rdata::Txt(txt.clone()));
        let declared = facts.declared.as_ref()?;
        if selector.state_at(facts.now) == SelectorState::Revoked {
            let (_, record) = key.records.iter().find(|(_, record)| record.is_usable())?;
            let message = format!("{} is declared as revoked, and publishes a key that verifiers take", key.owner);
            let (declaration, declared_at) = declared.at(&selector.name);
            let span = record.tag("p").map_or(0..record.text().len(), |tag| tag.value.span.clone());
            let found = Diagnostic::new(self.meta(), message, place, span.clone()).context(
                declaration,
                declared_at,
                "declared here",
            );
            // Taking a working key away is a person's word to say.
            let revoke = |(txt, _): &(Txt, DkimRecord)| Operation::edit(&key.owner, txt, Edit::delete(span.clone()));
            return Some(match key.one() {
                Some(one) => found.fix(Fix::ask([revoke(one)])),
                None => found,
            });
        }
        let SelectorWant::Key(wanted) = &selector.want else { return None };
        let expected = key_record(&wanted.value);
        let expected_record = DkimRecord::parse(&expected.as_txt()?.joined());
        if key.records.iter().any(|(_, record)| same_key(record, &expected_record)) {
            return None;
        }
        let (declaration, declared_at) = declared.at(wanted);
        let what = if record.is_revoked() {
            "a revoked key (empty `p=`)"
        } else if key.is_usable() {
            "another key"
        } else {
            "something that is no usable key"
        };
        let message = format!("{what} is published at {}, not the declared one", key.owner);
        let span = record.tag("p").map_or(0..record.text().len(), |tag| tag.value.span.clone());
        let mut found = Diagnostic::new(self.meta(), message, place, span).note("published").context(
            declaration,
            declared_at,
            "this key is declared",
        );
        if key.is_usable() {
            found = found.help(
                "mail on its way is signed with the published key: rather declare the new key under a new selector, and \
                 retire this one",
            );
        }
        let Some((txt, record)) = key.one() else { return Some(found) };
        let operation = replacement(key, txt, record, &wanted.value, &expected);
        Some(found.fix(if key.is_usable() { Fix::ask([operation]) } else { Fix::safe([operation]) }))
    }
}

/// Only the key is replaced where that makes the record publish it; else the whole record.
fn replacement(key: &DkimFacts, txt: &Txt, record: &DkimRecord, wanted: &PublicKey, expected: &Rdata) -> Operation {
    let edit = record.tag("p").map(|tag| TagList::replace_value(tag, &wanted.base64()));
    let edited = edit.as_ref().and_then(|edit| apply(record.text(), std::slice::from_ref(edit)).ok());
    let edited = edited.map(|text| DkimRecord::parse(&text)).filter(DkimRecord::is_usable);
    let declared = expected.as_txt().map(|txt| DkimRecord::parse(&txt.joined()));
    let is_declared = edited.zip(declared).is_some_and(|(edited, declared)| same_key(&edited, &declared));
    match edit.filter(|_| is_declared) {
        Some(edit) => Operation::edit(&key.owner, txt, edit),
        None => {
            Operation::Replace { owner: key.owner.clone(), value: Rdata::Txt(txt.clone()), content: expected.clone() }
        }
    }
}

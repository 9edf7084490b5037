//! What several rules say of selectors, and write at them.

use mailvouch_providers::dns::{Name, Rdata, Txt};

use crate::declared::{PublicKey, SelectorState, SelectorWant};
use crate::lint::{DkimFacts, Facts, Fix, KeyText, Operation, Place};
use crate::record::dkim::same_key;
use crate::record::tag_list::TagList;
use crate::record::{DkimRecord, Edit, Span, apply};

/// The record that publishes a key. One over 255 octets is cut into strings by [`Txt::from_text`].
pub(super) fn key_record(key: &PublicKey) -> Rdata {
    Rdata::Txt(Txt::from_text(key.record_text().as_bytes()))
}

/// Every key text at a selector where one is to stand.
pub(super) fn keys(facts: &Facts) -> impl Iterator<Item = (&DkimFacts, &KeyText)> {
    let selectors = facts.dkim.iter().filter(|dkim| !dkim.is_to_be_revoked(facts.now));
    selectors.flat_map(|dkim| dkim.keys.iter().map(move |key| (dkim, key)))
}

/// Where a value stands.
pub(super) fn place(owner: &Name, txt: &Txt) -> Place {
    Place::value(owner, &Rdata::Txt(txt.clone()))
}

/// The bytes of a key: the value of `p=`, or all there is.
pub(super) fn key_span(record: &DkimRecord) -> Span {
    record.tag("p").map_or(0..record.text().len(), |tag| tag.value.span.clone())
}

/// The key that is declared for a selector whose key may stand there.
pub(super) fn wanted_key<'a>(facts: &Facts, dkim: &'a DkimFacts) -> Option<&'a PublicKey> {
    let selector = dkim.declared.as_ref()?;
    match &selector.want {
        SelectorWant::Key(wanted) if dkim.state_at(facts.now) != Some(SelectorState::Revoked) => Some(&wanted.value),
        _ => None,
    }
}

/// Whether the record publishes the key.
pub(super) fn publishes(record: &DkimRecord, key: &PublicKey) -> bool {
    same_key(record, &DkimRecord::parse(key.record_text().as_bytes()))
}

/// The edits of one value that make it say what it was meant to. To a key that is not the declared one somebody has to
/// say yes.
pub(super) fn mend(facts: &Facts, dkim: &DkimFacts, key: &KeyText, edits: Vec<Edit>) -> Option<Fix> {
    let text = apply(key.record.text(), &edits).ok()?;
    let operations = edits.into_iter().map(|edit| Operation::edit(&dkim.owner, &key.txt, edit));
    let is_other = wanted_key(facts, dkim).is_some_and(|wanted| !publishes(&DkimRecord::parse(&text), wanted));
    Some(if is_other { Fix::ask(operations) } else { Fix::safe(operations) })
}

/// The declared key in place of one that nothing can be verified with; none where no key is declared.
pub(super) fn restore(facts: &Facts, dkim: &DkimFacts, key: &KeyText) -> Option<Fix> {
    let wanted = wanted_key(facts, dkim).filter(|_| !dkim.is_usable() && dkim.one().is_some())?;
    Some(Fix::safe([replacement(&dkim.owner, key, wanted)]))
}

/// Only the key is replaced where that makes the record publish it; else the whole record.
pub(super) fn replacement(owner: &Name, key: &KeyText, wanted: &PublicKey) -> Operation {
    let edit = key.record.tag("p").map(|tag| TagList::replace_value(tag, &wanted.base64()));
    let edited = edit.as_ref().and_then(|edit| apply(key.record.text(), std::slice::from_ref(edit)).ok());
    let edited = edited.map(|text| DkimRecord::parse(&text)).filter(DkimRecord::is_usable);
    match edit.filter(|_| edited.is_some_and(|edited| publishes(&edited, wanted))) {
        Some(edit) => Operation::edit(owner, &key.txt, edit),
        None => {
            Operation::Replace { owner: owner.clone(), value: Rdata::Txt(key.txt.clone()), content: key_record(wanted) }
        }
    }
}

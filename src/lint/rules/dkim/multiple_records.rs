//! `dkim-multiple-records`: more than one key record stands at a selector.

use mailvouch_providers::dns::Rdata;

use super::write::{place, publishes, wanted_key};
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, KeyText, Meta, Operation, Rule, Severity};
use crate::record::dkim::same_key;

pub(in crate::lint::rules) struct MultipleRecords;

impl Rule for MultipleRecords {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-multiple-records",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-multiple-records.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        facts.dkim.iter().filter_map(|dkim| self.about(facts, dkim)).collect()
    }
}

impl MultipleRecords {
    fn about(&self, facts: &Facts, dkim: &DkimFacts) -> Option<Diagnostic> {
        let [first, others @ ..] = &*dkim.keys else { return None };
        if others.is_empty() {
            return None;
        }
        let kept = kept(facts, dkim);
        let told = kept.unwrap_or(first);
        let count = dkim.keys.len();
        let message =
            format!("{count} key records stand at {}: which of them a verifier takes is not defined", dkim.owner);
        let note = if kept.is_some() { "the one to keep" } else { "one of them" };
        let mut found =
            Diagnostic::new(self.meta(), message, place(&dkim.owner, &told.txt), 0..told.record.text().len())
                .note(note);
        let others = dkim.keys.iter().filter(|key| key.txt != told.txt);
        for other in others.clone() {
            found = found.context(place(&dkim.owner, &other.txt), 0..other.record.text().len(), "another record");
        }
        let delete =
            |key: &KeyText| Operation::Delete { owner: dkim.owner.clone(), value: Rdata::Txt(key.txt.clone()) };
        Some(match kept {
            Some(_) => found.fix(Fix::ask(others.map(delete))),
            None => found.help("keep the key that the signer uses, and give the other a selector of its own"),
        })
    }
}

/// The record to keep: the declared key; else the only one that is usable; else the first, where all publish one key.
fn kept<'a>(facts: &Facts, dkim: &'a DkimFacts) -> Option<&'a KeyText> {
    if let Some(wanted) = wanted_key(facts, dkim) {
        return dkim.keys.iter().find(|key| publishes(&key.record, wanted));
    }
    let usable: Vec<&KeyText> = dkim.keys.iter().filter(|key| key.record.is_usable()).collect();
    let first = *usable.first()?;
    usable.iter().all(|key| same_key(&key.record, &first.record)).then_some(first)
}

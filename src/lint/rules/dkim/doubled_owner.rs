//! `dkim-doubled-owner`: the key stands at a name that has the domain twice.

use mailvouch_providers::dns::Rdata;

use super::write::{place, publishes, wanted_key};
use crate::declared::SelectorWant;
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, Meta, Operation, Rule, Severity};

pub(in crate::lint::rules) struct DoubledOwner;

impl Rule for DoubledOwner {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-doubled-owner",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-doubled-owner.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        facts.dkim.iter().filter_map(|dkim| self.about(facts, dkim)).collect()
    }
}

impl DoubledOwner {
    fn about(&self, facts: &Facts, dkim: &DkimFacts) -> Option<Diagnostic> {
        let (twice, key) = dkim.doubled.as_ref().filter(|_| !dkim.is_to_be_revoked(facts.now))?;
        let message = format!("the key for {} stands at {twice}: nobody looks there", dkim.owner);
        let found = Diagnostic::new(self.meta(), message, place(twice, &key.txt), 0..key.record.text().len());
        let found = found
            .note("the domain is in the name twice")
            .help("the panel appends the domain by itself: enter the name without it, or with a dot at its end");
        let value = || Rdata::Txt(key.txt.clone());
        let create = Operation::Create { owner: dkim.owner.clone(), content: value() };
        let delete = Operation::Delete { owner: twice.clone(), value: value() };
        let is_whole = may_move(facts, dkim) && key.record.is_usable();
        Some(if is_whole { found.fix(Fix::safe([create, delete])) } else { found })
    }
}

/// Whether what stands there is what is to stand at the selector.
pub(super) fn may_move(facts: &Facts, dkim: &DkimFacts) -> bool {
    let Some((_, key)) = &dkim.doubled else { return false };
    match dkim.declared.as_ref().map(|selector| &selector.want) {
        Some(SelectorWant::Key(_)) => wanted_key(facts, dkim).is_some_and(|wanted| publishes(&key.record, wanted)),
        Some(SelectorWant::Cname(_) | SelectorWant::Revoked) => false,
        Some(SelectorWant::Present) | None => key.record.is_usable(),
    }
}

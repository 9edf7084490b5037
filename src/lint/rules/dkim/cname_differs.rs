//! `dkim-cname-differs`: the selector is not the declared alias, and the key behind it is another one.

use mailvouch_providers::dns::{Name, Rdata, RrType};

use crate::declared::SelectorWant;
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::dkim::same_key;

pub(in crate::lint::rules) struct CnameDiffers;

impl Rule for CnameDiffers {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-cname-differs",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-cname-differs.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        facts.dkim.iter().filter_map(|key| self.about(facts, key)).collect()
    }
}

impl CnameDiffers {
    fn about(&self, facts: &Facts, key: &DkimFacts) -> Option<Diagnostic> {
        let selector = key.declared.as_ref()?;
        let SelectorWant::Cname(wanted) = &selector.want else { return None };
        let nothing_there = key.reply.is_absent() && key.alias_target().is_none();
        let retired = key.is_to_be_revoked(facts.now);
        if nothing_there || retired || key.reply.chain.contains(&wanted.value) {
            return None; // `dkim-missing` speaks of a selector with nothing at it.
        }
        // Unknown on either side: the same key may be behind both.
        let (behind, keys) = key.target.as_ref()?;
        if key.reply.failure().is_some() || behind.failure().is_some() {
            return None;
        }
        let same = key.records.iter().any(|(_, one)| keys.iter().any(|other| same_key(one, other)));
        if same {
            return None; // Published another way, and just as good.
        }
        let declared = facts.declared.as_ref()?;
        let (declaration, declared_at) = declared.at(wanted);
        let published = published(key)?;
        let place = Place::value(&key.owner, &published);
        let span = 0..place.bytes().len();
        let message = match key.alias_target() {
            Some(target) => format!("{} is an alias of {target}, not of the declared target", key.owner),
            None => format!("{} publishes a key of its own instead of the declared alias", key.owner),
        };
        let found = Diagnostic::new(self.meta(), message, place, span).note("published").context(
            declaration,
            declared_at,
            "this target is declared",
        );
        let operations = operations(key, &wanted.value);
        Some(match operations {
            Some(operations) if key.is_usable() => found.fix(Fix::ask(operations)),
            Some(operations) => found.fix(Fix::safe(operations)),
            None => found,
        })
    }
}

/// What stands at the name itself: the alias, or the first text.
fn published(key: &DkimFacts) -> Option<Rdata> {
    match key.alias_target() {
        Some(target) => Some(Rdata::Cname(target.clone())),
        None => key.records.first().map(|(txt, _)| Rdata::Txt(txt.clone())),
    }
}

/// The declared alias in place of all that stands there; none where the alias at the name is not known.
fn operations(key: &DkimFacts, wanted: &Name) -> Option<Vec<Operation>> {
    let owner = || key.owner.clone();
    let content = Rdata::Cname(wanted.clone());
    let alias = key.alias.as_ref()?;
    if let Some(set) = alias.records() {
        let old = set.values.iter().find(|value| value.rtype() == RrType::CNAME)?;
        return Some(vec![Operation::Replace { owner: owner(), value: old.clone(), content }]);
    }
    if alias.failure().is_some() {
        return None;
    }
    let gone = |(txt, _): &(_, _)| Operation::Delete { owner: owner(), value: Rdata::Txt(Clone::clone(txt)) };
    let mut operations: Vec<Operation> = key.records.iter().map(gone).collect();
    operations.push(Operation::Create { owner: owner(), content });
    Some(operations)
}

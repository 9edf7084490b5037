//! `spf-sender-missing`: a declared sender needs the domain's SPF, and nothing in the tree covers it.

use std::sync::Arc;

use ipnet::IpNet;
use mailvouch_providers::dns::Rdata;

use super::insert_term;
use crate::declared::{At, Sender};
use crate::lint::{Declared, Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity, facts};
use crate::spf::{Branch, Class, Coverage, Family, Flat, RangeSet, Selection, Tree, fits};

/// Most networks that a message names.
const LISTED: usize = 4;

pub(in crate::lint::rules) struct SenderMissing;

impl Rule for SenderMissing {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-sender-missing",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-sender-missing.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let (Some(declared), Some(published)) = (&facts.declared, facts.spf.one()) else { return Vec::new() };
        let senders = declared.domain().senders.iter().filter(|sender| facts::needs_spf(&sender.value));
        let uncovered = senders.filter(|sender| !is_covered(facts, &sender.value));
        uncovered
            .map(|sender| {
                if let Some(found) = self.drifted(facts, declared, sender) {
                    return found;
                }
                let record = &published.record;
                let place = Place::value(&facts.domain, &Rdata::Txt(published.value.clone()));
                let message = format!(
                    "{} is declared to send for {}, and its SPF record does not let it",
                    sender.value.title(),
                    facts.domain
                );
                let (declaration, declared_at) = declared.at(sender);
                let whole = 0..record.text().len();
                let found = Diagnostic::new(self.meta(), message, place, whole)
                    .note("nothing here, or behind it, covers this sender")
                    .context(declaration, declared_at, "declared here");
                let operations: Vec<Operation> = terms(&sender.value)
                    .into_iter()
                    .map(|term| insert_term(&facts.domain, published, record.place_for_directive(), &term))
                    .collect();
                if operations.is_empty() || !record.is_valid() { found } else { found.fix(Fix::safe(operations)) }
            })
            .collect()
    }
}

impl SenderMissing {
    /// A sender whose ranges are written down at a name of the owner's, and who has others by now: what came is added
    /// there. None where that is not so.
    fn drifted(&self, facts: &Facts, declared: &Declared, sender: &At<Arc<Sender>>) -> Option<Diagnostic> {
        let (include, theirs) = facts.spf.senders.iter().find(|(name, _)| sender.value.include.contains(name))?;
        let theirs = Flat::of(theirs).ok()?;
        let passing = |family| facts.spf.coverage().class(family, Class::Pass);
        let lacking = |family: Family| theirs.set(family).difference(&passing(family)).networks(family);
        let lacking: Vec<IpNet> = Family::BOTH.into_iter().flat_map(lacking).collect();
        let mut written = facts.own_trees().filter(|tree| holds_some(tree, &theirs));
        let tree = written.next()?;
        let published = tree.selection.one()?;
        let mut listed: Vec<String> = lacking.iter().take(LISTED).map(ToString::to_string).collect();
        if lacking.len() > LISTED {
            listed.push("…".to_owned());
        }
        let listed = listed.join(", ");
        let message = format!("{include} lets {listed} pass by now, and what {} holds of it does not", tree.name);
        let place = Place::value(&tree.name, &Rdata::Txt(published.value.clone()));
        let (declaration, declared_at) = declared.at(sender);
        let found = Diagnostic::new(self.meta(), message, place, 0..published.record.text().len())
            .note("its ranges as they were")
            .context(declaration, declared_at, "declared here");
        let terms: Vec<String> = lacking.iter().map(super::network_term).collect();
        let terms = terms.join(" ");
        if !fits(&tree.name, published.value.wire_len() + terms.len() + 2) {
            return Some(
                found.help(format!("no room is left at {}: include {include} again, and flatten it anew", tree.name)),
            );
        }
        let index = published.record.place_for_directive();
        Some(found.fix(Fix::safe([insert_term(&tree.name, published, index, &terms)])))
    }
}

/// Whether a record below the domain's lists ranges, nothing else, and some of these among them.
fn holds_some(tree: &Tree, theirs: &Flat) -> bool {
    let is_flat = |tree: &Tree| {
        tree.name.labels().next().is_some_and(|label| label.starts_with(b"_spf")) && tree.alias_to.is_none()
    };
    let Ok(held) = Flat::of(tree) else { return false };
    let asks_nothing = tree.branches.iter().all(|branch| matches!(branch, Branch::Leaf));
    let some = |family: Family| !held.set(family).intersection(theirs.set(family)).is_empty();
    is_flat(tree) && asks_nothing && Family::BOTH.into_iter().any(some)
}

/// What the record has to hold for this sender.
fn terms(sender: &Sender) -> Vec<String> {
    match sender.include.first() {
        Some(include) => vec![format!("include:{include}")],
        None => sender.addresses.iter().map(|address| super::network_term(&address.value)).collect(),
    }
}

/// Whether the tree covers the sender: by its include, wherever it stands, or by ranges that hold all of its own.
///
/// What is not known counts as covered here: a look-up that failed is no reason to say that something is missing.
fn is_covered(facts: &Facts, sender: &Sender) -> bool {
    if facts.spf.leads_to(&sender.include) || facts.spf.is_partly_unknown() {
        return true;
    }
    let theirs = facts.spf.senders.iter().find(|(name, _)| sender.include.contains(name));
    let coverage = match theirs {
        Some((_, tree)) => match tree.selection {
            Selection::One(_) => Some(Coverage::of(tree)),
            // Its record cannot be read: then only the include itself would cover it.
            Selection::None | Selection::Many(_) | Selection::Unknown(_) => return false,
        },
        None => None,
    };
    let declared: Vec<IpNet> = sender.addresses.iter().map(|address| address.value).collect();
    let ranges = Family::BOTH.map(|family| {
        let listed = RangeSet::from_networks(family, &declared);
        (family, coverage.as_ref().map_or_else(|| listed.clone(), |theirs| theirs.class(family, Class::Pass)))
    });
    let nothing_known = ranges.iter().all(|(_, set)| set.is_empty());
    let inside = |(family, set): &(Family, RangeSet)| {
        set.difference(&facts.spf.coverage().class(*family, Class::Pass)).is_empty()
    };
    !nothing_known && ranges.iter().all(inside)
}

//! `spf-sender-missing`: a declared sender needs the domain's SPF, and nothing in the tree covers it.

use mailvouch_providers::dns::Rdata;

use super::insert_term;
use crate::declared::Sender;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity, facts};
use crate::spf::{Class, Coverage, Family, RangeSet, Selection};

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
    let declared: Vec<ipnet::IpNet> = sender.addresses.iter().map(|address| address.value).collect();
    let ranges = Family::BOTH.map(|family| {
        let listed = RangeSet::from_networks(family, &declared);
        (family, coverage.as_ref().map_or_else(|| listed.clone(), |theirs| theirs.class(family, Class::Pass)))
    });
    let nothing_known = ranges.iter().all(|(_, set)| set.is_empty());
    let inside =
        |(family, set): &(Family, RangeSet)| set.difference(&facts.spf.coverage.class(*family, Class::Pass)).is_empty();
    !nothing_known && ranges.iter().all(inside)
}

//! Where the owner keeps addresses: in the domain's own record, or in one of the owner's that it leads to.

use mailvouch_providers::dns::Name;

use super::edges::edges;
use crate::lint::Facts;
use crate::record::spf::{Directive, Mechanism, Qualifier, Term};
use crate::spf::{Lead, Published, Region, Tree};

/// The record that a new address goes into, and the place in it.
pub(in crate::lint::rules) struct Home<'a> {
    /// Where it stands.
    pub(in crate::lint::rules) owner: &'a Name,
    /// The record.
    pub(in crate::lint::rules) published: &'a Published,
    /// The term before which it goes.
    pub(in crate::lint::rules) index: usize,
    /// Why it is not the domain's own record, in words; none where it is.
    pub(in crate::lint::rules) why: Option<String>,
}

impl<'a> Home<'a> {
    /// The place for addresses that are refused today, so that nothing before it decides.
    ///
    /// None where a new term would not help: a broken record stays a permerror whatever it holds.
    pub(in crate::lint::rules) fn of(facts: &'a Facts, refused: &[Region]) -> Option<Self> {
        let root = &facts.spf.tree;
        let own = Self::in_record(root, refused, None)?;
        let Some((below, entry, how)) = leads_home(facts, root) else { return Some(own) };
        // What decides before the include is reached would decide still.
        if entry.is_some_and(|entry| own.index <= entry) {
            return Some(own);
        }
        let why =
            format!("{} {how} {}: the address goes there, for every domain that uses it", facts.domain, below.name);
        Some(Self::in_record(below, refused, Some(why)).unwrap_or(own))
    }

    fn in_record(tree: &'a Tree, refused: &[Region], why: Option<String>) -> Option<Self> {
        let published = tree.selection.one().filter(|published| published.record.is_valid())?;
        let terms = published.record.terms();
        let deciders = refused.iter().filter_map(|region| {
            let decider = region.decided_by.as_ref()?;
            let span = if decider.path.last() == Some(&tree.name) {
                &decider.span
            } else if decider.path.first() == Some(&tree.name) {
                &decider.entry
            } else {
                return None;
            };
            terms.iter().position(|term| term.span == *span)
        });
        // Inside an include nothing tells which term refuses: whatever may, comes behind.
        let is_against =
            |term: &Term| matches!(term, Term::Directive(one) if one.effective_qualifier() != Qualifier::Pass);
        let against = why.as_ref().and_then(|_| terms.iter().position(|term| is_against(&term.node)));
        let index = deciders.chain(against).chain([published.record.place_for_directive()]).min()?;
        Some(Self { owner: &tree.name, published, index, why })
    }
}

/// The record of the owner's that holds the addresses instead, the place of the include that leads there, and how it
/// is led to; none where the domain's own record is the place.
fn leads_home<'a>(facts: &Facts, root: &'a Tree) -> Option<(&'a Tree, Option<usize>, &'static str)> {
    let published = root.selection.one()?;
    let sound = |tree: &Tree| {
        facts.is_own(&tree.name)
            && tree.alias_to.is_none()
            && tree.selection.one().is_some_and(|published| published.record.is_valid())
    };
    if published.record.directives().next().is_none() {
        let target = edges(root).filter(|edge| edge.redirect().is_some()).find_map(|edge| match edge.lead() {
            Some(Lead::Tree(below)) => Some(&**below),
            _ => None,
        });
        let below = target.filter(|below| sound(below))?;
        return Some(match leads_home(facts, below) {
            Some((further, None, how)) => (further, None, how),
            _ => (below, None, "only redirects to"),
        });
    }
    let lists = |tree: &Tree| edges(tree).any(|edge| is_range(edge.term()));
    if lists(root) {
        return None;
    }
    let mut shared = edges(root).filter_map(|edge| match (edge.include(), edge.qualifier(), edge.lead()) {
        (Some(_), Some(Qualifier::Pass), Some(Lead::Tree(below))) if sound(below) && lists(below) => {
            Some((&**below, Some(edge.index), "lists no address itself, and includes"))
        }
        _ => None,
    });
    // Of several nobody knows which is meant.
    let (only, None) = (shared.next()?, shared.next()) else { return None };
    Some(only)
}

fn is_range(term: &Term) -> bool {
    let is = |directive: &Directive| matches!(directive.mechanism, Mechanism::Ip4(_) | Mechanism::Ip6(_));
    matches!(term, Term::Directive(directive) if is(directive))
}

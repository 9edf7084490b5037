//! Subtrees that many include: grown once, and taken over where they would grow the same.

use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType};

use super::{Branch, Growth, Lead, Tree};
use crate::published::{Ask, Question, ReadAs, Reply};
use crate::spf::budget::Cost;
use crate::spf::{LOOKUP_LIMIT, Selection};

/// Who is asked, and what was told so far: also what was told before and is looked at again.
pub(super) struct Asking<'a> {
    pub(super) ask: &'a Ask<'a>,
    pub(super) told: Vec<(Question, Arc<Reply>)>,
}

impl Asking<'_> {
    pub(super) fn get(&mut self, name: &Name, rtype: RrType) -> Option<Arc<Reply>> {
        let question = Question::new(name, rtype);
        let reply = self.ask.answer(&question)?;
        self.told.push((question, reply.clone()));
        Some(reply)
    }
}

/// A record that many include, with all that it leads to: grown once, and the same wherever it is included, as long as
/// nothing in it depends on what leads there.
struct Whole {
    tree: Arc<Tree>,
    /// What it was grown from.
    told: Vec<(Question, Arc<Reply>)>,
    /// The most look-ups that it can cost.
    lookups: usize,
    /// Terms of its records.
    terms: usize,
    /// The names of its records.
    names: Vec<Name>,
}

impl Growth<'_> {
    /// The tree of an included name as it was grown before, if it would grow the same now: from the same replies, with no
    /// name in it that leads to itself from here, and with no place in it that the look-ups spent so far put out of reach.
    pub(super) fn known_whole(&mut self, name: &Name, spent: usize) -> Option<Arc<Tree>> {
        let reply = self.ask.ask.get(name, RrType::TXT)?;
        let whole = reply.readings.known::<Whole>(ReadAs::SpfTree)?;
        let fits = spent + whole.lookups <= LOOKUP_LIMIT
            && whole.terms <= self.terms
            && !whole.names.iter().any(|name| self.path.contains(name));
        let told = |(question, reply): &(Question, Arc<Reply>)| {
            self.ask.ask.answer(question).is_some_and(|now| Arc::ptr_eq(&now, reply))
        };
        if !fits || whole.tree.name != *name || !whole.told.iter().all(told) {
            return None;
        }
        self.terms -= whole.terms;
        self.ask.told.extend(whole.told.iter().cloned());
        Some(whole.tree.clone())
    }

    /// Keeps a tree for others, if all of it is known and nothing in it depends on what led here.
    pub(super) fn keep_whole(&self, tree: &Arc<Tree>, first: usize, terms: usize) {
        let told = &self.ask.told[first..];
        let Some((_, reply)) = told.first().filter(|(question, _)| question.name == tree.name) else { return };
        let lookups = Cost::worst(tree).lookups;
        if !is_whole(tree) || lookups > LOOKUP_LIMIT {
            return;
        }
        reply.readings.get(ReadAs::SpfTree, || Whole {
            tree: tree.clone(),
            // The first is the reply itself: kept in itself, it would never be let go.
            told: told[1..].iter().filter(|(_, other)| !Arc::ptr_eq(other, reply)).cloned().collect(),
            lookups,
            terms: terms - self.terms,
            names: tree.walk().into_iter().map(|tree| tree.name.clone()).collect(),
        });
    }
}

/// Whether everything in a tree is known, and would be found again from anywhere.
fn is_whole(tree: &Tree) -> bool {
    let is_known = |branch: &Branch| match branch {
        Branch::Leaf | Branch::Dynamic(_) | Branch::Record(Lead::Dynamic(_) | Lead::NoName) => true,
        Branch::PastLimit | Branch::Record(Lead::Loop(_)) => false,
        Branch::Addresses { v4, v6 } => v4.unknown.is_empty() && v6.unknown.is_empty(),
        Branch::Record(Lead::Tree(below)) => is_whole(below),
    };
    !matches!(tree.selection, Selection::Unknown(_)) && tree.branches.iter().all(is_known)
}

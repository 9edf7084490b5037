//! What evaluating a record costs (RFC 7208, section 4.6.4).

use super::{Branch, Family, Lead, Tree};
use crate::record::spf::{Mechanism, Modifier, Term};

/// Terms that may ask DNS, over the whole tree.
pub const LOOKUP_LIMIT: usize = 10;
/// Look-ups that may find nothing.
pub const VOID_LIMIT: usize = 2;
/// Exchanges of one `mx` term whose addresses may be asked for.
pub const MX_LIMIT: usize = 10;

/// The most that an evaluation can cost: no address matches before the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Terms that ask DNS.
    pub lookups: usize,
    /// Look-ups that find nothing, for the family that meets more of them.
    pub voids: usize,
}

impl Cost {
    /// The static worst case of a tree.
    pub fn worst(tree: &Tree) -> Self {
        let voids = Family::BOTH.map(|family| count(tree, &|tree, index| voids(tree, index, family)));
        Self { lookups: count(tree, &lookups), voids: voids.into_iter().max().unwrap_or_default() }
    }

    /// What one term of the tree costs, with all that it leads to.
    pub fn of_term(tree: &Tree, index: usize) -> Self {
        let below = match tree.branches.get(index) {
            Some(Branch::Record(Lead::Tree(below))) => Self::worst(below),
            _ => Self::default(),
        };
        let voids = Family::BOTH.map(|family| voids(tree, index, family)).into_iter().max().unwrap_or_default();
        Self { lookups: lookups(tree, index) + below.lookups, voids: voids + below.voids }
    }
}

/// Whether a term asks DNS, and so counts.
pub(super) fn counts(term: &Term) -> bool {
    match term {
        Term::Directive(directive) => match directive.mechanism {
            Mechanism::All | Mechanism::Ip4(_) | Mechanism::Ip6(_) => false,
            Mechanism::Include(_)
            | Mechanism::A { .. }
            | Mechanism::Mx { .. }
            | Mechanism::Ptr(_)
            | Mechanism::Exists(_) => true,
        },
        Term::Modifier(modifier) => matches!(modifier, Modifier::Redirect(_)),
        Term::Malformed(_) => false,
    }
}

fn term_at(tree: &Tree, index: usize) -> Option<&Term> {
    Some(&tree.selection.one()?.record.terms().get(index)?.node)
}

/// A `redirect` beside `all` is ignored, and costs nothing (section 6.1).
fn is_evaluated(tree: &Tree, index: usize) -> bool {
    let beside_all = tree.selection.one().is_some_and(|published| published.record.all().is_some());
    !beside_all || !matches!(term_at(tree, index), Some(Term::Modifier(Modifier::Redirect(_))))
}

fn lookups(tree: &Tree, index: usize) -> usize {
    usize::from(is_evaluated(tree, index) && term_at(tree, index).is_some_and(counts))
}

fn voids(tree: &Tree, index: usize, family: Family) -> usize {
    match tree.branches.get(index) {
        Some(Branch::Addresses { .. }) => {
            tree.branches[index].addresses(family).map_or(0, |addresses| addresses.voids.len())
        }
        Some(Branch::Record(Lead::Tree(below))) => usize::from(below.is_void),
        _ => 0,
    }
}

/// The sum over a tree, every branch of it that can be evaluated.
fn count(tree: &Tree, of_term: &dyn Fn(&Tree, usize) -> usize) -> usize {
    let indices = (0..tree.branches.len()).filter(|index| is_evaluated(tree, *index));
    indices
        .map(|index| {
            let below = match &tree.branches[index] {
                Branch::Record(Lead::Tree(below)) => count(below, of_term),
                _ => 0,
            };
            of_term(tree, index) + below
        })
        .sum()
}

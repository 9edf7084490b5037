//! What evaluating a record costs (RFC 7208, section 4.6.4).

use super::{Branch, Family, Lead, Tree};

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
    /// The static worst case of a tree. That of a record with a syntax error is what it would be without: evaluation
    /// itself ends before the first term.
    pub fn worst(tree: &Tree) -> Self {
        Self::of_the_dearer_family(|family| total(tree, family))
    }

    /// What one term of the tree costs, with all that it leads to.
    pub fn of_term(tree: &Tree, index: usize) -> Self {
        let branch = tree.branches.get(index).unwrap_or(&Branch::Leaf);
        Self::of_the_dearer_family(|family| of_branch(branch, family))
    }

    fn of_the_dearer_family(cost: impl Fn(Family) -> Self) -> Self {
        let [v4, v6] = Family::BOTH.map(cost);
        Self { lookups: v4.lookups.max(v6.lookups), voids: v4.voids.max(v6.voids) }
    }

    fn plus(self, other: Self) -> Self {
        Self { lookups: self.lookups + other.lookups, voids: self.voids + other.voids }
    }
}

/// The sum over a tree.
fn total(tree: &Tree, family: Family) -> Cost {
    tree.branches.iter().map(|branch| of_branch(branch, family)).fold(Cost::default(), Cost::plus)
}

fn of_branch(branch: &Branch, family: Family) -> Cost {
    let lookups = |lookups| Cost { lookups, voids: 0 };
    match branch {
        Branch::Leaf => Cost::default(),
        Branch::Dynamic | Branch::PastLimit | Branch::Record(Lead::Dynamic | Lead::NoName) => lookups(1),
        // It goes round until the limit ends it.
        Branch::Record(Lead::Loop(_)) => lookups(LOOKUP_LIMIT + 1),
        Branch::Addresses { v4, v6 } => Cost { lookups: 1, voids: family.choose(v4, v6).voids.len() },
        Branch::Record(Lead::Tree(below)) => {
            Cost { lookups: 1, voids: usize::from(below.is_void) }.plus(total(below, family))
        }
    }
}

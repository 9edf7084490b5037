//! What evaluating a record costs (RFC 7208, section 4.6.4).

use super::{Branch, Family, Lead, Tree};
use crate::record::spf::{DomainSpec, MacroLetter, Mechanism, Modifier, Term};

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

/// The look-ups of a term without what it leads to: one where it asks DNS, and another where its domain has a `%{p}`,
/// whose PTR records are asked for first (RFC 7208, section 4.6.4). `exp` is asked for when the evaluation is over.
///
/// Whoever counts, counts with this. It is for terms that are evaluated: those behind `all` cost nothing.
pub fn lookups_of(term: &Term) -> usize {
    match term {
        Term::Directive(directive) => lookups_of_mechanism(&directive.mechanism),
        Term::Modifier(Modifier::Redirect(target)) => 1 + lookups_of_macros(target),
        Term::Modifier(Modifier::Exp(_) | Modifier::Unknown { .. }) | Term::Malformed(_) => 0,
    }
}

/// As [`lookups_of`], of a mechanism.
pub(super) fn lookups_of_mechanism(mechanism: &Mechanism) -> usize {
    match mechanism {
        Mechanism::All | Mechanism::Ip4(_) | Mechanism::Ip6(_) => 0,
        Mechanism::Include(_)
        | Mechanism::A { .. }
        | Mechanism::Mx { .. }
        | Mechanism::Ptr(_)
        | Mechanism::Exists(_) => 1 + mechanism.domain().map_or(0, lookups_of_macros),
    }
}

/// The look-ups of the macros of a domain: the client's names are asked for once, however often they are wanted.
pub(super) fn lookups_of_macros(domain: &DomainSpec) -> usize {
    usize::from(domain.macros().any(|(_, expand)| expand.letter == MacroLetter::ValidatedName))
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
        Branch::Dynamic(own) | Branch::Record(Lead::Dynamic(own)) => lookups(*own),
        Branch::PastLimit | Branch::Record(Lead::NoName) => lookups(1),
        // It goes round until the limit ends it.
        Branch::Record(Lead::Loop(_)) => lookups(LOOKUP_LIMIT + 1),
        Branch::Addresses { v4, v6 } => Cost { lookups: 1, voids: family.choose(v4, v6).voids.len() },
        Branch::Record(Lead::Tree(below)) => {
            Cost { lookups: 1, voids: usize::from(below.is_void) }.plus(total(below, family))
        }
    }
}

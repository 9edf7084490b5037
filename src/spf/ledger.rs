//! What an evaluation costs, term by term, in the order in which terms are evaluated (RFC 7208, section 4.6.4).
//!
//! [`super::Cost`] says how much; this says where it goes, why, and at which term a limit is passed.

use super::{Branch, Cost, Family, LOOKUP_LIMIT, Lead, Tree, VOID_LIMIT};
use crate::record::spf::{Mechanism, Modifier, Term};

/// A record with what each of its terms costs.
#[derive(Clone, Debug)]
pub struct Ledger<'a> {
    /// The record.
    pub tree: &'a Tree,
    /// One entry a term, in the order of the record; empty where there is not exactly one record.
    pub entries: Vec<Entry<'a>>,
}

/// What one term costs.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Why it counts, or does not.
    pub charge: Charge,
    /// The term alone.
    pub own: Cost,
    /// The term with all that it leads to.
    pub whole: Cost,
    /// Which look-up of the worst case it is, the last where it costs two, counted from one over the whole tree; none
    /// where it asks nothing.
    pub nth: Option<usize>,
    /// Whether evaluation passes the limit of look-ups at this very term.
    pub passes_lookup_limit: bool,
    /// The families for which evaluation passes the limit of void look-ups at this very term.
    pub passes_void_limit: Vec<Family>,
    /// The record that it leads to.
    pub below: Option<Ledger<'a>>,
}

/// Why a term counts as a look-up, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charge {
    /// `include`, `a`, `mx`, `ptr`, `exists`, `redirect`: it asks DNS (RFC 7208, section 4.6.4).
    Asks,
    /// `ip4`, `ip6`, `all`: it asks nothing (section 4.6.4).
    AsksNothing,
    /// `exp`: asked for after the evaluation (section 4.6.4).
    Afterwards,
    /// A modifier that nobody knows: ignored (section 6).
    UnknownModifier,
    /// Behind `all`: never evaluated (section 5.1).
    BehindAll,
    /// A `redirect` beside an `all`: ignored (section 6.1).
    BesideAll,
    /// Not understood: evaluation ends before the first term (section 4.6).
    Malformed,
    /// A second `redirect` or `exp`: as above (section 6).
    Duplicate,
}

impl Charge {
    /// The section of RFC 7208 that says so.
    pub fn section(self) -> &'static str {
        match self {
            Self::Asks | Self::AsksNothing | Self::Afterwards => "4.6.4",
            Self::UnknownModifier | Self::Duplicate => "6",
            Self::BehindAll => "5.1",
            Self::BesideAll => "6.1",
            Self::Malformed => "4.6",
        }
    }
}

impl<'a> Ledger<'a> {
    /// The ledger of a tree. Its total is [`Cost::worst`].
    pub fn of(tree: &'a Tree) -> Self {
        Running::default().record(tree)
    }

    /// The entry at which the limit of look-ups is passed, with the records that lead to it: this one first.
    pub fn crossing(&self) -> Option<Vec<(&Self, usize)>> {
        self.entries.iter().enumerate().find_map(|(index, entry)| {
            if entry.passes_lookup_limit {
                return Some(vec![(self, index)]);
            }
            let mut path = entry.below.as_ref()?.crossing()?;
            path.insert(0, (self, index));
            Some(path)
        })
    }

    /// This record and all below it.
    pub fn records(&self) -> usize {
        1 + self.entries.iter().filter_map(|entry| entry.below.as_ref()).map(Self::records).sum::<usize>()
    }

    /// The terms of this record and of all below it.
    pub fn terms(&self) -> usize {
        let below = self.entries.iter().filter_map(|entry| entry.below.as_ref()).map(Self::terms);
        self.entries.len() + below.sum::<usize>()
    }
}

/// What is spent so far.
#[derive(Default)]
struct Running {
    lookups: usize,
    voids: [usize; 2],
}

impl Running {
    fn record<'a>(&mut self, tree: &'a Tree) -> Ledger<'a> {
        let terms = tree.selection.one().map_or(&[][..], |published| published.record.terms());
        let all = terms.iter().position(|term| is_all(&term.node));
        let mut entries: Vec<Option<Entry<'a>>> = vec![None; terms.len()];
        // A `redirect` is evaluated last, wherever it stands (section 6.1).
        let (last, first): (Vec<usize>, Vec<usize>) =
            (0..terms.len()).partition(|index| matches!(terms[*index].node, Term::Modifier(Modifier::Redirect(_))));
        let mut seen = [false; 2];
        for index in first.into_iter().chain(last) {
            let charge = charge(&terms[index].node, index, all, &mut seen);
            let branch = tree.branches.get(index).unwrap_or(&Branch::Leaf);
            entries[index] = Some(self.entry(branch, charge));
        }
        Ledger { tree, entries: entries.into_iter().flatten().collect() }
    }

    fn entry<'a>(&mut self, branch: &'a Branch, charge: Charge) -> Entry<'a> {
        let own = of_branch(branch);
        let before = (self.lookups, self.voids);
        let own_lookups = own.iter().map(|cost| cost.lookups).max().unwrap_or_default();
        self.lookups += own_lookups;
        let nth = (own_lookups > 0).then_some(self.lookups);
        for (spent, cost) in self.voids.iter_mut().zip(own) {
            *spent += cost.voids;
        }
        if let Branch::Record(Lead::Loop(_)) = branch {
            // It goes round until the limit ends it.
            self.lookups += LOOKUP_LIMIT;
        }
        let passes_lookup_limit = before.0 <= LOOKUP_LIMIT && self.lookups > LOOKUP_LIMIT;
        let passed = |family: &Family| {
            let index = family.choose(0, 1);
            before.1[index] <= VOID_LIMIT && self.voids[index] > VOID_LIMIT
        };
        let passes_void_limit = Family::BOTH.into_iter().filter(passed).collect();
        let below = match branch {
            Branch::Record(Lead::Tree(tree)) => Some(self.record(tree)),
            _ => None,
        };
        let voids = (0..2).map(|index| self.voids[index] - before.1[index]).max().unwrap_or_default();
        Entry {
            charge,
            own: Cost { lookups: own_lookups, voids: own.iter().map(|cost| cost.voids).max().unwrap_or_default() },
            whole: Cost { lookups: self.lookups - before.0, voids },
            nth,
            passes_lookup_limit,
            passes_void_limit,
            below,
        }
    }
}

/// What a term costs without what it leads to, by family.
fn of_branch(branch: &Branch) -> [Cost; 2] {
    Family::BOTH.map(|family| match branch {
        Branch::Leaf => Cost::default(),
        Branch::Dynamic(own) | Branch::Record(Lead::Dynamic(own)) => Cost { lookups: *own, voids: 0 },
        Branch::PastLimit | Branch::Record(Lead::NoName | Lead::Loop(_)) => Cost { lookups: 1, voids: 0 },
        Branch::Record(Lead::Tree(below)) => Cost { lookups: 1, voids: usize::from(below.is_void) },
        Branch::Addresses { v4, v6 } => Cost { lookups: 1, voids: family.choose(v4, v6).voids.len() },
    })
}

fn is_all(term: &Term) -> bool {
    matches!(term, Term::Directive(directive) if directive.mechanism == Mechanism::All)
}

fn charge(term: &Term, index: usize, all: Option<usize>, seen: &mut [bool; 2]) -> Charge {
    match term {
        Term::Malformed(_) => Charge::Malformed,
        Term::Directive(_) if all.is_some_and(|all| index > all) => Charge::BehindAll,
        Term::Directive(directive) => match directive.mechanism {
            Mechanism::All | Mechanism::Ip4(_) | Mechanism::Ip6(_) => Charge::AsksNothing,
            _ => Charge::Asks,
        },
        Term::Modifier(Modifier::Redirect(_)) if std::mem::replace(&mut seen[0], true) => Charge::Duplicate,
        Term::Modifier(Modifier::Exp(_)) if std::mem::replace(&mut seen[1], true) => Charge::Duplicate,
        Term::Modifier(Modifier::Redirect(_)) if all.is_some() => Charge::BesideAll,
        Term::Modifier(Modifier::Redirect(_)) => Charge::Asks,
        Term::Modifier(Modifier::Exp(_)) => Charge::Afterwards,
        Term::Modifier(Modifier::Unknown { .. }) => Charge::UnknownModifier,
    }
}

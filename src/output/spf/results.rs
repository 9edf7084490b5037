//! Which addresses get which result, and by which terms: what both forms of `spf coverage` show.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use ipnet::IpNet;
use mailvouch_providers::dns::Name;

use super::view::View;
use crate::record::spf::{Mechanism, Term};
use crate::spf::{Branch, Class, Decider, Family, RangeSet, Tree};

/// Which term it is: a name has one record on the way to it. Cheaper to compare than the record.
pub(super) type Key = (Arc<[Name]>, usize);

/// The key of the term that decides.
pub(super) fn key(decider: &Decider) -> Key {
    (decider.path.clone(), decider.span.start)
}

/// Every result, those that let mail through first.
pub(in crate::output) const CLASSES: [Class; 7] =
    [Class::Pass, Class::SoftFail, Class::Neutral, Class::Fail, Class::PermError, Class::TempError, Class::None];

/// The addresses of one family that get one result.
pub(in crate::output) struct Outcome {
    pub(in crate::output) class: Class,
    pub(in crate::output) family: Family,
    pub(in crate::output) set: RangeSet,
    /// The terms that decide, each with its part; together they are the set.
    pub(in crate::output) parts: Vec<Part>,
}

/// What one term decides.
pub(in crate::output) struct Part {
    /// None where no term matched, or there is no one record.
    pub(in crate::output) decider: Option<Decider>,
    pub(in crate::output) set: RangeSet,
    /// Whether its addresses may be a sample: a name behind `a` or `mx` gave several.
    pub(in crate::output) is_sample: bool,
    /// Whether it decides for whoever nothing else matched: `all`, or an error that ends the evaluation.
    pub(in crate::output) is_rest: bool,
}

/// A network, and the parts of its outcome that it has addresses of.
pub(super) struct Piece {
    pub(super) network: IpNet,
    pub(super) parts: Vec<usize>,
}

impl Outcome {
    /// All that there are, in the order of the results, IPv4 first.
    pub(in crate::output) fn all(view: &View) -> Vec<Self> {
        let samples = samples(&view.spf.tree);
        let of = |class, family| {
            let mut parts: BTreeMap<Option<Key>, (Option<Decider>, Vec<RangeSet>)> = BTreeMap::new();
            for region in view.spf.coverage().regions(family).iter().filter(|region| region.class == class) {
                let key = region.decided_by.as_ref().map(key);
                let part = parts.entry(key).or_insert_with(|| (region.decided_by.clone(), Vec::new()));
                part.1.push(region.set.clone());
            }
            let part = |(decider, sets): (Option<Decider>, Vec<RangeSet>)| Part {
                is_sample: decider.as_ref().is_some_and(|decider| is_among(&samples, decider)),
                is_rest: !matches!(class, Class::Pass | Class::SoftFail | Class::Neutral | Class::Fail)
                    || decider.as_ref().is_none_or(is_all),
                set: RangeSet::from_ranges(sets.iter().flat_map(|set| set.ranges().iter().cloned())),
                decider,
            };
            let parts: Vec<Part> = parts.into_values().map(part).collect();
            Self { class, family, set: view.spf.coverage().class(family, class), parts }
        };
        let all = CLASSES.into_iter().flat_map(|class| Family::BOTH.map(|family| of(class, family)));
        all.filter(|outcome| !outcome.set.is_empty()).collect()
    }

    /// The fewest networks of some of its addresses, each with the parts that it has addresses of.
    pub(super) fn pieces(&self, set: &RangeSet) -> Vec<Piece> {
        let networks = set.networks(self.family);
        let mut pieces: Vec<Piece> = networks.into_iter().map(|network| Piece { network, parts: Vec::new() }).collect();
        let spans: Vec<Range<usize>> = spans(set, self.family, &pieces);
        for (part, of) in self.parts.iter().enumerate() {
            for range in of.set.intersection(set).ranges() {
                // The ranges of the whole set hold those of its parts: find the one, then the networks in it.
                let at = set.ranges().partition_point(|whole| whole.end() < range.start());
                let Some(span) = spans.get(at) else { continue };
                for piece in &mut pieces[span.clone()] {
                    let network = RangeSet::from_networks(self.family, [&piece.network]);
                    let Some(network) = network.ranges().first() else { continue };
                    if network.start() <= range.end() && range.start() <= network.end() && !piece.parts.contains(&part)
                    {
                        piece.parts.push(part);
                    }
                }
            }
        }
        pieces
    }

    /// The addresses for which some term matched in particular.
    pub(super) fn particular(&self) -> RangeSet {
        let parts = self.parts.iter().filter(|part| !part.is_rest);
        RangeSet::from_ranges(parts.flat_map(|part| part.set.ranges().iter().cloned()))
    }
}

/// Which networks each range of the set is made of.
fn spans(set: &RangeSet, family: Family, pieces: &[Piece]) -> Vec<Range<usize>> {
    let mut at = 0;
    let span = |range: &std::ops::RangeInclusive<u128>| {
        let start = at;
        let networks = RangeSet::from_ranges([range.clone()]).networks(family).len();
        at = (at + networks).min(pieces.len());
        start..at
    };
    set.ranges().iter().map(span).collect()
}

/// Terms that nobody can judge beforehand and that some address meets, each once.
pub(in crate::output) fn dynamic(view: &View) -> Vec<Decider> {
    let regions = Family::BOTH.into_iter().flat_map(|family| view.spf.coverage().regions(family));
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for decider in regions.flat_map(|region| &region.dynamic) {
        if seen.insert(key(decider)) {
            all.push(decider.clone());
        }
    }
    all
}

/// The `a` and `mx` of which a name gave several addresses, by record and place.
fn samples(tree: &Tree) -> Vec<(Name, Range<usize>)> {
    let mut all = Vec::new();
    for tree in tree.walk() {
        let Some(published) = tree.selection.one() else { continue };
        for (term, branch) in published.record.terms().iter().zip(&tree.branches) {
            if let Branch::Addresses { v4, v6 } = branch
                && !(v4.samples.is_empty() && v6.samples.is_empty())
            {
                all.push((tree.name.clone(), term.span.clone()));
            }
        }
    }
    all
}

fn is_among(samples: &[(Name, Range<usize>)], decider: &Decider) -> bool {
    samples.iter().any(|(name, span)| decider.path.last() == Some(name) && decider.span == *span)
}

fn is_all(decider: &Decider) -> bool {
    let mut terms = decider.published.record.terms().iter();
    terms.any(|term| {
        term.span == decider.span
            && matches!(&term.node, Term::Directive(directive) if directive.mechanism == Mechanism::All)
    })
}

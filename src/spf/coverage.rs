//! Which addresses get which result: exact sets, with first-match semantics (RFC 7208, sections 4.6 and 5).
//!
//! Evaluation is run once for *all* addresses of a family: a set of addresses goes through the terms together with
//! what it has spent so far, and is split where a term matches a part of it. Terms that ask nothing (`ip4`, `ip6`,
//! `all`) are taken in runs, each run in one sweep; terms that ask are ten at most before evaluation ends, so the
//! pieces stay few.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use ipnet::IpNet;
use mailvouch_providers::dns::Name;

use super::ranges::{first_match, network_range};
use super::{Addresses, Branch, Family, LOOKUP_LIMIT, Lead, Published, RangeSet, Selection, Tree, VOID_LIMIT, budget};
use crate::record::spf::{DualPrefix, Mechanism, Modifier, Qualifier, Term};

/// What evaluation comes to for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It may send.
    Pass,
    /// It probably may not.
    SoftFail,
    /// Nothing is said.
    Neutral,
    /// It may not.
    Fail,
    /// There is no record.
    None,
    /// The record, or one that it leads to, is broken.
    PermError,
    /// It depends on a look-up that failed.
    TempError,
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::SoftFail => "softfail",
            Self::Neutral => "neutral",
            Self::Fail => "fail",
            Self::None => "none",
            Self::PermError => "permerror",
            Self::TempError => "temperror",
        })
    }
}

impl From<Qualifier> for Class {
    fn from(qualifier: Qualifier) -> Self {
        match qualifier {
            Qualifier::Pass => Self::Pass,
            Qualifier::Fail => Self::Fail,
            Qualifier::SoftFail => Self::SoftFail,
            Qualifier::Neutral => Self::Neutral,
        }
    }
}

/// The term that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decider {
    /// The names of the records that lead to the one with the term: the domain asked about first, that one last.
    pub path: Arc<[Name]>,
    /// The record.
    pub published: Arc<Published>,
    /// The term's bytes in it.
    pub span: Range<usize>,
    /// The term of the first record that leads there: the same one where the path is short.
    pub entry: Range<usize>,
}

/// Addresses that meet the same fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The addresses.
    pub set: RangeSet,
    /// The result.
    pub class: Class,
    /// The term that decided; none where no term matched, or there is no one record.
    pub decided_by: Option<Decider>,
    /// Terms met on the way whose match nobody can tell beforehand (`exists`, `ptr`, macros): one of them may decide
    /// instead.
    pub dynamic: Vec<Decider>,
    /// Look-ups spent.
    pub lookups: usize,
    /// Void look-ups met.
    pub voids: usize,
}

/// The fate of every address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    v4: Vec<Region>,
    v6: Vec<Region>,
}

impl Coverage {
    /// The coverage of a tree.
    pub fn of(tree: &Tree) -> Self {
        let of = |family| {
            let start = State { set: RangeSet::everything(family), lookups: 0, voids: 0, dynamic: Vec::new() };
            let mut walk = Walk { family, path: Vec::new(), entry: 0..0 };
            walk.check_host(tree, vec![start])
        };
        Self { v4: of(Family::V4), v6: of(Family::V6) }
    }

    /// The regions of one family; together they hold every address once.
    pub fn regions(&self, family: Family) -> &[Region] {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }

    /// The addresses of a class.
    pub fn class(&self, family: Family, class: Class) -> RangeSet {
        let of_class = self.regions(family).iter().filter(|region| region.class == class);
        RangeSet::from_ranges(of_class.flat_map(|region| region.set.ranges().iter().cloned()))
    }

    /// Whether some address meets a term that nobody can judge beforehand.
    pub fn is_dynamic(&self) -> bool {
        Family::BOTH.iter().any(|family| self.regions(*family).iter().any(|region| !region.dynamic.is_empty()))
    }

    /// The addresses that pass, as the fewest networks, IPv4 first.
    pub fn passing_networks(&self) -> Vec<IpNet> {
        Family::BOTH.iter().flat_map(|family| self.class(*family, Class::Pass).networks(*family)).collect()
    }
}

/// Addresses on their way through the terms.
#[derive(Clone, Debug)]
struct State {
    set: RangeSet,
    lookups: usize,
    voids: usize,
    dynamic: Vec<Decider>,
}

impl State {
    fn ends(self, class: Class, decided_by: Option<Decider>) -> Region {
        let Self { set, lookups, voids, dynamic } = self;
        Region { set, class, decided_by, dynamic, lookups, voids }
    }

    fn with_set(&self, set: RangeSet) -> Self {
        Self { set, ..self.clone() }
    }
}

impl From<Region> for State {
    fn from(region: Region) -> Self {
        let Region { set, lookups, voids, dynamic, .. } = region;
        Self { set, lookups, voids, dynamic }
    }
}

struct Walk {
    family: Family,
    /// Names of the records being evaluated.
    path: Vec<Name>,
    /// The term of the first record that is being evaluated.
    entry: Range<usize>,
}

/// One record under evaluation.
struct Frame<'a> {
    tree: &'a Tree,
    published: &'a Arc<Published>,
    path: Arc<[Name]>,
    /// The term of the first record that led here; none in that record itself.
    entry: Option<Range<usize>>,
}

impl Frame<'_> {
    fn decider(&self, index: usize) -> Decider {
        self.decider_at(self.published.record.terms()[index].span.clone())
    }

    fn decider_at(&self, span: Range<usize>) -> Decider {
        let entry = self.entry.clone().unwrap_or_else(|| span.clone());
        Decider { path: self.path.clone(), published: self.published.clone(), span, entry }
    }
}

impl Walk {
    /// `check_host` for all addresses of `states` (section 4).
    fn check_host(&mut self, tree: &Tree, states: Vec<State>) -> Vec<Region> {
        let all_end = |class| states.iter().cloned().map(|state| state.ends(class, None)).collect();
        let published = match &tree.selection {
            Selection::None => return all_end(Class::None),
            Selection::Many(_) => return all_end(Class::PermError),
            Selection::Unknown(_) => return all_end(Class::TempError),
            Selection::One(published) => published,
        };
        let entry = (!self.path.is_empty()).then(|| self.entry.clone());
        self.path.push(tree.name.clone());
        let frame = Frame { tree, published, path: self.path.as_slice().into(), entry };
        // One error anywhere spoils the whole record, before any term is looked at (section 4.6).
        let regions = if published.record.is_valid() {
            self.terms(&frame, states)
        } else {
            let error = published.record.malformed().next().map(|(term, _)| term.span.clone());
            let error = error.or_else(|| published.record.duplicate_modifiers().next().map(|(span, _)| span.clone()));
            let decider = error.map(|span| frame.decider_at(span));
            states.into_iter().map(|state| state.ends(Class::PermError, decider.clone())).collect()
        };
        self.path.pop();
        regions
    }

    fn terms(&mut self, frame: &Frame<'_>, mut live: Vec<State>) -> Vec<Region> {
        let terms = frame.published.record.terms();
        let mut ended = Vec::new();
        let mut index = 0;
        while index < terms.len() && !live.is_empty() {
            let run = terms[index..].iter().take_while(|term| !budget::counts(&term.node)).count();
            if run > 0 {
                live = self.static_run(frame, index..index + run, live, &mut ended);
                index += run;
                continue;
            }
            if let Term::Directive(directive) = &terms[index].node {
                let class = directive.effective_qualifier().into();
                live = self.asking_term(frame, index, class, live, &mut ended);
            }
            index += 1;
        }
        self.no_match(frame, live, &mut ended);
        ended
    }

    /// A run of terms that ask nothing, in one sweep.
    fn static_run(
        &self,
        frame: &Frame<'_>,
        run: Range<usize>,
        live: Vec<State>,
        ended: &mut Vec<Region>,
    ) -> Vec<State> {
        let terms = frame.published.record.terms();
        let layers: Vec<RangeSet> = run.clone().map(|index| self.static_set(&terms[index].node)).collect();
        let mut parts: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for (range, rank) in first_match(&layers) {
            parts.entry(rank).or_default().push(range);
        }
        let parts: Vec<(usize, RangeSet)> =
            parts.into_iter().map(|(rank, ranges)| (run.start + rank, RangeSet::from_ranges(ranges))).collect();
        let matched = RangeSet::from_ranges(parts.iter().flat_map(|(_, set)| set.ranges().iter().cloned()));
        let mut rest = Vec::new();
        for state in live {
            for (index, set) in &parts {
                let set = state.set.intersection(set);
                if let (false, Term::Directive(directive)) = (set.is_empty(), &terms[*index].node) {
                    let class = directive.effective_qualifier().into();
                    ended.push(state.with_set(set).ends(class, Some(frame.decider(*index))));
                }
            }
            let left = state.set.difference(&matched);
            if !left.is_empty() {
                rest.push(State { set: left, ..state });
            }
        }
        rest
    }

    /// What a term that asks nothing matches.
    fn static_set(&self, term: &Term) -> RangeSet {
        let network = match term {
            Term::Directive(directive) => match &directive.mechanism {
                Mechanism::All => return RangeSet::everything(self.family),
                Mechanism::Ip4(range) => range.network().into(),
                Mechanism::Ip6(range) => range.network().into(),
                _ => return RangeSet::default(),
            },
            Term::Modifier(_) | Term::Malformed(_) => return RangeSet::default(),
        };
        RangeSet::from_networks(self.family, [&network])
    }

    /// A directive that asks DNS: what it matches ends with `class`, the rest goes on, all having spent a look-up.
    fn asking_term(
        &mut self,
        frame: &Frame<'_>,
        index: usize,
        class: Class,
        live: Vec<State>,
        ended: &mut Vec<Region>,
    ) -> Vec<State> {
        let decider = frame.decider(index);
        self.entry = decider.entry.clone();
        let live = spend_lookup(live, &decider, ended);
        match &frame.tree.branches[index] {
            Branch::Leaf => live,
            Branch::Dynamic | Branch::Record(Lead::Dynamic) => {
                let with = |mut state: State| {
                    state.dynamic.push(decider.clone());
                    state
                };
                live.into_iter().map(with).collect()
            }
            Branch::Addresses { .. } => match frame.tree.branches[index].addresses(self.family) {
                Some(addresses) => {
                    let prefix = prefix_of(&frame.published.record.terms()[index].node);
                    self.address_term(addresses, prefix, class, &decider, live, ended)
                }
                None => live,
            },
            Branch::Record(Lead::Loop(_)) => {
                ended.extend(live.into_iter().map(|state| state.ends(Class::PermError, Some(decider.clone()))));
                Vec::new()
            }
            Branch::Record(Lead::Tree(below)) => {
                let live = spend_voids(live, usize::from(below.is_void), &decider, ended);
                let mut rest = Vec::new();
                for region in self.check_host(below, live) {
                    match region.class {
                        // A match here ends the evaluation; what decided is the term inside (section 5.2).
                        Class::Pass => ended.push(Region { class, ..region }),
                        Class::Fail | Class::SoftFail | Class::Neutral => rest.push(State::from(region)),
                        Class::None => ended.push(State::from(region).ends(Class::PermError, Some(decider.clone()))),
                        Class::PermError | Class::TempError => {
                            let decided_by = region.decided_by.clone().or_else(|| Some(decider.clone()));
                            ended.push(Region { decided_by, ..region });
                        }
                    }
                }
                merged(rest)
            }
        }
    }

    /// `a` and `mx` (sections 5.3 and 5.4).
    fn address_term(
        &self,
        addresses: &Addresses,
        prefix: DualPrefix,
        class: Class,
        decider: &Decider,
        live: Vec<State>,
        ended: &mut Vec<Region>,
    ) -> Vec<State> {
        let end_all = |live: Vec<State>, class: Class, ended: &mut Vec<Region>| {
            ended.extend(live.into_iter().map(|state| state.ends(class, Some(decider.clone()))));
        };
        let live = spend_voids(live, addresses.voids.len(), decider, ended);
        let length = match self.family {
            Family::V4 => prefix.v4_bits(),
            Family::V6 => prefix.v6_bits(),
        };
        let networks = addresses.found.iter().filter_map(|address| IpNet::new(*address, length).ok());
        let matched = RangeSet::from_ranges(networks.map(|network| network_range(&network)));
        let mut rest = Vec::new();
        for state in live {
            let hit = state.set.intersection(&matched);
            if !hit.is_empty() {
                ended.push(state.with_set(hit).ends(class, Some(decider.clone())));
            }
            let left = state.set.difference(&matched);
            if !left.is_empty() {
                rest.push(State { set: left, ..state });
            }
        }
        if !addresses.unknown.is_empty() {
            end_all(rest, Class::TempError, ended);
            return Vec::new();
        }
        if addresses.past_mx_limit {
            end_all(rest, Class::PermError, ended);
            return Vec::new();
        }
        rest
    }

    /// What no term matched: `redirect`, or neutral (sections 4.7 and 6.1).
    fn no_match(&mut self, frame: &Frame<'_>, live: Vec<State>, ended: &mut Vec<Region>) {
        let record = &frame.published.record;
        let is_redirect = |term: &Term| matches!(term, Term::Modifier(Modifier::Redirect(_)));
        let redirect = record.terms().iter().position(|term| is_redirect(&term.node));
        let (Some(index), None) = (redirect, record.all()) else {
            ended.extend(live.into_iter().map(|state| state.ends(Class::Neutral, None)));
            return;
        };
        let decider = frame.decider(index);
        self.entry = decider.entry.clone();
        let live = spend_lookup(live, &decider, ended);
        match &frame.tree.branches[index] {
            Branch::Record(Lead::Tree(target)) => {
                let live = spend_voids(live, usize::from(target.is_void), &decider, ended);
                for region in self.check_host(target, live) {
                    let class = if region.class == Class::None { Class::PermError } else { region.class };
                    let decided_by = region.decided_by.clone().or_else(|| Some(decider.clone()));
                    ended.push(Region { class, decided_by, ..region });
                }
            }
            Branch::Record(Lead::Dynamic) => {
                // The target is unknown, so is the result: neutral, and the redirect named.
                ended.extend(live.into_iter().map(|mut state| {
                    state.dynamic.push(decider.clone());
                    state.ends(Class::Neutral, None)
                }));
            }
            _ => ended.extend(live.into_iter().map(|state| state.ends(Class::PermError, Some(decider.clone())))),
        }
    }
}

fn prefix_of(term: &Term) -> DualPrefix {
    match term {
        Term::Directive(directive) => match &directive.mechanism {
            Mechanism::A { prefix, .. } | Mechanism::Mx { prefix, .. } => *prefix,
            _ => DualPrefix::default(),
        },
        Term::Modifier(_) | Term::Malformed(_) => DualPrefix::default(),
    }
}

/// One more look-up: those past the limit end here (section 4.6.4).
fn spend_lookup(live: Vec<State>, decider: &Decider, ended: &mut Vec<Region>) -> Vec<State> {
    let spent = live.into_iter().map(|state| State { lookups: state.lookups + 1, ..state });
    let (rest, past) = spent.partition(|state: &State| state.lookups <= LOOKUP_LIMIT);
    let past: Vec<State> = past;
    ended.extend(past.into_iter().map(|state| state.ends(Class::PermError, Some(decider.clone()))));
    rest
}

/// More void look-ups: those past the limit end here (section 4.6.4).
fn spend_voids(live: Vec<State>, voids: usize, decider: &Decider, ended: &mut Vec<Region>) -> Vec<State> {
    let spent = live.into_iter().map(|state| State { voids: state.voids + voids, ..state });
    let (rest, past) = spent.partition(|state: &State| state.voids <= VOID_LIMIT);
    let past: Vec<State> = past;
    ended.extend(past.into_iter().map(|state| state.ends(Class::PermError, Some(decider.clone()))));
    rest
}

/// States that differ in their addresses alone are one.
fn merged(states: Vec<State>) -> Vec<State> {
    let mut out: Vec<State> = Vec::new();
    for state in states {
        let same = |other: &&mut State| {
            (other.lookups, other.voids) == (state.lookups, state.voids) && other.dynamic == state.dynamic
        };
        match out.iter_mut().find(same) {
            Some(other) => other.set = other.set.union(&state.set),
            None => out.push(state),
        }
    }
    out
}

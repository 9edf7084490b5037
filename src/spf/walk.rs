//! `check_host` for all addresses of a family at once (RFC 7208, section 4).
//!
//! A set of addresses goes through the terms together with what it has spent so far, and is split where a term matches
//! a part of it. Terms that ask nothing (`ip4`, `ip6`, `all`) are taken in runs, each run in one sweep; terms that ask
//! are ten at most before evaluation ends, so the pieces stay few.
//!
//! Where RFC 7208 leaves the order of look-ups open, nothing is called a pass that some receivers refuse: the void
//! look-ups of an `mx` count before its addresses match. One thing is called what it is once DNS answers again: an
//! address that a known exchange has matches, also where another exchange could not be looked up.

mod included;

use std::net::IpAddr;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use ipnet::IpNet;
use mailvouch_providers::dns::Name;

use super::ranges::{first_match, network_range};
use super::{
    Addresses, Branch, Class, Decider, Family, LOOKUP_LIMIT, Lead, Published, RangeSet, Region, Selection, Tree,
    VOID_LIMIT, lookups_of,
};
use crate::record::spf::{DualPrefix, Mechanism, Modifier, Term};

/// The fate of every address of a family.
pub(super) fn regions(tree: &Tree, family: Family, limits: Limits) -> Vec<Region> {
    let start = State { set: RangeSet::everything(family), lookups: 0, voids: 0, dynamic: Vec::new() };
    let mut walk = Walk { family, limits, path: Vec::new(), entry: 0..0 };
    walk.check_host(tree, vec![start])
}

/// Whether evaluation ends at the limits of RFC 7208, section 4.6.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limits {
    /// As receivers do.
    Kept,
    /// What would come of it if nobody counted.
    Ignored,
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
        Self { set, lookups: self.lookups, voids: self.voids, dynamic: self.dynamic.clone() }
    }

    /// What is left of it without these addresses, if anything is.
    fn outside(self, matched: &RangeSet) -> Option<Self> {
        let set = self.set.difference(matched);
        (!set.is_empty()).then_some(Self { set, ..self })
    }
}

impl From<Region> for State {
    fn from(region: Region) -> Self {
        let Region { set, lookups, voids, dynamic, .. } = region;
        Self { set, lookups, voids, dynamic }
    }
}

impl Region {
    fn or_decided_by(self, decider: &Decider) -> Self {
        let decided_by = self.decided_by.or_else(|| Some(decider.clone()));
        Self { decided_by, ..self }
    }
}

struct Walk {
    family: Family,
    limits: Limits,
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
        let mut ended = Vec::with_capacity(terms.len());
        let mut index = 0;
        while index < terms.len() && !live.is_empty() {
            let run = frame.tree.branches[index..].iter().take_while(|branch| matches!(branch, Branch::Leaf)).count();
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
        mut live: Vec<State>,
        ended: &mut Vec<Region>,
    ) -> Vec<State> {
        let terms = &frame.published.record.terms()[run.clone()];
        let ranges = terms.iter().enumerate().filter_map(|(rank, term)| Some((rank, self.static_range(&term.node)?)));
        let ranges: Vec<_> = ranges.collect();
        // Most runs are `all` alone, or one address: there is nothing to put in order.
        if ranges.len() < 2 {
            for (rank, range) in ranges {
                if let Term::Directive(directive) = &terms[rank].node {
                    let class = directive.effective_qualifier().into();
                    let matched = RangeSet::from_ranges([range]);
                    live = split(live, &matched, class, &frame.decider(run.start + rank), ended);
                }
            }
            return live;
        }
        let pieces = first_match(ranges);
        let matched = RangeSet::from_ranges(pieces.iter().map(|(range, _)| range.clone()));
        let mut rest = Vec::new();
        for state in live {
            for (rank, set) in state.set.divide(&pieces) {
                if let Term::Directive(directive) = &terms[rank].node {
                    let class = directive.effective_qualifier().into();
                    ended.push(state.with_set(set).ends(class, Some(frame.decider(run.start + rank))));
                }
            }
            rest.extend(state.outside(&matched));
        }
        rest
    }

    /// What a term that asks nothing matches, of this family.
    fn static_range(&self, term: &Term) -> Option<RangeInclusive<u128>> {
        let Term::Directive(directive) = term else { return None };
        match &directive.mechanism {
            Mechanism::All => Some(self.family.all()),
            Mechanism::Ip4(range) => self.clients(&range.network().into()),
            Mechanism::Ip6(range) => self.clients(&range.network().into()),
            _ => None,
        }
    }

    /// The clients of this family that come from a network.
    fn clients(&self, network: &IpNet) -> Option<RangeInclusive<u128>> {
        (Family::of(network.addr()) == self.family && !is_mapped(network)).then(|| network_range(network))
    }

    /// The same of several.
    fn matching(&self, networks: impl IntoIterator<Item = IpNet>) -> RangeSet {
        RangeSet::from_ranges(networks.into_iter().filter_map(|network| self.clients(&network)))
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
        let live = self.spend_lookups(frame, index, live, &decider, ended);
        match &frame.tree.branches[index] {
            Branch::Dynamic(_) | Branch::Record(Lead::Dynamic(_)) => {
                let with = |mut state: State| {
                    state.dynamic.push(decider.clone());
                    state
                };
                live.into_iter().map(with).collect()
            }
            Branch::Addresses { v4, v6 } => {
                let addresses = self.family.choose(v4, v6);
                let prefix = prefix_of(&frame.published.record.terms()[index].node);
                self.address_term(addresses, prefix, class, &decider, live, ended)
            }
            // A loop runs into the limit: whoever comes round once, comes round again. Where there can be no record,
            // there is none, which is an error (section 5.2).
            Branch::Leaf | Branch::PastLimit | Branch::Record(Lead::Loop(_) | Lead::NoName) => {
                ended.extend(live.into_iter().map(|state| state.ends(Class::PermError, Some(decider.clone()))));
                Vec::new()
            }
            Branch::Record(Lead::Tree(below)) => {
                let mut rest = Vec::new();
                let regions = self.included(below, live);
                ended.reserve(regions.len());
                for region in regions {
                    match region.class {
                        // A match here ends the evaluation; what decided is the term inside (section 5.2).
                        Class::Pass => ended.push(Region { class, ..region }),
                        Class::Fail | Class::SoftFail | Class::Neutral => rest.push(State::from(region)),
                        Class::None => ended.push(State::from(region).ends(Class::PermError, Some(decider.clone()))),
                        Class::PermError | Class::TempError => ended.push(region.or_decided_by(&decider)),
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
        let live = self.spend_voids(live, addresses.voids.len(), decider, ended);
        let length = self.family.choose(prefix.v4_bits(), prefix.v6_bits());
        let found = addresses.found.iter();
        let matched = self.matching(found.filter_map(|address| IpNet::new(*address, length).ok()));
        let rest = split(live, &matched, class, decider, ended);
        let error = if addresses.past_mx_limit {
            Class::PermError
        } else if addresses.unknown.is_empty() {
            return rest;
        } else {
            Class::TempError
        };
        ended.extend(rest.into_iter().map(|state| state.ends(error, Some(decider.clone()))));
        Vec::new()
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
        let live = self.spend_lookups(frame, index, live, &decider, ended);
        match &frame.tree.branches[index] {
            Branch::Record(Lead::Tree(target)) => {
                for region in self.check_host(target, live) {
                    let class = if region.class == Class::None { Class::PermError } else { region.class };
                    ended.push(Region { class, ..region.or_decided_by(&decider) });
                }
            }
            Branch::Record(Lead::Dynamic(_)) => {
                // The target is unknown, so is the result: neutral, and the redirect named.
                ended.extend(live.into_iter().map(|mut state| {
                    state.dynamic.push(decider.clone());
                    state.ends(Class::Neutral, None)
                }));
            }
            _ => ended.extend(live.into_iter().map(|state| state.ends(Class::PermError, Some(decider.clone())))),
        }
    }

    /// The look-ups of a term: those past the limit end here (section 4.6.4).
    fn spend_lookups(
        &self,
        frame: &Frame<'_>,
        index: usize,
        mut live: Vec<State>,
        decider: &Decider,
        ended: &mut Vec<Region>,
    ) -> Vec<State> {
        let own = lookups_of(&frame.published.record.terms()[index].node);
        for state in &mut live {
            state.lookups += own;
        }
        let is_within = |state: &State| self.limits == Limits::Ignored || state.lookups <= LOOKUP_LIMIT;
        within(live, is_within, decider, ended)
    }

    /// More void look-ups: those past the limit end here (section 4.6.4).
    fn spend_voids(
        &self,
        mut live: Vec<State>,
        voids: usize,
        decider: &Decider,
        ended: &mut Vec<Region>,
    ) -> Vec<State> {
        for state in &mut live {
            state.voids += voids;
        }
        let is_within = |state: &State| self.limits == Limits::Ignored || state.voids <= VOID_LIMIT;
        within(live, is_within, decider, ended)
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

/// Whether all addresses of a network are mapped IPv4 ones. A client with such an address counts as one of IPv4
/// (RFC 7208, section 5), so as IPv6 it matches nobody.
fn is_mapped(network: &IpNet) -> bool {
    match (network.addr(), network.prefix_len()) {
        (IpAddr::V6(address), 96..) => address.to_ipv4_mapped().is_some(),
        _ => false,
    }
}

/// The states within a limit; for the others evaluation is over.
fn within(
    states: Vec<State>,
    is_within: impl Fn(&State) -> bool,
    decider: &Decider,
    ended: &mut Vec<Region>,
) -> Vec<State> {
    // Nearly always.
    if states.iter().all(&is_within) {
        return states;
    }
    let (rest, past): (Vec<_>, Vec<_>) = states.into_iter().partition(is_within);
    ended.extend(past.into_iter().map(|state| state.ends(Class::PermError, Some(decider.clone()))));
    rest
}

/// The states without the addresses that a term matches: those end with `class`.
fn split(
    states: Vec<State>,
    matched: &RangeSet,
    class: Class,
    decider: &Decider,
    ended: &mut Vec<Region>,
) -> Vec<State> {
    let mut rest = Vec::new();
    for state in states {
        let hit = state.set.intersection(matched);
        if hit == state.set {
            ended.push(state.ends(class, Some(decider.clone())));
        } else if hit.is_empty() {
            rest.push(state);
        } else {
            ended.push(state.with_set(hit).ends(class, Some(decider.clone())));
            rest.extend(state.outside(matched));
        }
    }
    rest
}

/// States that differ in their addresses alone are one.
fn merged(states: Vec<State>) -> Vec<State> {
    if states.len() < 2 {
        return states;
    }
    let mut groups: Vec<(State, Vec<RangeInclusive<u128>>)> = Vec::new();
    for state in states {
        let same = |(other, _): &&mut (State, Vec<_>)| {
            (other.lookups, other.voids) == (state.lookups, state.voids) && other.dynamic == state.dynamic
        };
        if let Some((_, ranges)) = groups.iter_mut().find(same) {
            ranges.extend(state.set.ranges().iter().cloned());
        } else {
            let ranges = state.set.ranges().to_vec();
            groups.push((state, ranges));
        }
    }
    let joined = groups.into_iter().map(|(state, ranges)| State { set: RangeSet::from_ranges(ranges), ..state });
    joined.collect()
}

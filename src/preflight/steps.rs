//! What is to be done, by whom, when, and why: the same arithmetic of dates as in plans.

use std::collections::BTreeSet;

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use mailvouch_providers::dns::Name;

use super::assess::shown;
use super::{Arrival, Basis, Preflight, Ptr, SpfChange};
use crate::declared::{Guard, Lead};
use crate::lint::Subject;
use crate::plan::Plan;

mod after;
mod before;
mod changes;
mod words;

/// Whoever gave the address takes from minutes to days to set a reverse name: a week is left.
const FOR_PTR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Partners have working days.
const FOR_PARTNERS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A change of a connector reaches all servers of Microsoft 365 within hours.
const FOR_CONNECTOR: SignedDuration = SignedDuration::from_hours(24);
/// Aggregate reports come once a day (RFC 9990, section 3.1): a week shows who still sends from the old place.
const WATCHED: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Sets of texts with a longer TTL are worth lowering, in seconds.
const LONG_TEXT: u32 = 3600;
/// The same for hosts: until caches know, both addresses are in use.
const LONG_HOST: u32 = 300;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// The move is written into the declaration.
    Declare,
    /// A reverse name is ordered.
    Ptr,
    /// Partners are told.
    AllowLists,
    /// A connector is told.
    Connector,
    /// A TTL is lowered.
    LowerTtl,
    /// Records are published.
    Publish,
    /// A host gets its new addresses.
    Host,
    /// Mail leaves from the new addresses.
    Switch,
    /// Bounces and reports are watched.
    Watch,
    /// Old addresses are taken out.
    Remove,
    /// A TTL gets its old value.
    RestoreTtl,
}

/// When a step is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub until: Option<Timestamp>,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It lies ahead.
    Open,
    /// It should be done already, and is not.
    Late,
    /// It is done: that can be seen.
    Done,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// What kind it is of.
    pub kind: StepKind,
    /// What it is about, among those of its kind.
    pub about: String,
    /// When.
    pub when: When,
    /// Who does it.
    pub who: &'static str,
    /// What exactly.
    pub what: String,
    /// What to write or to send, line by line.
    pub lines: Vec<String>,
    /// What to type.
    pub commands: Vec<String>,
    /// Why.
    pub why: String,
    /// Who says so.
    pub source: &'static str,
    /// Where it stands.
    pub state: State,
}

/// What to type, as it fits the command line that was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commands {
    /// Plan for the same domains and sources, without `--out`.
    pub plan: String,
    /// Apply a plan, without its name.
    pub apply: String,
    /// What goes behind its name.
    pub apply_with: String,
    /// The same check again.
    pub again: String,
    /// Lint the domains.
    pub check: String,
    /// Wait for the servers; empty where nobody serves what is written.
    pub wait: String,
}

/// The plans that the steps carry out.
pub(super) struct Planned<'a> {
    pub(super) publish: &'a Plan,
    /// None where that is done with what is published.
    pub(super) remove: Option<&'a Plan>,
}

impl StepKind {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Declare => "declare",
            Self::Ptr => "order-ptr",
            Self::AllowLists => "tell-partners",
            Self::Connector => "tell-connector",
            Self::LowerTtl => "lower-ttl",
            Self::Publish => "publish",
            Self::Host => "move-host",
            Self::Switch => "switch",
            Self::Watch => "watch",
            Self::Remove => "remove",
            Self::RestoreTtl => "restore-ttl",
        }
    }
}

impl State {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Late => "late",
            Self::Done => "done",
        }
    }
}

impl When {
    pub(super) fn by(until: Timestamp) -> Self {
        Self { from: None, until: Some(until) }
    }

    pub(super) fn at(at: Timestamp) -> Self {
        Self { from: Some(at), until: Some(at) }
    }

    pub(super) fn from(from: Timestamp) -> Self {
        Self { from: Some(from), until: None }
    }

    pub(super) fn between(from: Timestamp, until: Timestamp) -> Self {
        Self { from: Some(from), until: Some(until) }
    }

    /// The time by which steps are put in order: the first at which it can be done, or the last.
    pub fn order(&self) -> Timestamp {
        self.from.or(self.until).unwrap_or(Timestamp::MAX)
    }
}

/// All steps, in order of time.
pub(super) fn steps(
    preflight: &Preflight,
    subjects: &[Subject],
    plans: &Planned<'_>,
    commands: &Commands,
) -> Vec<Step> {
    let request = &preflight.request;
    let mut leads = preflight.domains.iter().map(|domain| domain.lead);
    let Some(first) = leads.next() else { return Vec::new() };
    let lead = leads.fold(first, |all, one| Lead { ttl: all.ttl.max(one.ttl), absence: all.absence.max(one.absence) });
    let maker = Maker { preflight, subjects, commands, lead, domains: words::list(&names(subjects)) };
    let mut steps = Vec::new();
    if request.basis == Basis::Asked && !(request.arrivals.is_empty() && request.departures.is_empty()) {
        steps.extend(maker.declare());
    }
    let begins: BTreeSet<Timestamp> = request.arrivals.iter().map(|arrival| arrival.from).collect();
    let only = begins.len() <= 1;
    for at in &begins {
        let arrivals: Vec<&Arrival> = request.arrivals.iter().filter(|arrival| arrival.from == *at).collect();
        steps.extend(maker.ptr(&arrivals, *at));
        steps.extend(maker.told(&arrivals, *at));
        let changes = changes::published(plans.publish);
        steps.extend(Maker::lowered(&changes, lead.due_from(*at)));
        steps.push(maker.publish(&arrivals, *at, if only { &changes } else { &[] }));
        steps.push(maker.switch(&arrivals, *at));
    }
    steps.extend(preflight.hosts.iter().flat_map(Maker::host));
    if let Some(at) = begins.iter().next_back().copied().or(preflight.at) {
        steps.push(maker.watch(at));
    }
    let ends: BTreeSet<Timestamp> = request.departures.iter().map(|departure| departure.until).collect();
    let changes = match plans.remove {
        _ if ends.len() > 1 => Vec::new(),
        // What left is taken out with what is published first.
        None => changes::published(plans.publish),
        Some(remove) => changes::removed(plans.publish, remove),
    };
    for until in &ends {
        let leaving = request.departures.iter().filter(|departure| departure.until == *until);
        let leaving: Vec<IpNet> = leaving.map(|departure| departure.network).collect();
        steps.push(maker.remove(&leaving, *until, &changes));
    }
    let over = ends.iter().next_back().map(|until| lead.remove_from(*until));
    steps.extend(maker.restored(&steps, over.or_else(|| begins.iter().next_back().copied())));
    for step in &mut steps {
        if step.state == State::Open && step.when.until.is_some_and(|until| until < preflight.now) {
            step.state = State::Late;
        }
    }
    steps.sort_by_key(|step| (step.when.order(), step.kind));
    // With several dates the same TTL comes up more than once.
    let mut seen = BTreeSet::new();
    steps.retain(|step| seen.insert((step.kind, step.about.clone())));
    steps
}

fn names(subjects: &[Subject]) -> Vec<String> {
    subjects.iter().map(|subject| subject.domain.to_string()).collect()
}

/// What every step may speak of.
struct Maker<'a> {
    preflight: &'a Preflight,
    subjects: &'a [Subject],
    commands: &'a Commands,
    lead: Lead,
    /// The domains, in words.
    domains: String,
}

impl Maker<'_> {
    /// The name that a new host gives, where it is known.
    fn helo(&self, arrivals: &[&Arrival]) -> Option<Name> {
        let declared = arrivals.iter().flat_map(|arrival| &arrival.helo).next().cloned();
        declared.or_else(|| self.preflight.helo.first().map(|row| row.name.clone()))
    }

    /// The addresses of arrivals of which the reverse name is not in order.
    fn without_ptr(&self, arrivals: &[&Arrival]) -> Vec<String> {
        let is_among = |address: &std::net::IpAddr| arrivals.iter().any(|arrival| arrival.network.contains(address));
        let addresses = self.preflight.addresses.iter().filter(|one| !one.is_sample && is_among(&one.address));
        addresses.filter(|one| !one.is_confirmed()).map(|one| one.address.to_string()).collect()
    }

    /// Whether nothing is known about reverse names that would have to be ordered.
    fn is_ptr_unknown(&self, arrivals: &[&Arrival]) -> bool {
        let is_among = |address: &std::net::IpAddr| arrivals.iter().any(|arrival| arrival.network.contains(address));
        let mut addresses = self.preflight.addresses.iter().filter(|one| is_among(&one.address));
        addresses.all(|one| matches!(one.ptr, Ptr::Unknown(_)) || one.is_confirmed())
    }

    /// Whether all of these pass everywhere now.
    fn pass_now(&self, arrivals: &[&Arrival]) -> bool {
        let is_among = |network: &IpNet| arrivals.iter().any(|arrival| arrival.network == *network);
        let mut rows = self.preflight.domains.iter().flat_map(|domain| &domain.rows);
        rows.all(|row| !row.is_arriving || !is_among(&row.network) || row.now.passes())
    }
}

/// So long before a time, or the beginning of time.
fn sooner(at: Timestamp, duration: SignedDuration) -> Timestamp {
    at.checked_sub(duration).unwrap_or(Timestamp::MIN)
}

/// So long after a time, or the end of time.
fn later(at: Timestamp, duration: SignedDuration) -> Timestamp {
    at.checked_add(duration).unwrap_or(Timestamp::MAX)
}

fn networks<'a>(networks: impl IntoIterator<Item = &'a IpNet>) -> String {
    words::list(&networks.into_iter().map(shown).collect::<Vec<_>>())
}

/// The options that allow what changes trip.
fn allowing(changes: &[SpfChange]) -> String {
    let guards: BTreeSet<Guard> = changes.iter().flat_map(|change| change.guards.iter().copied()).collect();
    guards.iter().map(|guard| format!(" --allow {guard}")).collect::<Vec<_>>().concat()
}

/// The lines of a change: the set, what goes, what comes.
fn lines(changes: &[SpfChange]) -> Vec<String> {
    let of = |change: &SpfChange| {
        let head = format!("{} {}", change.owner.absolute(), change.rtype);
        let gone = change.remove.iter().map(|value| format!("- {value}"));
        let come = change.add.iter().map(|value| format!("+ {value}"));
        std::iter::once(head).chain(gone).chain(come).collect::<Vec<_>>()
    };
    changes.iter().flat_map(of).collect()
}

//! Puts it together: what passes now, then, and afterwards, and what stands against it.

use futures::future::join_all;
use ipnet::IpNet;
use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use super::hosts::{self, Host};
use super::judge::judge;
use super::lists;
use super::reverse::{self, Reverse};
use super::steps::{Commands, Planned, steps};
use super::{DomainReport, HostEffect, HostReport, Loss, LossBy, Outcome, Preflight, Request, Row};
use crate::declared::EgressState;
use crate::lint::{Facts, Selection, Subject};
use crate::plan::Plan;
use crate::published::{Ask, Gatherer, Overlay};
use crate::spf::{Class, Cost, Coverage, Family, RangeSet, Tree};

/// What an assessment rests on.
pub struct Inputs<'a> {
    /// Who is asked.
    pub gatherer: &'a Gatherer,
    /// The time that it is seen from.
    pub now: Timestamp,
    /// What moves.
    pub request: Request,
    /// The domains, with the move in their declaration.
    pub subjects: &'a [Subject],
    /// What is known of each of them now, in the same order.
    pub facts: &'a [Facts],
    /// The other declared domains: a change may reach them all the same.
    pub others: &'a [Subject],
    /// What is published for the first day.
    pub publish: &'a Plan,
    /// The same, and what is taken out afterwards; none where that is done at once.
    pub remove: Option<&'a Plan>,
    /// When that is.
    pub ends: Timestamp,
    /// The domains for which nothing could be planned.
    pub unplanned: usize,
    /// The rules that speak.
    pub rules: &'a Selection,
    /// Block lists that somebody wants asked about the new addresses.
    pub block_lists: &'a [Name],
    /// What to type.
    pub commands: Commands,
}

/// The states that a move goes through, as records laid over what DNS says.
struct Stages {
    planned: Overlay,
    moved: Overlay,
    end: Overlay,
}

/// Assesses a move.
pub async fn assess(inputs: Inputs<'_>) -> Preflight {
    let Inputs {
        gatherer,
        now,
        mut request,
        subjects,
        facts,
        others,
        publish,
        remove,
        ends,
        unplanned,
        rules,
        block_lists,
        commands,
    } = inputs;
    let mut moving = Overlay::default();
    let hosts = hosts::look_up(gatherer, &request.hosts, &mut moving).await;
    let with_hosts = |overlay: &Overlay| {
        let mut all = overlay.clone();
        all.extend(&moving);
        all
    };
    let planned = publish.overlay();
    let stages = Stages { moved: with_hosts(&planned), end: with_hosts(&remove.unwrap_or(publish).overlay()), planned };
    let domains = join_all(
        subjects.iter().zip(facts).map(|(subject, facts)| domain(gatherer, subject, facts, &request, &stages)),
    );
    let mut domains = domains.await;
    forget_what_is_over(&mut request, &mut domains, now);
    let at = request.begins(now);
    let changes_nothing = publish.is_empty() && remove.is_none_or(Plan::is_empty) && hosts.is_empty();
    let reached: Vec<&Subject> = if changes_nothing { Vec::new() } else { subjects.iter().chain(others).collect() };
    let (losses, effects) = reach(gatherer, &reached, &hosts, &stages, now, ends).await;
    let reverse = reverse::look_up(gatherer, subjects, &request, &stages.moved, rules).await;
    let Reverse { addresses, findings, helo, siblings } = reverse;
    let mut preflight = Preflight {
        now,
        at,
        domains,
        helo,
        addresses,
        findings,
        siblings,
        hosts: hosts.iter().map(|host| report(host, &effects)).collect(),
        losses,
        obstacles: Vec::new(),
        unknowns: Vec::new(),
        notes: Vec::new(),
        steps: Vec::new(),
        request,
    };
    judge(&mut preflight, &hosts, publish);
    if unplanned > 0 {
        preflight.unknowns.push(format!("what a plan would do for {unplanned} of the domains"));
    }
    lists::look_up(gatherer, block_lists, &mut preflight).await;
    preflight.steps = steps(&preflight, subjects, &Planned { publish, remove }, &commands);
    preflight
}

/// What the addresses of a move get of one domain, at each stage.
async fn domain(
    gatherer: &Gatherer,
    subject: &Subject,
    facts: &Facts,
    request: &Request,
    stages: &Stages,
) -> DomainReport {
    let domain = &subject.domain;
    let arriving = request.arrivals.iter().filter(|arrival| arrival.domains.contains(domain));
    let arriving = arriving.map(|arrival| (arrival.network, true, arrival.helo.first()));
    let leaving = request.departures.iter().filter(|departure| departure.domains.contains(domain));
    let leaving = leaving.map(|departure| (departure.network, false, None));
    let networks: Vec<(IpNet, bool, Option<&Name>)> = arriving.chain(leaving).collect();
    let all = |ask: &Ask<'_>| {
        let outcomes = networks.iter().map(|(network, _, helo)| Outcome::of(ask, domain, network, *helo));
        (outcomes.collect::<Vec<_>>(), Cost::worst(&Tree::of(ask, domain)))
    };
    let (now, cost_now) = gatherer.run(None, all).await.result;
    let (planned, cost_planned) = gatherer.run(Some(&stages.planned), all).await.result;
    let (moved, _) = gatherer.run(Some(&stages.moved), all).await.result;
    let (end, _) = gatherer.run(Some(&stages.end), all).await.result;
    let each = now.into_iter().zip(planned).zip(moved).zip(end).zip(&networks);
    let rows = each.map(|((((now, planned), moved), end), (network, is_arriving, _))| Row {
        network: *network,
        is_arriving: *is_arriving,
        now,
        planned,
        moved,
        end,
    });
    DomainReport { domain: domain.clone(), rows: rows.collect(), cost_now, cost_planned, lead: facts.lead() }
}

/// Of what left long ago and passes nowhere there is nothing to tell.
fn forget_what_is_over(request: &mut Request, domains: &mut [DomainReport], now: Timestamp) {
    let passes = |network: &IpNet, domains: &[DomainReport]| {
        let mut rows = domains.iter().flat_map(|domain| &domain.rows);
        // What could not be told may pass.
        rows.any(|row| !row.is_arriving && row.network == *network && (row.now.passes() || row.now.is_unknown()))
    };
    request.departures.retain(|departure| now < departure.until || passes(&departure.network, domains));
    for domain in domains {
        domain.rows.retain(|row| {
            row.is_arriving || request.departures.iter().any(|departure| departure.network == row.network)
        });
    }
}

/// What each domain loses that is in use, and what hosts do to it.
async fn reach(
    gatherer: &Gatherer,
    subjects: &[&Subject],
    hosts: &[Host],
    stages: &Stages,
    now: Timestamp,
    ends: Timestamp,
) -> (Vec<Loss>, Vec<HostEffect>) {
    let switch = hosts.iter().map(|host| host.at).max().unwrap_or(now);
    let one = async |subject: &Subject| {
        let coverage = |ask: &Ask<'_>| Coverage::of(&Tree::of(ask, &subject.domain));
        let before = gatherer.run(None, coverage).await.result;
        let planned = gatherer.run(Some(&stages.planned), coverage).await.result;
        let moved = gatherer.run(Some(&stages.moved), coverage).await.result;
        let end = gatherer.run(Some(&stages.end), coverage).await.result;
        let steps = [
            (&before, &planned, now, LossBy::Publishing),
            (&planned, &moved, switch, LossBy::Host),
            (&moved, &end, ends, LossBy::Removal),
        ];
        let losses = steps.into_iter().filter_map(|(before, after, at, by)| {
            let networks = lost(before, after, &live(subject, at));
            (!networks.is_empty()).then(|| Loss { domain: subject.domain.clone(), networks, by })
        });
        let more = |after: &Coverage, before: &Coverage| {
            let of = |family| {
                after.class(family, Class::Pass).difference(&before.class(family, Class::Pass)).networks(family)
            };
            Family::BOTH.into_iter().flat_map(of).collect()
        };
        let effect =
            HostEffect { domain: subject.domain.clone(), gained: more(&moved, &planned), lost: more(&planned, &moved) };
        (losses.collect::<Vec<_>>(), effect)
    };
    let (losses, effects): (Vec<_>, Vec<_>) =
        join_all(subjects.iter().map(|subject| one(subject))).await.into_iter().unzip();
    (losses.into_iter().flatten().collect(), effects)
}

/// The addresses that mail of a domain leaves from at a time.
fn live(subject: &Subject, at: Timestamp) -> Vec<IpNet> {
    let groups = subject.declared.iter().flat_map(|declared| &declared.domain().egress).map(|group| &group.value);
    let current = groups.filter(|group| group.state_at(at) == EgressState::Current);
    current.flat_map(|group| group.addresses.iter().map(|address| address.value)).collect()
}

/// Those of some addresses that pass before, and for certain do not afterwards.
fn lost(before: &Coverage, after: &Coverage, among: &[IpNet]) -> Vec<IpNet> {
    let of = |family| {
        let possible = after.class(family, Class::Pass).union(&after.class(family, Class::TempError));
        let lost = before.class(family, Class::Pass).difference(&possible);
        lost.intersection(&RangeSet::from_networks(family, among)).networks(family)
    };
    Family::BOTH.into_iter().flat_map(of).collect()
}

fn report(host: &Host, effects: &[HostEffect]) -> HostReport {
    HostReport {
        name: host.name.clone(),
        before: host.before.clone(),
        after: host.after.clone(),
        at: host.at,
        ttl: host.ttl,
        effects: effects
            .iter()
            .filter(|effect| !effect.gained.is_empty() || !effect.lost.is_empty())
            .cloned()
            .collect(),
    }
}

/// A network for people: a single address without its length.
pub(crate) fn shown(network: &IpNet) -> String {
    let single = network.prefix_len() == network.max_prefix_len();
    if single { network.addr().to_string() } else { network.to_string() }
}

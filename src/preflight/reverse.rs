//! The new hosts: reverse names, HELO names, and the IPv6 addresses that nobody named. The facts and the rules are those
//! of `check`, asked about the new addresses alone.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType};

use super::staged::group;
use super::{AddressReport, Finding, HeloRow, Outcome, Ptr, Request, Sibling};
use crate::declared::Declaration;
use crate::lint::{self, Declared, Depth, Facts, HostFacts, Selection, Subject, addresses_of};
use crate::published::{Ask, Gatherer, Overlay, State};

/// The rules about hosts.
const RULES: [&str; 5] =
    ["egress-no-ptr", "egress-ptr-mismatch", "egress-generic-ptr", "egress-helo-mismatch", "egress-helo-no-spf"];

/// What was found.
pub(super) struct Reverse {
    pub(super) addresses: Vec<AddressReport>,
    pub(super) findings: Vec<Finding>,
    pub(super) helo: Vec<HeloRow>,
    pub(super) siblings: Vec<Sibling>,
}

/// Looks at the new hosts as they will be: with the planned records, and with the hosts moved.
pub(super) async fn look_up(
    gatherer: &Gatherer,
    subjects: &[Subject],
    request: &Request,
    moved: &Overlay,
    selection: &Selection,
) -> Reverse {
    let mut found = Reverse { addresses: Vec::new(), findings: Vec::new(), helo: Vec::new(), siblings: Vec::new() };
    let Some(subject) = probe(subjects, request) else { return found };
    let run = gatherer.run(Some(moved), |ask| Facts::of(ask, &subject)).await;
    let facts = run.result.with_failures(&run.answers);
    found.addresses = facts.hosts.iter().map(address).collect();
    let rules: Vec<String> = RULES.iter().filter(|rule| selection.holds(rule)).map(|rule| (*rule).to_owned()).collect();
    if !rules.is_empty() {
        let rules = Selection { select: rules, ignore: Vec::new() };
        found.findings = lint::check(&facts, &rules).into_iter().map(finding).collect();
    }
    let names = greetings(request, &facts);
    for (name, is_declared) in &names {
        for network in request.arrivals.iter().map(|arrival| &arrival.network) {
            if network.prefix_len() < network.max_prefix_len() || !gives(request, &facts, name, network.addr()) {
                continue;
            }
            let now = gatherer.run(None, |ask| Outcome::of_helo(ask, name, network)).await.result;
            let moved = gatherer.run(Some(moved), |ask| Outcome::of_helo(ask, name, network)).await.result;
            let (name, is_declared) = (name.clone(), *is_declared);
            found.helo.push(HeloRow { name, is_declared, network: *network, now, moved });
        }
    }
    for (name, _) in &names {
        found.siblings.extend(siblings(gatherer, subjects, request, moved, name).await);
    }
    found
}

/// One domain that the new hosts send for, and nothing else does.
fn probe(subjects: &[Subject], request: &Request) -> Option<Subject> {
    let first = subjects.iter().find(|subject| subject.declared.is_some())?;
    let declared = first.declared.as_ref()?;
    let mut domain = declared.domain().clone();
    domain.egress =
        request.arrivals.iter().map(|arrival| group("arriving", arrival.network, &arrival.helo, None, None)).collect();
    if domain.egress.is_empty() {
        return None;
    }
    (domain.sends, domain.senders, domain.dkim) = (true, Vec::new(), Vec::new());
    let mut declaration = Declaration::clone(declared.declaration());
    declaration.domains = vec![domain];
    let declared = Declared::of(&Arc::new(declaration), &first.domain);
    // Samples of ranges, too.
    Some(Subject { declared, selectors: Vec::new(), depth: Depth::Thorough, ..first.clone() })
}

fn address(host: &HostFacts) -> AddressReport {
    let ptr = match &host.ptr.state {
        State::Found(_) => {
            let leads_back = |reply: &crate::published::Reply| match &reply.state {
                State::Unknown(_) => None,
                _ => Some(addresses_of(reply).contains(&host.address)),
            };
            Ptr::Names(host.names.iter().map(|(name, reply)| (name.clone(), leads_back(reply))).collect())
        }
        State::Absent(_) => Ptr::Absent,
        State::Unknown(failure) => Ptr::Unknown(failure.to_string()),
    };
    AddressReport { address: host.address, is_sample: host.is_sample, reverse: host.reverse.clone(), ptr }
}

fn finding(found: lint::Diagnostic) -> Finding {
    Finding { rule: found.rule, severity: found.severity, message: found.message, help: found.help }
}

/// The names that the new hosts give, each with whether somebody said so: else the reverse names, which most hosts give.
fn greetings(request: &Request, facts: &Facts) -> Vec<(Name, bool)> {
    let declared: BTreeSet<&Name> = request.arrivals.iter().flat_map(|arrival| &arrival.helo).collect();
    if !declared.is_empty() {
        return declared.into_iter().map(|name| (name.clone(), true)).collect();
    }
    let reverse: BTreeSet<&Name> =
        facts.hosts.iter().flat_map(|host| host.names.iter().map(|(name, _)| name)).collect();
    reverse.into_iter().map(|name| (name.clone(), false)).collect()
}

/// Whether the host with this address greets so, for all that is known.
fn gives(request: &Request, facts: &Facts, name: &Name, address: IpAddr) -> bool {
    let of_address = |arrival: &&super::Arrival| arrival.network.addr() == address && !arrival.helo.is_empty();
    match request.arrivals.iter().find(of_address) {
        Some(arrival) => arrival.helo.contains(name),
        None => facts.hosts.iter().any(|host| host.address == address && host.names.iter().any(|(one, _)| one == name)),
    }
}

/// The IPv6 addresses of a host that nobody named: a host that has one mostly sends from it.
async fn siblings(
    gatherer: &Gatherer,
    subjects: &[Subject],
    request: &Request,
    moved: &Overlay,
    name: &Name,
) -> Vec<Sibling> {
    let reply = gatherer.run(Some(moved), |ask| ask.get(name, RrType::AAAA)).await.result;
    let known = |address: &IpAddr| {
        let arrives = request.arrivals.iter().any(|arrival| arrival.network.contains(address));
        arrives
            || subjects.iter().filter_map(|subject| subject.declared.as_ref()).any(|declared| {
                let groups = declared.domain().egress.iter().flat_map(|group| &group.value.addresses);
                groups.into_iter().any(|network| network.value.contains(address))
            })
    };
    let mut siblings = Vec::new();
    for address in reply.iter().flat_map(|reply| addresses_of(reply)).filter(|address| !known(address)) {
        let network = ipnet::IpNet::from(address);
        let each = |ask: &Ask<'_>| {
            let outcomes = subjects.iter().map(|subject| {
                let outcome = Outcome::of(ask, &subject.domain, &network, Some(name));
                (subject.domain.clone(), outcome)
            });
            let has_ptr = lint::reverse_name(address).and_then(|reverse| {
                let reply = ask.get_thorough(&reverse, RrType::PTR)?;
                reply.failure().is_none().then(|| reply.records().is_some())
            });
            (outcomes.filter(|(_, outcome)| !outcome.passes()).collect::<Vec<_>>(), has_ptr)
        };
        let (refused, has_ptr) = gatherer.run(Some(moved), each).await.result;
        siblings.push(Sibling { name: name.clone(), address, refused, has_ptr });
    }
    siblings
}

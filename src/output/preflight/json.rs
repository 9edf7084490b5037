//! The JSON of `preflight` (`docs/formats/preflight.md`), version 1.

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::sentences::{term, time, word};
use crate::output::json::pretty;
use crate::output::schema::schema_of;
use crate::preflight::{self, DomainReport, HeloRow, HostReport, LossBy, Preflight, Ptr, Row};
use crate::spf::{Cost, LOOKUP_LIMIT, VOID_LIMIT};

#[derive(JsonSchema, Serialize)]
struct Document {
    version: u32,
    tool: Tool,
    verdict: &'static str,
    now: String,
    at: Option<String>,
    add: Vec<Moving>,
    remove: Vec<Moving>,
    domains: Vec<Domain>,
    addresses: Vec<Address>,
    helo: Vec<Helo>,
    ipv6_beside: Vec<Beside>,
    hosts: Vec<Host>,
    lost: Vec<Lost>,
    findings: Vec<Found>,
    obstacles: Vec<String>,
    unknowns: Vec<String>,
    notes: Vec<String>,
    steps: Vec<Step>,
}

#[derive(JsonSchema, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(JsonSchema, Serialize)]
struct Moving {
    network: String,
    at: String,
    domains: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
#[expect(clippy::struct_field_names, reason = "the words of the JSON")]
struct Domain {
    domain: String,
    spf: Vec<Addresses>,
    lookups: Spent,
    voids: Spent,
    ttl: i64,
    absence_ttl: i64,
}

#[derive(JsonSchema, Serialize)]
struct Addresses {
    network: String,
    change: &'static str,
    now: Outcome,
    planned: Outcome,
    moved: Outcome,
    end: Outcome,
}

#[derive(JsonSchema, Serialize)]
struct Outcome {
    result: String,
    part: Vec<String>,
    term: Option<String>,
    record: Option<String>,
    lookups: usize,
    voids: usize,
    problem: Option<String>,
}

#[derive(JsonSchema, Serialize)]
struct Spent {
    now: usize,
    planned: usize,
    limit: usize,
}

#[derive(JsonSchema, Serialize)]
#[expect(clippy::struct_field_names, reason = "the words of the JSON")]
struct Address {
    address: String,
    sample: bool,
    reverse: String,
    ptr: &'static str,
    names: Vec<ReverseName>,
    confirmed: bool,
    problem: Option<String>,
}

#[derive(JsonSchema, Serialize)]
struct ReverseName {
    name: String,
    leads_back: Option<bool>,
}

#[derive(JsonSchema, Serialize)]
struct Helo {
    name: String,
    declared: bool,
    network: String,
    now: Outcome,
    moved: Outcome,
}

#[derive(JsonSchema, Serialize)]
struct Beside {
    name: String,
    address: String,
    refused_by: Vec<String>,
    ptr: Option<bool>,
}

#[derive(JsonSchema, Serialize)]
struct Host {
    name: String,
    before: Vec<String>,
    after: Vec<String>,
    ttl: u32,
    mixed_from: String,
    mixed_until: String,
    domains: Vec<HostEffect>,
}

#[derive(JsonSchema, Serialize)]
struct HostEffect {
    domain: String,
    gained: Vec<String>,
    lost: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
struct Lost {
    domain: String,
    networks: Vec<String>,
    by: &'static str,
}

#[derive(JsonSchema, Serialize)]
struct Found {
    rule: &'static str,
    severity: &'static str,
    message: String,
    help: Option<String>,
}

#[derive(JsonSchema, Serialize)]
struct Step {
    id: &'static str,
    about: String,
    from: Option<String>,
    until: Option<String>,
    who: &'static str,
    what: String,
    lines: Vec<String>,
    commands: Vec<String>,
    why: String,
    source: &'static str,
    state: &'static str,
}

/// All of it, as one document.
pub fn document(preflight: &Preflight) -> String {
    let request = &preflight.request;
    let add = request.arrivals.iter().map(|one| Moving::of(&one.network, one.from, &one.domains));
    let remove = request.departures.iter().map(|one| Moving::of(&one.network, one.until, &one.domains));
    let lost = preflight.losses.iter().map(|loss| Lost {
        domain: loss.domain.to_string(),
        networks: texts(&loss.networks),
        by: match loss.by {
            LossBy::Publishing => "publishing",
            LossBy::Host => "host",
            LossBy::Removal => "removal",
        },
    });
    let found = preflight.findings.iter().map(|found| Found {
        rule: found.rule,
        severity: found.severity.name(),
        message: found.message.clone(),
        help: found.help.clone(),
    });
    let beside = preflight.siblings.iter().map(|one| Beside {
        name: one.name.to_string(),
        address: one.address.to_string(),
        refused_by: one.refused.iter().map(|(domain, _)| domain.to_string()).collect(),
        ptr: one.has_ptr,
    });
    pretty(&Document {
        version: 1,
        tool: Tool { name: "mailvouch", version: env!("CARGO_PKG_VERSION") },
        verdict: word(preflight.readiness()),
        now: time(preflight.now),
        at: preflight.at.map(time),
        add: add.collect(),
        remove: remove.collect(),
        domains: preflight.domains.iter().map(Domain::of).collect(),
        addresses: preflight.addresses.iter().map(Address::of).collect(),
        helo: preflight.helo.iter().map(Helo::of).collect(),
        ipv6_beside: beside.collect(),
        hosts: preflight.hosts.iter().map(Host::of).collect(),
        lost: lost.collect(),
        findings: found.collect(),
        obstacles: preflight.obstacles.clone(),
        unknowns: preflight.unknowns.clone(),
        notes: preflight.notes.clone(),
        steps: preflight.steps.iter().map(Step::of).collect(),
    })
}

fn texts<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

impl Moving {
    fn of(
        network: &ipnet::IpNet,
        at: jiff::Timestamp,
        domains: &std::collections::BTreeSet<mailvouch_providers::dns::Name>,
    ) -> Self {
        let domains = domains.iter().map(ToString::to_string).collect();
        Self { network: network.to_string(), at: time(at), domains }
    }
}

impl Domain {
    fn of(report: &DomainReport) -> Self {
        let spent = |of: fn(&Cost) -> usize, limit| Spent {
            now: of(&report.cost_now),
            planned: of(&report.cost_planned),
            limit,
        };
        Self {
            domain: report.domain.to_string(),
            spf: report.rows.iter().map(Addresses::of).collect(),
            lookups: spent(|cost| cost.lookups, LOOKUP_LIMIT),
            voids: spent(|cost| cost.voids, VOID_LIMIT),
            ttl: report.lead.ttl.as_secs(),
            absence_ttl: report.lead.absence.as_secs(),
        }
    }
}

impl Addresses {
    fn of(row: &Row) -> Self {
        let [now, planned, moved, end] = row.all().map(Outcome::of);
        let change = if row.is_arriving { "add" } else { "remove" };
        Self { network: row.network.to_string(), change, now, planned, moved, end }
    }
}

impl Outcome {
    fn of(outcome: &preflight::Outcome) -> Self {
        let (term, record) = term(outcome).unzip();
        Self {
            result: outcome.class.to_string(),
            part: texts(&outcome.part),
            term,
            record,
            lookups: outcome.lookups,
            voids: outcome.voids,
            problem: outcome.problem.clone(),
        }
    }
}

impl Address {
    fn of(report: &preflight::AddressReport) -> Self {
        let (ptr, names, problem) = match &report.ptr {
            Ptr::Names(names) => ("found", names.as_slice(), None),
            Ptr::Absent => ("absent", &[][..], None),
            Ptr::Unknown(why) => ("unknown", &[][..], Some(why.clone())),
        };
        let name = |(name, leads_back): &(mailvouch_providers::dns::Name, Option<bool>)| ReverseName {
            name: name.to_string(),
            leads_back: *leads_back,
        };
        Self {
            address: report.address.to_string(),
            sample: report.is_sample,
            reverse: report.reverse.to_string(),
            ptr,
            names: names.iter().map(name).collect(),
            confirmed: report.is_confirmed(),
            problem,
        }
    }
}

impl Helo {
    fn of(row: &HeloRow) -> Self {
        Self {
            name: row.name.to_string(),
            declared: row.is_declared,
            network: row.network.to_string(),
            now: Outcome::of(&row.now),
            moved: Outcome::of(&row.moved),
        }
    }
}

impl Host {
    fn of(report: &HostReport) -> Self {
        let ttl = jiff::SignedDuration::from_secs(report.ttl.into());
        let effect = |effect: &preflight::HostEffect| HostEffect {
            domain: effect.domain.to_string(),
            gained: texts(&effect.gained),
            lost: texts(&effect.lost),
        };
        Self {
            name: report.name.to_string(),
            before: texts(&report.before),
            after: texts(&report.after),
            ttl: report.ttl,
            mixed_from: time(report.at),
            mixed_until: time(report.at.checked_add(ttl).unwrap_or(report.at)),
            domains: report.effects.iter().map(effect).collect(),
        }
    }
}

impl Step {
    fn of(step: &preflight::Step) -> Self {
        Self {
            id: step.kind.name(),
            about: step.about.clone(),
            from: step.when.from.map(time),
            until: step.when.until.map(time),
            who: step.who,
            what: step.what.clone(),
            lines: step.lines.clone(),
            commands: step.commands.clone(),
            why: step.why.clone(),
            source: step.source,
            state: step.state.name(),
        }
    }
}

/// The schema of `preflight`.
pub fn schema() -> Schema {
    schema_of::<Document>()
}

//! The form of the SPF test suites: YAML documents, each with zone data and cases. Ours and those of others have it.
//!
//! Of the zone data: `TIMEOUT` alone answers for every type that no entry before it holds, `TYPE: TIMEOUT` for one type,
//! `RCODE: SERVFAIL` as `TIMEOUT` with another failure. An `SPF` entry is copied to TXT where the owner has no `TXT`
//! entry (`TXT: NONE` is one). A list is one record of several strings. The owner `*` answers for every name not listed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::Path;

use async_trait::async_trait;
use mailvouch::published::{Absence, Question, Reason, Reply, Source, State};
use mailvouch::spf::Client;
use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType, Txt};
use serde::Deserialize as _;
use serde_norway::{Mapping, Value};

/// One document: a zone and what is asked about it.
#[derive(Clone, Debug)]
pub(super) struct Scenario {
    pub(super) description: String,
    pub(super) cases: Vec<Case>,
    pub(super) zone: Zone,
}

/// One message, and what comes of it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) id: String,
    pub(super) client: Client,
    /// Any of these.
    pub(super) results: Vec<String>,
    /// What is said; the suites write `DEFAULT` where nothing is. None where it is not asked.
    pub(super) explanation: Option<String>,
    /// Ours only: terms that asked, and look-ups that found nothing.
    pub(super) lookups: Option<u64>,
    pub(super) voids: Option<u64>,
}

/// What DNS says.
#[derive(Clone, Debug, Default)]
pub(super) struct Zone {
    owners: BTreeMap<Name, Vec<Entry>>,
    nodes: BTreeSet<Name>,
    fallback: Option<Vec<Entry>>,
}

#[derive(Clone, Debug)]
enum Entry {
    Record(Rdata),
    /// For one type, or all.
    Failure(Option<RrType>, State),
}

/// All scenarios of a file.
pub(super) fn load(path: &Path) -> Vec<Scenario> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let documents = serde_norway::Deserializer::from_str(&text)
        .map(|document| Value::deserialize(document).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
    documents.filter(|document| !document.is_null()).map(|document| scenario(&document)).collect()
}

fn scenario(document: &Value) -> Scenario {
    let cases = document["tests"].as_mapping().expect("tests");
    Scenario {
        description: text(&document["description"]),
        cases: cases.iter().map(|(id, case)| read_case(text(id), case)).collect(),
        zone: Zone::of(document["zonedata"].as_mapping().expect("zonedata")),
    }
}

fn read_case(id: String, case: &Value) -> Case {
    let optional = |key: &str| case.get(key).filter(|value| !value.is_null()).map(text);
    let ip = text(&case["host"]);
    Case {
        client: Client {
            ip: ip.parse().unwrap_or_else(|error| panic!("{id}: {ip}: {error}")),
            helo: optional("helo").unwrap_or_default(),
            mail_from: optional("mailfrom").unwrap_or_default(),
            receiver: optional("receiver"),
            time: case.get("time").and_then(Value::as_i64).unwrap_or_default(),
        },
        results: match &case["result"] {
            Value::Sequence(all) => all.iter().map(text).collect(),
            one => vec![text(one)],
        },
        explanation: optional("explanation"),
        lookups: case.get("lookups").and_then(Value::as_u64),
        voids: case.get("voids").and_then(Value::as_u64),
        id,
    }
}

/// A scalar as it stands.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        other => panic!("{other:?} is no text"),
    }
}

/// The suites write names without escapes. None for what can be no name.
fn owner_name(text: &str) -> Option<Name> {
    if text.is_empty() || text == "." {
        return Some(Name::root());
    }
    Name::from_labels(text.strip_suffix('.').unwrap_or(text).split('.').map(str::as_bytes)).ok()
}

fn strings(value: &Value) -> Txt {
    let all: Vec<String> = match value {
        Value::Sequence(all) => all.iter().map(text).collect(),
        one => vec![text(one)],
    };
    let chunks = all.iter().flat_map(|string| {
        let chunks: Vec<Box<[u8]>> = string.as_bytes().chunks(255).map(Box::from).collect();
        if chunks.is_empty() { vec![Box::default()] } else { chunks }
    });
    Txt::from_strings(chunks.collect::<Vec<_>>()).unwrap_or_else(|| Txt::from_text(b""))
}

fn failure(word: &str) -> State {
    match word {
        "TIMEOUT" => Reply::unknown(Reason::Timeout).state,
        "SERVFAIL" => Reply::unknown(Reason::ServFail).state,
        "REFUSED" => Reply::unknown(Reason::Refused).state,
        "NXDOMAIN" => State::Absent(Absence::NxDomain),
        other => panic!("no failure is called {other}"),
    }
}

impl Zone {
    pub(super) fn of(data: &Mapping) -> Self {
        let mut zone = Self::default();
        for (owner, entries) in data {
            let owner = text(owner);
            let none = Vec::new();
            let entries = Self::entries(entries.as_sequence().unwrap_or(&none));
            if owner == "*" {
                zone.fallback = Some(entries);
            } else if let Some(owner) = owner_name(&owner) {
                zone.nodes.extend(owner.ancestors());
                zone.owners.entry(owner).or_default().extend(entries);
            }
        }
        zone
    }

    fn entries(values: &[Value]) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut copies = Vec::new();
        let mut has_txt = false;
        for value in values {
            let Value::Mapping(fields) = value else {
                entries.push(Entry::Failure(None, failure(&text(value))));
                continue;
            };
            for (key, value) in fields {
                let key = text(key);
                has_txt |= key == "TXT";
                match (key.as_str(), value) {
                    ("RCODE", word) => entries.push(Entry::Failure(None, failure(&text(word)))),
                    (_, Value::String(word)) if word == "TIMEOUT" => {
                        entries.push(Entry::Failure(Some(key.parse().expect("a type")), failure("TIMEOUT")));
                    }
                    (_, Value::Mapping(rcode)) => {
                        let word = text(rcode.get("RCODE").expect("an RCODE"));
                        entries.push(Entry::Failure(Some(key.parse().expect("a type")), failure(&word)));
                    }
                    ("TXT" | "SPF", Value::String(word)) if word == "NONE" => {}
                    ("TXT", value) => entries.push(Entry::Record(Rdata::Txt(strings(value)))),
                    ("SPF", value) => copies.push(Entry::Record(Rdata::Txt(strings(value)))),
                    (key, value) => entries.extend(record(key, value).map(Entry::Record)),
                }
            }
        }
        if !has_txt {
            entries.extend(copies);
        }
        entries
    }

    fn look_up(&self, question: &Question) -> Reply {
        let mut chain: Vec<Name> = Vec::new();
        let mut name = question.name.clone();
        loop {
            if chain.len() > 16 || chain.iter().rev().skip(1).any(|earlier| *earlier == name) {
                return Reply::unknown(Reason::ServFail);
            }
            let is_error = name.labels().next() == Some(b"error");
            let Some(entries) = self.owners.get(&name).or(self.fallback.as_ref().filter(|_| !is_error)) else {
                let absence = if self.nodes.contains(&name) { Absence::NoData } else { Absence::NxDomain };
                let reply = if is_error { Reply::unknown(Reason::Timeout) } else { Reply::absent(absence) };
                return Reply { chain: chain.into(), ..reply };
            };
            match at_owner(entries, question.rtype) {
                AtOwner::State(state) => return Reply { chain: chain.into(), ..Reply::from(state) },
                AtOwner::Alias(target) => {
                    chain.push(target.clone());
                    name = target;
                }
            }
        }
    }
}

enum AtOwner {
    State(State),
    Alias(Name),
}

fn at_owner(entries: &[Entry], rtype: RrType) -> AtOwner {
    let mut values = Vec::new();
    let mut alias = None;
    for entry in entries {
        match entry {
            Entry::Failure(None, state) if values.is_empty() && alias.is_none() => {
                return AtOwner::State(state.clone());
            }
            Entry::Failure(None, _) => break,
            Entry::Failure(Some(failing), state) if *failing == rtype => return AtOwner::State(state.clone()),
            Entry::Failure(Some(_), _) => {}
            Entry::Record(rdata) if rdata.rtype() == rtype => values.push(rdata.clone()),
            Entry::Record(rdata) => alias = alias.or_else(|| rdata.as_cname().cloned()),
        }
    }
    match alias {
        _ if !values.is_empty() => AtOwner::State(State::Found(RecordSet { ttl: 300, values })),
        Some(target) => AtOwner::Alias(target),
        None => AtOwner::State(State::Absent(Absence::NoData)),
    }
}

/// None for what can be no record.
fn record(key: &str, value: &Value) -> Option<Rdata> {
    Some(match key {
        "A" | "AAAA" => match text(value).parse().ok()? {
            IpAddr::V4(address) => Rdata::A(address),
            IpAddr::V6(address) => Rdata::Aaaa(address),
        },
        "MX" => {
            let preference = u16::try_from(value[0].as_u64().expect("a preference")).expect("a preference");
            Rdata::Mx { preference, exchange: owner_name(&text(&value[1]))? }
        }
        "PTR" => Rdata::Ptr(owner_name(&text(value))?),
        "NS" => Rdata::Ns(owner_name(&text(value))?),
        "CNAME" => Rdata::Cname(owner_name(&text(value))?),
        other => panic!("no record has the type {other}"),
    })
}

#[async_trait]
impl Source for Zone {
    async fn ask(&self, question: &Question) -> Reply {
        self.look_up(question)
    }
}

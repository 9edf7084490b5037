//! Route 53: `moto`, where somebody else has Amazon's own client, and a stand-in that refuses what `moto` lets pass.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::route53::{Credentials, Route53};
use mailvouch_providers::{Patience, Provider, Value};
use serde_json::{Value as Json, json};

use super::run::all;
use super::seeded::Seeds;
use super::site::{OURS, Race, Site, THEIRS, TTL, zone};
use crate::providers::route53::fake::Fake;
use crate::providers::route53::{Hand, value_of};
use crate::servers::{Record, moto};
use crate::support::proxy::Speech;

fn provider_at(address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
    let credentials = Credentials::new("an-access-key", "a-secret-of-the-tests", None);
    let provider = Route53::new(Some(&format!("http://{address}/")), None, None, credentials, timeout, None);
    Arc::new(provider.expect("a URL").with_patience(Patience { attempts: 3, pause: Duration::from_millis(5) }))
}

/// What a zone there holds that its owner has put into it.
fn sets(apex: &Name) -> BTreeMap<(Name, RrType), (u32, Vec<String>)> {
    let mut sets: BTreeMap<(Name, RrType), (u32, Vec<String>)> = BTreeMap::new();
    for (owner, value) in zone(apex) {
        let rtype = value.rdata.rtype();
        if !matches!(rtype, RrType::SOA | RrType::NS) {
            let set = sets.entry((owner, rtype)).or_insert((value.ttl, Vec::new()));
            set.1.push(value.rdata.to_string());
        }
    }
    sets
}

/// `moto`, the hand, and the ids of zones.
struct Moto {
    server: Arc<moto::Moto>,
    hand: Mutex<Hand>,
    ids: Mutex<BTreeMap<Name, String>>,
}

impl Moto {
    fn ask(&self, command: &Json) -> Json {
        self.hand.lock().expect("no panic").ask(command)
    }

    fn id(&self, apex: &Name) -> String {
        self.ids.lock().expect("no panic")[apex].clone()
    }
}

impl Site for Moto {
    fn name(&self) -> &'static str {
        "chaos::route53::moto"
    }

    fn speech(&self) -> Option<Speech> {
        Some(Speech::Http)
    }

    fn create(&self, apex: &Name) {
        let id = self.ask(&json!(["create", apex.to_string()])).as_str().expect("an id").to_owned();
        let set = |((owner, rtype), (ttl, values)): ((Name, RrType), (u32, Vec<String>))| {
            json!([owner.to_string(), rtype.to_string(), ttl, values])
        };
        self.ask(&json!(["fill", id, sets(apex).into_iter().map(set).collect::<Vec<_>>()]));
        self.ids.lock().expect("no panic").insert(apex.clone(), id);
    }

    fn address(&self, _apex: &Name) -> SocketAddr {
        self.server.address()
    }

    fn provider(&self, _apex: &Name, address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
        provider_at(address, timeout)
    }

    fn records(&self, apex: &Name) -> BTreeSet<Record> {
        let told = self.ask(&json!(["dump", self.id(apex)]));
        let record = |each: &Json| {
            let (owner, value) = (each[0].as_str()?.parse().ok()?, value_of(&json!([each[1], each[2], each[3]]))?);
            Some((owner, value.ttl, value.rdata))
        };
        told.as_array().expect("a list").iter().map(|each| record(each).unwrap_or_else(|| panic!("{each}"))).collect()
    }

    fn put(&self, apex: &Name, owner: &Name, value: &Value) {
        let (rtype, data) = (value.rdata.rtype().to_string(), value.rdata.to_string());
        self.ask(&json!(["swap", self.id(apex), owner.to_string(), rtype, value.ttl, [data], data]));
    }

    fn replace_ours(&self, apex: &Name) {
        let quoted = |text: &str| format!("\"{text}\"");
        let gone = OURS.map(quoted);
        self.ask(&json!(["swap", self.id(apex), apex.to_string(), "TXT", TTL, gone, quoted(THEIRS)]));
    }

    /// `moto` refuses what was created before, also where the same batch deletes it first.
    fn creates_again(&self) -> bool {
        false
    }

    /// `moto` lets a stale deletion pass, which Route 53 refuses: there it is as if there was no condition.
    fn race(&self) -> Race {
        Race::Set
    }
}

#[test]
fn moto_among_faults() {
    let server = moto::start();
    let hand = Mutex::new(Hand::start(&server.url()));
    let site: Arc<dyn Site> = Arc::new(Moto { server, hand, ids: Mutex::default() });
    all(&site, &Seeds::usual(60));
}

/// One stand-in for each zone.
#[derive(Default)]
struct Fakes(Mutex<BTreeMap<Name, Arc<Fake>>>);

impl Fakes {
    fn fake(&self, apex: &Name) -> Arc<Fake> {
        self.0.lock().expect("no panic")[apex].clone()
    }
}

/// Escapes of three digits, from one base to another.
fn escapes(text: &str, base: u32, written: fn(u8) -> String) -> String {
    let mut parts = text.split('\\');
    let mut converted = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        let code = part.get(..3).and_then(|digits| u8::from_str_radix(digits, base).ok());
        match code {
            Some(octet) => converted.push_str(&format!("\\{}{}", written(octet), &part[3..])),
            // A backslash before a backslash: what is between them is nothing.
            None if part.is_empty() => converted.push_str(&format!("\\\\{}", parts.next().unwrap_or_default())),
            None => converted.push_str(&format!("\\{part}")),
        }
    }
    converted
}

fn to_route53(data: &str) -> String {
    escapes(data, 10, |octet| format!("{octet:03o}"))
}

fn from_route53(data: &str) -> String {
    escapes(data, 8, |octet| format!("{octet:03}"))
}

impl Site for Fakes {
    fn name(&self) -> &'static str {
        "chaos::route53::stand_in"
    }

    fn speech(&self) -> Option<Speech> {
        Some(Speech::Http)
    }

    fn create(&self, apex: &Name) {
        let fake = Fake::with_zone(&apex.absolute());
        fake.state().page = 6;
        for ((owner, rtype), (ttl, values)) in sets(apex) {
            let values: Vec<String> = values.iter().map(|value| to_route53(value)).collect();
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            fake.put_with(ttl, &owner.absolute().replace('*', "\\052"), &rtype.to_string(), &values);
        }
        self.0.lock().expect("no panic").insert(apex.clone(), Arc::new(fake));
    }

    fn forget(&self, apex: &Name) {
        self.0.lock().expect("no panic").remove(apex);
    }

    fn address(&self, apex: &Name) -> SocketAddr {
        self.fake(apex).address
    }

    fn provider(&self, _apex: &Name, address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
        provider_at(address, timeout)
    }

    fn records(&self, apex: &Name) -> BTreeSet<Record> {
        let fake = self.fake(apex);
        let state = fake.state();
        let of_set = |((owner, rtype), set): (&(String, String), &crate::providers::route53::fake::Set)| {
            let owner: Name = owner.replace("\\052", "*").parse().expect("a name");
            let rtype: RrType = rtype.parse().expect("a type");
            let record = |value: &String| {
                let rdata = Rdata::parse(rtype, &from_route53(value)).expect(value);
                (owner.clone(), set.ttl, rdata)
            };
            set.values.iter().map(record).collect::<Vec<_>>()
        };
        state.sets.iter().flat_map(of_set).collect()
    }

    fn put(&self, apex: &Name, owner: &Name, value: &Value) {
        let (rtype, data) = (value.rdata.rtype().to_string(), to_route53(&value.rdata.to_string()));
        let fake = self.fake(apex);
        let key = (owner.absolute(), rtype.clone());
        let is_there = fake.state().sets.get(&key).is_some_and(|set| set.values.contains(&data));
        if !is_there {
            fake.put_with(value.ttl, &key.0, &rtype, &[&data]);
        }
    }

    fn replace_ours(&self, apex: &Name) {
        let fake = self.fake(apex);
        let mut state = fake.state();
        let set = state.sets.get_mut(&(apex.absolute(), "TXT".to_owned())).expect("the set");
        set.values.retain(|value| OURS.iter().all(|text| *value != format!("\"{text}\"")));
        set.values.push(format!("\"{THEIRS}\""));
    }
}

#[test]
fn stand_in_among_faults() {
    let site: Arc<dyn Site> = Arc::new(Fakes::default());
    all(&site, &Seeds::usual(100));
}

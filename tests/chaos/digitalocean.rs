//! The stand-in for DigitalOcean; somebody else is at its control panel.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mailvouch_providers::digitalocean::DigitalOcean;
use mailvouch_providers::dns::{Name, RrType};
use mailvouch_providers::{Patience, Provider, Value};
use serde_json::{Value as Json, json};

use super::blow::Blow;
use super::run::all;
use super::seeded::Seeds;
use super::site::{OURS, PerZone, Race, Site, THEIRS, TTL, relative, zone};
use crate::servers::Record;
use crate::servers::digitalocean::{self, FakeDigitalOcean, TOKEN, record, value_of};
use crate::support::proxy::Speech;
use crate::support::world::txt;

/// One stand-in for each zone.
#[derive(Default)]
struct Panel(PerZone<FakeDigitalOcean>);

/// Whether a record is one of ours at the apex.
fn is_ours(record: &Json) -> bool {
    record["name"] == "@" && OURS.iter().any(|text| record["data"] == *text)
}

impl Site for Panel {
    fn name(&self) -> &'static str {
        "chaos::digitalocean"
    }

    fn speech(&self) -> Option<Speech> {
        Some(Speech::Http)
    }

    fn create(&self, apex: &Name) {
        let fake = digitalocean::start(&[&apex.to_string()]);
        for (owner, value) in zone(apex) {
            // Of the SOA record it lists the TTL alone.
            if value.rdata.rtype() != RrType::SOA {
                fake.state().put(&apex.to_string(), record(&relative(&owner, apex), &value.rdata, value.ttl));
            }
        }
        self.0.insert(apex, fake);
    }

    fn forget(&self, apex: &Name) {
        self.0.remove(apex);
    }

    fn address(&self, apex: &Name) -> SocketAddr {
        self.0.of(apex).address()
    }

    fn provider(&self, _apex: &Name, address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
        let provider = DigitalOcean::new(Some(&format!("http://{address}/")), TOKEN, timeout, None).expect("a URL");
        let patience = Patience { attempts: 3, pause: Duration::from_millis(5) };
        // Lists are longer than one page.
        Arc::new(provider.with_patience(patience).with_page_size(6))
    }

    fn records(&self, apex: &Name) -> BTreeSet<Record> {
        let fake = self.0.of(apex);
        let state = fake.state();
        let told = |held: &Json| {
            let name = held["name"].as_str().expect("a name");
            let owner = if name == "@" { apex.clone() } else { apex.child(name).expect("a name") };
            let ttl = held["ttl"].as_u64().and_then(|ttl| u32::try_from(ttl).ok()).expect("a TTL");
            (owner, ttl, value_of(held).unwrap_or_else(|| panic!("{held}")))
        };
        state.records.values().map(told).collect()
    }

    fn put(&self, apex: &Name, owner: &Name, value: &Value) {
        let is_there = self.records(apex).iter().any(|(at, _, rdata)| at == owner && *rdata == value.rdata);
        if !is_there {
            let new = record(&relative(owner, apex), &value.rdata, value.ttl);
            self.0.of(apex).state().put(&apex.to_string(), new);
        }
    }

    fn replace_ours(&self, apex: &Name) {
        let fake = self.0.of(apex);
        let mut state = fake.state();
        state.records.retain(|_, record| !is_ours(record));
        state.put(&apex.to_string(), record("@", &txt(THEIRS), TTL));
    }

    fn edit_ours(&self, apex: &Name) {
        let fake = self.0.of(apex);
        let mut state = fake.state();
        for record in state.records.values_mut().filter(|record| is_ours(record)) {
            record["data"] = json!(THEIRS);
        }
    }

    fn blows(&self) -> Vec<Blow> {
        Blow::ALL.to_vec()
    }

    /// A record is changed by its id, whatever it says by then: `docs/providers/digitalocean.md`.
    fn race(&self) -> Race {
        Race::Record
    }

    fn looks_anew(&self, message: &[u8]) -> bool {
        let text = String::from_utf8_lossy(message);
        let line = text.lines().next().unwrap_or_default();
        line.split(['?', '&', ' ']).all(|part| !part.starts_with("page=") || part == "page=1")
    }
}

#[test]
fn digitalocean_among_faults() {
    let site: Arc<dyn Site> = Arc::new(Panel::default());
    all(&site, &Seeds::usual(100));
}

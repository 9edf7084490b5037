//! The stand-in for Cloudflare; somebody else is at its web panel.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mailvouch_providers::cloudflare::Cloudflare;
use mailvouch_providers::dns::{Name, RrType};
use mailvouch_providers::{Patience, Provider, Value};
use serde_json::json;

use super::blow::Blow;
use super::run::all;
use super::seeded::Seeds;
use super::site::{OURS, Race, Site, THEIRS, TTL, zone};
use crate::providers::cloudflare::{record, value_of};
use crate::servers::Record;
use crate::servers::cloudflare::{FakeCloudflare, TOKEN};
use crate::support::proxy::Speech;
use crate::support::world::txt;

/// One stand-in for each zone.
#[derive(Default)]
struct Panel(Mutex<BTreeMap<Name, Arc<FakeCloudflare>>>);

impl Panel {
    fn fake(&self, apex: &Name) -> Arc<FakeCloudflare> {
        self.0.lock().expect("no panic")[apex].clone()
    }

    /// The records of ours that stand at the apex.
    fn ours(fake: &FakeCloudflare, apex: &str) -> Vec<serde_json::Value> {
        let is_ours = |held: &serde_json::Value| OURS.iter().any(|text| held["content"] == format!("\"{text}\""));
        fake.state().at(apex, apex).into_iter().filter(is_ours).collect()
    }
}

impl Site for Panel {
    fn name(&self) -> &'static str {
        "chaos::cloudflare"
    }

    fn speech(&self) -> Option<Speech> {
        Some(Speech::Http)
    }

    fn create(&self, apex: &Name) {
        let text = apex.to_string();
        let fake = FakeCloudflare::start(&[&text]);
        // It lists neither the SOA record nor its own NS records.
        for (owner, value) in zone(apex) {
            if !matches!(value.rdata.rtype(), RrType::SOA | RrType::NS) {
                fake.state().put(&text, record(&owner, &value));
            }
        }
        self.0.lock().expect("no panic").insert(apex.clone(), Arc::new(fake));
    }

    fn forget(&self, apex: &Name) {
        self.0.lock().expect("no panic").remove(apex);
    }

    fn address(&self, apex: &Name) -> SocketAddr {
        let url = self.fake(apex).url();
        url.split('/').nth(2).and_then(|host| host.parse().ok()).expect("an address")
    }

    fn provider(&self, _apex: &Name, address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
        let provider = Cloudflare::new(Some(&format!("http://{address}/client/v4/")), TOKEN, timeout, None);
        let patience = Patience { attempts: 3, pause: Duration::from_millis(5) };
        // Lists are longer than one page.
        Arc::new(provider.expect("a URL").with_patience(patience).with_page_size(6))
    }

    fn records(&self, apex: &Name) -> BTreeSet<Record> {
        let fake = self.fake(apex);
        let state = fake.state();
        let record = |held: &serde_json::Value| {
            let value = value_of(held).unwrap_or_else(|| panic!("{held}"));
            let owner = held["name"].as_str().and_then(|name| name.parse().ok()).expect("a name");
            (owner, value.ttl, value.rdata)
        };
        state.records[&state.zone_id(&apex.to_string())].iter().map(record).collect()
    }

    fn put(&self, apex: &Name, owner: &Name, value: &Value) {
        let (fake, record) = (self.fake(apex), record(owner, value));
        let is_there = fake
            .state()
            .at(&apex.to_string(), &owner.to_string())
            .iter()
            .any(|held| held["content"] == record["content"]);
        if !is_there {
            fake.state().put(&apex.to_string(), record);
        }
    }

    fn replace_ours(&self, apex: &Name) {
        let (fake, at) = (self.fake(apex), apex.to_string());
        for held in Self::ours(&fake, &at) {
            fake.state().take(&at, held["id"].as_str().expect("an id"));
        }
        fake.state().put(&at, record(apex, &Value::new(txt(THEIRS), TTL)));
    }

    fn edit_ours(&self, apex: &Name) {
        let (fake, at) = (self.fake(apex), apex.to_string());
        let ours = Self::ours(&fake, &at);
        let mut state = fake.state();
        let zone = state.zone_id(&at);
        let records = state.records.get_mut(&zone).expect("a zone");
        for record in records.iter_mut().filter(|record| ours.iter().any(|held| held["id"] == record["id"])) {
            record["content"] = json!(format!("\"{THEIRS}\""));
        }
    }

    fn blows(&self) -> Vec<Blow> {
        Blow::ALL.to_vec()
    }

    /// A record is changed by its id, whatever it says by then: `docs/providers/cloudflare.md`.
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
fn cloudflare_among_faults() {
    let site: Arc<dyn Site> = Arc::new(Panel::default());
    all(&site, &Seeds::usual(100));
}

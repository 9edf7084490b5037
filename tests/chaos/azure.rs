//! The stand-in for Azure DNS; somebody else is at the portal.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mailvouch_providers::azure_dns::{AzureDns, Credentials};
use mailvouch_providers::dns::{Name, Rdata};
use mailvouch_providers::{Patience, Provider, Value};
use serde_json::Value as Json;

use super::run::all;
use super::seeded::Seeds;
use super::site::{OURS, PerZone, Site, THEIRS, TTL, relative, zone};
use crate::servers::Record;
use crate::servers::azure::{self, CLIENT, FakeAzure, SECRET, SUBSCRIPTION, TENANT};
use crate::support::proxy::Speech;
use crate::support::world::txt;

/// One stand-in for each zone.
#[derive(Default)]
struct Portal(PerZone<FakeAzure>);

impl Portal {
    /// Puts a record into a set.
    fn set(&self, apex: &Name, owner: &Name, ttl: u32, rdata: &Rdata) {
        let (fake, rtype) = (self.0.of(apex), rdata.rtype().to_string());
        fake.state().put(&apex.to_string(), &relative(owner, apex), &rtype, ttl, azure::record(rdata));
    }
}

impl Site for Portal {
    fn name(&self) -> &'static str {
        "chaos::azure"
    }

    fn speech(&self) -> Option<Speech> {
        Some(Speech::Http)
    }

    fn create(&self, apex: &Name) {
        let fake = azure::start(&apex.to_string());
        fake.state().page = 6;
        self.0.insert(apex, fake);
        for (owner, value) in zone(apex) {
            self.set(apex, &owner, value.ttl, &value.rdata);
        }
    }

    fn forget(&self, apex: &Name) {
        self.0.remove(apex);
    }

    fn address(&self, apex: &Name) -> SocketAddr {
        self.0.of(apex).address()
    }

    fn provider(&self, _apex: &Name, address: SocketAddr, timeout: Duration) -> Arc<dyn Provider> {
        let url = format!("http://{address}/");
        let credentials = Credentials::new(TENANT, CLIENT, SECRET, Some(&url));
        let provider = AzureDns::new(Some(&url), SUBSCRIPTION, None, credentials, timeout, None).expect("a URL");
        Arc::new(provider.with_patience(Patience { attempts: 3, pause: Duration::from_millis(5) }))
    }

    fn records(&self, apex: &Name) -> BTreeSet<Record> {
        let fake = self.0.of(apex);
        let state = fake.state();
        let of_set = |((_, name, rtype), set): (&(String, String, String), &azure::Set)| {
            let owner = if name == "@" { apex.clone() } else { apex.child(name).expect("a name") };
            let ttl = set.properties["TTL"].as_u64().and_then(|ttl| u32::try_from(ttl).ok()).expect("a TTL");
            let records = match &set.properties[&azure::key(rtype)] {
                Json::Array(all) => all.clone(),
                one => vec![one.clone()],
            };
            let record = |held: Json| (owner.clone(), ttl, azure::value_of(rtype, &held).expect("a value"));
            records.into_iter().map(record).collect::<Vec<_>>()
        };
        state.sets.iter().flat_map(of_set).collect()
    }

    fn put(&self, apex: &Name, owner: &Name, value: &Value) {
        let is_there = self.records(apex).iter().any(|(at, _, rdata)| at == owner && *rdata == value.rdata);
        if !is_there {
            self.set(apex, owner, value.ttl, &value.rdata);
        }
    }

    fn replace_ours(&self, apex: &Name) {
        let fake = self.0.of(apex);
        let key = (apex.to_string(), "@".to_owned(), "TXT".to_owned());
        if let Some(set) = fake.state().sets.get_mut(&key) {
            let all = set.properties.get_mut("TXTRecords").and_then(Json::as_array_mut).expect("a list");
            all.retain(|record| OURS.iter().all(|text| *record != azure::record(&txt(text))));
        }
        // Which gives it another ETag.
        self.set(apex, apex, TTL, &txt(THEIRS));
    }
}

#[test]
fn azure_among_faults() {
    let site: Arc<dyn Site> = Arc::new(Portal::default());
    all(&site, &Seeds::usual(100));
}

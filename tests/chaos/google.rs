//! The stand-in for Google Cloud DNS; somebody else is at its console.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mailvouch_providers::dns::{Name, Rdata};
use mailvouch_providers::google_cloud_dns::{Credentials, GoogleCloudDns};
use mailvouch_providers::{Patience, Provider, Value};

use super::run::all;
use super::seeded::Seeds;
use super::site::{OURS, PerZone, Site, THEIRS, TTL, zone};
use crate::servers::Record;
use crate::servers::google::{self, FakeGoogle, PROJECT, TOKEN};
use crate::support::proxy::Speech;
use crate::support::world::txt;

/// One stand-in for each zone.
#[derive(Default)]
struct Console(PerZone<FakeGoogle>);

impl Site for Console {
    fn name(&self) -> &'static str {
        "chaos::google"
    }

    fn speech(&self) -> Option<Speech> {
        Some(Speech::Http)
    }

    fn create(&self, apex: &Name) {
        let fake = google::start(&apex.absolute());
        fake.state().page = 6;
        for (owner, value) in zone(apex) {
            let rtype = value.rdata.rtype().to_string();
            fake.state().put(&owner.absolute(), &rtype, value.ttl, &value.rdata.to_string());
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
        let (url, credentials) = (format!("http://{address}/"), Credentials::access_token(TOKEN));
        let provider = GoogleCloudDns::new(Some(&url), PROJECT, None, credentials, timeout, None);
        Arc::new(provider.expect("a URL").with_patience(Patience { attempts: 3, pause: Duration::from_millis(5) }))
    }

    fn records(&self, apex: &Name) -> BTreeSet<Record> {
        let fake = self.0.of(apex);
        let state = fake.state();
        let of_set = |((_, owner, rtype), set): (&(String, String, String), &google::Set)| {
            let (owner, rtype) = (owner.parse::<Name>().expect("a name"), rtype.parse().expect("a type"));
            let record = |data: &String| (owner.clone(), set.ttl, Rdata::parse(rtype, data).expect(data));
            set.rrdatas.iter().map(record).collect::<Vec<_>>()
        };
        state.sets.iter().flat_map(of_set).collect()
    }

    fn put(&self, apex: &Name, owner: &Name, value: &Value) {
        let (fake, rtype, data) = (self.0.of(apex), value.rdata.rtype().to_string(), value.rdata.to_string());
        let mut state = fake.state();
        if !state.data(&owner.absolute(), &rtype).contains(&data) {
            state.put(&owner.absolute(), &rtype, value.ttl, &data);
        }
    }

    fn replace_ours(&self, apex: &Name) {
        let fake = self.0.of(apex);
        let mut state = fake.state();
        if let Some(set) = state.set(&apex.absolute(), "TXT") {
            set.rrdatas.retain(|data| OURS.iter().all(|text| *data != format!("\"{text}\"")));
        }
        state.put(&apex.absolute(), "TXT", TTL, &txt(THEIRS).to_string());
    }
}

#[test]
fn google_among_faults() {
    let site: Arc<dyn Site> = Arc::new(Console::default());
    all(&site, &Seeds::usual(100));
}

//! The contract, with a stand-in for Azure DNS, and what is Azure's alone.

mod credentials;
mod races;
mod records;
mod sdk;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::azure_dns::{AzureDns, Credentials};
use mailvouch_providers::dns::Name;
use mailvouch_providers::{Change, Patience, Provider as _, ProviderError, Receipt, Value, Zone};
use serde_json::Value as Json;

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, TTL, skeleton, txt};
use crate::servers::azure::{self, CLIENT, FakeAzure, SECRET, SUBSCRIPTION, TENANT};

upholds_contract!(start);

const TIMEOUT: Duration = Duration::from_secs(10);
const PATIENCE: Patience = Patience { attempts: 4, pause: Duration::from_millis(5) };

fn credentials(fake: &FakeAzure) -> Credentials {
    Credentials::new(TENANT, CLIENT, SECRET, Some(&fake.url()))
}

fn provider_in(fake: &FakeAzure, group: Option<&str>, credentials: Credentials) -> AzureDns {
    let provider = AzureDns::new(Some(&fake.url()), SUBSCRIPTION, group, credentials, TIMEOUT, None);
    provider.expect("a URL").with_patience(PATIENCE)
}

fn provider(fake: &FakeAzure) -> AzureDns {
    provider_in(fake, None, credentials(fake))
}

async fn start() -> Fixture {
    let (apex, fake) = (zone().name, Arc::new(azure::start("example.com")));
    let panel = Panel(fake.clone());
    for (owner, value) in skeleton(&apex) {
        panel.add(&owner, &[value]).await;
    }
    Fixture { provider: Arc::new(provider(&fake)), apex, backend: Box::new(panel) }
}

/// Somebody at the portal.
struct Panel(Arc<FakeAzure>);

/// The name of an owner, relative to the zone.
fn relative(owner: &Name) -> String {
    let text = owner.to_string();
    text.strip_suffix("example.com").map_or(text.clone(), |rest| {
        let rest = rest.trim_end_matches('.');
        if rest.is_empty() { "@".to_owned() } else { rest.to_owned() }
    })
}

#[async_trait]
impl Backend for Panel {
    async fn add(&self, owner: &Name, values: &[Value]) {
        for value in values {
            let (name, rtype) = (relative(owner), value.rdata.rtype().to_string());
            self.0.state().put("example.com", &name, &rtype, value.ttl, azure::record(&value.rdata));
        }
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        for value in values {
            let (mut state, name, rtype) = (self.0.state(), relative(owner), value.rdata.rtype().to_string());
            let set = state.set(&name, &rtype).expect("it is there");
            set.etag.push('1');
            let records = set.properties.get_mut(&azure::key(&rtype)).and_then(Json::as_array_mut).expect("a list");
            let gone = azure::record(&value.rdata);
            records.retain(|record| *record != gone);
            if records.is_empty() {
                state.sets.remove(&("example.com".to_owned(), name, rtype));
            }
        }
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        let (state, name) = (self.0.state(), relative(owner));
        let here = state.sets.iter().filter(|((_, at, _), _)| *at == name);
        let values = here.flat_map(|((_, _, rtype), set)| {
            let ttl = u32::try_from(set.properties["TTL"].as_u64().expect("a TTL")).expect("a TTL");
            let records = match &set.properties[&azure::key(rtype)] {
                Json::Array(all) => all.clone(),
                one => vec![one.clone()],
            };
            let value = |record: Json| Value::new(azure::value_of(rtype, &record).expect("a value"), ttl);
            records.into_iter().map(value).collect::<Vec<_>>()
        });
        Some(values.collect())
    }
}

fn zone() -> Zone {
    Zone { name: "example.com".parse().expect("a name"), id: None }
}

/// Puts a text at a name of the zone.
fn put(fake: &FakeAzure, name: &str, text: &str) {
    fake.state().put("example.com", name, "TXT", TTL, azure::record(&txt(text).rdata));
}

async fn read(provider: &AzureDns, owner: &str) -> Result<Vec<Value>, ProviderError> {
    let owners = provider.read(&zone(), &[owner.parse().expect("a name")]).await?;
    Ok(owners.into_iter().next().expect("one answer").values)
}

async fn write(provider: &AzureDns, remove: &[Value], add: &[Value]) -> Result<Receipt, ProviderError> {
    let change = Change { owner: zone().name, remove: remove.to_vec(), add: add.to_vec(), seen: vec![] };
    provider.write(&zone(), &[change]).await.pop().expect("one answer")
}

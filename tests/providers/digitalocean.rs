//! The contract, with a stand-in for DigitalOcean, and what is DigitalOcean's alone.

mod faults;
mod records;
mod sdk;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::digitalocean::DigitalOcean;
use mailvouch_providers::dns::Name;
use mailvouch_providers::{Change, Patience, Provider as _, ProviderError, Value, Zone};

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, TTL, skeleton, txt};
use crate::servers::digitalocean::{self, FakeDigitalOcean, TOKEN};

upholds_contract!(start);

const TIMEOUT: Duration = Duration::from_secs(10);
const PATIENCE: Patience = Patience { attempts: 4, pause: Duration::from_millis(5) };

fn provider(fake: &FakeDigitalOcean) -> DigitalOcean {
    DigitalOcean::new(Some(&fake.url()), TOKEN, TIMEOUT, None).expect("a URL").with_patience(PATIENCE)
}

/// With the zone `example.com`, which holds nothing.
fn running() -> (DigitalOcean, Arc<FakeDigitalOcean>) {
    let fake = Arc::new(digitalocean::start(&["example.net", "example.com"]));
    (provider(&fake), fake)
}

async fn start() -> Fixture {
    let (provider, fake) = running();
    let (apex, panel) = (zone().name, Panel(fake));
    // Of the SOA record DigitalOcean lists the TTL, and no more that could be read. Here it stands for what is listed and
    // is nobody's to write: the clauses look for it.
    for (owner, value) in skeleton(&apex) {
        panel.add(&owner, &[value]).await;
    }
    // Lists are longer than one page.
    Fixture { provider: Arc::new(provider.with_page_size(2)), apex, backend: Box::new(panel) }
}

/// Somebody at the control panel.
struct Panel(Arc<FakeDigitalOcean>);

/// The name of an owner, relative to the zone.
fn relative(owner: &Name) -> String {
    match owner.to_string().strip_suffix("example.com").map(|rest| rest.trim_end_matches('.').to_owned()) {
        Some(rest) if rest.is_empty() => "@".to_owned(),
        Some(rest) => rest,
        None => owner.to_string(),
    }
}

#[async_trait]
impl Backend for Panel {
    async fn add(&self, owner: &Name, values: &[Value]) {
        for value in values {
            let record = digitalocean::record(&relative(owner), &value.rdata, value.ttl);
            self.0.state().put("example.com", record);
        }
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        for value in values {
            let mut state = self.0.state();
            let held = state.at("example.com", &relative(owner));
            let is_it = |record: &&serde_json::Value| digitalocean::value_of(record).as_ref() == Some(&value.rdata);
            let id = held.iter().find(is_it).and_then(|record| record["id"].as_u64()).expect("it is there");
            state.records.remove(&("example.com".to_owned(), id));
        }
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        let held = self.0.state().at("example.com", &relative(owner));
        let value = |record: &serde_json::Value| {
            let ttl = u32::try_from(record["ttl"].as_u64().expect("a TTL")).expect("a TTL");
            Value::new(digitalocean::value_of(record).expect("a value"), ttl)
        };
        Some(held.iter().map(value).collect())
    }
}

fn zone() -> Zone {
    Zone { name: "example.com".parse().expect("a name"), id: None }
}

/// Puts a text at a name of the zone; its id.
fn put(fake: &FakeDigitalOcean, name: &str, text: &str) -> u64 {
    fake.state().put("example.com", digitalocean::record(name, &txt(text).rdata, TTL))
}

async fn read(provider: &DigitalOcean, owner: &str) -> Result<Vec<Value>, ProviderError> {
    let owners = provider.read(&zone(), &[owner.parse().expect("a name")]).await?;
    Ok(owners.into_iter().next().expect("one answer").values)
}

async fn write_at(provider: &DigitalOcean, owner: &str, remove: &[Value], add: &[Value]) -> Result<(), ProviderError> {
    let owner = owner.parse().expect("a name");
    let change = Change { owner, remove: remove.to_vec(), add: add.to_vec(), seen: vec![] };
    provider.write(&zone(), &[change]).await.pop().expect("one answer").map(|_| ())
}

async fn write(provider: &DigitalOcean, remove: &[Value], add: &[Value]) -> Result<(), ProviderError> {
    write_at(provider, "example.com", remove, add).await
}

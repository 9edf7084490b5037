//! The contract, with a stand-in for Cloudflare's API, and what is Cloudflare's alone.

mod aliases;
mod faults;
mod rate;
mod records;
mod sdk;
mod zones;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::cloudflare::Cloudflare;
use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::{Change, Patience, Provider as _, ProviderError, Value, Zone};
use serde_json::{Value as Json, json};

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, TTL, skeleton};
use crate::servers::cloudflare::{FakeCloudflare, TOKEN};

upholds_contract!(start);

const TIMEOUT: Duration = Duration::from_secs(10);

fn provider(fake: &FakeCloudflare) -> Cloudflare {
    Cloudflare::new(Some(&fake.url()), TOKEN, TIMEOUT, None)
        .expect("a URL")
        .with_patience(Patience { attempts: 4, pause: Duration::from_millis(5) })
}

/// With the zone `example.com`, which holds nothing.
fn running() -> (Cloudflare, Arc<FakeCloudflare>) {
    let fake = Arc::new(FakeCloudflare::start(&["example.com"]));
    (provider(&fake), fake)
}

async fn start() -> Fixture {
    let (provider, fake) = running();
    let apex = name("example.com");
    // Cloudflare itself lists neither the SOA record nor its own NS records. Here they stand for what is listed and is
    // nobody's to write: the clauses look for them.
    for (owner, value) in skeleton(&apex) {
        fake.state().put("example.com", record(&owner, &value));
    }
    // Lists are longer than one page.
    Fixture { provider: Arc::new(provider.with_page_size(2)), apex, backend: Box::new(Panel(fake)) }
}

/// Somebody at the web panel.
struct Panel(Arc<FakeCloudflare>);

/// A record as the API lists it.
pub(crate) fn record(owner: &Name, value: &Value) -> Json {
    let rtype = value.rdata.rtype();
    let mut record = json!({"name": owner.to_string(), "type": rtype.to_string(), "ttl": value.ttl,
        "content": value.rdata.to_string()});
    match &value.rdata {
        Rdata::Mx { preference, exchange } => {
            record["content"] = json!(exchange.to_string());
            record["priority"] = json!(preference);
        }
        Rdata::Cname(name) | Rdata::Ns(name) | Rdata::Ptr(name) => record["content"] = json!(name.to_string()),
        _ => {}
    }
    record
}

/// What a record that [`record`] made, or the provider, says in DNS.
pub(crate) fn value_of(record: &Json) -> Option<Value> {
    let (rtype, content) = (record["type"].as_str()?.parse().ok()?, record["content"].as_str()?);
    let name = if content == "." { content.to_owned() } else { format!("{content}.") };
    let text = match rtype {
        RrType::MX => format!("{} {name}", record["priority"]),
        RrType::CNAME | RrType::NS | RrType::PTR => name,
        _ => content.to_owned(),
    };
    Some(Value::new(Rdata::parse(rtype, &text).ok()?, u32::try_from(record["ttl"].as_u64()?).ok()?))
}

#[async_trait]
impl Backend for Panel {
    async fn add(&self, owner: &Name, values: &[Value]) {
        for value in values {
            self.0.state().put("example.com", record(owner, value));
        }
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        for value in values {
            let mut state = self.0.state();
            let held = state.at("example.com", &owner.to_string());
            let held = held.iter().find(|held| value_of(held).as_ref() == Some(value)).expect("it is there");
            state.take("example.com", held["id"].as_str().expect("an id"));
        }
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        let held = self.0.state().at("example.com", &owner.to_string());
        Some(held.iter().map(|record| value_of(record).expect("a value")).collect())
    }
}

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

fn zone() -> Zone {
    Zone { name: name("example.com"), id: None }
}

async fn read(provider: &Cloudflare, owner: &str) -> Result<Vec<Value>, ProviderError> {
    let owners = provider.read(&zone(), &[name(owner)]).await?;
    Ok(owners.into_iter().next().expect("one answer").values)
}

fn change(owner: &str, remove: &[Value], add: &[Value]) -> Change {
    Change { owner: name(owner), remove: remove.to_vec(), add: add.to_vec(), seen: vec![] }
}

async fn write(provider: &Cloudflare, owner: &str, remove: &[Value], add: &[Value]) -> Result<(), ProviderError> {
    let mut answers = provider.write(&zone(), &[change(owner, remove, add)]).await;
    answers.pop().expect("one answer").map(|_| ())
}

/// A text as Cloudflare's panel writes it.
fn text(name: &str, content: &str) -> Json {
    json!({"name": name, "type": "TXT", "content": format!("\"{content}\""), "ttl": TTL})
}

/// The path of the records of `example.com`.
fn path() -> String {
    format!("zones/{:032x}/dns_records", 1)
}

//! DNS UPDATE, with BIND and with Knot.

mod faults;
mod keys;
mod races;
mod set_ups;
mod traps;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::rfc2136::{Rfc2136, TsigKey};
use mailvouch_providers::{Change, Owner, Provider as _, ProviderError, Receipt, Value, Zone};

use super::fixture::{Backend, Fixture, skeleton};
use crate::servers::{Server, Setup, bind, knot};

/// What every test of its own runs against.
const BOTH: [fn(&Setup) -> Server; 2] = [bind::start_with, knot::start_with];
/// The zone of these tests, as a master file has it at its head.
const HEAD: &str = "$ORIGIN example.com.\n$TTL 7200\n\
    @ SOA ns.elsewhere.test. hostmaster.elsewhere.test. 2026010100 3600 600 604800 300\n@ NS ns.elsewhere.test.\n";

/// Long enough for a machine that does much else.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The provider for a server, with its own key.
pub(super) fn provider(server: &Server) -> Rfc2136 {
    Rfc2136::new(server.address(), server.key().tsig(), TIMEOUT, None)
}

/// The same with a key that may not be the server's.
fn provider_with(server: &Server, key: TsigKey) -> Rfc2136 {
    Rfc2136::new(server.address(), key, TIMEOUT, None)
}

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

/// A zone to write to, without asking which.
fn zone() -> Zone {
    Zone { name: name("example.com"), id: None }
}

fn change(owner: &str, remove: &[Value], add: &[Value]) -> Change {
    Change { owner: name(owner), remove: remove.to_vec(), add: add.to_vec(), seen: vec![] }
}

/// What one owner holds, as the provider reads it.
async fn read(provider: &Rfc2136, owner: &str) -> Result<Owner, ProviderError> {
    let owners = provider.read(&zone(), &[name(owner)]).await?;
    Ok(owners.into_iter().next().expect("one answer"))
}

/// Writes one change.
async fn write(provider: &Rfc2136, change: Change) -> Result<Receipt, ProviderError> {
    provider.write(&zone(), &[change]).await.remove(0)
}

/// A zone's records as a master file.
pub(crate) fn master_file(records: &[(Name, Value)]) -> String {
    let lines = records.iter().map(|(owner, value)| {
        format!("{} {} IN {} {}\n", owner.absolute(), value.ttl, value.rdata.rtype(), value.rdata)
    });
    lines.collect()
}

/// A fixture of one zone on the server that `start` starts.
pub(super) fn fixture(start: fn(&str, &str) -> Server) -> Fixture {
    let apex: Name = "example.com".parse().expect("a name");
    let server = start(&apex.to_string(), &master_file(&skeleton(&apex)));
    let provider = Arc::new(provider(&server));
    Fixture { provider, apex: apex.clone(), backend: Box::new(Somebody { server, apex }) }
}

/// Somebody else, with nsupdate and zone transfers.
struct Somebody {
    server: Server,
    apex: Name,
}

impl Somebody {
    fn update(&self, lines: impl IntoIterator<Item = String>) {
        let script: Vec<String> = lines.into_iter().map(|line| format!("update {line}")).collect();
        self.server.update(&self.apex.to_string(), &script.join("\n"));
    }
}

#[async_trait]
impl Backend for Somebody {
    async fn add(&self, owner: &Name, values: &[Value]) {
        let line =
            |value: &Value| format!("add {} {} {} {}", owner.absolute(), value.ttl, value.rdata.rtype(), value.rdata);
        self.update(values.iter().map(line));
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        let line = |value: &Value| format!("delete {} {} {}", owner.absolute(), value.rdata.rtype(), value.rdata);
        self.update(values.iter().map(line));
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        Some(standing_in(&self.server.dump(&self.apex.to_string()), owner))
    }
}

/// What stands at an owner in the dump of a zone.
pub(super) fn standing_in(dump: &str, owner: &Name) -> Vec<Value> {
    let mut values = Vec::new();
    for line in dump.lines() {
        let fields: Vec<&str> = line.splitn(5, ' ').collect();
        let [name, ttl, _class, rtype, data] = fields[..] else { panic!("{line}") };
        let rtype: RrType = rtype.parse().expect("a type");
        if name.parse::<Name>().expect("a name") == *owner {
            let data = Rdata::parse(rtype, data).expect("rdata");
            values.push(Value::new(data, ttl.parse().expect("a TTL")));
        }
    }
    values
}

//! The contract, with the HTTP API of PowerDNS, and what is its alone.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, RrType};
use mailvouch_providers::powerdns::PowerDns;
use mailvouch_providers::{Change, Provider as _, ProviderError, Value, Zone};
use serde_json::{Value as Json, json};

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, skeleton, txt};
use super::rfc2136::standing_in;
use crate::servers::{Server, powerdns};

upholds_contract!(start);

const TIMEOUT: Duration = Duration::from_secs(20);

fn provider(server: &Server) -> PowerDns {
    PowerDns::new(&powerdns::api(server), "localhost", powerdns::API_KEY, TIMEOUT, None).expect("a URL")
}

async fn start() -> Fixture {
    let apex: Name = "example.com".parse().expect("a name");
    let line = |(owner, value): &(Name, Value)| {
        format!("{} {} IN {} {}\n", owner.absolute(), value.ttl, value.rdata.rtype(), value.rdata)
    };
    let text: String = skeleton(&apex).iter().map(line).collect();
    let server = powerdns::start("example.com", &text);
    let provider = Arc::new(provider(&server));
    Fixture { provider, apex: apex.clone(), backend: Box::new(Curl { server, apex }) }
}

/// Somebody with curl.
struct Curl {
    server: Server,
    apex: Name,
}

impl Curl {
    fn call(&self, arguments: &[&str], query: &str) -> String {
        let url =
            format!("{}/api/v1/servers/localhost/zones/{}{query}", powerdns::api(&self.server), self.apex.absolute());
        let key = format!("X-API-Key: {}", powerdns::API_KEY);
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--fail-with-body", "--header", &key]).args(arguments).arg(url);
        let output = command.stdin(Stdio::null()).output().expect("curl");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {told}{}", String::from_utf8_lossy(&output.stderr));
        told
    }

    /// The records of a set, as the server has them.
    fn records(&self, owner: &Name, rtype: RrType) -> Vec<Json> {
        let zone: Json = serde_json::from_str(&self.call(&[], "")).expect("JSON");
        let is_it = |set: &&Json| set["name"] == owner.absolute().as_str() && set["type"] == rtype.to_string().as_str();
        let set = zone["rrsets"].as_array().expect("sets").iter().find(is_it);
        set.and_then(|set| set["records"].as_array()).cloned().unwrap_or_default()
    }

    fn replace(&self, owner: &Name, rtype: RrType, ttl: u32, records: &[Json]) {
        let verb = if records.is_empty() { "DELETE" } else { "REPLACE" };
        let set = json!({"name": owner.absolute(), "type": rtype.to_string(), "ttl": ttl, "changetype": verb,
            "records": records});
        self.call(&["--request", "PATCH", "--data", &json!({"rrsets": [set]}).to_string()], "");
    }
}

fn record(value: &Value) -> Json {
    json!({"content": value.rdata.to_string(), "disabled": false})
}

#[async_trait]
impl Backend for Curl {
    async fn add(&self, owner: &Name, values: &[Value]) {
        for value in values {
            let mut records = self.records(owner, value.rdata.rtype());
            records.push(record(value));
            self.replace(owner, value.rdata.rtype(), value.ttl, &records);
        }
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        for value in values {
            let mut records = self.records(owner, value.rdata.rtype());
            let before = records.len();
            records.retain(|held| held["content"] != value.rdata.to_string().as_str());
            assert!(records.len() < before, "{} is not there", value.rdata);
            self.replace(owner, value.rdata.rtype(), value.ttl, &records);
        }
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        Some(standing_in(&self.server.dump(&self.apex.to_string()), owner))
    }
}

fn zone() -> Zone {
    Zone { name: "example.com".parse().expect("a name"), id: None }
}

fn change(remove: &[Value], add: &[Value]) -> Change {
    Change { owner: zone().name, remove: remove.to_vec(), add: add.to_vec(), seen: vec![] }
}

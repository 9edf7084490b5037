//! The contract, with the HTTP API of PowerDNS, and what is its alone.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, RrType};
use mailvouch_providers::powerdns::PowerDns;
use mailvouch_providers::{Change, Patience, Provider as _, ProviderError, Value, Zone};
use serde_json::{Value as Json, json};

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, skeleton, txt};
use super::rfc2136::standing_in;
use crate::servers::{Server, powerdns};

upholds_contract!(start);

const TIMEOUT: Duration = Duration::from_secs(20);

fn provider(server: &Server) -> PowerDns {
    PowerDns::new(&powerdns::api(server), "localhost", powerdns::API_KEY, TIMEOUT, None)
        .expect("a URL")
        .with_patience(Patience { attempts: 3, pause: Duration::from_millis(10) })
}

async fn start() -> Fixture {
    let (provider, curl) = running();
    Fixture { provider: Arc::new(provider), apex: curl.apex.clone(), backend: Box::new(curl) }
}

fn running() -> (PowerDns, Curl) {
    let apex: Name = "example.com".parse().expect("a name");
    let line = |(owner, value): &(Name, Value)| {
        format!("{} {} IN {} {}\n", owner.absolute(), value.ttl, value.rdata.rtype(), value.rdata)
    };
    let text: String = skeleton(&apex).iter().map(line).collect();
    let server = powerdns::start("example.com", &text);
    (provider(&server), Curl { server, apex })
}

fn zone() -> Zone {
    Zone { name: "example.com".parse().expect("a name"), id: None }
}

/// A token that comes to the apex.
fn change() -> Change {
    Change { owner: zone().name, remove: vec![], add: vec![txt("a token")], seen: vec![] }
}

async fn write(provider: &PowerDns, change: Change) -> Result<(), ProviderError> {
    let mut answers = provider.write(&zone(), &[change]).await;
    answers.pop().expect("one answer").map(|_| ())
}

#[tokio::test]
async fn what_is_disabled_and_what_is_said_of_a_set_stay() {
    let (provider, curl) = running();
    let set = json!({"name": "example.com.", "type": "TXT", "ttl": 7200, "changetype": "REPLACE",
        "records": [{"content": "\"MS=ms1\"", "disabled": false}, {"content": "\"kept for later\"", "disabled": true}],
        "comments": [{"content": "ask Ana first", "account": "ana", "modified_at": 1_700_000_000}]});
    curl.call(&["--request", "PATCH", "--data", &json!({"rrsets": [set]}).to_string()], "");
    write(&provider, change()).await.expect("written");
    let zone: Json = serde_json::from_str(&curl.call(&[], "")).expect("JSON");
    let sets = zone["rrsets"].as_array().expect("sets");
    let set = sets.iter().find(|set| set["type"] == "TXT").expect("the set");
    let mut records: Vec<String> = set["records"].as_array().expect("records").iter().map(Json::to_string).collect();
    records.sort();
    let expected = ["MS=ms1", "a token", "kept for later"]
        .map(|text| json!({"content": format!("\"{text}\""), "disabled": text == "kept for later"}).to_string());
    assert_eq!(records, expected);
    assert_eq!(set["comments"][0]["content"], "ask Ana first");
    // What is not served is no value.
    let read = provider.read(&self::zone(), &[self::zone().name]).await.expect("readable");
    let texts: Vec<String> = read[0].of_type(RrType::TXT).map(|value| value.rdata.to_string()).collect();
    assert!(!texts.iter().any(|text| text.contains("kept for later")), "{texts:?}");
}

#[tokio::test]
async fn the_serial_rises_with_each_change() {
    let (provider, curl) = running();
    let serial = || {
        let zone: Json = serde_json::from_str(&curl.call(&[], "")).expect("JSON");
        zone["serial"].as_u64().expect("a serial")
    };
    let before = serial();
    write(&provider, change()).await.expect("written");
    assert!(serial() > before);
}

#[tokio::test]
async fn zones_whose_changes_would_be_lost_are_refused() {
    let presigned: &[&[&str]] = &[&["secure-zone", "example.com"], &["set-presigned", "example.com"]];
    let secondary: &[&[&str]] = &[&["set-kind", "example.com", "secondary"]];
    let still: &[&[&str]] =
        &[&["set-kind", "example.com", "primary"], &["set-meta", "example.com", "SOA-EDIT-API", ""]];
    let cases = [(presigned, "signed elsewhere"), (secondary, "is a secondary zone"), (still, "has no SOA-EDIT-API")];
    for (steps, words) in cases {
        let (provider, curl) = running();
        for step in steps {
            powerdns::pdnsutil(&curl.server, step);
        }
        let before = curl.call(&[], "");
        let early = provider.takes_changes(&zone()).await.expect_err("no place to write to");
        assert!(early.to_string().contains(words), "{early}");
        let late = write(&provider, change()).await.expect_err("refused");
        assert!(matches!(late, ProviderError::Unsupported(_)) && late.to_string().contains(words), "{late}");
        assert_eq!(curl.call(&[], ""), before);
    }
}

#[tokio::test]
async fn a_signed_zone_is_put_in_order_again() {
    let (provider, curl) = running();
    powerdns::pdnsutil(&curl.server, &["secure-zone", "example.com"]);
    powerdns::pdnsutil(&curl.server, &["set-meta", "example.com", "API-RECTIFY", "0"]);
    provider.takes_changes(&zone()).await.expect("signed here");
    let owner: Name = "a.b.example.com".parse().expect("a name");
    write(&provider, Change { owner, ..change() }).await.expect("written, and rectified");
    // Nothing is left to put in order: `b.example.com`, which holds nothing, is there for the proofs.
    let database = format!("{}/pdns.db", curl.server.directory().display());
    let sql = "select count(*) from records where name='b.example.com' and type is null;";
    let output = Command::new("sqlite3").args([&database, sql]).output().expect("sqlite3");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "1");
}

#[tokio::test]
async fn a_record_that_is_computed_is_no_absent_one() {
    let (provider, curl) = running();
    powerdns::pdnsutil(
        &curl.server,
        &["add-record", "example.com", "_dmarc", "LUA", "60", "TXT \"'v=DMARC1; p=none'\""],
    );
    let owner: Name = "_dmarc.example.com".parse().expect("a name");
    let error = provider.read(&zone(), std::slice::from_ref(&owner)).await.expect_err("not to be told from here");
    assert!(error.to_string().contains("LUA"), "{error}");
    // Other names are none the worse for it.
    provider.read(&zone(), &[zone().name]).await.expect("readable");
}

#[tokio::test]
async fn a_wrong_key_is_told_and_not_shown() {
    let (_, curl) = running();
    let url = powerdns::api(&curl.server);
    let provider = PowerDns::new(&url, "localhost", "hunter2-of-the-test", TIMEOUT, None).expect("a URL");
    let error = provider.zone_of(&zone().name).await.expect_err("not allowed");
    assert!(matches!(error, ProviderError::Unauthorized(_)), "{error}");
    let told = format!("{error} {error:?} {provider:?}");
    assert!(!told.contains("hunter2"), "{told}");
    let broken = PowerDns::new(&url, "localhost", "two\nlines", TIMEOUT, None).expect_err("no header");
    assert!(!broken.to_string().contains("lines"), "{broken}");
}

#[tokio::test]
async fn a_server_that_is_gone_or_another_is_no_empty_zone() {
    let (provider, mut curl) = running();
    let known = provider.zone_of(&zone().name).await.expect("the zone");
    curl.server.stop();
    let error = provider.read(&known, &[zone().name]).await.expect_err("nobody there");
    assert!(matches!(error, ProviderError::Unavailable(_)), "{error}");
    let answers = provider.write(&known, &[change()]).await;
    assert!(matches!(answers[0], Err(ProviderError::Unavailable(_))), "nothing can have been sent: {answers:?}");
}

#[test]
fn a_key_goes_over_tls_or_stays_on_this_machine() {
    let new = |url: &str| PowerDns::new(url, "localhost", "key", TIMEOUT, None);
    for url in ["https://dns.example.com:8081", "http://127.0.0.1:8081/", "http://[::1]:8081", "http://localhost:8081"]
    {
        new(url).expect("safe");
    }
    for url in [
        "http://192.0.2.1:8081",
        "http://dns.example.com",
        "ftp://127.0.0.1",
        "dns.example.com:8081",
        "http://localhost.example.com",
        "https://user:pass@dns.example.com",
        "",
    ] {
        let error = new(url).expect_err(url);
        assert!(!error.to_string().contains("pass@"), "{error}");
    }
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

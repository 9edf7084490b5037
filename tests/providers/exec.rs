//! The contract, through a program of somebody else's, and what goes wrong between us and one.

mod kit;
mod lexicon;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::dns::Name;
use mailvouch_providers::exec::Exec;
use mailvouch_providers::{Change, Provider as _, ProviderError, Value, Zone};
use serde_json::{Value as Json, json};

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, skeleton, txt};

upholds_contract!(start);

async fn start() -> Fixture {
    let file = ZoneFile::new();
    let apex: Name = "example.com".parse().expect("a name");
    Fixture { provider: Arc::new(file.provider(&[])), apex, backend: Box::new(file) }
}

/// The file in which the program keeps its zones.
struct ZoneFile {
    folder: tempfile::TempDir,
}

impl ZoneFile {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = Self { folder };
        let apex: Name = "example.com".parse().expect("a name");
        let values: Vec<Value> = skeleton(&apex).into_iter().map(|(_, value)| value).collect();
        file.write(&json!({"example.com": {"example.com": values}}));
        file
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("zones.json")
    }

    fn read(&self) -> Json {
        serde_json::from_str(&fs::read_to_string(self.path()).expect("a file")).expect("JSON")
    }

    fn write(&self, zones: &Json) {
        fs::write(self.path(), zones.to_string()).expect("a file");
    }

    fn change(&self, owner: &Name, change: impl FnOnce(&mut Vec<Value>)) {
        let mut zones = self.read();
        let held = &mut zones["example.com"][owner.to_string()];
        let mut values: Vec<Value> = serde_json::from_value(held.take()).unwrap_or_default();
        change(&mut values);
        *held = json!(values);
        self.write(&zones);
    }

    /// The program with this file, and with these words behind it.
    fn provider(&self, words: &[&str]) -> Exec {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/exec_zone.py").to_owned();
        let mut command = vec!["python3".to_owned(), script, "zones.json".to_owned()];
        command.extend(words.iter().map(|word| (*word).to_owned()));
        Exec::new(command, self.folder.path(), None)
    }
}

#[async_trait]
impl Backend for ZoneFile {
    async fn add(&self, owner: &Name, values: &[Value]) {
        self.change(owner, |held| held.extend(values.iter().cloned()));
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        self.change(owner, |held| held.retain(|value| !values.contains(value)));
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        let held = self.read()["example.com"][owner.to_string()].take();
        Some(serde_json::from_value(held).unwrap_or_default())
    }
}

fn zone() -> Zone {
    Zone { name: "example.com".parse().expect("a name"), id: None }
}

fn token() -> Change {
    Change { owner: zone().name, remove: vec![], add: vec![txt("a token")], seen: vec![] }
}

async fn write(provider: &Exec) -> Result<(), ProviderError> {
    provider.write(&zone(), &[token()]).await.pop().expect("one answer").map(|_| ())
}

#[tokio::test]
async fn what_goes_wrong_is_told_and_is_no_empty_zone() {
    let cases = [
        ("silent", "gave no answer that is understood"),
        ("garbage", "gave no answer that is understood"),
        ("fails", "503, come back later"),
        ("slow", "did not end within"),
        ("endless", "answered with more than"),
        ("newer", "speaks version 2; this is version 1"),
    ];
    for (fault, words) in cases {
        let file = ZoneFile::new();
        let before = file.read();
        let limit = if fault == "slow" { Duration::from_millis(300) } else { Duration::from_mins(1) };
        let provider = file.provider(&[fault]).with_limit(limit);
        for error in [
            provider.zone_of(&zone().name).await.expect_err("no answer"),
            provider.read(&zone(), &[zone().name]).await.expect_err("no answer"),
            write(&provider).await.expect_err("no answer"),
        ] {
            let ProviderError::Unavailable(why) = &error else { panic!("{fault}: {error:?}") };
            assert!(why.contains(words) && why.contains("`python3`"), "{fault}: {why}");
        }
        assert_eq!(file.read(), before, "{fault}");
        assert_eq!(*provider.limits().types, [], "before it said what it can write, it can write nothing");
    }
    let file = ZoneFile::new();
    let error = file.provider(&["short"]).read(&zone(), &[zone().name]).await.expect_err("a name is left out");
    assert!(error.to_string().contains("an owner for each name"), "{error}");
}

#[tokio::test]
async fn a_program_that_is_not_there_did_nothing() {
    let here = tempfile::tempdir().expect("a folder");
    for program in ["./no-such-program", "no-such-program-anywhere"] {
        let provider = Exec::new(vec![program.to_owned()], here.path(), None);
        let error = write(&provider).await.expect_err("not there");
        assert!(matches!(&error, ProviderError::Unavailable(why) if why.contains("cannot be run")), "{error:?}");
    }
}

#[tokio::test]
async fn a_program_that_dies_after_it_wrote_is_asked_after() {
    let file = ZoneFile::new();
    let provider = file.provider(&["cut"]);
    assert_eq!(write(&provider).await, Err(ProviderError::Indeterminate));
    // It did what it was asked, and another look shows that.
    let held = provider.read(&zone(), &[zone().name]).await.expect("readable");
    assert!(held[0].values.contains(&txt("a token")));
}

#[tokio::test]
async fn a_declared_zone_is_the_one_that_is_asked_for() {
    let file = ZoneFile::new();
    let in_zone = |name: &str| {
        let command = ["python3", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/exec_zone.py"), "zones.json"];
        let command = command.map(str::to_owned).to_vec();
        Exec::new(command, file.folder.path(), Some(name.parse().expect("a name")))
    };
    let owner: Name = "s1._domainkey.example.com".parse().expect("a name");
    assert_eq!(in_zone("example.com").zone_of(&owner).await.expect("a zone").name, zone().name);
    assert_eq!(in_zone("sub.example.com").zone_of(&owner).await, Err(ProviderError::NoZone(owner.clone())));
    assert_eq!(in_zone("example.net").zone_of(&owner).await, Err(ProviderError::NoZone(owner)));
}

#[tokio::test]
async fn what_is_said_is_as_the_schemas_have_it() {
    let file = ZoneFile::new();
    let provider = file.provider(&["log"]);
    let elsewhere: Name = "elsewhere.example".parse().expect("a name");
    provider.zone_of(&elsewhere).await.expect_err("no such zone");
    let zone = provider.zone_of(&zone().name).await.expect("the zone");
    let receipt = provider.write(&zone, &[token()]).await.remove(0).expect("written");
    provider.settled(&receipt).await.expect("out");
    let stale = Change { remove: vec![txt("never there")], add: vec![], ..token() };
    provider.write(&zone, &[stale]).await.remove(0).expect_err("stale");
    let schema = |name: &str| {
        let path = format!("{}/docs/schemas/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let schema: Json = serde_json::from_str(&fs::read_to_string(path).expect("a schema")).expect("JSON");
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        jsonschema::validator_for(&schema).expect("a schema")
    };
    let (requests, answers) = (schema("exec-request"), schema("exec-answer"));
    let log = fs::read_to_string(file.path().with_extension("json.log")).expect("a log");
    let mut methods = std::collections::BTreeSet::new();
    for line in log.lines() {
        let [request, answer]: [Json; 2] = serde_json::from_str(line).expect("a request and its answer");
        assert!(requests.is_valid(&request), "{request}");
        assert!(answers.is_valid(&answer), "{answer}");
        methods.insert(request["method"].as_str().expect("a method").to_owned());
    }
    assert_eq!(methods.into_iter().collect::<Vec<_>>(), ["limits", "read", "settled", "write", "zone"]);
    assert!(!requests.is_valid(&json!({"version": 2, "method": "limits"})));
    assert!(!answers.is_valid(&json!({"version": 1, "error": {"kind": "oops"}})));
}

//! The contract, with a stand-in for Cloudflare's API, and what is Cloudflare's alone.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use mailvouch_providers::cloudflare::Cloudflare;
use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::{Change, Patience, Provider, ProviderError, Value, Zone};
use serde_json::{Value as Json, json};

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, TTL, sorted, txt, value};
use crate::servers::cloudflare::{FakeCloudflare, Fault, TOKEN};
use crate::servers::program_of_peers;

// Cloudflare lists neither the SOA record nor its own NS records of a zone: `reads_what_there_is` and
// `types_that_it_does_not_write_are_refused` say the rest.
upholds_contract!(start:
    finds_the_zone_of_an_owner, absent_owner_reads_as_empty, failure_is_never_empty,
    reads_an_alias_and_does_not_follow_it, takes_a_wildcard_for_no_owner, keeps_string_boundaries,
    keeps_every_octet, tells_values_apart_by_their_boundaries, creates_at_a_new_owner, deletes_the_last_value,
    leaves_siblings_alone, leaves_other_types_alone, keeps_a_token_that_came_beside, changes_a_ttl,
    leaves_the_ttl_of_siblings_alone, writes_a_null_mx, replaces_a_text_by_an_alias_and_back,
    refuses_an_alias_beside_other_data, refuses_what_is_delegated, refuses_what_is_outside_the_zone,
    refuses_to_remove_what_is_gone, refuses_to_add_what_is_there,
    refuses_to_do_it_twice, changes_two_owners_in_one_group, stale_group_changes_nothing);

const TIMEOUT: Duration = Duration::from_secs(10);

fn provider(fake: &FakeCloudflare) -> Cloudflare {
    Cloudflare::new(Some(&fake.url()), TOKEN, TIMEOUT, None)
        .expect("a URL")
        .with_patience(Patience { attempts: 4, pause: Duration::from_millis(5) })
}

fn running() -> (Cloudflare, Arc<FakeCloudflare>) {
    let fake = Arc::new(FakeCloudflare::start(&["example.com"]));
    (provider(&fake), fake)
}

async fn start() -> Fixture {
    let (provider, fake) = running();
    fake.state()
        .put("example.com", json!({"name": "example.com", "type": "NS", "content": "ns.elsewhere.test", "ttl": TTL}));
    // Lists are longer than one page.
    let provider = Arc::new(provider.with_page_size(2));
    Fixture { provider, apex: "example.com".parse().expect("a name"), backend: Box::new(Panel(fake)) }
}

/// Somebody at the web panel.
struct Panel(Arc<FakeCloudflare>);

fn record(owner: &Name, value: &Value) -> Json {
    let text = value.rdata.to_string();
    let (content, priority) = match value.rdata.rtype() {
        RrType::MX => {
            let (priority, name) = text.split_once(' ').expect("two fields");
            (name.trim_end_matches('.').to_owned(), priority.parse::<u16>().ok())
        }
        RrType::CNAME | RrType::NS | RrType::PTR => (text.trim_end_matches('.').to_owned(), None),
        _ => (text, None),
    };
    let mut record = json!({"name": owner.to_string(), "type": value.rdata.rtype().to_string(), "content": content,
        "ttl": value.ttl});
    if let Some(priority) = priority {
        record["priority"] = json!(priority);
    }
    record
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
            let wanted = record(owner, value);
            let mut state = self.0.state();
            let held = state.at("example.com", &owner.to_string());
            let held = held.iter().find(|held| held["content"] == wanted["content"]).expect("it is there");
            state.take("example.com", held["id"].as_str().expect("an id"));
        }
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        let held = self.0.state().at("example.com", &owner.to_string());
        let value = |record: &Json| {
            let (rtype, content) = (record["type"].as_str()?.parse().ok()?, record["content"].as_str()?);
            let text = match rtype {
                RrType::MX if content == "." => format!("{} .", record["priority"]),
                RrType::MX => format!("{} {content}.", record["priority"]),
                RrType::CNAME | RrType::NS | RrType::PTR => format!("{content}."),
                _ => content.to_owned(),
            };
            let ttl = u32::try_from(record["ttl"].as_u64()?).ok()?;
            Some(Value::new(Rdata::parse(rtype, &text).ok()?, ttl))
        };
        Some(held.iter().map(|record| value(record).expect("a value")).collect())
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

async fn write(provider: &Cloudflare, owner: &str, remove: &[Value], add: &[Value]) -> Result<(), ProviderError> {
    let change = Change { owner: name(owner), remove: remove.to_vec(), add: add.to_vec(), seen: vec![] };
    provider.write(&zone(), &[change]).await.pop().expect("one answer").map(|_| ())
}

fn text(name: &str, content: &str) -> Json {
    json!({"name": name, "type": "TXT", "content": format!("\"{content}\""), "ttl": TTL})
}

/// What changed something, in order.
fn writes(fake: &FakeCloudflare) -> Vec<String> {
    fake.state().requests.iter().filter(|request| !request.starts_with("GET")).cloned().collect()
}

#[tokio::test]
async fn reads_what_there_is() {
    let (provider, fake) = running();
    for record in [
        json!({"name": "example.com", "type": "CAA", "content": "0 issue \"ca.example\"", "ttl": 1,
            "data": {"flags": 0, "tag": "issue", "value": "ca.example"}}),
        json!({"name": "example.com", "type": "HTTPS", "content": "1 . alpn=\"h3\"", "ttl": 1}),
        json!({"name": "example.com", "type": "WORMHOLE", "content": "of a type yet to come", "ttl": 1}),
        json!({"name": "example.com", "type": "MX", "content": "mx.example.com", "priority": 10, "ttl": TTL}),
        json!({"name": "example.com", "type": "A", "content": "192.0.2.1", "ttl": TTL, "proxied": true}),
        text("example.com", "v=spf1 -all"),
        json!({"name": "example.com", "type": "TXT", "content": "typed without quotes", "ttl": TTL}),
    ] {
        fake.state().put("example.com", record);
    }
    let values = read(&provider, "example.com").await.expect("readable");
    let mail = |rtype: RrType| values.iter().filter(move |value| value.rdata.rtype() == rtype).cloned();
    assert_eq!(sorted(mail(RrType::TXT)), sorted([txt("v=spf1 -all"), txt("typed without quotes")]));
    assert_eq!(sorted(mail(RrType::MX)), [value(RrType::MX, "10 mx.example.com.")]);
    assert_eq!(mail(RrType::A).count(), 1);
}

#[tokio::test]
async fn types_that_it_does_not_write_are_refused() {
    let (provider, fake) = running();
    let ns = value(RrType::NS, "ns.elsewhere.test.");
    let error = write(&provider, "child.example.com", &[], &[ns]).await.expect_err("refused");
    assert!(matches!(&error, ProviderError::Unsupported(text) if text.contains("NS")), "{error}");
    for ttl in [30, 100_000] {
        let value = Value { ttl, ..txt("x") };
        write(&provider, "example.com", &[], &[value]).await.expect_err("a TTL that it does not take");
    }
    assert!(writes(&fake).is_empty());
}

#[tokio::test]
async fn only_the_record_that_changes_is_touched_and_keeps_its_comment() {
    let (provider, fake) = running();
    let mut spf = text("example.com", "v=spf1 mx -all");
    spf["comment"] = json!("ask Ana first");
    spf["tags"] = json!(["team:mail"]);
    let id = fake.state().put("example.com", spf);
    fake.state().put("example.com", text("example.com", "MS=ms1"));
    write(&provider, "example.com", &[txt("v=spf1 mx -all")], &[txt("v=spf1 mx a -all")]).await.expect("written");
    let path = format!("PATCH zones/{:032x}/dns_records/{id}", 1);
    assert_eq!(writes(&fake), [path]);
    let held = fake.state().at("example.com", "example.com");
    let spf = held.iter().find(|record| record["id"] == id.as_str()).expect("the same record");
    assert_eq!((&spf["comment"], &spf["tags"]), (&json!("ask Ana first"), &json!(["team:mail"])));
    assert_eq!(spf["content"], "\"v=spf1 mx a -all\"");
    assert_eq!(held.len(), 2);
}

#[tokio::test]
async fn several_changes_are_one_transaction() {
    let (provider, fake) = running();
    fake.state().put("example.com", text("example.com", "v=spf1 -all"));
    fake.state().put("example.com", text("old.example.com", "gone soon"));
    let change = |owner: &str, remove: &[Value], add: &[Value]| Change {
        owner: name(owner),
        remove: remove.to_vec(),
        add: add.to_vec(),
        seen: vec![],
    };
    let group = [
        change("example.com", &[txt("v=spf1 -all")], &[txt("v=spf1 a -all")]),
        change("old.example.com", &[txt("gone soon")], &[]),
        change("_dmarc.example.com", &[], &[txt("v=DMARC1; p=none")]),
    ];
    assert!(provider.write(&zone(), &group).await.iter().all(Result::is_ok));
    assert_eq!(writes(&fake), [format!("POST zones/{:032x}/dns_records/batch", 1)]);
}

#[tokio::test]
async fn an_automatic_ttl_stays_automatic() {
    let (provider, fake) = running();
    let mut spf = text("example.com", "v=spf1 -all");
    spf["ttl"] = json!(1);
    fake.state().put("example.com", spf);
    let held = read(&provider, "example.com").await.expect("readable");
    assert_eq!(held[0].ttl, 300);
    let new = Value { ttl: 300, ..txt("v=spf1 a -all") };
    write(&provider, "example.com", &held, &[new]).await.expect("written");
    assert_eq!(fake.state().at("example.com", "example.com")[0]["ttl"], 1);
}

#[tokio::test]
async fn what_another_product_holds_is_left_alone() {
    let (provider, fake) = running();
    let mut locked = text("example.com", "v=spf1 include:_spf.mx.cloudflare.net ~all");
    locked["meta"] = json!({"email_routing": true, "read_only": true});
    fake.state().put("example.com", locked);
    let old = txt("v=spf1 include:_spf.mx.cloudflare.net ~all");
    let error = write(&provider, "example.com", &[old], &[txt("v=spf1 -all")]).await.expect_err("locked");
    assert!(matches!(&error, ProviderError::Unsupported(text) if text.contains("Email Routing")), "{error}");
    assert!(writes(&fake).is_empty());
}

#[tokio::test]
async fn an_alias_that_dns_never_sees_is_told() {
    let (provider, fake) = running();
    for (selector, key) in [("s1", "proxied"), ("s2", "settings")] {
        let mut alias = json!({"name": format!("{selector}._domainkey.example.com"), "type": "CNAME",
            "content": "s1.vendor.example", "ttl": 1});
        alias[key] = if key == "proxied" { json!(true) } else { json!({"flatten_cname": true}) };
        fake.state().put("example.com", alias);
        let error = read(&provider, &format!("{selector}._domainkey.example.com")).await.expect_err("no key there");
        assert!(error.to_string().contains("DNS only"), "{error}");
    }
    // Ours are never proxied.
    write(&provider, "s3._domainkey.example.com", &[], &[value(RrType::CNAME, "s3.vendor.example.")])
        .await
        .expect("written");
    assert_eq!(fake.state().at("example.com", "s3._domainkey.example.com")[0]["proxied"], false);
}

#[tokio::test]
async fn zones_that_nobody_is_served_are_refused() {
    for (key, state, words) in
        [("status", "moved", "is moved at Cloudflare"), ("type", "secondary", "is a secondary zone")]
    {
        let (provider, fake) = running();
        fake.state().zones[0][key] = json!(state);
        let error = provider.takes_changes(&zone()).await.expect_err("refused");
        assert!(error.to_string().contains(words), "{error}");
        let error = write(&provider, "example.com", &[], &[txt("x")]).await.expect_err("refused");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn the_active_one_of_two_zones_is_taken_and_the_longest_of_many() {
    let fake = FakeCloudflare::start(&["example.com", "example.com", "mail.example.com"]);
    fake.state().zones[0]["status"] = json!("moved");
    let provider = provider(&fake);
    let found = provider.zone_of(&name("_dmarc.example.com")).await.expect("the zone");
    assert_eq!(found.id, Some(format!("{:032x}", 2)));
    let deeper = provider.zone_of(&name("s1._domainkey.mail.example.com")).await.expect("the zone");
    assert_eq!(deeper.name, name("mail.example.com"));
    fake.state().zones[0]["status"] = json!("active");
    let fresh = self::provider(&fake);
    let error = fresh.zone_of(&name("example.com")).await.expect_err("two of them");
    assert!(error.to_string().contains("several zones"), "{error}");
}

#[tokio::test]
async fn zones_beyond_the_first_page_are_found() {
    let names: Vec<String> = (0..120).map(|number| format!("d{number}.example")).collect();
    let fake = FakeCloudflare::start(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let provider = provider(&fake);
    assert_eq!(provider.zone_of(&name("a.d119.example")).await.expect("the zone").name, name("d119.example"));
    assert_eq!(fake.state().requests.len(), 3, "and asked for once");
    provider.zone_of(&name("d7.example")).await.expect("the zone");
    assert_eq!(fake.state().requests.len(), 3);
}

#[tokio::test]
async fn too_many_requests_are_waited_out() {
    let (provider, fake) = running();
    provider.zone_of(&name("example.com")).await.expect("the zone");
    fake.faults([Some(Fault::TooMany(1))]);
    let begun = Instant::now();
    read(&provider, "example.com").await.expect("readable, a second later");
    assert!(begun.elapsed() >= Duration::from_secs(1));
    // A write that was turned away was not made, and is sent again.
    fake.faults([None, Some(Fault::TooMany(0))]);
    write(&provider, "example.com", &[], &[txt("once")]).await.expect("written");
    assert_eq!(fake.state().at("example.com", "example.com").len(), 1);
    fake.faults([Some(Fault::TooMany(3600))]);
    let error = read(&provider, "example.com").await.expect_err("longer than anybody waits");
    assert_eq!(error, ProviderError::RateLimited(Some(Duration::from_hours(1))));
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_not_sent_again() {
    for fault in [
        Fault::Cut,
        Fault::DoneAndCut,
        Fault::DoneAndHalf,
        Fault::Status(500),
        Fault::DoneAndStatus(502),
        Fault::Garbage,
    ] {
        let (provider, fake) = running();
        provider.zone_of(&name("example.com")).await.expect("the zone");
        fake.faults([None, Some(fault.clone())]);
        let error = write(&provider, "example.com", &[], &[txt("once")]).await.expect_err("nobody knows");
        assert_eq!(error, ProviderError::Indeterminate, "{fault:?}");
        assert_eq!(writes(&fake).len(), 1, "{fault:?}");
    }
    let (provider, fake) = running();
    fake.faults([Some(Fault::Status(500)), Some(Fault::Cut), Some(Fault::DoneAndHalf)]);
    read(&provider, "example.com").await.expect("questions are asked again");
    fake.faults([Some(Fault::Slow(Duration::from_millis(200)))]);
    read(&provider, "example.com").await.expect("slow, and in time");
}

#[tokio::test]
async fn refusals_come_with_cloudflares_words_and_code() {
    let (provider, fake) = running();
    let secret = Cloudflare::new(Some(&fake.url()), "hunter2", TIMEOUT, None).expect("a URL");
    let error = secret.zone_of(&name("example.com")).await.expect_err("not allowed");
    assert!(matches!(&error, ProviderError::Unauthorized(text) if text.contains("10000")), "{error}");
    assert!(!format!("{error:?}{secret:?}").contains("hunter2"));
    // An identical record, that came between our look and our write.
    fake.intrude(|number, state| {
        if number == 3 {
            state.put("example.com", text("_dmarc.example.com", "v=DMARC1; p=none"));
        }
    });
    fake.state().requests.clear();
    let error = write(&provider, "_dmarc.example.com", &[], &[txt("v=DMARC1; p=none")]).await.expect_err("there");
    assert_eq!(error, ProviderError::Stale(vec![]));
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_read_is_read_again() {
    let (provider, fake) = running();
    let provider = provider.with_page_size(2);
    for number in 0..5 {
        fake.state().put("example.com", text("example.com", &format!("token {number}")));
    }
    provider.zone_of(&name("example.com")).await.expect("the zone");
    fake.intrude(|number, state| {
        if number == 3 {
            let first = state.at("example.com", "example.com")[0]["id"].as_str().expect("an id").to_owned();
            state.take("example.com", &first);
        }
    });
    let values = read(&provider, "example.com").await.expect("readable");
    assert_eq!(values.len(), 4, "none is missed");
}

/// The vendor's own client reads what the stand-in answers.
#[test]
fn the_official_client_understands_the_stand_in() {
    let fake = FakeCloudflare::start(&["example.com", "example.net"]);
    for record in [
        text("example.com", "v=spf1 -all"),
        json!({"name": "example.com", "type": "MX", "content": "mx.example.com", "priority": 10, "ttl": TTL}),
        json!({"name": "www.example.com", "type": "CNAME", "content": "example.com", "ttl": 1}),
        json!({"name": "example.com", "type": "CAA", "content": "0 issue \"ca.example\"", "ttl": 1,
            "data": {"flags": 0, "tag": "issue", "value": "ca.example"}}),
    ] {
        fake.state().put("example.com", record);
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/cloudflare_sdk.py");
    let output = Command::new(program_of_peers("python")).args([script, &fake.url(), TOKEN]).output().expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = json!({"zones": ["example.com", "example.net"], "records": ["CAA", "CNAME", "MX", "TXT"],
        "created": "\"made by the client\"", "comment": "kept", "edited": "\"changed\"", "batch": [1, 1, 1],
        "identical": 81058, "missing": 81044, "left": 4});
    assert_eq!(told, expected);
}

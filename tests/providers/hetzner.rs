//! The contract, with a stand-in for Hetzner's API, and what is Hetzner's alone.

mod client;
mod faults;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::hetzner::Hetzner;
use mailvouch_providers::{Change, Patience, Provider as _, ProviderError, Receipt, Value, Zone};
use serde_json::json;

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, skeleton, txt, value};
use crate::servers::hetzner::{HetznerHost, Set, TOKEN};
use crate::servers::hosted::Hosted;

upholds_contract!(start);

const TIMEOUT: Duration = Duration::from_secs(10);

fn provider(fake: &Hosted<HetznerHost>) -> Hetzner {
    Hetzner::new(Some(&fake.url("/v1/")), TOKEN, TIMEOUT, None)
        .expect("a URL")
        .with_patience(Patience { attempts: 3, pause: Duration::from_millis(2) })
}

/// With the zone `example.com`, which holds nothing.
fn running() -> (Hetzner, Arc<Hosted<HetznerHost>>) {
    let fake = Arc::new(Hosted::start(HetznerHost::with(&["example.com", "example.net", "other.example.com"])));
    (provider(&fake), fake)
}

async fn start() -> Fixture {
    let (provider, fake) = running();
    let panel = Panel(fake);
    for (owner, value) in skeleton(&name("example.com")) {
        panel.add(&owner, &[value]).await;
    }
    // Lists are longer than one page.
    Fixture { provider: Arc::new(provider.with_page_size(2)), apex: name("example.com"), backend: Box::new(panel) }
}

/// Somebody at the web panel.
struct Panel(Arc<Hosted<HetznerHost>>);

impl Panel {
    fn change(&self, owner: &Name, value: &Value, change: impl FnOnce(&mut Set)) {
        let rtype = value.rdata.rtype().to_string();
        self.0.state().host.by_hand("example.com", &relative(owner), &rtype, |set| {
            set.ttl = Some(value.ttl.into());
            change(set);
        });
    }
}

fn relative(owner: &Name) -> String {
    let owner = owner.to_string();
    let relative = owner.strip_suffix("example.com").expect("inside").trim_end_matches('.');
    if relative.is_empty() { "@".to_owned() } else { relative.to_owned() }
}

#[async_trait]
impl Backend for Panel {
    async fn add(&self, owner: &Name, values: &[Value]) {
        for value in values {
            self.change(owner, value, |set| set.records.push((value.rdata.to_string(), None)));
        }
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        for value in values {
            self.change(owner, value, |set| {
                let before = set.records.len();
                set.records.retain(|(text, _)| *text != value.rdata.to_string());
                assert!(set.records.len() < before, "{} is not there", value.rdata);
            });
        }
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        let state = self.0.state();
        let zone = &state.host.zones["example.com"];
        let sets = zone.sets.iter().filter(|((at, _), _)| *at == relative(owner));
        let values = sets.flat_map(|((_, rtype), set)| {
            let rtype: RrType = rtype.parse().expect("a type");
            let ttl = u32::try_from(set.ttl.unwrap_or(zone.ttl)).expect("a TTL");
            set.records.iter().map(move |(text, _)| Value::new(Rdata::parse(rtype, text).expect("data"), ttl))
        });
        Some(values.collect())
    }
}

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

fn zone() -> Zone {
    Zone { name: name("example.com"), id: None }
}

fn change(owner: &str, remove: &[Value], add: &[Value]) -> Change {
    Change { owner: name(owner), remove: remove.to_vec(), add: add.to_vec(), seen: vec![] }
}

async fn write(provider: &Hetzner, change: Change) -> Result<Receipt, ProviderError> {
    provider.write(&zone(), &[change]).await.pop().expect("one answer")
}

/// Puts these texts at the apex, each with a comment.
fn texts(fake: &Hosted<HetznerHost>, texts: &[&str]) {
    fake.state().host.by_hand("example.com", "@", "TXT", |set| {
        set.ttl = Some(7200);
        set.records = texts.iter().map(|text| (format!("\"{text}\""), Some(format!("about {text}")))).collect();
    });
}

/// What stands at the apex.
fn apex(fake: &Hosted<HetznerHost>) -> Vec<(String, Option<String>)> {
    let state = fake.state();
    let mut records = state.host.zones["example.com"].sets[&("@".to_owned(), "TXT".to_owned())].records.clone();
    records.sort();
    records
}

fn words(fake: &Hosted<HetznerHost>) -> Vec<String> {
    fake.writes().iter().map(|write| write.rsplit('/').next().expect("a word").to_owned()).collect()
}

/// What comes and goes does so by itself; what is replaced, in one write; and what is said of records stays.
#[tokio::test]
async fn each_kind_of_change_has_its_action() {
    let (provider, fake) = running();
    texts(&fake, &["MS=ms1", "v=spf1 -all"]);
    let (old, new) = (txt("v=spf1 -all"), txt("v=spf1 mx -all"));
    let receipt = write(&provider, change("example.com", std::slice::from_ref(&old), std::slice::from_ref(&new))).await;
    assert!(receipt.expect("replaced").id.is_some());
    let about = |text: &str, comment: Option<&str>| (format!("\"{text}\""), comment.map(|c| format!("about {c}")));
    assert_eq!(apex(&fake), [about("MS=ms1", Some("MS=ms1")), about("v=spf1 mx -all", Some("v=spf1 -all"))]);
    write(&provider, change("example.com", &[], &[txt("a token")])).await.expect("added");
    write(&provider, change("example.com", &[new], &[])).await.expect("taken away");
    assert_eq!(apex(&fake), [about("MS=ms1", Some("MS=ms1")), about("a token", None)]);
    assert_eq!(words(&fake), ["set_records", "add_records", "remove_records"]);
    let cas = provider.limits().cas;
    let (one, other) = (txt("one"), txt("other"));
    assert!(cas.is_unconditional(&[&one], &[&other]));
    for (remove, add) in [(vec![], vec![&one]), (vec![&one], vec![]), (vec![&one], vec![&one])] {
        assert!(!cas.is_unconditional(&remove, &add), "{remove:?} {add:?}");
    }
}

/// The zone's own TTL is that of the sets without one, and stays theirs.
#[tokio::test]
async fn a_set_without_a_ttl_keeps_that_of_its_zone() {
    let (provider, fake) = running();
    texts(&fake, &["MS=ms1"]);
    let key = ("@".to_owned(), "TXT".to_owned());
    fake.state().host.zone("example.com").sets.get_mut(&key).expect("it").ttl = None;
    let read = provider.read(&zone(), &[zone().name]).await.expect("readable");
    assert_eq!(read[0].values[0].ttl, 3600);
    write(&provider, change("example.com", &[], &[Value { ttl: 3600, ..txt("x") }])).await.expect("added");
    assert_eq!(fake.state().host.zones["example.com"].sets[&key].ttl, None);
    // One alone that is replaced may get another.
    let old = Value { ttl: 7200, ..txt("v=DMARC1; p=none") };
    write(&provider, change("_dmarc.example.com", &[], std::slice::from_ref(&old))).await.expect("made");
    let new = Value { ttl: 300, ..txt("v=DMARC1; p=reject") };
    write(&provider, change("_dmarc.example.com", &[old], std::slice::from_ref(&new))).await.expect("replaced");
    let read = provider.read(&zone(), &[name("_dmarc.example.com")]).await.expect("readable");
    assert_eq!(read[0].values, [new]);
    assert_eq!(words(&fake)[1..], ["add_records", "set_records", "change_ttl"]);
}

#[tokio::test]
async fn names_in_data_may_be_relative() {
    let (provider, fake) = running();
    fake.state().host.by_hand("example.com", "a", "MX", |set| set.records = vec![("10 mail".to_owned(), None)]);
    let held = provider.read(&zone(), &[name("a.example.com")]).await.expect("readable");
    assert_eq!(held[0].values[0].rdata, value(RrType::MX, "10 mail.example.com.").rdata);
    write(&provider, change("a.example.com", &held[0].values, &[])).await.expect("taken away");
    assert_eq!(fake.state().bodies[0], json!({"records": [{"value": "10 mail"}]}), "as it was written");
    assert!(fake.state().host.zones["example.com"].sets.is_empty());
}

#[tokio::test]
async fn zones_and_sets_that_are_not_to_be_changed_are_left_alone() {
    let (provider, fake) = running();
    texts(&fake, &["MS=ms1"]);
    provider.takes_changes(&zone()).await.expect("a primary zone");
    let key = ("@".to_owned(), "TXT".to_owned());
    fake.state().host.zone("example.com").sets.get_mut(&key).expect("it").protected = true;
    let error = write(&provider, change("example.com", &[], &[txt("x")])).await.expect_err("protected");
    assert!(error.to_string().contains("is protected against changes"), "{error}");
    fake.state().host.zone("example.net").mode = "secondary";
    let (_, secondary) = (provider.zone_of(&name("example.net")).await, name("example.net"));
    let there = Zone { name: secondary, id: None };
    let early = provider.takes_changes(&there).await.expect_err("no place to write to");
    assert!(early.to_string().contains("is a secondary zone there"), "{early}");
    assert!(fake.writes().is_empty());
}

/// The API takes a change before its name servers have it.
#[tokio::test]
async fn a_change_is_waited_for_until_the_name_servers_have_it() {
    let (provider, fake) = running();
    fake.state().host.looks = 3;
    let receipt = write(&provider, change("a.example.com", &[], &[txt("x")])).await.expect("written");
    fake.state().host.zone("example.com").statuses = ["updating", "updating"].into();
    provider.settled(&receipt).await.expect("at last");
    assert!(fake.state().host.zones["example.com"].statuses.is_empty());
    fake.state().host.zone("example.com").statuses = ["error"].into();
    let error = provider.settled(&receipt).await.expect_err("not published");
    assert!(error.to_string().contains("could not be published"), "{error}");
}

#[tokio::test]
async fn the_longest_zone_holds_a_name() {
    let (provider, _fake) = running();
    for (owner, zone) in [("a.other.example.com", "other.example.com"), ("another.example.com", "example.com")] {
        assert_eq!(provider.zone_of(&name(owner)).await.expect("a zone").name, name(zone));
    }
}

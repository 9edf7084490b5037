//! The contract, with a stand-in for deSEC's API, and what is deSEC's alone.

mod client;
mod faults;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::desec::DeSec;
use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::{Change, Patience, Provider as _, ProviderError, Rate, Value, Zone};

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, skeleton, txt};
use crate::servers::desec::{DeSecHost, TOKEN};
use crate::servers::hosted::Hosted;

upholds_contract!(start);

const TIMEOUT: Duration = Duration::from_secs(10);

fn provider(fake: &Hosted<DeSecHost>) -> DeSec {
    DeSec::new(Some(&fake.url("/api/v1/")), TOKEN, TIMEOUT, None)
        .expect("a URL")
        .with_patience(Patience { attempts: 3, pause: Duration::from_millis(5) })
        .with_rate(Rate { requests: 100_000, per: Duration::from_secs(1) })
}

/// With the zone `example.com`, which holds nothing.
fn running() -> (DeSec, Arc<Hosted<DeSecHost>>) {
    let fake = Arc::new(Hosted::start(DeSecHost::with(&["example.com", "example.net", "other.example.com"])));
    (provider(&fake), fake)
}

async fn start() -> Fixture {
    let (provider, fake) = running();
    let panel = Panel(fake);
    // deSEC itself does not show the SOA record. Here it stands for what is listed and is nobody's to write: the clauses
    // look for it.
    for (owner, value) in skeleton(&name("example.com")) {
        panel.add(&owner, &[value]).await;
    }
    // Lists are longer than one page.
    panel.0.state().host.page = 2;
    Fixture { provider: Arc::new(provider), apex: name("example.com"), backend: Box::new(panel) }
}

/// Somebody at the web panel.
struct Panel(Arc<Hosted<DeSecHost>>);

impl Panel {
    fn change(&self, owner: &Name, value: &Value, change: impl FnOnce(&mut Vec<String>)) {
        let mut state = self.0.state();
        let (subname, rtype) = (subname(owner), value.rdata.rtype().to_string());
        let mut records = state.host.records("example.com", &subname, &rtype);
        change(&mut records);
        state.host.put("example.com", &subname, &rtype, value.ttl.into(), &records);
    }
}

fn subname(owner: &Name) -> String {
    let owner = owner.to_string();
    owner.strip_suffix("example.com").expect("inside").trim_end_matches('.').to_owned()
}

#[async_trait]
impl Backend for Panel {
    async fn add(&self, owner: &Name, values: &[Value]) {
        for value in values {
            self.change(owner, value, |records| records.push(value.rdata.to_string()));
        }
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        for value in values {
            self.change(owner, value, |records| {
                let before = records.len();
                records.retain(|text| *text != value.rdata.to_string());
                assert!(records.len() < before, "{} is not there", value.rdata);
            });
        }
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        let state = self.0.state();
        let sets = state.host.domains["example.com"].sets.iter().filter(|((at, _), _)| *at == subname(owner));
        let values = sets.flat_map(|((_, rtype), set)| {
            let rtype: RrType = rtype.parse().expect("a type");
            let ttl = u32::try_from(set.ttl).expect("a TTL");
            set.records.iter().map(move |text| Value::new(Rdata::parse(rtype, text).expect("data"), ttl))
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

async fn write(provider: &DeSec, change: Change) -> Result<(), ProviderError> {
    provider.write(&zone(), &[change]).await.pop().expect("one answer").map(|_| ())
}

#[tokio::test]
async fn new_sets_are_made_and_old_ones_replaced_in_two_requests_for_a_group() {
    let (provider, fake) = running();
    fake.state().host.put("example.com", "", "TXT", 7200, &["\"MS=ms1\"".to_owned()]);
    let group = [
        change("example.com", &[], &[txt("v=spf1 -all")]),
        change("_dmarc.example.com", &[], &[txt("v=DMARC1; p=none")]),
        change("s1._domainkey.example.com", &[], &[txt("v=DKIM1; p=")]),
    ];
    let answers = provider.write(&zone(), &group).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    // The new ones first: what is changed may lead to them.
    assert_eq!(fake.writes(), ["POST api/v1/domains/example.com/rrsets/", "PATCH api/v1/domains/example.com/rrsets/"]);
    assert_eq!(fake.state().host.records("example.com", "", "TXT"), ["\"MS=ms1\"", "\"v=spf1 -all\""]);
    assert_eq!(fake.state().host.records("example.com", "_dmarc", "TXT"), ["\"v=DMARC1; p=none\""]);
}

#[tokio::test]
async fn the_least_ttl_is_that_of_the_domain() {
    let (provider, fake) = running();
    assert_eq!(provider.limits().min_ttl, 3600, "before anything is known");
    fake.state().host.domains.get_mut("example.net").expect("it").minimum_ttl = 60;
    provider.zone_of(&name("example.com")).await.expect("the zone");
    assert_eq!(provider.limits().min_ttl, 60, "one of the account's may have less than the others");
    let low = Value { ttl: 300, ..txt("x") };
    let error = write(&provider, change("a.example.com", &[], &[low])).await.expect_err("too low for this one");
    assert!(error.to_string().contains("3600 to 86400 in example.com"), "{error}");
    let high = Value { ttl: 100_000, ..txt("x") };
    let error = write(&provider, change("a.example.com", &[], &[high])).await.expect_err("too high");
    assert!(matches!(error, ProviderError::Unsupported(_)), "{error}");
    assert!(fake.writes().is_empty());
    let only = DeSec::new(Some(&fake.url("/api/v1/")), TOKEN, TIMEOUT, Some(name("example.com"))).expect("a URL");
    only.zone_of(&name("example.com")).await.expect("the zone");
    assert_eq!(only.limits().min_ttl, 3600, "of the declared one");
}

#[tokio::test]
async fn the_longest_domain_holds_a_name() {
    let (provider, _fake) = running();
    for (owner, zone) in [("a.other.example.com", "other.example.com"), ("another.example.com", "example.com")] {
        assert_eq!(provider.zone_of(&name(owner)).await.expect("a zone").name, name(zone));
    }
}

/// Over a page, what is deleted and made again comes first in the list: whoever has read the first page misses it.
#[tokio::test]
async fn a_zone_that_changes_between_two_pages_is_read_again() {
    let (provider, fake) = running();
    for number in 0..5 {
        fake.state().host.put("example.com", &format!("n{number}"), "TXT", 3600, &["\"text\"".to_owned()]);
    }
    fake.state().host.page = 2;
    let mut left = 1;
    fake.intrude(move |request, host| {
        if request.query.get("cursor").is_some_and(|cursor| cursor == "cD02") && left > 0 {
            left -= 1;
            host.put("example.com", "n0", "TXT", 3600, &[]);
            host.put("example.com", "n0", "TXT", 3600, &["\"made again\"".to_owned()]);
        }
    });
    let read = provider.read(&zone(), &[name("n0.example.com")]).await.expect("readable");
    assert_eq!(read[0].values.iter().map(|value| value.rdata.to_string()).collect::<Vec<_>>(), ["\"made again\""]);
    // One that never rests is no empty one.
    fake.intrude(|_, host| host.put("example.com", "n0", "TXT", 3600, &["\"again\"".to_owned()]));
    let error = provider.read(&zone(), &[name("n0.example.com")]).await.expect_err("never at rest");
    assert!(error.to_string().contains("changes faster than it can be read"), "{error}");
}

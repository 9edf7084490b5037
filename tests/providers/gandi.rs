//! The contract, with a stand-in for Gandi's API, and what is Gandi's alone.

mod client;
mod faults;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::gandi::Gandi;
use mailvouch_providers::{Change, Patience, Provider as _, ProviderError, Value, Zone};

use super::contract::upholds_contract;
use super::fixture::{Backend, Fixture, skeleton, txt, value};
use crate::servers::gandi::{GandiHost, TOKEN};
use crate::servers::hosted::Hosted;

upholds_contract!(start);

const TIMEOUT: Duration = Duration::from_secs(10);

fn provider(fake: &Hosted<GandiHost>) -> Gandi {
    Gandi::new(Some(&fake.url("/v5/livedns/")), TOKEN, TIMEOUT, None)
        .expect("a URL")
        .with_patience(Patience { attempts: 3, pause: Duration::from_millis(5) })
}

/// With the zone `example.com`, which holds nothing.
fn running() -> (Gandi, Arc<Hosted<GandiHost>>) {
    let fake = Arc::new(Hosted::start(GandiHost::with(&["example.com", "example.net", "other.example.com"])));
    (provider(&fake), fake)
}

async fn start() -> Fixture {
    let (provider, fake) = running();
    let panel = Panel(fake);
    // Gandi itself shows no SOA record. Here it stands for what is listed and is nobody's to write: the clauses look for
    // it.
    for (owner, value) in skeleton(&name("example.com")) {
        panel.add(&owner, &[value]).await;
    }
    // Lists are longer than one page, and each write is looked at twice.
    panel.0.state().host.domain("example.com").automatic_snapshots = true;
    Fixture { provider: Arc::new(provider.with_page_size(2)), apex: name("example.com"), backend: Box::new(panel) }
}

/// Somebody at the web panel.
struct Panel(Arc<Hosted<GandiHost>>);

impl Panel {
    fn change(&self, owner: &Name, value: &Value, change: impl FnOnce(&mut Vec<String>)) {
        let mut state = self.0.state();
        let (owner, rtype) = (relative(owner), value.rdata.rtype().to_string());
        let domain = state.host.domain("example.com");
        let mut values = domain.values(&owner, &rtype);
        change(&mut values);
        domain.put(&owner, &rtype, Some((value.ttl.into(), values)));
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
            self.change(owner, value, |held| held.push(value.rdata.to_string()));
        }
    }

    async fn remove(&self, owner: &Name, values: &[Value]) {
        for value in values {
            self.change(owner, value, |held| {
                let before = held.len();
                held.retain(|text| *text != value.rdata.to_string());
                assert!(held.len() < before, "{} is not there", value.rdata);
            });
        }
    }

    async fn truth(&self, owner: &Name) -> Option<Vec<Value>> {
        let state = self.0.state();
        let sets = state.host.domains["example.com"].sets.iter().filter(|((at, _), _)| *at == relative(owner));
        let values = sets.flat_map(|((_, rtype), (ttl, values))| {
            let rtype: RrType = rtype.parse().expect("a type");
            let ttl = u32::try_from(*ttl).expect("a TTL");
            values.iter().map(move |text| Value::new(Rdata::parse(rtype, text).expect("data"), ttl))
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

async fn write(provider: &Gandi, change: Change) -> Result<(), ProviderError> {
    provider.write(&zone(), &[change]).await.pop().expect("one answer").map(|_| ())
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn each_type_is_a_request_and_an_alias_one_for_all_of_its_name() {
    let (provider, fake) = running();
    fake.state().host.domain("example.com").put("a", "MX", Some((7200, owned(&["10 mail"]))));
    let held = provider.read(&zone(), &[name("a.example.com")]).await.expect("readable");
    assert_eq!(held[0].values, [value(RrType::MX, "10 mail.example.com.")], "what is relative stands below the zone");
    write(&provider, change("a.example.com", &held[0].values, &[txt("x")])).await.expect("written");
    let path = "v5/livedns/domains/example.com/records/a";
    assert_eq!(fake.writes(), [format!("DELETE {path}/MX"), format!("POST {path}/TXT")]);
    let alias = value(RrType::CNAME, "b.example.com.");
    write(&provider, change("a.example.com", &[txt("x")], &[alias])).await.expect("written");
    assert_eq!(fake.writes()[2..], [format!("PUT {path}")]);
    let domain = fake.state().host.domains["example.com"].clone();
    assert_eq!(domain.values("a", "CNAME"), ["b.example.com."]);
    assert_eq!(domain.values("a", "TXT").len(), 0);
}

/// What the host serves in its own way stays, to the letter.
#[tokio::test]
async fn aliases_of_the_host_and_texts_without_quotes_stay() {
    let (provider, fake) = running();
    {
        let mut state = fake.state();
        let domain = state.host.domain("example.com");
        domain.put("@", "ALIAS", Some((7200, owned(&["www.elsewhere.test."]))));
        domain.put("@", "TXT", Some((7200, owned(&["MS=ms1", "\"two\" \"strings\""]))));
    }
    let held = provider.read(&zone(), &[zone().name]).await.expect("readable");
    assert_eq!(held[0].values.len(), 2, "an alias of the host's is no record of DNS");
    write(&provider, change("example.com", &[], &[txt("v=spf1 -all")])).await.expect("written");
    let domain = fake.state().host.domains["example.com"].clone();
    assert_eq!(fake.state().bodies[0]["rrset_values"][0], "MS=ms1");
    assert_eq!(domain.values("@", "TXT"), ["\"MS=ms1\"", "\"two\" \"strings\"", "\"v=spf1 -all\""]);
    assert_eq!(domain.values("@", "ALIAS"), ["www.elsewhere.test."]);
}

#[tokio::test]
async fn the_longest_domain_holds_a_name() {
    let (provider, _fake) = running();
    for (owner, zone) in [("a.other.example.com", "other.example.com"), ("another.example.com", "example.com")] {
        assert_eq!(provider.zone_of(&name(owner)).await.expect("a zone").name, name(zone));
    }
}

#[tokio::test]
async fn a_list_that_changes_between_two_pages_is_read_again() {
    let (provider, fake) = running();
    for number in 0..5 {
        let set = Some((7200, owned(&["\"text\""])));
        fake.state().host.domain("example.com").put(&format!("n{number}"), "TXT", set);
    }
    // What stood at the edge moves to the page that was read already.
    let mut left = 1;
    fake.intrude(move |request, host| {
        if request.query.get("page").is_some_and(|page| page == "2") && left > 0 {
            left -= 1;
            host.domain("example.com").put("n0", "TXT", None);
        }
    });
    let provider = provider.with_page_size(2);
    let owners = [1, 2, 3, 4].map(|number| name(&format!("n{number}.example.com")));
    let read = provider.read(&zone(), &owners).await.expect("readable");
    assert!(read.iter().all(|owner| owner.values.len() == 1), "{read:?}");
    let mut number = 0;
    fake.intrude(move |_, host| {
        number += 1;
        host.domain("example.com").put(&format!("more{number}"), "TXT", Some((7200, owned(&["\"x\""]))));
    });
    let error = provider.read(&zone(), &owners).await.expect_err("never at rest");
    assert!(error.to_string().contains("changes faster than it can be read"), "{error}");
}

//! Which zone holds a name, and whether it takes changes.

use mailvouch_providers::cloudflare::Cloudflare;
use mailvouch_providers::{Provider as _, ProviderError};
use serde_json::json;

use super::super::fixture::txt;
use super::{TIMEOUT, TOKEN, name, provider, read, running, text, write, zone};
use crate::servers::cloudflare::{FakeCloudflare, Fault};

#[tokio::test]
async fn zones_that_nobody_is_served_are_refused() {
    for (key, state, words) in [
        ("status", "moved", "is moved at Cloudflare"),
        ("status", "initializing", "is initializing at Cloudflare"),
        ("type", "secondary", "is a secondary zone"),
    ] {
        let (provider, fake) = running();
        fake.state().zones[0][key] = json!(state);
        let early = provider.takes_changes(&zone()).await.expect_err("refused");
        let late = write(&provider, "example.com", &[], &[txt("x")]).await.expect_err("refused");
        for error in [early, late] {
            assert!(matches!(&error, ProviderError::Unsupported(text) if text.contains(words)), "{error}");
        }
        assert!(fake.writes().is_empty());
    }
    for (key, state) in [("status", json!("pending")), ("type", json!("partial")), ("paused", json!(true))] {
        let (provider, fake) = running();
        fake.state().zones[0][key] = state;
        provider.takes_changes(&zone()).await.expect("they are served, or will be");
    }
}

#[tokio::test]
async fn the_active_one_of_two_zones_is_taken_and_the_longest_of_many() {
    let fake = FakeCloudflare::start(&["example.com", "example.com", "mail.example.com"]);
    fake.state().zones[0]["status"] = json!("moved");
    let first = provider(&fake);
    let found = first.zone_of(&name("_dmarc.example.com")).await.expect("the zone");
    assert_eq!(found.id, Some(format!("{:032x}", 2)));
    let deeper = first.zone_of(&name("s1._domainkey.mail.example.com")).await.expect("the zone");
    assert_eq!(deeper.name, name("mail.example.com"));
    // Also where the zone comes without its id.
    first.write(&zone(), &[super::change("example.com", &[], &[txt("x")])]).await.pop().expect("one").expect("written");
    assert!(fake.writes()[0].contains(&format!("{:032x}", 2)), "{:?}", fake.writes());
    for status in ["active", "pending"] {
        for zone in &mut fake.state().zones {
            zone["status"] = json!(status);
        }
        let error = provider(&fake).zone_of(&name("example.com")).await.expect_err("two of them");
        assert!(matches!(&error, ProviderError::Unsupported(text) if text.contains("several zones")), "{error}");
    }
}

#[tokio::test]
async fn only_the_zone_that_is_declared_is_taken() {
    let fake = FakeCloudflare::start(&["example.com", "mail.example.com"]);
    let only = Some(name("example.com"));
    let provider = Cloudflare::new(Some(&fake.url()), TOKEN, TIMEOUT, only).expect("a URL");
    assert_eq!(provider.zone_of(&name("a.mail.example.com")).await.expect("it").name, name("example.com"));
    let elsewhere = name("example.net");
    assert_eq!(provider.zone_of(&elsewhere).await, Err(ProviderError::NoZone(elsewhere)));
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
async fn a_zone_that_went_since_it_was_listed_is_no_empty_one() {
    let (provider, fake) = running();
    provider.zone_of(&name("example.com")).await.expect("the zone");
    fake.state().records.clear();
    assert_eq!(read(&provider, "example.com").await, Err(ProviderError::NoZone(name("example.com"))));
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
    assert_eq!(read(&provider, "example.com").await.expect("readable").len(), 4, "none is missed");
    // Somebody who does nothing else.
    fake.intrude(|number, state| {
        state.put("example.com", text("example.com", &format!("token of request {number}")));
    });
    let error = read(&provider, "example.com").await.expect_err("never the same twice");
    assert!(matches!(&error, ProviderError::Unavailable(text) if text.contains("changes faster")), "{error}");
}

#[tokio::test]
async fn an_id_that_leads_elsewhere_is_not_followed() {
    let (first, fake) = running();
    fake.state().zones[0]["id"] = json!("../accounts?x=");
    let error = read(&first, "example.com").await.expect_err("no id");
    assert!(matches!(error, ProviderError::Unavailable(_)), "{error:?}");
    let list = |items: serde_json::Value| json!({"success": true, "errors": null, "messages": [], "result": items});
    fake.faults([Some(Fault::Answer(200, list(json!({"no": "list"}))))]);
    // A failure counts for the whole run: each is a run of its own.
    let error = read(&provider(&fake), "example.com").await.expect_err("no list");
    assert!(matches!(error, ProviderError::Unavailable(_)), "{error:?}");
    // A list without pages is whole.
    let fine = json!({"id": format!("{:032x}", 1), "name": "example.com", "status": "active", "type": "full"});
    fake.faults([Some(Fault::Answer(200, list(json!([fine]))))]);
    assert_eq!(read(&provider(&fake), "example.com").await.expect("readable"), []);
}

//! How zones, sets and texts look at Azure.

use mailvouch_providers::dns::RrType;
use mailvouch_providers::{Provider as _, ProviderError};
use serde_json::json;

use super::super::fixture::{TTL, sorted, strings, txt, value};
use super::{credentials, provider, provider_in, put, read, write, zone};
use crate::servers::azure::{self, GROUP};
use crate::servers::rest::Fault;

#[tokio::test]
async fn a_zone_is_found_in_whichever_group_it_is() {
    let fake = azure::start("example.com");
    let found = provider(&fake).zone_of(&"a.b.example.com".parse().expect("a name")).await.expect("the zone");
    assert!(found.id.as_deref().is_some_and(|id| id.contains(GROUP)), "{found:?}");
    // A private zone of the same name is never it; of two public ones somebody has to say which.
    fake.state().zones.push(("second".to_owned(), "example.com".to_owned(), "Public"));
    let error = provider(&fake).zone_of(&zone().name).await.expect_err("two").to_string();
    assert!(error.contains("mail-group, second") && error.contains("`resource-group`"), "{error}");
    let of = |group| provider_in(&fake, Some(group), credentials(&fake));
    let found = of("SECOND").zone_of(&zone().name).await.expect("the zone");
    assert!(found.id.as_deref().is_some_and(|id| id.contains("second")), "{found:?}");
    assert_eq!(of("other").zone_of(&zone().name).await, Err(ProviderError::NoZone(zone().name)), "it is private");
}

#[tokio::test]
async fn all_pages_are_read_and_a_list_leads_to_no_other_server() {
    let fake = azure::start("example.com");
    for number in 0..7 {
        put(&fake, &format!("n{number}"), "text");
    }
    assert_eq!(read(&provider(&fake), "n6.example.com").await.expect("readable"), [txt("text")]);
    let provider = provider(&fake);
    provider.zone_of(&zone().name).await.expect("the zone");
    for (link, words) in [
        ("https://elsewhere.example/next", "a list leads to another server"),
        ("nowhere", "a list leads to what is no URL"),
    ] {
        fake.faults([Some(Fault::Answer(200, "", json!({"value": [], "nextLink": link}).to_string()))]);
        let error = read(&provider, "example.com").await.expect_err("refused").to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_set_without_a_name_is_no_absent_set() {
    let fake = azure::start("example.com");
    let provider = provider(&fake);
    provider.zone_of(&zone().name).await.expect("the zone");
    let set = json!({"name": "@", "type": "Microsoft.Network/dnszones/TXT", "etag": "1",
        "properties": {"TTL": 300, "TXTRecords": [{"value": ["v=spf1 -all"]}]}});
    fake.faults([Some(Fault::Answer(200, "", json!({"value": [set]}).to_string()))]);
    let error = read(&provider, "example.com").await.expect_err("nobody knows where").to_string();
    assert!(error.contains("a TXT record set `@` without a name"), "{error}");
}

#[tokio::test]
async fn what_is_not_changed_of_a_set_is_sent_back_as_it_was() {
    let fake = azure::start("example.com");
    put(&fake, "@", "v=spf1 -all");
    let odd = json!({"value": ["gr\u{fc}\u{df}e, by hand"]});
    fake.state().put("example.com", "@", "TXT", TTL, odd.clone());
    fake.state().set("@", "TXT").expect("the set").properties.insert("comesLater".to_owned(), json!({"kept": [1]}));
    write(&provider(&fake), &[txt("v=spf1 -all")], &[txt("v=spf1 a -all")]).await.expect("written");
    let set = fake.state().set("@", "TXT").expect("the set").clone();
    assert_eq!(set.properties["TXTRecords"], json!([odd, {"value": ["v=spf1 a -all"]}]));
    assert_eq!(set.properties["metadata"], json!({"by": "hand"}));
    assert_eq!(set.properties["comesLater"], json!({"kept": [1]}));
    assert_eq!(set.properties["TTL"], TTL);
}

#[tokio::test]
async fn a_text_that_azure_cannot_hold_is_refused_before_anything_is_sent() {
    let fake = azure::start("example.com");
    let provider = provider(&fake);
    for (text, words) in [
        (txt("gr\u{fc}\u{df}e"), "no printable ASCII"),
        (txt("tab\there"), "no printable ASCII"),
        (txt(""), "no empty character-string"),
        (strings([b"", b"x"]), "no empty character-string"),
        (txt(vec![b'x'; 4097]), "4096 characters"),
    ] {
        assert!(provider.cannot_hold(&text.rdata).is_some_and(|why| why.contains(words)));
        let error = write(&provider, &[], &[text]).await.expect_err("refused");
        assert!(matches!(&error, ProviderError::Unsupported(told) if told.contains(words)), "{error:?}");
    }
    assert_eq!(fake.writes(), [""; 0]);
    write(&provider, &[], &[txt(vec![b'x'; 4096])]).await.expect("as long as they may be");
    let long = "x".repeat(4096);
    assert_eq!(fake.state().texts("@"), [long]);
}

#[tokio::test]
async fn aliases_inside_azure_are_told_and_left_alone() {
    let fake = azure::start("example.com");
    let resource = json!({"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/ip"});
    let alias = |fake: &azure::FakeAzure, name: &str, rtype: &str| {
        let mut state = fake.state();
        state.put("example.com", name, rtype, TTL, json!({}));
        let set = state.set(name, rtype).expect("the set");
        set.properties.remove(&azure::key(rtype));
        set.properties.insert("targetResource".to_owned(), resource.clone());
    };
    // Addresses at the apex may come from where they like.
    alias(&fake, "@", "A");
    let provider = provider(&fake);
    write(&provider, &[], &[txt("x")]).await.expect("written");
    assert_eq!(read(&provider, "example.com").await.expect("readable"), [txt("x")]);
    let error = write(&provider, &[], &[value(RrType::A, "192.0.2.1")]).await.expect_err("an alias").to_string();
    assert!(error.contains("is an alias inside Azure"), "{error}");
    alias(&fake, "s1._domainkey", "CNAME");
    let error = read(&provider, "s1._domainkey.example.com").await.expect_err("not to be told").to_string();
    assert!(error.contains("publicIPAddresses/ip"), "{error}");
}

#[tokio::test]
async fn a_set_of_no_records_is_there_and_holds_none() {
    let fake = azure::start("example.com");
    put(&fake, "@", "gone");
    fake.state().set("@", "TXT").expect("the set").properties.insert("TXTRecords".to_owned(), json!([]));
    let provider = provider(&fake);
    assert_eq!(read(&provider, "example.com").await.expect("readable"), []);
    write(&provider, &[], &[txt("x")]).await.expect("written");
    assert_eq!(fake.state().texts("@"), ["x"]);
}

#[tokio::test]
async fn names_stand_there_with_the_last_dot_or_without() {
    let fake = azure::start("example.com");
    for (preference, exchange) in [(10, "mx1.example.net."), (20, "mx2.example.net")] {
        let record = json!({"preference": preference, "exchange": exchange});
        fake.state().put("example.com", "@", "MX", TTL, record);
    }
    let expected = [value(RrType::MX, "10 mx1.example.net."), value(RrType::MX, "20 mx2.example.net.")];
    let held = read(&provider(&fake), "example.com").await.expect("readable");
    assert_eq!(sorted(held), sorted(expected.clone()));
    write(&provider(&fake), &expected[..1], &[]).await.expect("written");
    let set = fake.state().set("@", "MX").expect("the set").clone();
    assert_eq!(set.properties["MXRecords"], json!([{"preference": 20, "exchange": "mx2.example.net"}]));
}

//! How records and texts look at DigitalOcean, and which requests a change takes.

use mailvouch_providers::dns::RrType;
use mailvouch_providers::{Provider as _, ProviderError};
use serde_json::json;

use super::super::fixture::{TTL, sorted, strings, txt, value};
use super::{provider, put, read, running, write, write_at, zone};
use crate::servers::digitalocean::{self, record};

#[tokio::test]
async fn the_longest_zone_that_holds_a_name_is_found() {
    let fake = digitalocean::start(&["com.example", "example.com", "mail.example.com", "example.net"]);
    let of = async |owner: &str| provider(&fake).zone_of(&owner.parse().expect("a name")).await;
    assert_eq!(of("a.mail.example.com").await.expect("a zone").name.to_string(), "mail.example.com");
    assert_eq!(of("a.example.com").await.expect("a zone").name.to_string(), "example.com");
    assert!(matches!(of("a.example.org").await, Err(ProviderError::NoZone(_))));
}

#[tokio::test]
async fn a_value_that_is_replaced_keeps_its_record() {
    let (provider, fake) = running();
    let (id, other) = (put(&fake, "@", "v=spf1 -all"), put(&fake, "@", "verification=1"));
    write(&provider, &[txt("v=spf1 -all")], &[txt("v=spf1 a -all")]).await.expect("written");
    let path = format!("v2/domains/example.com/records/{id}");
    assert_eq!(fake.writes(), [format!("PATCH {path}")], "one request, on one record");
    let held = fake.state().at("example.com", "@");
    let seen: Vec<_> = held.iter().map(|record| (record["id"].as_u64(), record["data"].as_str())).collect();
    assert_eq!(seen, [(Some(id), Some("v=spf1 a -all")), (Some(other), Some("verification=1"))]);
    // What is one more, and what is gone.
    write(&provider, &[], &[txt("new=1")]).await.expect("written");
    write(&provider, &[txt("v=spf1 a -all")], &[]).await.expect("written");
    let requests: Vec<String> = fake.writes().into_iter().skip(1).collect();
    assert_eq!(requests, ["POST v2/domains/example.com/records".to_owned(), format!("DELETE {path}")]);
    assert_eq!(fake.state().texts("@"), ["verification=1", "new=1"]);
}

#[tokio::test]
async fn twins_are_one_value_and_go_together() {
    let (provider, fake) = running();
    for _ in 0..2 {
        put(&fake, "@", "v=spf1 -all");
    }
    assert_eq!(read(&provider, "example.com").await.expect("readable"), [txt("v=spf1 -all")]);
    write(&provider, &[txt("v=spf1 -all")], &[txt("v=spf1 a -all")]).await.expect("written");
    assert_eq!(fake.state().texts("@"), ["v=spf1 a -all"]);
}

#[tokio::test]
async fn names_are_in_full_and_the_apex_is_a_sign() {
    let (provider, fake) = running();
    let mx = |exchange: &str| record("@", &value(RrType::MX, &format!("10 {exchange}")).rdata, TTL);
    fake.state().put("example.com", mx("mx.example.net."));
    fake.state().put("example.com", mx("example.com."));
    let held = read(&provider, "example.com").await.expect("readable");
    let expected = [value(RrType::MX, "10 mx.example.net."), value(RrType::MX, "10 example.com.")];
    assert_eq!(sorted(held), sorted(expected));
    write(&provider, &[], &[value(RrType::MX, "20 mx2.example.net.")]).await.expect("written with its last dot");
    write_at(&provider, "a.example.com", &[], &[value(RrType::CNAME, "example.com.")]).await.expect("written");
    assert_eq!(fake.state().at("example.com", "a")[0]["data"], "@");
    let held = read(&provider, "a.example.com").await.expect("readable");
    assert_eq!(held, [value(RrType::CNAME, "example.com.")]);
}

#[tokio::test]
async fn a_value_that_it_cannot_hold_is_refused_before_anything_is_sent() {
    let (provider, fake) = running();
    for (wrong, words) in [
        (txt(""), "no empty text"),
        (txt("back\\slash"), "backslashes"),
        (txt("gr\u{fc}\u{df}e"), "no printable ASCII"),
        (txt("\"all of it\""), "the quotes around a text"),
        (strings([b"cut", b"in two"]), "cuts a text by itself"),
        (txt(vec![b'x'; 505]), "509 characters"),
        (value(RrType::MX, "0 ."), "no MX that leads nowhere"),
    ] {
        assert!(provider.cannot_hold(&wrong.rdata).is_some_and(|why| why.contains(words)));
        let error = write(&provider, &[], &[wrong]).await.expect_err("refused");
        assert!(matches!(&error, ProviderError::Unsupported(told) if told.contains(words)), "{error:?}");
    }
    assert_eq!(fake.writes(), [""; 0]);
    write(&provider, &[], &[txt(vec![b'x'; 504])]).await.expect("as long as one may be");
}

#[tokio::test]
async fn what_others_wrote_stays_whatever_it_is() {
    let (provider, fake) = running();
    let odd = json!({"type": "TXT", "name": "@", "data": "gr\u{fc}\u{df}e \\ by hand", "ttl": 60});
    let soa = json!({"type": "SOA", "name": "@", "data": "1800", "ttl": 1800});
    let later = json!({"type": "LATER", "name": "@", "data": "?", "ttl": 60});
    let ids = [odd, soa, later].map(|record| fake.state().put("example.com", record));
    let before = fake.state().records.clone();
    let mut new = txt("v=spf1 -all");
    new.ttl = 60;
    write(&provider, &[], std::slice::from_ref(&new)).await.expect("written");
    write(&provider, &[new], &[]).await.expect("written");
    assert_eq!(fake.state().records, before);
    assert_eq!(read(&provider, "example.com").await.expect("readable").len(), 1, "the text alone: {ids:?}");
}

#[tokio::test]
async fn a_text_goes_before_an_alias_comes() {
    let (provider, fake) = running();
    let id = put(&fake, "s1._domainkey", "v=DKIM1; p=");
    let alias = value(RrType::CNAME, "s1.keys.example.net.");
    write_at(&provider, "s1._domainkey.example.com", &[txt("v=DKIM1; p=")], &[alias]).await.expect("written");
    let path = "v2/domains/example.com/records";
    assert_eq!(fake.writes(), [format!("DELETE {path}/{id}"), format!("POST {path}")]);
    assert!(provider.zone_of(&zone().name).await.is_ok());
}

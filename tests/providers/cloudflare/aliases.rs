//! Aliases that Cloudflare follows by itself: in DNS they are none.

use mailvouch_providers::dns::RrType;
use mailvouch_providers::{ProviderError, Value};
use serde_json::{Value as Json, json};

use super::super::fixture::{TTL, txt, value};
use super::{path, read, running, text, write};

const KEY: &str = "s1._domainkey.example.com";

fn alias(name: &str, how: &Json) -> Json {
    let mut record = json!({"name": name, "type": "CNAME", "content": "s1.vendor.example", "ttl": TTL});
    for (key, value) in how.as_object().expect("an object") {
        record[key] = value.clone();
    }
    record
}

/// The two ways in which an alias is none.
fn ways() -> [Json; 2] {
    [json!({"proxied": true, "ttl": 1}), json!({"settings": {"flatten_cname": true}})]
}

#[tokio::test]
async fn texts_beside_them_are_changed_and_they_stay() {
    // At the apex every alias is flattened.
    for (owner, how) in [("example.com", json!({})), ("www.example.com", ways()[0].clone())] {
        let (provider, fake) = running();
        let id = fake.state().put("example.com", alias(owner, &how));
        fake.state().put("example.com", text(owner, "v=spf1 a -all"));
        let before = fake.state().at("example.com", owner)[0].clone();
        assert_eq!(read(&provider, owner).await.expect("readable"), [txt("v=spf1 a -all")]);
        write(&provider, owner, &[txt("v=spf1 a -all")], &[txt("v=spf1 -all")]).await.expect("written");
        let after = fake.state().at("example.com", owner);
        assert_eq!(after[0], before);
        assert_eq!((&after[0]["id"], &after[1]["content"]), (&json!(id), &json!("\"v=spf1 -all\"")));
    }
}

#[tokio::test]
async fn one_that_is_wanted_is_shown_and_keeps_its_comment() {
    for how in ways() {
        let (provider, fake) = running();
        let mut hidden = alias(KEY, &how);
        hidden["comment"] = json!("the newsletter");
        let id = fake.state().put("example.com", hidden);
        assert_eq!(read(&provider, KEY).await.expect("readable"), [], "DNS answers addresses there");
        let wanted = Value { ttl: 300, ..value(RrType::CNAME, "s1.vendor.example.") };
        write(&provider, KEY, &[], std::slice::from_ref(&wanted)).await.expect("written");
        assert_eq!(fake.writes(), [format!("PATCH {}/{id}", path())]);
        let held = fake.state().at("example.com", KEY)[0].clone();
        assert_eq!((&held["proxied"], &held["comment"]), (&json!(false), &json!("the newsletter")));
        assert_ne!(held["settings"]["flatten_cname"], true);
        assert_eq!(read(&provider, KEY).await.expect("readable"), [wanted]);
    }
}

#[tokio::test]
async fn one_to_another_place_is_told_and_left() {
    for (how, word) in ways().iter().zip(["proxied", "flattened"]) {
        let (provider, fake) = running();
        fake.state().put("example.com", alias(KEY, how));
        let other = value(RrType::CNAME, "s1.another.example.");
        let error = write(&provider, KEY, &[], &[other]).await.expect_err("there is one");
        assert!(matches!(&error, ProviderError::Unsupported(text) if text.contains("DNS only")), "{error}");
        assert!(error.to_string().contains(&format!("s1.vendor.example. that is {word}")), "{error}");
        assert!(fake.writes().is_empty());
    }
    let (provider, fake) = running();
    let mut locked = alias(KEY, &ways()[0]);
    locked["meta"] = json!({"read_only": true});
    fake.state().put("example.com", locked);
    let same = Value { ttl: 300, ..value(RrType::CNAME, "s1.vendor.example.") };
    let error = write(&provider, KEY, &[], &[same]).await.expect_err("locked");
    assert!(error.to_string().contains("locked by another product"), "{error}");
    let error = write(&provider, "example.com", &[], &[value(RrType::CNAME, "a.example.")]).await.expect_err("none");
    assert!(error.to_string().contains("would be flattened"), "{error}");
    assert!(fake.writes().is_empty());
}

#[tokio::test]
async fn ours_are_served_as_they_are() {
    let (provider, fake) = running();
    write(&provider, KEY, &[], &[value(RrType::CNAME, "s1.vendor.example.")]).await.expect("written");
    fake.state().put("example.com", alias("s2._domainkey.example.com", &json!({})));
    let (old, new) = (value(RrType::CNAME, "s1.vendor.example."), value(RrType::CNAME, "s2.vendor.example."));
    write(&provider, "s2._domainkey.example.com", &[old], &[new]).await.expect("written");
    for owner in [KEY, "s2._domainkey.example.com"] {
        assert_eq!(fake.state().at("example.com", owner)[0]["proxied"], false);
    }
    assert!(fake.state().bodies.iter().all(|body| body["proxied"] == false));
}

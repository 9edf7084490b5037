//! Single records: what is read of them, and which of them a change touches.

use mailvouch_providers::dns::RrType;
use mailvouch_providers::{Provider as _, ProviderError, Value};
use serde_json::{Value as Json, json};

use super::super::fixture::{TTL, sorted, txt, value};
use super::{change, path, read, running, text, write, zone};

#[tokio::test]
async fn reads_what_dns_has_and_trips_over_nothing_else() {
    let (provider, fake) = running();
    for record in [
        json!({"name": "example.com", "type": "CAA", "content": "0 issue \"ca.example\"", "ttl": 1,
            "data": {"flags": 0, "tag": "issue", "value": "ca.example"}}),
        json!({"name": "example.com", "type": "HTTPS", "content": "1 . alpn=\"h3\"", "ttl": 1}),
        json!({"name": "example.com", "type": "WORMHOLE", "content": {"of a type": "yet to come"}, "ttl": "now"}),
        json!({"name": "example.com", "type": "MX", "content": "mx.example.com", "priority": 10, "ttl": TTL,
            "settings": null, "meta": null, "tags": null}),
        json!({"name": "example.com", "type": "A", "content": "192.0.2.1", "ttl": 1, "proxied": true}),
        text("example.com", "v=spf1 -all"),
        json!({"name": "example.com", "type": "TXT", "content": "typed without quotes", "ttl": TTL}),
        // The same text once more, as an old panel had it.
        json!({"name": "example.com", "type": "TXT", "content": "v=spf1 -all", "ttl": TTL}),
    ] {
        fake.state().put("example.com", record);
    }
    let values = read(&provider, "example.com").await.expect("readable");
    let of = |rtype: RrType| values.iter().filter(move |value| value.rdata.rtype() == rtype).cloned();
    assert_eq!(sorted(of(RrType::TXT)), sorted([txt("v=spf1 -all"), txt("typed without quotes")]));
    assert_eq!(sorted(of(RrType::MX)), [value(RrType::MX, "10 mx.example.com.")]);
    assert_eq!(sorted(of(RrType::A)), [Value { ttl: 300, ..value(RrType::A, "192.0.2.1") }]);
    assert_eq!(sorted(of(RrType(257))), [Value { ttl: 300, ..value(RrType(257), "0 issue \"ca.example\"") }]);
    assert_eq!(of(RrType(65)).count(), 1);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_no_absent_one() {
    for broken in [
        json!({"name": "example.com", "type": "TXT", "content": "\"x\"", "ttl": "soon"}),
        json!({"name": "example.com", "type": "A", "content": "no address", "ttl": 1}),
        json!({"name": "example.com", "type": "MX", "content": "a..b", "priority": 10, "ttl": 1}),
    ] {
        let (provider, fake) = running();
        fake.state().put("example.com", broken);
        let error = read(&provider, "example.com").await.expect_err("nobody knows what stands there");
        assert!(matches!(error, ProviderError::Unavailable(_)), "{error:?}");
    }
}

#[tokio::test]
async fn what_it_does_not_take_is_not_sent() {
    let (provider, fake) = running();
    let ns = value(RrType::NS, "ns.elsewhere.test.");
    let error = write(&provider, "child.example.com", &[], &[ns]).await.expect_err("refused");
    assert!(matches!(&error, ProviderError::Unsupported(text) if text.contains("NS")), "{error}");
    for ttl in [1, 30, 59, 86401] {
        let error = write(&provider, "example.com", &[], &[Value { ttl, ..txt("x") }]).await.expect_err("refused");
        assert!(matches!(&error, ProviderError::Unsupported(text) if text.contains("TTL")), "{error}");
    }
    let many: Vec<Value> = (0..201).map(|number| txt(format!("token {number}"))).collect();
    let error = write(&provider, "example.com", &[], &many).await.expect_err("more than a batch takes");
    assert!(error.to_string().contains("200 is the most"), "{error}");
    assert!(fake.writes().is_empty());
    for ttl in [60, 86400] {
        write(&provider, &format!("t{ttl}.example.com"), &[], &[Value { ttl, ..txt("x") }]).await.expect("taken");
    }
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
    assert_eq!(fake.writes(), [format!("PATCH {}/{id}", path())]);
    let sent = json!({"type": "TXT", "name": "example.com", "content": "\"v=spf1 mx a -all\"", "ttl": TTL});
    assert_eq!(fake.state().bodies, [sent]);
    let held = fake.state().at("example.com", "example.com");
    let spf = held.iter().find(|record| record["id"] == id.as_str()).expect("the same record");
    assert_eq!((&spf["comment"], &spf["tags"]), (&json!("ask Ana first"), &json!(["team:mail"])));
    assert_eq!(held.len(), 2);
    // What only goes, and what only comes, is a request of its own.
    write(&provider, "example.com", &[txt("v=spf1 mx a -all")], &[]).await.expect("deleted");
    write(&provider, "example.com", &[], &[txt("v=spf1 -all")]).await.expect("created");
    assert_eq!(fake.writes()[1..], [format!("DELETE {}/{id}", path()), format!("POST {}", path())]);
    let made = fake.state().at("example.com", "example.com");
    assert_eq!(made.last().map(|record| &record["comment"]), Some(&Json::Null));
}

#[tokio::test]
async fn several_changes_are_one_transaction() {
    let (provider, fake) = running();
    fake.state().put("example.com", text("example.com", "v=spf1 -all"));
    fake.state().put("example.com", text("old.example.com", "gone soon"));
    let group = [
        change("example.com", &[txt("v=spf1 -all")], &[txt("v=spf1 a -all")]),
        change("old.example.com", &[txt("gone soon")], &[]),
        change("_dmarc.example.com", &[], &[txt("v=DMARC1; p=none")]),
    ];
    assert!(provider.write(&zone(), &group).await.iter().all(Result::is_ok));
    assert_eq!(fake.writes(), [format!("POST {}/batch", path())]);
    // One of them that cannot be made: none is, and the others are told why.
    let group =
        [change("new.example.com", &[], &[txt("held back")]), change("old.example.com", &[txt("gone soon")], &[])];
    let answers = provider.write(&zone(), &group).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(ProviderError::Stale(_)))), "{answers:?}");
    assert_eq!(fake.writes().len(), 1);
}

#[tokio::test]
async fn a_text_that_stands_there_twice_goes_twice() {
    let (provider, fake) = running();
    let old = fake.state().put(
        "example.com",
        json!({"name": "example.com", "type": "TXT",
        "content": "v=spf1 -all", "ttl": TTL}),
    );
    fake.state().put("example.com", text("example.com", "v=spf1 -all"));
    let held = read(&provider, "example.com").await.expect("readable");
    assert_eq!(held.iter().map(|value| value.handle.clone()).collect::<Vec<_>>(), [Some(old)], "in DNS it is one");
    write(&provider, "example.com", &held, &[txt("v=spf1 a -all")]).await.expect("written");
    assert_eq!(read(&provider, "example.com").await.expect("readable"), [txt("v=spf1 a -all")]);
    assert_eq!(fake.state().at("example.com", "example.com").len(), 1);
}

#[tokio::test]
async fn a_key_in_one_long_string_is_read_as_it_is_served() {
    let (provider, fake) = running();
    let key = format!("v=DKIM1; k=rsa; p={}", "A".repeat(400));
    fake.state().put("example.com", text("s1._domainkey.example.com", &key));
    let held = read(&provider, "s1._domainkey.example.com").await.expect("readable");
    assert_eq!(held, [txt(&key)]);
    write(&provider, "s1._domainkey.example.com", &held, &[txt("v=DKIM1; p=")]).await.expect("found and changed");
}

#[tokio::test]
async fn an_automatic_ttl_stays_automatic() {
    let (provider, fake) = running();
    for content in ["v=spf1 -all", "a token"] {
        let mut automatic = text("example.com", content);
        automatic["ttl"] = json!(1);
        fake.state().put("example.com", automatic);
    }
    let ttls = || -> Vec<u64> {
        let held = fake.state().at("example.com", "example.com");
        held.iter().map(|record| record["ttl"].as_u64().expect("a TTL")).collect()
    };
    let held = read(&provider, "example.com").await.expect("readable");
    assert!(held.iter().all(|value| value.ttl == 300), "{held:?}");
    let at = |ttl: u32, text: &str| Value { ttl, ..txt(text) };
    write(&provider, "example.com", &[at(300, "v=spf1 -all")], &[at(300, "v=spf1 a -all")]).await.expect("changed");
    write(&provider, "example.com", &[], &[at(300, "one more")]).await.expect("added");
    assert_eq!(ttls(), [1, 1, 1]);
    // One that asks for another TTL would have it alone.
    let error = write(&provider, "example.com", &[], &[at(TTL, "slow")]).await.expect_err("refused");
    assert!(error.to_string().contains("TTL"), "{error}");
    let all = read(&provider, "example.com").await.expect("readable");
    let slow: Vec<Value> = all.iter().map(|value| Value { ttl: TTL, handle: None, ..value.clone() }).collect();
    write(&provider, "example.com", &all, &slow).await.expect("all at once");
    assert_eq!(ttls(), [u64::from(TTL); 3]);
    // Where there is nothing, a TTL is what it says.
    write(&provider, "new.example.com", &[], &[at(300, "x")]).await.expect("written");
    assert_eq!(fake.state().at("example.com", "new.example.com")[0]["ttl"], 300);
}

#[tokio::test]
async fn what_another_product_holds_is_left_alone() {
    let managed = "v=spf1 include:_spf.mx.cloudflare.net ~all";
    for (lock, keeper) in [
        (json!({"meta": {"email_routing": true, "read_only": true}}), "Email Routing"),
        (json!({"meta": {"read_only": true}}), "another product"),
        (json!({"locked": true}), "another product"),
    ] {
        let (provider, fake) = running();
        let mut locked = text("example.com", managed);
        locked.as_object_mut().expect("an object").append(&mut lock.as_object().expect("an object").clone());
        fake.state().put("example.com", locked);
        for add in [&[][..], &[txt("v=spf1 -all")], &[Value { ttl: 900, ..txt(managed) }]] {
            let error = write(&provider, "example.com", &[txt(managed)], add).await.expect_err("locked");
            assert!(matches!(&error, ProviderError::Unsupported(text) if text.contains(keeper)), "{error}");
        }
        assert!(fake.writes().is_empty());
        // What stands beside it is nobody else's.
        write(&provider, "example.com", &[], &[txt("a token")]).await.expect("written");
        assert_eq!(read(&provider, "example.com").await.expect("readable").len(), 2);
    }
}

#[tokio::test]
async fn an_address_stays_behind_the_proxy_or_before_it() {
    let (provider, fake) = running();
    fake.state().put(
        "example.com",
        json!({"name": "mx.example.com", "type": "A", "content": "192.0.2.1", "ttl": 1,
        "proxied": true}),
    );
    let at = |text: &str| Value { ttl: 300, ..value(RrType::A, text) };
    write(&provider, "mx.example.com", &[at("192.0.2.1")], &[at("192.0.2.2")]).await.expect("changed");
    write(&provider, "new.example.com", &[], &[at("192.0.2.3")]).await.expect("created");
    let proxied = |owner: &str| fake.state().at("example.com", owner)[0]["proxied"].clone();
    assert_eq!((proxied("mx.example.com"), proxied("new.example.com")), (json!(true), json!(false)));
}

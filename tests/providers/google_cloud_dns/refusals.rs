//! Zones of one name, other writers, refusals, and answers that were lost.

use mailvouch_providers::dns::RrType;
use mailvouch_providers::google_cloud_dns::{Credentials, GoogleCloudDns};
use mailvouch_providers::{Change, Provider as _, ProviderError};
use serde_json::json;

use super::super::fixture::{TTL, sorted, txt};
use super::{PATIENCE, TIMEOUT, provider, read, write, zone};
use crate::servers::google::{self, PROJECT, TOKEN, problem_json};
use crate::servers::rest::Fault;

#[tokio::test]
async fn the_public_zone_is_taken_and_all_pages_are_read() {
    let fake = google::start("example.com.");
    for number in 0..7 {
        fake.state().put(&format!("n{number}.example.com."), "TXT", TTL, "\"text\"");
    }
    fake.state().put("*.example.com.", "TXT", TTL, "\"a wildcard \\\" \\195\\188\"");
    let provider = provider(&fake);
    assert_eq!(read(&provider, "n6.example.com").await.expect("readable"), [txt("text")]);
    assert_eq!(read(&provider, "*.example.com").await.expect("readable"), [txt("a wildcard \" \u{fc}")]);
    fake.state().zones.push(("other".to_owned(), "example.com.".to_owned(), "public"));
    let of = |managed: Option<&str>| {
        let credentials = Credentials::access_token(TOKEN);
        let provider = GoogleCloudDns::new(Some(&fake.url()), PROJECT, managed, credentials, TIMEOUT, None);
        provider.expect("a URL").with_patience(PATIENCE)
    };
    let error = of(None).zone_of(&zone().name).await.expect_err("two public ones").to_string();
    assert!(error.contains("mail-zone, other") && error.contains("managed-zone"), "{error}");
    assert_eq!(of(Some("other")).zone_of(&zone().name).await.expect("the zone").id.as_deref(), Some("other"));
    for wrong in ["inside", "nowhere"] {
        assert_eq!(of(Some(wrong)).zone_of(&zone().name).await, Err(ProviderError::NoZone(zone().name)));
    }
}

#[tokio::test]
async fn a_zone_that_is_gone_is_no_empty_zone() {
    let fake = google::start("example.com.");
    let provider = provider(&fake);
    provider.zone_of(&zone().name).await.expect("the zone");
    fake.state().zones.clear();
    assert_eq!(read(&provider, "example.com").await, Err(ProviderError::NoZone(zone().name)));
    assert_eq!(write(&provider, &[], &[txt("x")]).await, Err(ProviderError::NoZone(zone().name)));
}

#[tokio::test]
async fn a_token_that_comes_between_look_and_write_stays() {
    let fake = google::start("example.com.");
    fake.state().put("example.com.", "TXT", TTL, "\"v=spf1 -all\"");
    fake.intrude(|google| google.put("example.com.", "TXT", TTL, "\"new-token=1\""));
    write(&provider(&fake), &[txt("v=spf1 -all")], &[txt("v=spf1 a -all")]).await.expect("written");
    assert_eq!(fake.state().data("example.com.", "TXT"), ["\"new-token=1\"", "\"v=spf1 a -all\""]);
    assert_eq!(fake.writes().len(), 2, "refused once, and read again");
    // Also where nothing was, and where all goes meanwhile.
    fake.intrude(|google| google.put("example.com.", "MX", TTL, "10 mx.example.com."));
    let mx = super::super::fixture::value(RrType::MX, "20 mx.example.com.");
    write(&provider(&fake), &[], std::slice::from_ref(&mx)).await.expect("written");
    assert_eq!(fake.state().data("example.com.", "MX"), ["10 mx.example.com.", "20 mx.example.com."]);
    fake.intrude(|google| google.sets.clear());
    let error = write(&provider(&fake), std::slice::from_ref(&mx), &[txt("x")]).await.expect_err("gone");
    assert_eq!(error, ProviderError::Stale(vec![mx]));
}

#[tokio::test]
async fn ours_that_changes_between_look_and_write_stops_it() {
    let fake = google::start("example.com.");
    fake.state().put("example.com.", "TXT", TTL, "\"v=spf1 -all\"");
    fake.intrude(|google| google.set("example.com.", "TXT").expect("the set").rrdatas[0] = "\"v=spf1 mx -all\"".into());
    let error = write(&provider(&fake), &[txt("v=spf1 -all")], &[txt("v=spf1 a -all")]).await.expect_err("stale");
    assert_eq!(error, ProviderError::Stale(vec![txt("v=spf1 -all")]));
    assert_eq!(fake.state().data("example.com.", "TXT"), ["\"v=spf1 mx -all\""]);
    // A TTL that somebody changes is part of what has to match.
    fake.intrude(|google| google.set("example.com.", "TXT").expect("the set").ttl = 60);
    write(&provider(&fake), &[txt("v=spf1 mx -all")], &[]).await.expect("written at the second look");
    assert!(fake.state().sets.is_empty());
}

#[tokio::test]
async fn what_is_sent_twice_on_its_way_is_no_stale_change() {
    let fake = google::start("example.com.");
    fake.state().put("example.com.", "TXT", TTL, "\"old\"");
    let provider = provider(&fake);
    provider.zone_of(&zone().name).await.expect("the zone");
    // The first copy is done by somebody on the way; ours is the second.
    fake.intrude(|google| google.set("example.com.", "TXT").expect("the set").rrdatas[0] = "\"new\"".into());
    let told = write(&provider, &[txt("old")], &[txt("new")]).await;
    assert_eq!(told, Err(ProviderError::Indeterminate));
}

#[tokio::test]
async fn an_answer_that_is_lost_is_not_guessed() {
    for fault in [Fault::DoneAndCut, Fault::Cut, Fault::DoneAndStatus(502), Fault::Answer(200, "", "<html>".into())] {
        let fake = google::start("example.com.");
        let provider = provider(&fake);
        provider.zone_of(&zone().name).await.expect("the zone");
        fake.faults([None, Some(fault.clone())]);
        assert_eq!(write(&provider, &[], &[txt("x")]).await, Err(ProviderError::Indeterminate), "{fault:?}");
        assert_eq!(fake.writes().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn too_many_requests_are_waited_for() {
    let too_many = |status, reason| {
        let body = problem_json(status, reason, "Quota exceeded for quota metric 'Queries'").to_string();
        Some(Fault::Answer(status, "Retry-After: 0", body))
    };
    for (status, reason) in [(429, "rateLimitExceeded"), (403, "rateLimitExceeded"), (403, "userRateLimitExceeded")] {
        let fake = google::start("example.com.");
        let provider = provider(&fake);
        provider.zone_of(&zone().name).await.expect("the zone");
        fake.faults([too_many(status, reason), None, too_many(status, reason)]);
        write(&provider, &[], &[txt("once")]).await.expect("written");
        assert_eq!(fake.state().data("example.com.", "TXT"), ["\"once\""]);
        fake.faults(std::iter::repeat_n(too_many(status, reason), 4));
        let error = read(&provider, "example.com").await.expect_err("for ever");
        assert!(matches!(error, ProviderError::RateLimited(_)), "{error:?}");
    }
    // Another 403 is a refusal, and a quota of the project is told.
    let fake = google::start("example.com.");
    let provider = provider(&fake);
    fake.faults([too_many(403, "accessNotConfigured")]);
    assert!(matches!(read(&provider, "example.com").await, Err(ProviderError::Unauthorized(_))));
}

#[tokio::test]
async fn a_refusal_is_told_in_googles_words() {
    let fake = google::start("example.com.");
    let provider = provider(&fake);
    provider.zone_of(&zone().name).await.expect("the zone");
    let told = problem_json(400, "invalid", "Invalid value for 'entity.change.additions[0].rrdata[0]': '\"x\"'");
    fake.faults([None, Some(Fault::Answer(400, "", told.to_string()))]);
    let error = write(&provider, &[], &[txt("x")]).await.expect_err("refused");
    let message = "invalid: Invalid value for 'entity.change.additions[0].rrdata[0]': '\"x\"'".to_owned();
    assert_eq!(error, ProviderError::Rejected { code: 400, message });
}

#[tokio::test]
async fn a_change_is_waited_for_until_it_is_out() {
    let fake = google::start("example.com.");
    fake.state().pending = 3;
    let provider = provider(&fake);
    let receipt = write(&provider, &[], &[txt("x")]).await.expect("written");
    assert_eq!(receipt.id.as_deref(), Some("mail-zone/1"));
    provider.settled(&receipt).await.expect("at last");
    assert_eq!(fake.state().pending, 0);
}

#[tokio::test]
async fn sets_with_a_routing_policy_are_left_alone() {
    let fake = google::start("example.com.");
    let policy = json!({"wrr": {"items": [{"weight": 1.0, "rrdatas": ["\"v=spf1 -all\""]}]}});
    fake.state().put("example.com.", "TXT", TTL, "\"v=spf1 -all\"");
    fake.state().set("example.com.", "TXT").expect("the set").policy = Some(policy.clone());
    let error = read(&provider(&fake), "example.com").await.expect_err("not to be told").to_string();
    assert!(error.contains("routing policy"), "{error}");
    assert!(write(&provider(&fake), &[], &[txt("x")]).await.is_err());
    assert_eq!(fake.writes(), [""; 0]);
    // Addresses may be answered as they like, and an alias at the apex is none of DNS.
    fake.state().sets.clear();
    fake.state().put("example.com.", "A", TTL, "192.0.2.1");
    fake.state().set("example.com.", "A").expect("the set").policy = Some(policy);
    fake.state().put("example.com.", "ALIAS", TTL, "elsewhere.example.");
    write(&provider(&fake), &[], &[txt("x")]).await.expect("written");
    assert_eq!(read(&provider(&fake), "example.com").await.expect("readable"), [txt("x")]);
}

#[tokio::test]
async fn what_was_written_without_quotes_is_matched_as_it_is_listed() {
    let fake = google::start("example.com.");
    for text in ["v=spf1 include:a.example -all", "one-word", "\"in quotes\" bare"] {
        let shown = mailvouch_providers::dns::Rdata::parse(RrType::TXT, text).expect("data").to_string();
        fake.state().put("example.com.", "TXT", TTL, &shown);
    }
    let provider = provider(&fake);
    let held = read(&provider, "example.com").await.expect("readable");
    assert_eq!(held[0].rdata.as_txt().expect("a text").strings().len(), 3, "each word was a string of its own");
    write(&provider, &held[..1], &[txt("v=spf1 include:a.example -all")]).await.expect("written");
    let after = read(&provider, "example.com").await.expect("readable");
    assert_eq!(sorted(after), sorted([held[1].clone(), held[2].clone(), txt("v=spf1 include:a.example -all")]));
}

#[tokio::test]
async fn types_beside_each_other_and_two_owners_are_one_change() {
    let fake = google::start("example.com.");
    fake.state().put("example.com.", "MX", TTL, "10 mx.example.com.");
    fake.state().put("example.com.", "CAA", TTL, "0 issue \"ca.example\"");
    let provider = provider(&fake);
    let mx = read(&provider, "example.com").await.expect("readable");
    let mx = mx.into_iter().find(|value| value.rdata.rtype() == RrType::MX).expect("it is there");
    let owner = |name: &str| name.parse().expect("a name");
    let group = [
        Change { owner: owner("example.com"), remove: vec![mx], add: vec![txt("v=spf1 -all")], seen: vec![] },
        Change { owner: owner("_dmarc.example.com"), remove: vec![], add: vec![txt("v=DMARC1; p=none")], seen: vec![] },
    ];
    assert!(provider.write(&zone(), &group).await.iter().all(Result::is_ok));
    assert_eq!(fake.writes().len(), 1);
    assert_eq!(fake.state().data("example.com.", "CAA"), ["0 issue \"ca.example\""]);
    let long = txt(vec![b'x'; 60_000]);
    let error = write(&provider, &[], &[long]).await.expect("half of it fits");
    assert_eq!(error.owner, zone().name);
    let error = write(&provider, &[], &[txt(vec![b'y'; 60_000])]).await.expect_err("more than a change may hold");
    assert!(error.to_string().contains("100000 is the most"), "{error}");
}

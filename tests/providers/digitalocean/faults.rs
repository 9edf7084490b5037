//! Other writers, answers that were lost, rates, and refusals.

use mailvouch_providers::digitalocean::DigitalOcean;
use mailvouch_providers::dns::RrType;
use mailvouch_providers::{Change, Provider as _, ProviderError};

use super::super::fixture::{TTL, txt, value};
use super::{PATIENCE, TIMEOUT, put, read, running, write, write_at, zone};
use crate::servers::digitalocean::{self, problem};
use crate::servers::rest::Fault;

#[tokio::test]
async fn a_record_that_is_gone_is_looked_for_again() {
    let (provider, fake) = running();
    let id = put(&fake, "@", "v=spf1 -all");
    // Somebody took it away and made it anew: the same value, under another id.
    fake.intrude(move |state| {
        let record = state.records.remove(&("example.com".to_owned(), id)).expect("it is there");
        state.put("example.com", record);
    });
    write(&provider, &[txt("v=spf1 -all")], &[txt("v=spf1 a -all")]).await.expect("written");
    assert_eq!(fake.state().texts("@"), ["v=spf1 a -all"]);
    // Or another value.
    let id = fake.state().at("example.com", "@")[0]["id"].as_u64().expect("an id");
    fake.intrude(move |state| {
        state.records.remove(&("example.com".to_owned(), id));
        state.put("example.com", digitalocean::record("@", &txt("v=spf1 mx -all").rdata, TTL));
    });
    let error = write(&provider, &[txt("v=spf1 a -all")], &[txt("v=spf1 -all")]).await.expect_err("stale");
    assert_eq!(error, ProviderError::Stale(vec![txt("v=spf1 a -all")]));
    assert_eq!(fake.state().texts("@"), ["v=spf1 mx -all"]);
}

#[tokio::test]
async fn what_is_sent_twice_on_its_way_is_no_stale_change() {
    let (provider, fake) = running();
    let id = put(&fake, "@", "v=spf1 -all");
    fake.intrude(move |state| drop(state.records.remove(&("example.com".to_owned(), id))));
    assert_eq!(write(&provider, &[txt("v=spf1 -all")], &[]).await, Err(ProviderError::Indeterminate));
}

#[tokio::test]
async fn half_of_a_change_that_was_sent_twice_is_told_as_unsure() {
    let (provider, fake) = running();
    let id = put(&fake, "s1._domainkey", "v=DKIM1; p=");
    // The first copy of the deletion is done by somebody on the way; ours is the second.
    fake.intrude(move |state| drop(state.records.remove(&("example.com".to_owned(), id))));
    let alias = value(RrType::CNAME, "s1.keys.example.net.");
    let told = write_at(&provider, "s1._domainkey.example.com", &[txt("v=DKIM1; p=")], &[alias]).await;
    assert_eq!(told, Err(ProviderError::Indeterminate));
}

#[tokio::test]
async fn an_answer_that_is_lost_is_not_guessed() {
    let other = "{\"domain_record\": {\"id\": 7, \"type\": \"TXT\", \"name\": \"@\", \"data\": \"y\"}}";
    for fault in [
        Fault::DoneAndCut,
        Fault::Cut,
        Fault::DoneAndStatus(502),
        Fault::Answer(200, "", "<html>".to_owned()),
        Fault::Answer(202, "", String::new()),
        Fault::Answer(200, "", other.to_owned()),
    ] {
        let (provider, fake) = running();
        put(&fake, "@", "old");
        fake.faults([None, Some(fault.clone())]);
        assert_eq!(write(&provider, &[txt("old")], &[txt("x")]).await, Err(ProviderError::Indeterminate), "{fault:?}");
        assert_eq!(fake.writes().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn half_of_a_change_is_told_as_unsure() {
    let (provider, fake) = running();
    put(&fake, "@", "goes");
    let refused = problem(422, "unprocessable_entity", "no").body;
    fake.faults([None, None, Some(Fault::Answer(422, "", refused))]);
    let (goes, comes) = ([txt("goes")], [txt("comes"), txt("comes too")]);
    let change = || write(&provider, &goes, &comes);
    assert_eq!(change().await, Err(ProviderError::Indeterminate));
    assert_eq!(fake.state().texts("@"), ["comes"], "its record says something else, and the second did not come");
    assert!(matches!(change().await, Err(ProviderError::Stale(_))));
}

#[tokio::test]
async fn what_comes_behind_a_failure_is_not_tried() {
    let (provider, fake) = running();
    let change = |owner: &str| Change {
        owner: owner.parse().expect("a name"),
        remove: vec![],
        add: vec![txt("x")],
        seen: vec![],
    };
    let refused = problem(422, "unprocessable_entity", "Data is invalid").body;
    fake.faults([None, None, Some(Fault::Answer(422, "", refused))]);
    let group = ["a.example.com", "b.example.com", "c.example.com"].map(change);
    let answers = provider.write(&zone(), &group).await;
    let message = "unprocessable_entity: Data is invalid".to_owned();
    assert!(answers[0].is_ok());
    assert_eq!(answers[1], Err(ProviderError::Rejected { code: 422, message }));
    assert!(
        matches!(&answers[2], Err(ProviderError::Unavailable(why)) if why.contains("b.example.com")),
        "{answers:?}"
    );
    assert_eq!(fake.writes().len(), 2);
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_read_is_read_again() {
    let (provider, fake) = running();
    for number in 0..5 {
        put(&fake, &format!("n{number}"), "text");
    }
    let provider = provider.with_page_size(2);
    // The second page comes from a list that has one more in front.
    let page = |total: u32| {
        let record = "{\"id\": 1, \"type\": \"TXT\", \"name\": \"n1\", \"data\": \"text\", \"ttl\": 60}";
        let body = format!(
            "{{\"domain_records\": [{record}], \"links\": {{\"pages\": {{\"next\": \"x\"}}}}, \"meta\": {{\"total\": {total}}}}}"
        );
        Some(Fault::Answer(200, "", body))
    };
    fake.faults([None, page(6)]);
    assert_eq!(read(&provider, "n4.example.com").await.expect("readable").len(), 1);
    fake.faults([page(5), page(5), page(5), page(5), page(5), page(5), page(5), page(5)]);
    let error = read(&provider, "n4.example.com").await.expect_err("for ever").to_string();
    assert!(error.contains("changes faster than it can be read"), "{error}");
}

#[tokio::test]
async fn too_many_requests_are_waited_for() {
    let (provider, fake) = running();
    let body = problem(429, "too_many_requests", "API rate limit exceeded.").body;
    let too_many = || Some(Fault::Answer(429, "Retry-After: 0", body.clone()));
    fake.faults([too_many(), None, too_many()]);
    write(&provider, &[], &[txt("once")]).await.expect("written");
    assert_eq!(fake.state().texts("@"), ["once"]);
    fake.faults(std::iter::repeat_n(too_many(), 4));
    let error = read(&provider, "example.com").await.expect_err("for ever");
    assert!(matches!(error, ProviderError::RateLimited(_)), "{error:?}");
}

#[tokio::test]
async fn a_zone_that_is_gone_is_no_empty_zone() {
    let (provider, fake) = running();
    provider.zone_of(&zone().name).await.expect("the zone");
    fake.state().domains.clear();
    assert_eq!(read(&provider, "example.com").await, Err(ProviderError::NoZone(zone().name)));
    assert_eq!(write(&provider, &[], &[txt("x")]).await, Err(ProviderError::NoZone(zone().name)));
}

#[tokio::test]
async fn a_wrong_token_is_told_and_not_shown() {
    let (_, fake) = running();
    let wrong = DigitalOcean::new(Some(&fake.url()), "hunter2", TIMEOUT, None).expect("a URL").with_patience(PATIENCE);
    let error = wrong.zone_of(&zone().name).await.expect_err("not allowed");
    let told = "Unauthorized: Unable to authenticate you".to_owned();
    assert_eq!(error, ProviderError::Unauthorized(told));
    fake.faults([Some(Fault::Answer(418, "", "{\"id\": \"teapot\", \"message\": \"not hunter2\"}".to_owned()))]);
    let error = wrong.read(&zone(), &[zone().name]).await.expect_err("a teapot").to_string();
    assert!(error.contains("teapot: not [secret]") && !format!("{wrong:?}").contains("hunter2"), "{error}");
    let error = DigitalOcean::new(Some("http://api.example"), "hunter2", TIMEOUT, None).expect_err("in the open");
    assert!(error.to_string().contains("use https"), "{error}");
}

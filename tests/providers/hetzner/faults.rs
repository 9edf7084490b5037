//! Others who write at the same time, actions that fail, answers that are lost, refusals.

use mailvouch_providers::hetzner::Hetzner;
use mailvouch_providers::{Provider as _, ProviderError};
use serde_json::json;

use super::super::fixture::txt;
use super::{TIMEOUT, apex, change, name, running, texts, words, write, zone};
use crate::servers::hetzner::HetznerHost;
use crate::servers::hosted::{Fault, Request};

/// Before the first write, somebody else adds a text at the apex.
fn before_the_first_write(text: &'static str) -> impl FnMut(&Request, &mut HetznerHost) {
    let mut done = false;
    move |request, host| {
        if request.method != "GET" && !std::mem::replace(&mut done, true) {
            host.by_hand("example.com", "@", "TXT", |set| set.records.push((format!("\"{text}\""), None)));
        }
    }
}

#[tokio::test]
async fn a_token_that_comes_beside_is_not_hurt_by_a_value_that_comes_or_goes() {
    for (remove, add) in [(vec![], vec![txt("v=spf1 -all")]), (vec![txt("MS=ms1")], vec![])] {
        let (provider, fake) = running();
        texts(&fake, &["MS=ms1", "other"]);
        fake.intrude(before_the_first_write("a token"));
        write(&provider, change("example.com", &remove, &add)).await.expect("written");
        assert!(apex(&fake).iter().any(|(text, _)| text == "\"a token\""), "{:?}", apex(&fake));
    }
}

/// What the guard `unconditional-write` is for, and what the list of actions tells of it afterwards.
#[tokio::test]
async fn what_may_be_overwritten_by_a_replacement_is_told() {
    let (provider, fake) = running();
    texts(&fake, &["MS=ms1", "v=spf1 -all"]);
    fake.intrude(before_the_first_write("a token"));
    let replaced = change("example.com", &[txt("v=spf1 -all")], &[txt("v=spf1 mx -all")]);
    let error = write(&provider, replaced).await.expect_err("crossed");
    let ProviderError::Unfinished(why) = &error else { panic!("{error}") };
    assert!(why.contains("somebody else changed example.com: set_rrset_records (2)"), "{why}");
    assert!(!apex(&fake).iter().any(|(text, _)| text == "\"a token\""), "lost: {:?}", apex(&fake));
    // Where nobody crosses it, nothing is told; nor where the list cannot be read.
    let back = change("example.com", &[txt("v=spf1 mx -all")], &[txt("v=spf1 -all")]);
    write(&provider, back).await.expect("written");
    fake.faults([Some(Fault::Answer(403, json!({"error": {"code": "forbidden", "message": "no"}})))]);
    let again = change("example.com", &[txt("v=spf1 -all")], &[txt("v=spf1 mx -all")]);
    write(&provider, again).await.expect("written");
}

/// Somebody else's write is under way, or was a moment before: there is another look.
#[tokio::test]
async fn what_is_not_as_it_was_read_is_looked_at_again() {
    for (status, code) in [(423, "locked"), (409, "conflict")] {
        let (provider, fake) = running();
        texts(&fake, &["MS=ms1"]);
        provider.zone_of(&name("example.com")).await.expect("the zone");
        let answer = json!({"error": {"code": code, "message": "try again"}});
        fake.faults([None, Some(Fault::Answer(status, answer))]);
        write(&provider, change("example.com", &[], &[txt("x")])).await.expect("written");
        assert_eq!(words(&fake), ["add_records", "add_records"]);
    }
    // Ours that is gone by then makes it stale.
    let (provider, fake) = running();
    texts(&fake, &["MS=ms1", "old"]);
    let mut done = false;
    fake.intrude(move |request, host| {
        if request.method != "GET" && !std::mem::replace(&mut done, true) {
            host.by_hand("example.com", "@", "TXT", |set| set.records.retain(|(text, _)| text != "\"old\""));
        }
    });
    let answer = write(&provider, change("example.com", &[txt("old")], &[])).await;
    assert_eq!(answer, Err(ProviderError::Indeterminate), "it is gone: a copy of the request may have done that");
    // Ours that somebody else added.
    let (provider, fake) = running();
    texts(&fake, &["MS=ms1"]);
    fake.intrude(before_the_first_write("x"));
    let answer = write(&provider, change("example.com", &[], &[txt("x")])).await;
    assert_eq!(answer, Err(ProviderError::Indeterminate));
}

#[tokio::test]
async fn an_action_that_fails_is_told_and_one_that_gets_lost_is_not_repeated() {
    let (provider, fake) = running();
    provider.zone_of(&name("example.com")).await.expect("the zone");
    fake.state().host.fails = Some(json!({"code": "action_failed", "message": "Action failed"}));
    let error = write(&provider, change("a.example.com", &[], &[txt("x")])).await.expect_err("failed");
    assert!(error.to_string().contains("failed: action_failed: Action failed"), "{error}");
    assert!(fake.state().host.zones["example.com"].sets.is_empty());
    fake.state().host.fails = Some(json!({"code": "conflict", "message": "once more"}));
    write(&provider, change("a.example.com", &[], &[txt("x")])).await.expect("made at the second attempt");
    for (owner, fault) in [("b", Fault::DoneAndCut), ("c", Fault::Cut), ("d", Fault::DoneAndStatus(504))] {
        fake.faults([None, Some(fault.clone())]);
        let before = fake.writes().len();
        let answer = write(&provider, change(&format!("{owner}.example.com"), &[], &[txt("x")])).await;
        assert_eq!(answer, Err(ProviderError::Indeterminate), "{fault:?}");
        assert_eq!(fake.writes().len(), before + 1);
    }
    // It was taken, and nobody can be asked about it.
    let down = Some(Fault::Answer(503, json!({})));
    fake.faults([None, None, down.clone(), down.clone(), down]);
    let answer = write(&provider, change("e.example.com", &[], &[txt("x")])).await;
    assert_eq!(answer, Err(ProviderError::Indeterminate));
}

#[tokio::test]
async fn a_write_that_has_to_wait_rests_on_a_new_look() {
    let (provider, fake) = running();
    texts(&fake, &["MS=ms1", "v=spf1 -all"]);
    provider.zone_of(&name("example.com")).await.expect("the zone");
    // Actions, sets, and then the write.
    fake.faults([None, None, Some(Fault::TooMany(1))]);
    fake.intrude(before_the_first_write("a token"));
    let replaced = change("example.com", &[txt("v=spf1 -all")], &[txt("v=spf1 mx -all")]);
    write(&provider, replaced).await.expect("written at last");
    assert_eq!(apex(&fake).len(), 3, "{:?}", apex(&fake));
}

#[tokio::test]
async fn what_is_refused_is_told_in_the_words_of_the_service() {
    let (provider, fake) = running();
    let details = json!({"fields": [{"name": "records", "messages": ["is bad"]}]});
    let answer = json!({"error": {"code": "invalid_input", "message": "invalid input", "details": details}});
    fake.faults([None, None, Some(Fault::Answer(422, answer))]);
    let error = write(&provider, change("a.example.com", &[], &[txt("x")])).await.expect_err("refused");
    let message = "invalid_input: invalid input; records: is bad".to_owned();
    assert_eq!(error, ProviderError::Rejected { code: 422, message });
    let readonly =
        json!({"error": {"code": "token_readonly", "message": "token is only allowed to perform GET requests"}});
    fake.faults([None, Some(Fault::Answer(403, readonly))]);
    let error = write(&provider, change("a.example.com", &[], &[txt("x")])).await.expect_err("refused");
    assert!(matches!(&error, ProviderError::Unauthorized(why) if why.contains("token_readonly")), "{error}");
    for fault in [Fault::Garbage, Fault::Answer(503, json!({"error": {"code": "maintenance", "message": "later"}}))] {
        fake.faults(vec![Some(fault); 3]);
        let error = provider.read(&zone(), &[name("example.com")]).await.expect_err("nothing is known");
        assert!(matches!(error, ProviderError::Unavailable(_)), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_told_and_not_shown() {
    let (_, fake) = running();
    let provider = Hetzner::new(Some(&fake.url("/v1/")), "hunter2-of-the-test", TIMEOUT, None).expect("a URL");
    let error = provider.zone_of(&name("example.com")).await.expect_err("not allowed");
    assert!(matches!(&error, ProviderError::Unauthorized(why) if why.contains("unable to authenticate")), "{error}");
    assert!(!format!("{error} {error:?} {provider:?}").contains("hunter2"));
    Hetzner::new(Some("http://api.hetzner.cloud/v1/"), "token", TIMEOUT, None).expect_err("without TLS");
}

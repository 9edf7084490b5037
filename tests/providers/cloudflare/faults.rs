//! What goes wrong between us and the API, and who else writes there.

use std::time::{Duration, Instant};

use mailvouch_providers::cloudflare::Cloudflare;
use mailvouch_providers::dns::RrType;
use mailvouch_providers::{Provider as _, ProviderError};
use serde_json::json;

use super::super::fixture::{txt, value};
use super::{TIMEOUT, TOKEN, name, provider, read, running, text, write};
use crate::servers::cloudflare::{FakeCloudflare, Fault};

#[tokio::test]
async fn too_many_requests_are_waited_out() {
    let (provider, fake) = running();
    provider.zone_of(&name("example.com")).await.expect("the zone");
    fake.faults([Some(Fault::TooMany(1))]);
    let begun = Instant::now();
    read(&provider, "example.com").await.expect("readable, a second later");
    assert!(begun.elapsed() >= Duration::from_secs(1));
    // A write that was turned away was not made, and is sent again.
    fake.faults([None, Some(Fault::TooMany(0))]);
    write(&provider, "example.com", &[], &[txt("once")]).await.expect("written");
    assert_eq!(fake.state().at("example.com", "example.com").len(), 1);
    fake.faults([Some(Fault::TooMany(3600))]);
    let error = read(&provider, "example.com").await.expect_err("longer than anybody waits");
    assert_eq!(error, ProviderError::RateLimited(Some(Duration::from_hours(1))));
}

#[tokio::test]
async fn the_rate_is_kept() {
    let (provider, fake) = running();
    // Half of it at once, the rest as time goes by: 2, then one each 50 ms.
    let provider = provider.with_rate(4, Duration::from_millis(100));
    let begun = Instant::now();
    for _ in 0..5 {
        read(&provider, "example.com").await.expect("readable");
    }
    assert_eq!(fake.state().requests.len(), 6);
    assert!(begun.elapsed() >= Duration::from_millis(150), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_not_sent_again() {
    for fault in [
        Fault::Cut,
        Fault::DoneAndCut,
        Fault::DoneAndHalf,
        Fault::Status(500),
        Fault::DoneAndStatus(502),
        Fault::Garbage,
    ] {
        let (provider, fake) = running();
        provider.zone_of(&name("example.com")).await.expect("the zone");
        fake.faults([None, Some(fault.clone())]);
        let error = write(&provider, "example.com", &[], &[txt("once")]).await.expect_err("nobody knows");
        assert_eq!(error, ProviderError::Indeterminate, "{fault:?}");
        assert_eq!(fake.writes().len(), 1, "{fault:?}");
    }
    let (provider, fake) = running();
    fake.faults([Some(Fault::Status(500)), Some(Fault::Cut), Some(Fault::DoneAndHalf)]);
    read(&provider, "example.com").await.expect("questions are asked again");
    fake.faults([Some(Fault::Slow(Duration::from_millis(50)))]);
    read(&provider, "example.com").await.expect("slow, and in time");
    fake.faults([Some(Fault::Garbage)]);
    let error = read(&provider, "example.com").await.expect_err("no answer of Cloudflare");
    assert!(matches!(error, ProviderError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn nobody_there_is_no_empty_zone() {
    let (provider, fake) = running();
    let zone = provider.zone_of(&name("example.com")).await.expect("the zone");
    drop(fake);
    let error = provider.read(&zone, &[name("example.com")]).await.expect_err("nobody there");
    assert!(matches!(error, ProviderError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn a_token_is_never_shown() {
    let (_, fake) = running();
    // A failure counts for the whole run: each is a run of its own.
    let run = || Cloudflare::new(Some(&fake.url()), "hunter2-of-the-test", TIMEOUT, None).expect("a URL");
    let wrong = run();
    let error = wrong.zone_of(&name("example.com")).await.expect_err("not allowed");
    assert!(matches!(&error, ProviderError::Unauthorized(text) if text.contains("10000")), "{error}");
    let mut told = format!("{error} {error:?} {wrong:?}");
    // Nor where the other end says it back.
    let echo = json!({"success": false, "errors": [{"code": 6003, "message": "what is `hunter2-of-the-test`?"}]});
    for answer in [Fault::Answer(400, echo.clone()), Fault::Answer(418, echo["errors"][0]["message"].clone())] {
        fake.faults([Some(answer)]);
        let error = run().zone_of(&name("example.com")).await.expect_err("not allowed");
        told.push_str(&format!("{error} {error:?}"));
    }
    assert!(told.contains("what is `[secret]`?") && !told.contains("hunter2"), "{told}");
    let broken = Cloudflare::new(Some(&fake.url()), "two\nlines", TIMEOUT, None).expect_err("no header");
    assert!(!broken.to_string().contains("lines"), "{broken}");
    Cloudflare::new(Some("http://192.0.2.1/client/v4"), TOKEN, TIMEOUT, None).expect_err("readable on its way");
    Cloudflare::new(None, TOKEN, TIMEOUT, None).expect("the public API");
}

#[tokio::test]
async fn codes_say_what_is_not_allowed() {
    let (_, fake) = running();
    let no = |code: u32| json!({"success": false, "errors": [{"code": code, "message": "no"}], "result": null});
    for (status, code) in [(400, 9109), (400, 10000), (403, 1), (401, 2)] {
        fake.faults([Some(Fault::Answer(status, no(code)))]);
        let error = read(&provider(&fake), "example.com").await.expect_err("not allowed");
        assert!(matches!(error, ProviderError::Unauthorized(_)), "{error:?}");
    }
    let provider = provider(&fake);
    read(&provider, "example.com").await.expect("readable");
    let several = json!({"success": false, "result": null, "errors":
        [{"code": 1004, "message": "DNS Validation Error"}, {"code": 9999, "message": "and more"}]});
    fake.faults([None, Some(Fault::Answer(400, several))]);
    let error = write(&provider, "example.com", &[], &[txt("x")]).await.expect_err("refused");
    assert_eq!(error.to_string(), "refused: DNS Validation Error; and more (code 9999) (code 1004)");
}

/// One who acts between our look and our write.
fn between(fake: &FakeCloudflare, act: impl Fn(&mut crate::servers::cloudflare::State) + Send + Sync + 'static) {
    fake.state().requests.clear();
    // Our first request asks for the zones, the second for the records, the third writes.
    fake.intrude(move |number, state| {
        if number == 3 {
            act(state);
        }
    });
}

#[tokio::test]
async fn what_somebody_does_between_is_told_and_stays() {
    // The same record comes: whether it is somebody else's or ours, from a request that was sent twice, nobody can tell.
    let (provider, fake) = running();
    between(&fake, |state| {
        state.put("example.com", text("_dmarc.example.com", "v=DMARC1; p=none"));
    });
    let error = write(&provider, "_dmarc.example.com", &[], &[txt("v=DMARC1; p=none")]).await.expect_err("there");
    assert_eq!(error, ProviderError::Indeterminate);
    // Ours goes.
    let (provider, fake) = running();
    let id = fake.state().put("example.com", text("example.com", "v=spf1 mx -all"));
    between(&fake, move |state| state.take("example.com", &id));
    let error = write(&provider, "example.com", &[txt("v=spf1 mx -all")], &[txt("v=spf1 -all")]).await;
    assert_eq!(error, Err(ProviderError::Stale(vec![txt("v=spf1 mx -all")])));
    // An alias comes where ours is to be.
    let (provider, fake) = running();
    between(&fake, |state| {
        let theirs = json!({"name": "s1._domainkey.example.com", "type": "CNAME", "content": "a.example", "ttl": 60});
        state.put("example.com", theirs);
    });
    let ours = value(RrType::CNAME, "b.example.");
    let error = write(&provider, "s1._domainkey.example.com", &[], &[ours]).await.expect_err("there");
    assert!(matches!(&error, ProviderError::Unsupported(text) if text.contains("CNAME")), "{error:?}");
    // A token comes beside: both stand.
    let (provider, fake) = running();
    fake.state().put("example.com", text("example.com", "v=spf1 mx -all"));
    between(&fake, |state| {
        state.put("example.com", text("example.com", "a token"));
    });
    write(&provider, "example.com", &[txt("v=spf1 mx -all")], &[txt("v=spf1 -all")]).await.expect("written");
    let held = read(&provider, "example.com").await.expect("readable");
    assert_eq!(held, [txt("v=spf1 -all"), txt("a token")]);
}

#[tokio::test]
async fn a_refusal_that_another_look_does_not_explain_is_told_in_cloudflares_words() {
    let (provider, fake) = running();
    let told = json!({"success": false, "errors": [{"code": 81058, "message": "An identical record already exists."}],
        "messages": [], "result": null});
    fake.faults([None, None, Some(Fault::Answer(400, told))]);
    let error = write(&provider, "example.com", &[], &[txt("x")]).await.expect_err("refused");
    let message = "An identical record already exists.".to_owned();
    assert_eq!(error, ProviderError::Rejected { code: 81058, message });
    let gone = json!({"success": false, "errors": [{"code": 81044, "message": "Record does not exist."}]});
    fake.faults([None, Some(Fault::Answer(404, gone))]);
    let error = write(&provider, "example.com", &[], &[txt("x")]).await.expect_err("refused");
    assert_eq!(error, ProviderError::Stale(vec![]));
}

#[tokio::test]
async fn a_batch_that_fails_changes_nothing() {
    let (first, fake) = running();
    let id = fake.state().put("example.com", text("a.example.com", "old"));
    drop(first);
    let provider = provider(&fake);
    between(&fake, move |state| state.take("example.com", &id));
    let group = [
        super::change("a.example.com", &[txt("old")], &[txt("new")]),
        super::change("b.example.com", &[], &[txt("new")]),
    ];
    let answers = provider.write(&super::zone(), &group).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(ProviderError::Stale(_)))), "{answers:?}");
    assert!(fake.state().at("example.com", "b.example.com").is_empty());
}

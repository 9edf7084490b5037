//! Others who write at the same time, answers that are lost, refusals.

use mailvouch_providers::desec::DeSec;
use mailvouch_providers::dns::RrType;
use mailvouch_providers::{Change, Provider as _, ProviderError};
use serde_json::json;

use super::super::fixture::txt;
use super::{TIMEOUT, change, name, running, write, zone};
use crate::servers::desec::DeSecHost;
use crate::servers::hosted::{Fault, Request};

/// Before the first write, somebody else puts these records into a set.
fn before_the_first_write(
    subname: &'static str,
    records: &'static [&'static str],
) -> impl FnMut(&Request, &mut DeSecHost) {
    let mut done = false;
    move |request, host| {
        if request.method != "GET" && !std::mem::replace(&mut done, true) {
            let records: Vec<String> = records.iter().map(|text| format!("\"{text}\"")).collect();
            host.put("example.com", subname, "TXT", 7200, &records);
        }
    }
}

#[tokio::test]
async fn a_set_that_somebody_makes_meanwhile_is_not_overwritten() {
    let (provider, fake) = running();
    fake.intrude(before_the_first_write("", &["a token"]));
    write(&provider, change("example.com", &[], &[txt("v=spf1 -all")])).await.expect("written beside it");
    assert_eq!(fake.state().host.records("example.com", "", "TXT"), ["\"a token\"", "\"v=spf1 -all\""]);
    assert_eq!(fake.writes().len(), 2, "refused once, and looked at again");
    // Where it is ours that somebody made, nothing is left to do.
    let (provider, fake) = running();
    fake.intrude(before_the_first_write("_dmarc", &["v=DMARC1; p=none"]));
    let error = write(&provider, change("_dmarc.example.com", &[], &[txt("v=DMARC1; p=none")])).await;
    assert_eq!(error, Err(ProviderError::Indeterminate), "a copy of the request may have made it");
}

/// What the guard `unconditional-write` is for: nothing in the API tells of it afterwards.
#[tokio::test]
async fn a_token_that_comes_between_look_and_write_of_an_old_set_is_lost() {
    let (provider, fake) = running();
    fake.state().host.put("example.com", "", "TXT", 7200, &["\"MS=ms1\"".to_owned()]);
    fake.intrude(before_the_first_write("", &["MS=ms1", "a token"]));
    write(&provider, change("example.com", &[], &[txt("v=spf1 -all")])).await.expect("written");
    assert_eq!(fake.state().host.records("example.com", "", "TXT"), ["\"MS=ms1\"", "\"v=spf1 -all\""]);
    assert!(provider.limits().cas.is_unconditional(&[], &[]));
}

/// While a write is held back others write too: the set is looked at once more.
#[tokio::test]
async fn a_write_that_has_to_wait_rests_on_a_new_look() {
    let (provider, fake) = running();
    fake.state().host.put("example.com", "", "TXT", 7200, &["\"MS=ms1\"".to_owned()]);
    provider.zone_of(&name("example.com")).await.expect("the zone");
    fake.faults([None, Some(Fault::TooMany(1))]);
    fake.intrude(before_the_first_write("", &["MS=ms1", "a token"]));
    write(&provider, change("example.com", &[], &[txt("v=spf1 -all")])).await.expect("written at last");
    let held = fake.state().host.records("example.com", "", "TXT");
    assert_eq!(held, ["\"MS=ms1\"", "\"a token\"", "\"v=spf1 -all\""]);
    // Held back for longer than anybody waits.
    fake.faults([None, Some(Fault::TooMany(3600))]);
    let error = write(&provider, change("a.example.com", &[], &[txt("x")])).await.expect_err("too long");
    assert!(error.to_string().contains("to be tried again in 3600 s"), "{error}");
    // Again and again.
    fake.faults([None, Some(Fault::TooMany(0)), None, Some(Fault::TooMany(0)), None, Some(Fault::TooMany(0))]);
    let error = write(&provider, change("a.example.com", &[], &[txt("x")])).await.expect_err("for ever");
    assert!(matches!(error, ProviderError::RateLimited(_)), "{error}");
    assert_eq!(fake.state().host.records("example.com", "a", "TXT").len(), 0);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_not_asked_for_again() {
    for fault in [Fault::DoneAndCut, Fault::Cut, Fault::DoneAndStatus(502)] {
        let (provider, fake) = running();
        provider.zone_of(&name("example.com")).await.expect("the zone");
        fake.state().host.put("example.com", "", "TXT", 7200, &["\"MS=ms1\"".to_owned()]);
        fake.faults([None, Some(fault.clone())]);
        let group = [
            change("_dmarc.example.com", &[], &[txt("v=DMARC1; p=none")]),
            change("example.com", &[], &[txt("v=spf1 -all")]),
        ];
        let answers = provider.write(&zone(), &group).await;
        assert_eq!(answers[0], Err(ProviderError::Indeterminate), "{fault:?}");
        // What was to follow it was not sent.
        assert!(matches!(&answers[1], Err(ProviderError::Unavailable(why)) if why.contains("not sent")), "{answers:?}");
        assert_eq!(fake.writes().len(), 1);
    }
}

#[tokio::test]
async fn what_is_refused_is_told_in_the_words_of_the_service() {
    let (provider, fake) = running();
    provider.zone_of(&name("example.com")).await.expect("the zone");
    let token = |change: Change| write(&provider, change);
    // A name that it does not take.
    let error = token(change("a+b.example.com", &[], &[txt("x")])).await.expect_err("refused");
    assert!(
        matches!(&error, ProviderError::Rejected { code: 400, message } if message.starts_with("subname: Subname can only use")),
        "{error}"
    );
    fake.faults([None, Some(Fault::Answer(403, json!({"detail": "Insufficient token permissions."})))]);
    let error = token(change("a.example.com", &[], &[txt("x")])).await.expect_err("refused");
    assert!(
        matches!(&error, ProviderError::Unauthorized(why) if why.contains("Insufficient token permissions.")),
        "{error}"
    );
    for fault in [Fault::Garbage, Fault::Answer(503, json!({"detail": "maintenance"}))] {
        fake.faults(vec![Some(fault); 3]);
        let error = provider.read(&zone(), &[name("example.com")]).await.expect_err("nothing is known");
        assert!(matches!(error, ProviderError::Unavailable(_)), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_told_and_not_shown() {
    let (_, fake) = running();
    let provider = DeSec::new(Some(&fake.url("/api/v1/")), "hunter2-of-the-test", TIMEOUT, None).expect("a URL");
    let error = provider.zone_of(&name("example.com")).await.expect_err("not allowed");
    assert!(matches!(&error, ProviderError::Unauthorized(why) if why.starts_with("Invalid token.")), "{error}");
    assert!(!format!("{error} {error:?} {provider:?}").contains("hunter2"));
    DeSec::new(Some("http://desec.io/api/v1/"), "token", TIMEOUT, None).expect_err("without TLS");
}

/// A link to another page may lead anywhere: only where the page begins is taken from it.
#[tokio::test]
async fn the_token_goes_nowhere_but_to_the_api() {
    let (provider, fake) = running();
    fake.state().host.page = 1;
    let zone =
        provider.zone_of(&name("example.com")).await.expect("read to its end, though its links lead to desec.io");
    let read = provider.read(&zone, &[name("example.com")]).await.expect("readable");
    assert_eq!(read[0].of_type(RrType::TXT).count(), 0);
}

//! Others who write at the same time, answers that are lost, refusals.

use mailvouch_providers::dns::RrType;
use mailvouch_providers::gandi::Gandi;
use mailvouch_providers::{Provider as _, ProviderError, Value};

use super::super::fixture::{txt, value};
use super::{TIMEOUT, change, name, owned, running, write, zone};
use crate::servers::gandi::GandiHost;
use crate::servers::hosted::{Fault, Request};

/// Before the first write, somebody else puts these values into a set.
fn before_the_first_write(
    owner: &'static str,
    values: &'static [&'static str],
) -> impl FnMut(&Request, &mut GandiHost) {
    let mut done = false;
    move |request, host| {
        if request.method != "GET" && !std::mem::replace(&mut done, true) {
            host.domain("example.com").put(owner, "TXT", Some((7200, owned(values))));
        }
    }
}

#[tokio::test]
async fn a_set_that_somebody_makes_meanwhile_is_not_overwritten() {
    let (provider, fake) = running();
    fake.intrude(before_the_first_write("@", &["\"a token\""]));
    write(&provider, change("example.com", &[], &[txt("v=spf1 -all")])).await.expect("written beside it");
    let held = fake.state().host.domain("example.com").values("@", "TXT");
    assert_eq!(held, ["\"a token\"", "\"v=spf1 -all\""]);
    assert_eq!(fake.writes().len(), 2, "refused once, and looked at again");
    let (provider, fake) = running();
    fake.intrude(before_the_first_write("_dmarc", &["\"v=DMARC1; p=none\""]));
    write(&provider, change("_dmarc.example.com", &[], &[txt("v=DMARC1; p=none")])).await.expect("it stands");
}

/// What the guard `unconditional-write` is for; only the host's snapshots tell of it afterwards.
#[tokio::test]
async fn what_is_overwritten_is_told_where_there_are_snapshots() {
    for (snapshots, old, new) in
        [(true, vec![], vec![txt("v=spf1 -all")]), (true, vec![txt("MS=ms1")], vec![]), (false, vec![], vec![txt("x")])]
    {
        let (provider, fake) = running();
        fake.state().host.domain("example.com").put("@", "TXT", Some((7200, owned(&["\"MS=ms1\""]))));
        fake.state().host.domain("example.com").automatic_snapshots = snapshots;
        fake.intrude(before_the_first_write("@", &["\"MS=ms1\"", "\"a token\""]));
        let answer = write(&provider, change("example.com", &old, &new)).await;
        let held = fake.state().host.domain("example.com").values("@", "TXT");
        assert!(!held.contains(&"\"a token\"".to_owned()), "lost: {held:?}");
        match answer {
            Err(ProviderError::Unfinished(why)) if snapshots => {
                assert!(why.contains("example.com TXT \"a token\"; put it back"), "{why}");
                assert!(!why.contains("MS=ms1"), "{why}");
            }
            Ok(()) if !snapshots => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Where an alias comes, all of its name is written: also what somebody else just put there.
#[tokio::test]
async fn what_an_alias_overwrites_is_told_of_every_type() {
    let (provider, fake) = running();
    fake.state().host.domain("example.com").automatic_snapshots = true;
    fake.state().host.domain("example.com").put("a", "TXT", Some((7200, owned(&["\"x\""]))));
    let mut done = false;
    fake.intrude(move |request, host| {
        if request.method != "GET" && !std::mem::replace(&mut done, true) {
            host.domain("example.com").put("a", "MX", Some((7200, owned(&["10 mail"]))));
        }
    });
    let alias = value(RrType::CNAME, "b.example.com.");
    let error = write(&provider, change("a.example.com", &[txt("x")], &[alias])).await.expect_err("crossed");
    assert!(error.to_string().contains("a.example.com MX 10 mail.example.com.; put it back"), "{error}");
}

#[tokio::test]
async fn a_write_that_nobody_crosses_tells_nothing() {
    let (provider, fake) = running();
    fake.state().host.domain("example.com").automatic_snapshots = true;
    for text in ["one", "two", "three"] {
        write(&provider, change("example.com", &[], &[txt(text)])).await.expect("written");
    }
    write(&provider, change("example.com", &[txt("one")], &[txt("four")])).await.expect("written");
    // Nor where no snapshot can be read: they are the second look.
    let forbidden = Some(Fault::Answer(403, serde_json::json!({"code": 403, "message": "no"})));
    fake.faults([forbidden.clone(), None, None, forbidden]);
    write(&provider, change("example.com", &[txt("two")], &[])).await.expect("written");
}

#[tokio::test]
async fn a_write_that_has_to_wait_rests_on_a_new_look() {
    let (provider, fake) = running();
    fake.state().host.domain("example.com").put("@", "TXT", Some((7200, owned(&["\"MS=ms1\""]))));
    // Snapshots, records, and then the write.
    fake.faults([None, None, Some(Fault::TooMany(1))]);
    fake.intrude(before_the_first_write("@", &["\"MS=ms1\"", "\"a token\""]));
    write(&provider, change("example.com", &[], &[txt("v=spf1 -all")])).await.expect("written at last");
    let held = fake.state().host.domain("example.com").values("@", "TXT");
    assert_eq!(held, ["\"MS=ms1\"", "\"a token\"", "\"v=spf1 -all\""]);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_not_asked_for_again() {
    for fault in [Fault::DoneAndCut, Fault::Cut, Fault::DoneAndStatus(502)] {
        let (provider, fake) = running();
        fake.faults([None, None, Some(fault.clone())]);
        let answer = write(&provider, change("example.com", &[], &[txt("v=spf1 -all")])).await;
        assert_eq!(answer, Err(ProviderError::Indeterminate), "{fault:?}");
        assert_eq!(fake.writes().len(), 1);
    }
}

/// What comes later in a group may lead to what comes first.
#[tokio::test]
async fn a_group_ends_where_a_change_is_not_made() {
    let (provider, fake) = running();
    let group = ["a", "b", "c"].map(|owner| change(&format!("{owner}.example.com"), &[], &[txt("x")]));
    let refused = Some(Fault::Answer(400, serde_json::json!({"code": 400, "message": "no"})));
    // A look at all; snapshots, records and the write for each.
    fake.faults([None, None, None, None, None, None, refused]);
    let answers = provider.write(&zone(), &group).await;
    assert!(answers[0].is_ok(), "{answers:?}");
    assert!(matches!(answers[1], Err(ProviderError::Rejected { .. })), "{answers:?}");
    assert!(matches!(&answers[2], Err(ProviderError::Unavailable(why)) if why.contains("not sent")), "{answers:?}");
    assert_eq!(fake.state().host.domains["example.com"].sets.len(), 1);
}

#[tokio::test]
async fn what_is_refused_is_told_in_the_words_of_the_service() {
    let (provider, fake) = running();
    let answer = serde_json::json!({"status": "error",
        "errors": [{"location": "body", "name": "rrset_values", "description": "is bad"}]});
    fake.faults([None, None, Some(Fault::Answer(400, answer))]);
    let error = write(&provider, change("a.example.com", &[], &[txt("x")])).await.expect_err("refused");
    assert_eq!(error, ProviderError::Rejected { code: 400, message: "rrset_values: is bad".to_owned() });
    let low = Value { ttl: 299, ..txt("x") };
    let high = Value { ttl: 2_592_001, ..txt("x") };
    for value in [low, high] {
        let error = write(&provider, change("a.example.com", &[], &[value])).await.expect_err("no such TTL");
        assert!(matches!(error, ProviderError::Unsupported(_)), "{error}");
    }
    for fault in [Fault::Garbage, Fault::Answer(503, serde_json::json!({"message": "maintenance"}))] {
        fake.faults(vec![Some(fault); 3]);
        let error = provider.read(&zone(), &[name("example.com")]).await.expect_err("nothing is known");
        assert!(matches!(error, ProviderError::Unavailable(_)), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_told_and_not_shown() {
    let (_, fake) = running();
    let provider = Gandi::new(Some(&fake.url("/v5/livedns/")), "hunter2-of-the-test", TIMEOUT, None).expect("a URL");
    let error = provider.zone_of(&name("example.com")).await.expect_err("not allowed");
    assert!(matches!(&error, ProviderError::Unauthorized(why) if why.contains("could not verify")), "{error}");
    assert!(!format!("{error} {error:?} {provider:?}").contains("hunter2"));
    Gandi::new(Some("http://api.gandi.net/v5/livedns/"), "token", TIMEOUT, None).expect_err("without TLS");
}

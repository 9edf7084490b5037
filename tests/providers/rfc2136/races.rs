//! Somebody else writes between our reading and our writing; or the answer to our writing gets lost.

use std::sync::Arc;

use mailvouch_providers::dns::{Name, RrType};
use mailvouch_providers::rfc2136::Rfc2136;
use mailvouch_providers::{ProviderError, Value};

use super::super::fixture::{sorted, txt, value};
use super::{BOTH, HEAD, TIMEOUT, change, name, read, standing_in, write};
use crate::servers::{Server, Setup};
use crate::support::proxy::{Answered, Fate, Proxy, changes_something};

/// A provider that reaches the server through a proxy; before each of its updates arrives, `before` happens.
fn raced(server: &Arc<Server>, mut before: impl FnMut(&Server, usize) + Send + 'static) -> (Proxy, Rfc2136) {
    let (other, mut count) = (server.clone(), 0);
    let proxy = Proxy::start(server.address(), move |message| {
        if changes_something(message) {
            before(&other, count);
            count += 1;
        }
        Fate::Pass
    });
    let provider = Rfc2136::new(proxy.address(), server.key().tsig(), TIMEOUT, None);
    (proxy, provider)
}

/// A server with these lines in its zone.
fn with(start: fn(&Setup) -> Server, lines: &str) -> Arc<Server> {
    Arc::new(start(&Setup::new("example.com", &format!("{HEAD}{lines}"))))
}

fn standing(server: &Server, owner: &str) -> Vec<Value> {
    sorted(standing_in(&server.dump("example.com"), &name(owner)))
}

/// What stands at the apex besides its SOA and NS.
fn texts_at_apex(server: &Server) -> Vec<Value> {
    let mut texts = standing(server, "example.com");
    texts.retain(|value| value.rdata.rtype() == RrType::TXT);
    texts
}

#[tokio::test]
async fn a_token_that_comes_at_the_last_moment_survives() {
    for start in BOTH {
        let server = with(start, "@ TXT \"v=spf1 mx -all\"\n@ TXT token-1\n");
        let (_proxy, provider) = raced(&server, |server, count| {
            if count == 0 {
                server.update("example.com", "update add example.com. 7200 TXT token-2");
            }
        });
        let swap = change("example.com", &[txt("v=spf1 mx -all")], &[txt("v=spf1 -all")]);
        write(&provider, swap).await.expect("tried again, and written");
        assert_eq!(texts_at_apex(&server), sorted([txt("token-1"), txt("token-2"), txt("v=spf1 -all")]));
    }
}

#[tokio::test]
async fn a_value_that_goes_at_the_last_moment_makes_the_change_stale() {
    for start in BOTH {
        let server = with(start, "@ TXT \"v=spf1 mx -all\"\n@ TXT token-1\n");
        let (_proxy, provider) = raced(&server, |server, _| {
            server.update("example.com", "update delete example.com. TXT \"v=spf1 mx -all\"");
        });
        let swap = change("example.com", &[txt("v=spf1 mx -all")], &[txt("v=spf1 -all")]);
        let error = write(&provider, swap).await.expect_err("stale");
        assert_eq!(error, ProviderError::Stale(vec![txt("v=spf1 mx -all")]));
        assert_eq!(texts_at_apex(&server), [txt("token-1")]);
    }
}

#[tokio::test]
async fn nothing_is_lost_to_somebody_who_never_stops() {
    for start in BOTH {
        let server = with(start, "@ TXT \"v=spf1 mx -all\"\n");
        let (_proxy, provider) = raced(&server, |server, count| {
            server.update("example.com", &format!("update add example.com. 7200 TXT token-{count}"));
        });
        let swap = change("example.com", &[txt("v=spf1 mx -all")], &[txt("v=spf1 -all")]);
        assert_eq!(write(&provider, swap).await.expect_err("given up"), ProviderError::Stale(vec![]));
        let texts = texts_at_apex(&server);
        assert!(texts.len() > 2 && texts.contains(&txt("v=spf1 mx -all")), "{texts:?}");
        assert!(!texts.contains(&txt("v=spf1 -all")), "{texts:?}");
    }
}

/// Servers drop an addition beside an alias without a word (RFC 2136, section 3.4.2.2).
#[tokio::test]
async fn an_alias_that_comes_at_the_last_moment_is_seen() {
    for start in BOTH {
        let server = with(start, "");
        let (_proxy, provider) = raced(&server, |server, _| {
            server.update("example.com", "update add s1.example.com. 7200 CNAME elsewhere.test.");
        });
        let error = write(&provider, change("s1.example.com", &[], &[txt("v=DKIM1; p=")])).await.expect_err("refused");
        assert!(matches!(error, ProviderError::Unsupported(_)), "{error:?}");
        assert_eq!(standing(&server, "s1.example.com"), [value(RrType::CNAME, "elsewhere.test.")]);
    }
}

/// Half of it would be done: the text taken away, and the alias not put there.
#[tokio::test]
async fn company_that_comes_at_the_last_moment_keeps_an_alias_out() {
    for start in BOTH {
        let server = with(start, "s1 TXT \"v=DKIM1; p=\"\n");
        let (_proxy, provider) = raced(&server, |server, _| {
            server.update("example.com", "update add s1.example.com. 7200 AAAA 2001:db8::1");
        });
        let (key, alias) = (txt("v=DKIM1; p="), value(RrType::CNAME, "elsewhere.test."));
        let swap = change("s1.example.com", std::slice::from_ref(&key), &[alias]);
        let error = write(&provider, swap).await.expect_err("refused");
        assert!(matches!(error, ProviderError::Unsupported(_)), "{error:?}");
        assert_eq!(standing(&server, "s1.example.com"), sorted([key, value(RrType::AAAA, "2001:db8::1")]));
    }
}

#[tokio::test]
async fn one_stale_owner_keeps_its_whole_group_from_happening() {
    for start in BOTH {
        let server = with(start, "one TXT old\ntwo TXT old\n");
        let (_proxy, provider) = raced(&server, |server, _| {
            server.update("example.com", "update delete two.example.com. TXT old");
        });
        let owners = ["one.example.com", "two.example.com"];
        let group = owners.map(|owner| change(owner, &[txt("old")], &[txt("new")]));
        let answers = mailvouch_providers::Provider::write(&provider, &super::zone(), &group).await;
        assert_eq!(answers, [0, 1].map(|_| Err(ProviderError::Stale(vec![txt("old")]))));
        assert_eq!(standing(&server, "one.example.com"), [txt("old")]);
    }
}

/// What is done to the answer of an update that was carried out.
async fn is_not_believed(fate: fn() -> Fate) {
    for start in BOTH {
        let server = with(start, "");
        let proxy =
            Proxy::start(server.address(), move |message| if changes_something(message) { fate() } else { Fate::Pass });
        let provider = Rfc2136::new(proxy.address(), server.key().tsig(), TIMEOUT, None);
        let error = write(&provider, change("s1.example.com", &[], &[txt("x")])).await.expect_err("not known");
        assert_eq!(error, ProviderError::Indeterminate);
        // It had happened, and asking tells.
        assert_eq!(read(&provider, "s1.example.com").await.expect("an answer").values, [txt("x")]);
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_it_open() {
    is_not_believed(|| Fate::LoseAnswer).await;
}

#[tokio::test]
async fn half_an_answer_leaves_it_open() {
    is_not_believed(|| Fate::Halve).await;
}

/// The server takes the same signature twice within its time, and finds the second stale: its own doing.
#[tokio::test]
async fn a_refusal_of_what_was_sent_twice_leaves_it_open() {
    is_not_believed(|| Fate::Twice(Answered::Second)).await;
}

#[tokio::test]
async fn what_was_sent_twice_is_done_once() {
    for start in BOTH {
        let server = with(start, "");
        let proxy = Proxy::start(server.address(), move |message| {
            if changes_something(message) { Fate::Twice(Answered::First) } else { Fate::Pass }
        });
        let provider = Rfc2136::new(proxy.address(), server.key().tsig(), TIMEOUT, None);
        write(&provider, change("s1.example.com", &[], &[txt("x")])).await.expect("written");
        assert_eq!(standing(&server, "s1.example.com"), [txt("x")]);
    }
}

#[tokio::test]
async fn a_changed_answer_leaves_it_open() {
    // The code becomes REFUSED; the signature is the server's.
    is_not_believed(|| Fate::Alter(|answer| answer[3] = answer[3] & 0xf0 | 5)).await;
}

#[tokio::test]
async fn an_unsigned_refusal_leaves_it_open() {
    is_not_believed(|| {
        Fate::Alter(|answer| {
            answer[3] = answer[3] & 0xf0 | 5;
            answer.truncate(12);
            answer[4..12].fill(0);
        })
    })
    .await;
}

#[tokio::test]
async fn a_server_that_closes_after_each_answer_is_asked_on() {
    for start in BOTH {
        let server = with(start, "@ TXT \"v=spf1 mx -all\"\n@ TXT token-1\n*.wild TXT made-up\n");
        let proxy = Proxy::start(server.address(), |_| Fate::PassAndClose);
        let provider = Rfc2136::new(proxy.address(), server.key().tsig(), TIMEOUT, None);
        let owners: [Name; 2] = [name("example.com"), name("s1.wild.example.com")];
        let read = mailvouch_providers::Provider::read(&provider, &super::zone(), &owners).await.expect("read");
        assert_eq!(read[0].of_type(RrType::TXT).count(), 2);
        assert_eq!(read[1].values, []);
        let swap = change("example.com", &[txt("v=spf1 mx -all")], &[txt("v=spf1 -all")]);
        write(&provider, swap).await.expect("written");
        assert_eq!(texts_at_apex(&server), sorted([txt("token-1"), txt("v=spf1 -all")]));
    }
}

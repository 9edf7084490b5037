//! Servers set up otherwise: as the provider's page says, and as secondaries.

use std::time::Duration;

use mailvouch_providers::dns::RrType;
use mailvouch_providers::rfc2136::{Rfc2136, TsigAlgorithm};
use mailvouch_providers::{Provider as _, ProviderError, Value};

use super::super::fixture::{txt, value};
use super::{BOTH, HEAD, change, name, provider, read, standing_in, write, zone};
use crate::servers::{Key, Rights, Server, Setup, bind};

/// The text between the fence that begins with `fence` after `heading`, and the next fence, on the provider's page.
fn on_the_page(heading: &str, fence: &str) -> String {
    let page = include_str!("../../../docs/providers/rfc2136.md");
    let (_, below) = page.split_once(heading).expect("the heading");
    let (_, begun) = below.split_once(&format!("```{fence}\n")).expect("a fence");
    begun.split_once("```").expect("its end").0.to_owned()
}

#[tokio::test]
async fn what_the_page_says_is_enough() {
    for (start, snippet) in BOTH.into_iter().zip([on_the_page("\nBIND", "text"), on_the_page("\nKnot DNS", "yaml")]) {
        let text = format!("{HEAD}@ TXT \"v=spf1 mx -all\"\n@ TXT token\n*.wild TXT made-up\n");
        let key = Key { name: "mailvouch".to_owned(), ..Key::new(TsigAlgorithm::HmacSha256) };
        let server = start(&Setup { key, snippet: Some(snippet), ..Setup::new("example.com", &text) });
        let provider = provider(&server);
        assert_eq!(provider.zone_of(&name("s1.example.com")).await.expect("the zone"), zone());
        assert_eq!(read(&provider, "s1.wild.example.com").await.expect("read").values, []);
        let (null, alias) = (value(RrType::MX, "0 ."), value(RrType::CNAME, "elsewhere.test."));
        let group = [
            change("example.com", &[txt("v=spf1 mx -all")], &[txt("v=spf1 -all"), null]),
            change("s1._domainkey.example.com", &[], &[alias]),
            change("s1.wild.example.com", &[], &[txt("v=DKIM1; p=")]),
        ];
        for answer in provider.write(&zone(), &group).await {
            answer.expect("written");
        }
        let apex = read(&provider, "example.com").await.expect("read");
        let texts: Vec<Value> = apex.of_type(RrType::TXT).cloned().collect();
        assert_eq!(texts, [txt("token"), txt("v=spf1 -all")]);
        // The page's rights end there; the type is one that is written where it is allowed.
        let old = value(RrType::SPF, "\"v=spf1 -all\"");
        let error = write(&provider, change("example.com", &[], &[old])).await.expect_err("refused");
        assert!(
            matches!(&error, ProviderError::Unauthorized(words) if words.contains("takes no updates")),
            "{error:?}"
        );
    }
}

/// A primary, and a secondary of it that shares its key.
fn primary_and_secondary(rights: Rights) -> (Server, Server) {
    let primary = bind::start_with(&Setup::new("example.com", HEAD));
    let secondary = Setup {
        key: primary.key().clone(),
        primary: Some(primary.address()),
        rights,
        ..Setup::new("example.com", HEAD)
    };
    let secondary = bind::start_with(&secondary);
    (primary, secondary)
}

/// The secondary says that it is done, and serves the zone as it last fetched it.
#[tokio::test]
async fn a_secondary_that_passes_updates_on_may_lag() {
    let (primary, secondary) = primary_and_secondary(Rights::Update);
    let patience = Duration::from_secs(3);
    let provider = Rfc2136::new(secondary.address(), secondary.key().tsig(), patience, None);
    write(&provider, change("s1.example.com", &[], &[txt("x")])).await.expect("written at the primary");
    assert_eq!(standing_in(&primary.dump("example.com"), &name("s1.example.com")), [txt("x")]);
}

#[tokio::test]
async fn a_secondary_that_passes_nothing_on_is_named_so() {
    let (primary, secondary) = primary_and_secondary(Rights::Transfer);
    let before = primary.dump("example.com");
    let error = write(&provider(&secondary), change("s1.example.com", &[], &[txt("x")])).await.expect_err("refused");
    let ProviderError::Unauthorized(words) = &error else { panic!("{error:?}") };
    assert!(words.contains("secondary"), "{words}");
    assert_eq!(primary.dump("example.com"), before);
}

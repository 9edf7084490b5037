//! Records of all kinds, sound and broken: no panic, and the file always reads back as what was drafted.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::date;
use mailvouch::declared::Declaration;
use mailvouch::output::declaration;
use mailvouch::survey::{Draft, Survey};
use mailvouch_providers::dns::Name;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::world::{World, name};

/// Terms as they are published, and as they should not be.
fn term() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (any::<u32>(), 0_u8..=33).prop_map(|(address, prefix)| {
            format!("ip4:{}/{prefix}", std::net::Ipv4Addr::from(address))
        }),
        2 => (any::<u128>(), 0_u8..=129).prop_map(|(address, prefix)| {
            format!("ip6:{}/{prefix}", std::net::Ipv6Addr::from(address))
        }),
        6 => select(vec![
            "a", "mx", "mx/24", "a:mail.example.com", "include:_spf.example.com", "include:spf.protection.outlook.com",
            "include:24681357.spf07.hubspotemail.net", "include:_spf.news.example", "include:example.com",
            "include:sendgrid.net.evil.example", "exists:%{i}.x.example", "ptr", "redirect=other.example",
            "redirect=_spf.example.com", "redirect=loop.example", "-all", "~all", "?all", "+all", "-ip4:192.0.2.1", "?mx",
            "include:mcsv.net", "include:a\"b.example", "exp=e.example.com", "ip4:10.0.0.1", "include:no..name", "all:x",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,20}",
    ]
}

fn tag() -> impl Strategy<Value = String> {
    let sound = select(vec![
        "p=none",
        "p=reject",
        "p=QUARANTINE",
        "sp=none",
        "np=reject",
        "adkim=s",
        "aspf=r",
        "t=y",
        "psd=u",
        "fo=1:d",
        "fo=0:1",
        "rua=mailto:a@example.com",
        "rua=mailto:a@example.com!10m,mailto:b@example.com",
        "ruf=https://x.example",
        "ruf=mailto:f@example.com",
        "pct=20",
        "rua=mailto:\"@example.com",
    ]);
    prop_oneof![8 => sound.prop_map(str::to_owned), 1 => "\\PC{0,20}"]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("TXT v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=".to_owned()),
        1 => Just("TXT v=DKIM1; p=".to_owned()),
        1 => Just("CNAME selector1-example-com._domainkey.contoso.onmicrosoft.com".to_owned()),
        1 => Just("CNAME dkim2.mcsv.net".to_owned()),
        1 => Just("CNAME a\\\"b\\010.example".to_owned()),
        1 => Just("TXT !".to_owned()),
        1 => "\\PC{0,30}".prop_map(|text| format!("TXT x{text}")),
    ]
}

/// The draft of a world's domains.
fn draft(world: &World, domains: &[Name]) -> Draft {
    let look = |domain: &Name| {
        world.run(None, |ask| Survey::of(ask, domain, &["s1".to_owned()], domains, Timestamp::UNIX_EPOCH)).0
    };
    Draft::of(&domains.iter().map(look).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_is_published_makes_a_declaration(
        spf in vec((select(vec!["example.com", "_spf.example.com", "other.example", "loop.example"]), vec(term(), 0..8)), 0..5),
        dmarc in vec(vec(tag(), 0..6), 0..3),
        keys in vec((select(vec!["s1", "selector1", "mail", "k2", "default"]), key()), 0..5),
        addresses in vec((select(vec!["A 203.0.113.5", "A 203.0.113.6", "AAAA 2001:db8::5", "MX 10 mail.example.com", "MX 0 ."]),
            select(vec!["example.com", "mail.example.com", "other.example"])), 0..5),
    ) {
        let mut text = String::new();
        for (owner, terms) in &spf {
            text += &format!("{owner} TXT v=spf1 {}\n", terms.join(" ").replace('\n', " "));
        }
        for tags in &dmarc {
            text += &format!("_dmarc.example.com TXT v=DMARC1; {}\n", tags.join("; ").replace('\n', " "));
        }
        // An alias stands alone at its name.
        let keys: std::collections::BTreeMap<_, _> = keys.into_iter().collect();
        for (selector, key) in &keys {
            text += &format!("{selector}._domainkey.example.com {}\n", key.replace('\n', " "));
        }
        for (record, owner) in &addresses {
            text += &format!("{owner} {record}\n");
        }
        let world = World::of(&text);
        let domains = [name("example.com"), name("other.example")];
        let draft = draft(&world, &domains);
        let file = declaration::text(&draft, date(2026, 11, 28));
        let read = Declaration::from_text(Path::new("drafted.toml"), &file, Path::new(""));
        let read = read.unwrap_or_else(|error| panic!("{error:?}\n{file}\n{text}"));
        prop_assert_eq!(read.domains.len(), 2);
        for (domain, drafted) in read.domains.iter().zip(&draft.domains) {
            prop_assert_eq!(&domain.name.value, &drafted.domain);
            prop_assert_eq!(domain.egress.len(), drafted.egress.len());
            prop_assert_eq!(domain.senders.len(), drafted.senders.len());
            prop_assert_eq!(domain.sends, drafted.sends);
            prop_assert_eq!(domain.dmarc.is_some(), drafted.dmarc.is_some());
        }
        // The same again is the same to the letter.
        prop_assert_eq!(file, declaration::text(&self::draft(&world, &domains), date(2026, 11, 28)));
    }
}

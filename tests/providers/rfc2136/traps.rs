//! What looks like a record and is none, and what is one and does not look like it.

use mailvouch_providers::dns::{Rdata, RrType};
use mailvouch_providers::rfc2136::Rfc2136;
use mailvouch_providers::{Change, Provider as _, ProviderError, Value, Zone};

use super::super::fixture::{TTL, sorted, strings, txt, value};
use super::{BOTH, HEAD, TIMEOUT, change, name, provider, read, standing_in, write, zone};
use crate::servers::{Setup, bind};

fn setup(lines: &str) -> Setup {
    Setup::new("example.com", &format!("{HEAD}{lines}"))
}

#[tokio::test]
async fn what_a_wildcard_makes_up_is_not_there() {
    let lines = "*.wild TXT made-up\n*.wild MX 10 mx.elsewhere.test.\nsame.wild TXT made-up\na.between.wild TXT below\n\
                 *.alias CNAME elsewhere.test.\nreal.alias CNAME elsewhere.test.\n";
    for start in BOTH {
        let server = start(&setup(lines));
        let (provider, before) = (provider(&server), server.dump("example.com"));
        let alias = value(RrType::CNAME, "elsewhere.test.");
        let cases: [(&str, &[Value]); 8] = [
            ("s1.wild", &[]),
            ("s1._domainkey.wild", &[]),
            // It holds what the wildcard holds, and would not hold it if it were covered.
            ("same.wild", &[txt("made-up")]),
            ("between.wild", &[]),
            ("*.wild", &[value(RrType::MX, "10 mx.elsewhere.test."), txt("made-up")]),
            ("s1.alias", &[]),
            ("real.alias", std::slice::from_ref(&alias)),
            ("*.alias", std::slice::from_ref(&alias)),
        ];
        let owners = cases.map(|(labels, _)| name("example.com").child(labels).expect("a name"));
        let readings = provider.read(&zone(), &owners).await.expect("read");
        for ((labels, expected), reading) in cases.into_iter().zip(readings) {
            assert_eq!(reading.values, expected, "{labels}");
        }
        // What the wildcard makes up cannot be taken away, and to look changed nothing, not even the serial number.
        let gone = change("s1.wild.example.com", &[txt("made-up")], &[txt("new")]);
        assert!(matches!(write(&provider, gone).await, Err(ProviderError::Stale(_))));
        assert_eq!(server.dump("example.com"), before);
    }
}

#[tokio::test]
async fn an_alias_to_nothing_is_an_alias() {
    for start in BOTH {
        let server =
            start(&setup("here CNAME absent\nthere CNAME www.elsewhere.test.\nloop CNAME loop2\nloop2 CNAME loop\n"));
        let provider = provider(&server);
        let cases = [("here", "absent.example.com."), ("there", "www.elsewhere.test."), ("loop", "loop2.example.com.")];
        for (labels, target) in cases {
            let owner = format!("{labels}.example.com");
            assert_eq!(read(&provider, &owner).await.expect("read").values, [value(RrType::CNAME, target)]);
            assert_eq!(provider.zone_of(&name(&owner)).await.expect("the zone"), zone());
        }
    }
}

#[tokio::test]
async fn letter_case_in_names_is_the_servers() {
    for start in BOTH {
        let server = start(&setup(
            "@ MX 10 Mail.Elsewhere.TEST.\n@ MX 20 second.elsewhere.test.\nS1 CNAME Key.Elsewhere.TEST.\n",
        ));
        let provider = provider(&server);
        let (first, second) =
            (value(RrType::MX, "10 mail.elsewhere.test."), value(RrType::MX, "20 second.elsewhere.test."));
        let key = value(RrType::CNAME, "key.elsewhere.test.");
        let group = [
            change("example.com", std::slice::from_ref(&first), &[value(RrType::MX, "30 third.elsewhere.test.")]),
            change("s1.example.com", &[key], &[txt("v=DKIM1; p=")]),
        ];
        for answer in provider.write(&zone(), &group).await {
            answer.expect("written");
        }
        let apex = read(&provider, "example.com").await.expect("read");
        let exchanges: Vec<Value> = apex.of_type(RrType::MX).cloned().collect();
        assert_eq!(exchanges, [second, value(RrType::MX, "30 third.elsewhere.test.")]);
        assert_eq!(read(&provider, "s1.example.com").await.expect("read").values, [txt("v=DKIM1; p=")]);
    }
}

#[tokio::test]
async fn every_type_that_people_use_is_read() {
    let (sha1, sha256) = ("01".repeat(20), "01".repeat(32));
    let lines = format!(
        "a A 192.0.2.1\na AAAA 2001:db8::1\na SRV 0 5 25 mx.elsewhere.test.\na CAA 0 issue \"ca.test\"\n\
                 a TLSA 3 1 1 {sha256}\na SPF \"v=spf1 \" \"-all\"\na PTR a.test.\na HINFO cpu os\na SSHFP 1 1 {sha1}\n\
                 a NAPTR 1 2 \"s\" \"x\" \"\" a.test.\na LOC 0 0 0 N 0 0 0 E 0m\na URI 1 2 \"https://a.test\"\n\
                 a RP a.test. b.test.\n"
    );
    for start in BOTH {
        let server = start(&setup(&lines));
        let provider = provider(&server);
        let read = read(&provider, "a.example.com").await.expect("read");
        let mut types: Vec<u16> = read.values.iter().map(|value| value.rdata.rtype().0).collect();
        types.sort_unstable();
        assert_eq!(types, [1, 12, 13, 17, 28, 29, 33, 35, 44, 52, 99, 256, 257]);
        // The record type that SPF once had (RFC 7208, section 3.1) can be taken away, and put back.
        let old: Vec<Value> = read.of_type(RrType::SPF).cloned().collect();
        assert_eq!(old[0].rdata, Rdata::Other { rtype: RrType::SPF, text: "\"v=spf1 \" \"-all\"".to_owned() });
        let before = standing_in(&server.dump("example.com"), &name("a.example.com"));
        write(&provider, change("a.example.com", &old, &[])).await.expect("taken away");
        assert_eq!(standing_in(&server.dump("example.com"), &name("a.example.com")).len(), before.len() - 1);
        write(&provider, change("a.example.com", &[], &old)).await.expect("put back");
        assert_eq!(sorted(standing_in(&server.dump("example.com"), &name("a.example.com"))), sorted(before));
    }
}

/// The text would be taken away, and the alias silently not put there.
#[tokio::test]
async fn an_alias_is_kept_out_by_types_that_are_not_read() {
    for start in BOTH {
        let server = start(&setup("odd TYPE65280 \\# 1 00\n"));
        let (provider, before) = (provider(&server), server.dump("example.com"));
        let alias = value(RrType::CNAME, "elsewhere.test.");
        let error = write(&provider, change("odd.example.com", &[], &[alias])).await.expect_err("refused");
        assert!(matches!(error, ProviderError::Rejected { .. }), "{error:?}");
        assert_eq!(server.dump("example.com"), before);
    }
}

#[tokio::test]
async fn a_zone_in_between_is_another_zone() {
    for start in BOTH {
        let mut setup = setup("sub NS ns.elsewhere.test.\nd DNAME other.test.\n");
        let child = HEAD.replace("example.com", "sub.example.com");
        setup.zones.push(("sub.example.com".to_owned(), format!("{child}here TXT child\nalias CNAME here\n")));
        let server = start(&setup);
        let provider = provider(&server);
        let child = Zone { name: name("sub.example.com"), id: None };
        for owner in ["sub.example.com", "here.sub.example.com", "alias.sub.example.com", "absent.sub.example.com"] {
            assert_eq!(provider.zone_of(&name(owner)).await.expect("a zone"), child, "{owner}");
            let from_above = read(&provider, owner).await.expect("read");
            assert_eq!(from_above.delegated_at.as_ref(), Some(&child.name), "{owner}");
            assert_eq!(from_above.of_type(RrType::TXT).count(), 0, "{owner}");
        }
        let here = provider.read(&child, &[name("here.sub.example.com")]).await.expect("read");
        assert_eq!(here[0].values, [txt("child")]);
        let error = read(&provider, "s1.d.example.com").await.expect_err("redirected");
        assert!(matches!(&error, ProviderError::Unsupported(words) if words.contains("DNAME")), "{error:?}");
        assert_eq!(provider.zone_of(&name("s1.d.example.com")).await.expect("a zone"), zone());
    }
}

#[tokio::test]
async fn a_zone_that_is_given_is_not_looked_for() {
    let server = bind::start_with(&setup(""));
    let provider = Rfc2136::new(server.address(), server.key().tsig(), TIMEOUT, Some(name("example.com")));
    assert_eq!(provider.zone_of(&name("s1.example.com")).await.expect("the zone"), zone());
    let elsewhere = name("example.net");
    assert_eq!(provider.zone_of(&elsewhere).await, Err(ProviderError::NoZone(elsewhere)));
    // One that the server does not hold is not taken for an empty one.
    let wrong = Rfc2136::new(server.address(), server.key().tsig(), TIMEOUT, Some(name("s1.example.com")));
    let zone = wrong.zone_of(&name("s1.example.com")).await.expect("what was given");
    assert!(wrong.read(&zone, &[name("s1.example.com")]).await.is_err());
}

#[tokio::test]
async fn sets_and_groups_that_are_large() {
    let long = |number: usize| txt(format!("{number:04}").repeat(250));
    let tokens: Vec<Value> = (0..40).map(long).collect();
    for start in BOTH {
        let lines: Vec<String> = tokens.iter().map(|token| format!("@ TXT {}\n", token.rdata)).collect();
        let server = start(&setup(&lines.concat()));
        let provider = provider(&server);
        let (old, new) = (tokens[7].clone(), txt("v=spf1 -all"));
        write(&provider, change("example.com", &[old], std::slice::from_ref(&new))).await.expect("40 KB fit");
        let mut expected = tokens.clone();
        expected[7] = new;
        let mut apex = standing_in(&server.dump("example.com"), &name("example.com"));
        apex.retain(|value| value.rdata.rtype() == RrType::TXT);
        assert_eq!(sorted(apex), sorted(expected));
        // Two messages would be two changes; one that is cut off would be half of one.
        let before = server.dump("example.com");
        let half: Vec<Value> = (100..140).map(long).collect();
        let group = [change("one.example.com", &[], &half), change("two.example.com", &[], &half)];
        for answer in provider.write(&zone(), &group).await {
            assert!(matches!(answer, Err(ProviderError::Unsupported(_))), "{answer:?}");
        }
        assert_eq!(server.dump("example.com"), before);
        let group: Vec<Change> =
            (0..50).map(|n| change(&format!("s{n}.example.com"), &[], &[strings([b"x"])])).collect();
        assert!(provider.write(&zone(), &group).await.iter().all(Result::is_ok));
    }
}

#[tokio::test]
async fn values_of_one_new_set_have_one_ttl() {
    let server = bind::start_with(&setup(""));
    let provider = provider(&server);
    let other = Value { ttl: TTL / 2, ..txt("b") };
    let error = write(&provider, change("s1.example.com", &[], &[txt("a"), other])).await.expect_err("refused");
    assert!(matches!(error, ProviderError::Unsupported(_)), "{error:?}");
}

//! Authoritative servers that are asked one by one: real ones with different zones, and ones that nobody can reach.

use serde_json::Value;

use super::Folder;
use crate::servers::{Server, Setup, bind, knot};
use crate::support::dns_server::{DnsServer, Script};

const ZONE: &str = "\
    $ORIGIN example.com.\n\
    $TTL 300\n\
    @ SOA ns host SERIAL 7200 900 1209600 300\n\
    @ NS ns\n\
    @ TXT \"v=spf1 ip4:192.0.2.1 -all\"\n\
    @ TXT \"verification=1\"\n\
    _dmarc TXT \"v=DMARC1; p=none; rua=mailto:dmarc@example.com\"\n\
    ns A 192.0.2.53\n";

const RESOLVED: &str = "\
    example.com TXT \"v=spf1 ip4:192.0.2.1 -all\"\n\
    example.com TXT \"verification=1\"\n\
    example.com SOA ns.example.com. host.example.com. 7 7200 900 1209600 300\n\
    example.com MX 10 mail.example.com.\n\
    example.com NS ns.example.com.\n\
    ns.example.com A 127.0.0.1\n\
    _dmarc.example.com TXT \"v=DMARC1; p=none; rua=mailto:dmarc@example.com\"\n";

/// The findings of these rules, each with its severity, where the declaration names these servers.
fn found(servers: &[String], published: &str) -> Vec<(String, String, Value)> {
    let declared = format!(
        "version = 1\n[providers.dns]\nkind = \"zone-file\"\nfile = \"none.zone\"\nauthoritative = {servers:?}\n\
         [domains.\"example.com\"]\nprovider = \"dns\"\n"
    );
    let folder = Folder::with(&[("mailvouch.toml", &declared)]);
    let resolver = DnsServer::start(Script::resolver().records(published));
    let command = format!("check --thorough --exit-zero --format json --timeout 10 --resolver {}", resolver.address());
    let report: Value = serde_json::from_str(&folder.mailvouch(&command).exits(0).stdout).expect("JSON");
    let all = report["domains"][0]["diagnostics"].as_array().expect("findings").clone();
    let text = |found: &Value, key: &str| found[key].as_str().expect(key).to_owned();
    let told = all.into_iter().map(|found| (text(&found, "rule"), text(&found, "severity"), found));
    told.filter(|(rule, ..)| ["ns-disagree", "view-differs", "lookup-failed"].contains(&rule.as_str())).collect()
}

fn zone(serial: &str, replaced: (&str, &str)) -> Setup {
    Setup::new("example.com", &ZONE.replace("SERIAL", serial).replace(replaced.0, replaced.1))
}

fn addresses(servers: &[&Server]) -> Vec<String> {
    servers.iter().map(|server| server.address().to_string()).collect()
}

#[test]
fn servers_with_different_zones_disagree_and_the_finding_says_who_has_what() {
    let (new, old) = (bind::start_with(&zone("7", ("", ""))), knot::start_with(&zone("7", ("192.0.2.1", "192.0.2.9"))));
    let servers = addresses(&[&new, &old]);
    let found_now = found(&servers, RESOLVED);
    let [(rule, severity, finding)] = &found_now[..] else { panic!("{found_now:#?}") };
    assert_eq!((rule.as_str(), severity.as_str()), ("ns-disagree", "error"), "one serial");
    let note = finding["labels"][0]["note"].as_str().expect("a note");
    assert_eq!(note, format!("served by {}, and not by {}", servers[0], servers[1]));
    assert!(finding["labels"][0]["text"].as_str().expect("a text").contains("192.0.2.1 "), "{finding:#}");
}

#[test]
fn a_newer_serial_may_be_on_its_way() {
    let (new, old) = (bind::start_with(&zone("8", ("", ""))), knot::start_with(&zone("7", ("192.0.2.1", "192.0.2.9"))));
    let found = found(&addresses(&[&new, &old]), RESOLVED);
    let [(rule, severity, finding)] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((rule.as_str(), severity.as_str()), ("ns-disagree", "warning"));
    assert!(finding["help"].as_str().expect("help").contains(&format!("has not come to {}", old.address())));
}

#[test]
fn servers_that_agree_with_the_resolver_are_nothing_to_tell_of() {
    let (one, other) = (bind::start_with(&zone("7", ("", ""))), knot::start_with(&zone("8", ("", ""))));
    let found = found(&addresses(&[&one, &other]), RESOLVED);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn an_inside_view_is_told_from_what_a_cache_may_hold() {
    let running = bind::start_with(&zone("7", ("", "")));
    let servers = addresses(&[&running]);
    let cached = RESOLVED.replace("ip4:192.0.2.1", "ip4:192.0.2.9");
    let told = |published: &str| {
        let found = found(&servers, published);
        let [(rule, severity, _)] = &found[..] else { panic!("{found:#?}") };
        (rule.clone(), severity.clone())
    };
    assert_eq!(told(&cached), ("view-differs".to_owned(), "info".to_owned()));
    let inside = cached.replace("SOA ns.example.com.", "SOA dc.corp.test.");
    assert_eq!(told(&inside), ("view-differs".to_owned(), "warning".to_owned()));
}

#[test]
fn servers_that_nobody_can_reach_are_told_of_once_and_change_no_verdict() {
    // Nobody listens there.
    let servers = ["127.0.0.1:1", "127.0.0.1:2", "[::1]:1"].map(str::to_owned);
    let found = found(&servers, RESOLVED);
    let [(rule, severity, finding)] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((rule.as_str(), severity.as_str()), ("lookup-failed", "info"));
    assert!(finding["message"].as_str().expect("a message").starts_with("none of the authoritative servers"));
}

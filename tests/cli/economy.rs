//! What a check costs: each question once, and as few rounds as the chain of questions is deep.

use super::Folder;
use super::scene::{OFFICE_FAILS, folder};
use crate::support::dns_server::{DnsServer, Script};

const DECLARED: &str = r#"version = 1

[egress.office]
addresses = ["203.0.113.10"]

[domains."mail.example.com"]
egress = ["office"]

[domains."mail.example.com".dkim]
right = { cname = "right.vendor.test" }
wrong = { cname = "wanted.vendor.test" }
own = { present = true }
"#;

const RECORDS: &str = "\
    mail.example.com MX 10 mx.mail.example.com.\n\
    mail.example.com TXT \"v=spf1 a mx a:host.example.net mx:example.net include:1.spf.test include:side.spf.test -all\"\n\
    mail.example.com TXT \"verification=1\"\n\
    mail.example.com A 203.0.113.10\n\
    10.113.0.203.in-addr.arpa PTR mail.example.com.\n\
    mx.mail.example.com A 203.0.113.25\n\
    mx.mail.example.com AAAA 2001:db8::25\n\
    host.example.net A 203.0.113.26\n\
    example.net MX 10 mx1.example.net.\n\
    example.net MX 20 mx2.example.net.\n\
    mx1.example.net A 203.0.113.27\n\
    mx2.example.net A 203.0.113.28\n\
    1.spf.test TXT \"v=spf1 include:2.spf.test ?all\"\n\
    2.spf.test TXT \"v=spf1 include:3.spf.test ?all\"\n\
    3.spf.test TXT \"v=spf1 include:4.spf.test ?all\"\n\
    4.spf.test TXT \"v=spf1 ip4:192.0.2.0/24 ?all\"\n\
    side.spf.test TXT \"v=spf1 ip4:192.0.2.0/28 ?all\"\n\
    right._domainkey.mail.example.com CNAME right.vendor.test.\n\
    right.vendor.test TXT \"v=DKIM1; p=\"\n\
    wrong._domainkey.mail.example.com CNAME other.vendor.test.\n\
    other.vendor.test TXT \"v=DKIM1; p=\"\n\
    own._domainkey.mail.example.com TXT \"v=DKIM1; p=\"\n\
    _dmarc.example.com TXT \"v=DMARC1; p=reject\"\n";

/// Runs a command against a server that holds each round back until all its questions are there: a program that asks one
/// by one waits in vain, and its answers are unknown. The server is asked nothing twice, and in these rounds.
fn asked_in_rounds(folder: &Folder, command: &str, records: &str, rounds: &[usize]) -> DnsServer {
    let server = DnsServer::start(Script::resolver().records(records).in_batches(rounds));
    let command = format!("{command} --resolver {} --timeout 30 --deadline 30", server.address());
    let ran = folder.mailvouch(&command).exits(0);
    let by_round: Vec<String> =
        server.seen().iter().map(|seen| format!("{} {} {}", seen.answered_before, seen.name, seen.rtype)).collect();
    assert!(!ran.stdout.contains("lookup-failed"), "not all at once: {by_round:#?}\n{ran}");
    assert_eq!(server.rounds(), rounds.len(), "{by_round:#?}");
    assert_eq!(server.questions().len(), rounds.iter().sum::<usize>(), "{by_round:#?}");
    assert_each_once(&server);
    server
}

fn assert_each_once(server: &DnsServer) {
    let questions = server.questions();
    let mut distinct = questions.clone();
    distinct.dedup();
    assert_eq!(questions, distinct, "a question was asked twice");
}

#[test]
fn includes_four_deep_take_five_rounds_whatever_stands_beside_them() {
    let folder = Folder::with(&[("mailvouch.toml", DECLARED)]);
    // TXT, MX and DMARC of the domain, DMARC at two parents, three selectors, alias and target of two of them, and the
    // reverse name of the host; then the addresses and the exchanges of the terms, two includes, and DMARC where a panel
    // may have put it; then the exchanges' addresses, and an include a round.
    let rounds = [13, 10, 5, 1, 1];
    let depth = 4;
    assert!(rounds.len() <= depth + 2);
    let server = asked_in_rounds(&folder, "check --exit-zero", RECORDS, &rounds);
    for question in ["4.spf.test TXT", "mx2.example.net AAAA", "_dmarc.example.com TXT", "other.vendor.test TXT"] {
        // What an alias leads to comes with its answer.
        let asked = server.questions().contains(&question.to_owned());
        assert_eq!(asked, question != "other.vendor.test TXT", "{question}");
    }
}

#[test]
fn exchanges_behind_the_last_include_take_a_round_each() {
    let records = "example.org TXT \"v=spf1 include:1.spf.test -all\"\n\
        example.org MX 10 mx.end.test.\n_dmarc.example.org TXT \"v=DMARC1; p=none\"\n\
        1.spf.test TXT \"v=spf1 include:2.spf.test ?all\"\n\
        2.spf.test TXT \"v=spf1 include:3.spf.test ?all\"\n\
        3.spf.test TXT \"v=spf1 redirect=4.spf.test\"\n\
        4.spf.test TXT \"v=spf1 mx:end.test -all\"\n\
        end.test MX 10 mx.end.test.\n\
        mx.end.test A 192.0.2.1\n\
        mx.end.test AAAA 2001:db8::1";
    asked_in_rounds(&Folder::new(), "check example.org --exit-zero", records, &[4, 1, 1, 1, 1, 1, 2]);
}

#[test]
fn domains_share_what_they_both_ask() {
    let domains: Vec<String> = (0..20).map(|n| format!("d{n}.test")).collect();
    let of = |domain: &String| {
        format!(
            "{domain} TXT \"v=spf1 include:spf.vendor.test -all\"\n{domain} MX 10 mail.vendor.test.\n\
             _dmarc.{domain} TXT \"v=DMARC1; p=none\"\n"
        )
    };
    let mut records: String = domains.iter().map(of).collect();
    records.push_str("spf.vendor.test TXT \"v=spf1 ip4:192.0.2.0/24 -all\"");
    let command = format!("check --exit-zero {}", domains.join(" "));
    asked_in_rounds(&Folder::new(), &command, &records, &[61, 1]);
}

#[test]
fn a_plan_asks_nothing_twice() {
    let folder = folder(&[OFFICE_FAILS, ("p=reject", "p=none"), ("-all", "include:1.spf.test -all")]);
    for command in ["plan", "diff"] {
        let server = DnsServer::start(Script::resolver().records(RECORDS));
        folder.mailvouch(&format!("{command} --resolver {} --timeout 30", server.address())).exits(1);
        assert_each_once(&server);
    }
}

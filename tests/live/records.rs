//! Records arrive as they were sent, octet by octet.

use mailvouch::published::{Answers, Question, Source};
use mailvouch_providers::dns::{Rdata, RrType, Txt};

use super::ask::{PATIENT, as_saved, ask, ask_of, resolvers, texts};
use crate::support::dns_server::{DnsServer, Script, Transport, name};

#[tokio::test]
async fn every_type_that_mail_needs_is_read() {
    let server = DnsServer::start(Script::resolver().records(
        r#"
        example.com 60 A 192.0.2.1
        example.com 60 A 192.0.2.2
        example.com AAAA 2001:db8::1
        example.com MX 10 Mail.Example.COM.
        example.com NS ns.example.com.
        example.com SOA ns.example.com. host.example.com. 1 7200 900 2147483647 300
        example.com TXT "v=spf1 " "" "\000\255\"\\ -all"
        example.com TYPE99 \# 12 0b763d73706631202d616c6c
        example.com CAA \# 14 000569737375656c657473656e63
        alias.example.com CNAME a\.b.example.net.
        1.2.0.192.in-addr.arpa PTR mail.example.com.
        "#,
    ));
    let cases = [
        ("example.com", RrType::A, vec!["192.0.2.1", "192.0.2.2"]),
        ("example.com", RrType::AAAA, vec!["2001:db8::1"]),
        ("example.com", RrType::MX, vec!["10 mail.example.com."]),
        ("example.com", RrType::NS, vec!["ns.example.com."]),
        ("example.com", RrType::SOA, vec!["ns.example.com. host.example.com. 1 7200 900 2147483647 300"]),
        ("example.com", RrType::TXT, vec![r#""v=spf1 " "" "\000\255\"\\ -all""#]),
        ("example.com", RrType::SPF, vec![r#""v=spf1 -all""#]),
        ("example.com", RrType(257), vec![r"\# 14 000569737375656c657473656e63"]),
        ("alias.example.com", RrType::CNAME, vec![r"a\.b.example.net."]),
        ("1.2.0.192.in-addr.arpa", RrType::PTR, vec!["mail.example.com."]),
    ];
    for (owner, rtype, expected) in cases {
        let reply = ask(&server, owner, rtype).await;
        assert_eq!(texts(&reply), expected, "{owner} {rtype}");
        assert!(!reply.is_alias(), "{owner} {rtype}");
        let values = &reply.records().expect("records").values;
        assert!(values.iter().all(|value| value.rtype() == rtype), "{owner} {rtype}");
    }
    assert_eq!(ask(&server, "example.com", RrType::A).await.records().expect("records").ttl, 60);
}

#[tokio::test]
async fn thirty_strings_arrive_whole_and_apart() {
    let strings: Vec<Vec<u8>> = (0..30_u8).map(|n| vec![b'a' + n % 26; 40 + usize::from(n)]).collect();
    let txt = Txt::from_strings(strings).expect("strings");
    assert!(txt.wire_len() > 1232);
    let server = DnsServer::start(Script::resolver().records(&format!("big.example TXT {txt}")));
    let reply = ask(&server, "big.example", RrType::TXT).await;
    assert_eq!(reply.records().expect("records").values, [Rdata::Txt(txt)]);
    let seen = server.seen();
    assert_eq!(seen.iter().map(|seen| seen.transport).collect::<Vec<_>>(), [Transport::Udp, Transport::Tcp]);
    assert_eq!(seen[0].payload, Some(1232));
}

#[tokio::test]
async fn a_set_has_one_ttl_and_no_record_twice() {
    let server = DnsServer::start(Script::resolver().records(
        r#"
        example.com 300 TXT "a"
        example.com 60 TXT "b"
        example.com 600 TXT "a"
        "#,
    ));
    let reply = ask(&server, "example.com", RrType::TXT).await;
    assert_eq!(texts(&reply), [r#""a""#, r#""b""#]);
    assert_eq!(reply.records().expect("records").ttl, 60);
}

#[tokio::test]
async fn names_that_only_look_alike_are_asked_as_they_are() {
    let server = DnsServer::start(Script::resolver().records(
        r#"
        a\.b.example TXT "one label"
        a.b.example TXT "two labels"
        \000\255.example TXT "octets"
        localhost TXT "asked like any other"
        "#,
    ));
    let live = resolvers(&[server.address()], PATIENT);
    for (owner, expected) in [
        (r"a\.b.example", r#""one label""#),
        ("a.b.example", r#""two labels""#),
        (r"\000\255.example", r#""octets""#),
        ("localhost", r#""asked like any other""#),
    ] {
        assert_eq!(texts(&ask_of(&live, owner, RrType::TXT).await), [expected], "{owner}");
    }
}

#[tokio::test]
async fn what_was_seen_live_is_what_a_snapshot_replays() {
    let server = DnsServer::start(Script::resolver().records(
        r#"
        example.com TXT "v=spf1 \000\255" " -all"
        example.com TYPE99 \# 12 0b763d73706631202d616c6c
        alias.example.com CNAME gone.example.net.
        "#,
    ));
    let live = resolvers(&[server.address()], PATIENT);
    let mut answers = Answers::default();
    let asked = [("example.com", RrType::TXT), ("example.com", RrType::SPF), ("alias.example.com", RrType::TXT)];
    for (owner, rtype) in asked {
        let question = Question::new(&name(owner), rtype);
        let reply = live.ask(&question).await;
        answers.insert(question, as_saved(reply).into());
    }
    let replayed = Answers::from_json(&answers.to_json().expect("it can be written")).expect("it can be read");
    assert_eq!(replayed.sorted(), answers.sorted());
}

//! Chains of aliases: whole, broken, endless, and out of sight of the server.

use std::fmt::Write as _;

use hickory_proto::rr::rdata::CNAME;
use hickory_proto::rr::{RData, Record};
use mailvouch::published::{Absence, Reason, State};
use mailvouch_providers::dns::{Name, RrType};

use super::ask::{ask, ask_of, authority, failure, texts};
use crate::support::dns_server::{Act, DnsServer, Script, name, wire};

fn names(texts: &[&str]) -> Vec<Name> {
    texts.iter().map(|text| name(text)).collect()
}

/// `c0.example` to `cN.example`, and a record there.
fn chain(links: usize) -> String {
    let mut text = format!("c{links}.example TXT \"end\"\n");
    for link in 0..links {
        writeln!(text, "c{link}.example CNAME c{}.example.", link + 1).expect("text grows");
    }
    text
}

#[tokio::test]
async fn a_chain_is_followed_in_one_query() {
    let server = DnsServer::start(Script::resolver().records(&chain(5)));
    let reply = ask(&server, "c0.example", RrType::TXT).await;
    assert_eq!(texts(&reply), [r#""end""#]);
    let expected = ["c1.example", "c2.example", "c3.example", "c4.example", "c5.example"];
    assert_eq!(reply.chain.to_vec(), names(&expected));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_dangling_alias_shows_its_target_in_one_query() {
    let server = DnsServer::start(Script::resolver().records(
        r"
        s1._domainkey.example.com CNAME gone.vendor.example.
        s2._domainkey.example.com CNAME empty.vendor.example.
        empty.vendor.example A 192.0.2.1
        ",
    ));
    for (owner, target, absence) in [
        ("s1._domainkey.example.com", "gone.vendor.example", Absence::NxDomain),
        ("s2._domainkey.example.com", "empty.vendor.example", Absence::NoData),
    ] {
        let reply = ask(&server, owner, RrType::TXT).await;
        assert_eq!(reply.state, State::Absent(absence), "{owner}");
        assert_eq!(reply.chain.to_vec(), names(&[target]));
    }
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn who_asks_for_the_alias_gets_it() {
    let server = DnsServer::start(Script::resolver().records(&chain(1)));
    let reply = ask(&server, "c0.example", RrType::CNAME).await;
    assert_eq!(texts(&reply), ["c1.example."]);
    assert!(!reply.is_alias());
}

#[tokio::test]
async fn a_loop_is_a_failure() {
    let server = DnsServer::start(Script::resolver().records(
        r"
        a.example CNAME b.example.
        b.example CNAME a.example.
        self.example CNAME self.example.
        ",
    ));
    let reply = ask(&server, "a.example", RrType::TXT).await;
    assert_eq!(failure(&reply).0, Reason::ServFail);
    assert_eq!(reply.chain.to_vec(), names(&["b.example", "a.example"]));
    assert_eq!(failure(&ask(&server, "self.example", RrType::TXT).await).0, Reason::ServFail);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn two_aliases_at_one_name_tell_nothing() {
    let server = DnsServer::start(Script::resolver().records("a.example CNAME b.example.").act(
        "a.example",
        RrType::TXT,
        Act::Edit(|_, answer| {
            let data = RData::CNAME(CNAME(wire(&name("c.example"))));
            answer.answers.push(Record::from_rdata(wire(&name("a.example")), 300, data));
        }),
    ));
    assert_eq!(failure(&ask(&server, "a.example", RrType::TXT).await).0, Reason::Garbage);
}

#[tokio::test]
async fn a_resolver_that_stops_at_the_alias_is_asked_for_the_target() {
    let stops = Act::Edit(|_, answer| {
        answer.answers.truncate(1);
        answer.authorities.clear();
    });
    let server = DnsServer::start(Script::resolver().records(&chain(2)).act("c0.example", RrType::TXT, stops));
    let reply = ask(&server, "c0.example", RrType::TXT).await;
    assert_eq!(texts(&reply), [r#""end""#]);
    assert_eq!(reply.chain.to_vec(), names(&["c1.example", "c2.example"]));
    assert_eq!(server.questions(), ["c0.example TXT", "c1.example TXT"]);
}

#[tokio::test]
async fn a_chain_told_link_by_link_ends() {
    let stops = Act::Edit(|_, answer| answer.answers.truncate(1));
    let mut script = Script::resolver().records(&chain(40));
    for link in 0..40 {
        script = script.act(&format!("c{link}.example"), RrType::TXT, stops.clone());
    }
    let server = DnsServer::start(script);
    assert_eq!(failure(&ask(&server, "c0.example", RrType::TXT).await).0, Reason::ServFail);
    assert_eq!(server.seen().len(), 16);
}

#[tokio::test]
async fn a_loop_told_link_by_link_ends() {
    let stops = Act::Edit(|_, answer| answer.answers.truncate(1));
    let records = "a.example CNAME b.example.\nb.example CNAME a.example.";
    let script = Script::resolver().records(records);
    let script = script.act("a.example", RrType::TXT, stops.clone()).act("b.example", RrType::TXT, stops);
    let server = DnsServer::start(script);
    assert_eq!(failure(&ask(&server, "a.example", RrType::TXT).await).0, Reason::ServFail);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn an_authority_that_cannot_finish_a_chain_claims_no_absence() {
    let server = DnsServer::start(Script::authoritative(&["example.com", "vendor.example"]).records(
        r#"
        out.example.com CNAME key.elsewhere.example.
        in.example.com CNAME key.vendor.example.
        dangling.example.com CNAME gone.vendor.example.
        key.vendor.example TXT "v=DKIM1; p="
        "#,
    ));
    let live = authority(&server);
    let reply = ask_of(&live, "out.example.com", RrType::TXT).await;
    assert_eq!(reply.chain.to_vec(), names(&["key.elsewhere.example"]));
    assert_eq!(failure(&reply), (Reason::Refused, server.address().to_string()));
    assert_eq!(texts(&ask_of(&live, "in.example.com", RrType::TXT).await), [r#""v=DKIM1; p=""#]);
    let dangling = ask_of(&live, "dangling.example.com", RrType::TXT).await;
    assert_eq!(dangling.state, State::Absent(Absence::NxDomain));
    assert_eq!(dangling.chain.to_vec(), names(&["gone.vendor.example"]));
}

//! Every fault of a server is told as what it is, and never as an absence.

use hickory_proto::op::{Message, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::NS;
use hickory_proto::rr::{Name as WireName, RData, Record, RecordType};
use mailvouch::published::{self, Absence, Reason, Reply, Source};
use mailvouch_providers::dns::RrType;

use super::TRANSPORT;
use super::ask::{BRISK, PATIENT, SHORT, ask, ask_of, authority, closed_port, failure, resolvers};
use crate::support::dns_server::{Act, DnsServer, Script, Transport, bare};

const OWNER: &str = "example.com";

fn script() -> Script {
    Script::resolver().records("example.com TXT \"v=spf1 -all\"")
}

/// The reason that a resolver's fault is told as.
async fn told(act: Act) -> Reason {
    let server = DnsServer::start(script().act(OWNER, RrType::TXT, act));
    let (reason, named) = failure(&ask(&server, OWNER, RrType::TXT).await);
    assert_eq!(named, server.address().to_string());
    reason
}

#[tokio::test]
async fn response_codes_are_told_apart() {
    assert_eq!(told(Act::Rcode(ResponseCode::ServFail)).await, Reason::ServFail);
    assert_eq!(told(Act::Rcode(ResponseCode::Refused)).await, Reason::Refused);
    for code in [ResponseCode::NotAuth, ResponseCode::FormErr, ResponseCode::NotImp, ResponseCode::YXDomain] {
        assert_eq!(told(Act::Rcode(code)).await, Reason::Garbage, "{code}");
    }
}

#[tokio::test]
async fn octets_that_are_no_message_are_garbage() {
    assert_eq!(told(Act::Octets(Vec::new())).await, Reason::Garbage);
    assert_eq!(told(Act::Octets(vec![0xff; 40])).await, Reason::Garbage);
    // A response whose one answer ends in the middle of its owner's name.
    let cut = b"\x84\x00\x00\x01\x00\x01\x00\x00\x00\x00\x07example\x03com\x00\x00\x10\x00\x01\x07exam";
    assert_eq!(told(Act::Octets(cut.to_vec())).await, Reason::Garbage);
}

#[tokio::test]
async fn a_query_sent_back_is_no_answer() {
    assert_eq!(told(Act::Edit(|request, answer| *answer = request.clone())).await, Reason::Garbage);
    let notify = Act::Edit(|_, answer| answer.metadata.op_code = OpCode::Notify);
    assert_eq!(told(notify).await, Reason::Garbage);
}

#[tokio::test]
async fn answers_to_something_else_are_passed_over() {
    let others: [fn(&Message, &mut Message); 5] = [
        |_, answer| answer.metadata.id = answer.id.wrapping_add(1),
        |_, answer| answer.queries = vec![query("other.example", RecordType::TXT)],
        |_, answer| answer.queries = vec![query(OWNER, RecordType::MX)],
        |_, answer| answer.queries.clear(),
        |_, answer| answer.queries.push(query("other.example", RecordType::TXT)),
    ];
    for edit in others {
        let server = DnsServer::start(script().act(OWNER, RrType::TXT, Act::Edit(edit)));
        let live = resolvers(&[server.address()], SHORT);
        assert_eq!(failure(&ask_of(&live, OWNER, RrType::TXT).await).0, Reason::Timeout);
    }
}

#[tokio::test]
async fn answers_to_something_else_over_tcp_are_garbage_of_a_cut_answer() {
    let others: [fn(&Message, &mut Message); 2] = [
        |_, answer| answer.metadata.id = answer.id.wrapping_add(1),
        |_, answer| answer.queries = vec![query("other.example", RecordType::TXT)],
    ];
    let reasons = [Reason::Truncated, Reason::Garbage];
    for (edit, reason) in others.into_iter().zip(reasons) {
        let script = script().act_over(Transport::Udp, OWNER, RrType::TXT, Act::truncated());
        let server = DnsServer::start(script.act_over(Transport::Tcp, OWNER, RrType::TXT, Act::Edit(edit)));
        assert_eq!(failure(&ask(&server, OWNER, RrType::TXT).await).0, reason);
    }
}

fn query(owner: &str, rtype: RecordType) -> Query {
    let mut owner = WireName::from_labels(owner.split('.').map(str::as_bytes)).expect("a name");
    owner.set_fqdn(true);
    Query::query(owner, rtype)
}

#[tokio::test]
async fn silence_is_a_time_out_after_two_queries() {
    let server = DnsServer::start(script().act(OWNER, RrType::TXT, Act::Silence));
    let live = resolvers(&[server.address()], SHORT);
    let reply = ask_of(&live, OWNER, RrType::TXT).await;
    assert_eq!(failure(&reply), (Reason::Timeout, server.address().to_string()));
    assert_eq!(server.seen().len(), 2, "one query, and one for a lost datagram");
    assert_eq!(failure(&ask_of(&live, OWNER, RrType::TXT).await).0, Reason::Timeout);
    assert_eq!(server.seen().len(), 3, "a server that was silent before gets one");
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_a_time_out() {
    let server = DnsServer::start(script().act(OWNER, RrType::TXT, Act::Late(PATIENT)));
    let live = resolvers(&[server.address()], SHORT);
    assert_eq!(failure(&ask_of(&live, OWNER, RrType::TXT).await).0, Reason::Timeout);
}

#[tokio::test]
async fn a_lost_datagram_is_made_good() {
    let server = DnsServer::start(script().act(OWNER, RrType::TXT, Act::SilenceOnce));
    let reply = ask_of(&resolvers(&[server.address()], BRISK), OWNER, RrType::TXT).await;
    assert!(reply.records().is_some(), "{reply:?}");
}

#[tokio::test]
async fn a_slow_server_is_not_pressed() {
    let slow = Act::Late(std::time::Duration::from_millis(1200));
    let server = DnsServer::start(script().act(OWNER, RrType::TXT, slow));
    assert!(ask(&server, OWNER, RrType::TXT).await.records().is_some());
    // Over a socket of its own, a query is sent once; over a shared one after 0.4 s and 1.2 s again.
    let most = if TRANSPORT == published::Transport::Own { 1 } else { 3 };
    assert!((1..=most).contains(&server.seen().len()), "{}", server.seen().len());
}

#[tokio::test]
async fn a_closed_port_is_unreachable_and_costs_no_time_out() {
    let live = resolvers(&[closed_port()], PATIENT * 60);
    let told = failure(&ask_of(&live, OWNER, RrType::TXT).await);
    assert_eq!(told, (Reason::Unreachable, closed_port().to_string()));
}

#[tokio::test]
async fn a_truncated_answer_is_fetched_over_tcp() {
    let server = DnsServer::start(script().act_over(Transport::Udp, OWNER, RrType::TXT, Act::truncated()));
    assert!(ask(&server, OWNER, RrType::TXT).await.records().is_some());
    let transports: Vec<_> = server.seen().iter().map(|seen| seen.transport).collect();
    assert_eq!(transports, [Transport::Udp, Transport::Tcp]);
}

#[tokio::test]
async fn a_datagram_cut_anywhere_is_fetched_over_tcp() {
    let cut = b"\x87\x80\x00\x01\x00\x01\x00\x00\x00\x00\x07example\x03com\x00\x00\x10\x00\x01\x07exam";
    let server = DnsServer::start(script().act_over(Transport::Udp, OWNER, RrType::TXT, Act::Octets(cut.to_vec())));
    assert!(ask(&server, OWNER, RrType::TXT).await.records().is_some());
}

#[tokio::test]
async fn a_truncated_answer_without_tcp_stays_truncated() {
    let cut = || script().act_over(Transport::Udp, OWNER, RrType::TXT, Act::truncated());
    let over_tcp = |act: Act| cut().act_over(Transport::Tcp, OWNER, RrType::TXT, act);
    for script in [cut().without_tcp(), over_tcp(Act::CloseMidway), over_tcp(Act::truncated())] {
        let server = DnsServer::start(script);
        assert_eq!(failure(&ask(&server, OWNER, RrType::TXT).await).0, Reason::Truncated);
    }
    let server = DnsServer::start(over_tcp(Act::Silence));
    let reply = ask_of(&resolvers(&[server.address()], BRISK), OWNER, RrType::TXT).await;
    assert_eq!(failure(&reply).0, Reason::Truncated);
}

#[tokio::test]
async fn a_server_from_before_edns_is_asked_without_it() {
    let ignorant = Act::Edit(|request, answer| {
        if request.edns.is_some() {
            bare(answer, ResponseCode::FormErr);
            answer.edns = None;
        }
    });
    let server = DnsServer::start(script().act(OWNER, RrType::TXT, ignorant));
    let live = resolvers(&[server.address()], PATIENT);
    for _ in 0..2 {
        assert!(ask_of(&live, OWNER, RrType::TXT).await.records().is_some());
    }
    let payloads: Vec<_> = server.seen().iter().map(|seen| seen.payload).collect();
    assert_eq!(payloads, [Some(1232), None, None], "it is remembered");
}

#[tokio::test]
async fn absence_is_told_apart_from_an_empty_answer() {
    let server = DnsServer::start(script());
    assert_eq!(ask(&server, OWNER, RrType::MX).await, Reply::absent(Absence::NoData));
    assert_eq!(ask(&server, "gone.example.com", RrType::TXT).await, Reply::absent(Absence::NxDomain));
    // Resolvers are known to strip the SOA.
    let stripped = script().act(OWNER, RrType::MX, Act::Edit(|_, answer| bare(answer, ResponseCode::NoError)));
    assert_eq!(ask(&DnsServer::start(stripped), OWNER, RrType::MX).await, Reply::absent(Absence::NoData));
}

/// A referral to the servers of a zone above the name.
fn refer(_: &Message, answer: &mut Message) {
    bare(answer, ResponseCode::NoError);
    answer.metadata.authoritative = false;
    answer.metadata.recursion_available = false;
    let com = query("com", RecordType::NS).name;
    answer.authorities.push(Record::from_rdata(com.clone(), 300, RData::NS(NS(com))));
}

#[tokio::test]
async fn a_referral_is_no_empty_answer() {
    assert_eq!(told(Act::Edit(refer)).await, Reason::Garbage);
    let server = DnsServer::start(Script::authoritative(&[OWNER]).act(OWNER, RrType::TXT, Act::Edit(refer)));
    assert_eq!(failure(&ask_of(&authority(&server), OWNER, RrType::TXT).await).0, Reason::Garbage);
}

#[tokio::test]
async fn a_lame_server_knows_of_no_absence() {
    for code in [ResponseCode::NoError, ResponseCode::NXDomain] {
        let lame: fn(&Message, &mut Message) = match code {
            ResponseCode::NoError => |_, answer| {
                bare(answer, ResponseCode::NoError);
                answer.metadata.authoritative = false;
            },
            _ => |_, answer| {
                bare(answer, ResponseCode::NXDomain);
                answer.metadata.authoritative = false;
            },
        };
        let server = DnsServer::start(Script::authoritative(&[OWNER]).act(OWNER, RrType::TXT, Act::Edit(lame)));
        assert_eq!(failure(&ask_of(&authority(&server), OWNER, RrType::TXT).await).0, Reason::Garbage, "{code}");
    }
}

#[tokio::test]
async fn records_of_another_name_or_type_are_no_answer() {
    let another = Act::Edit(|_, answer| {
        for record in &mut answer.answers {
            record.name = query("other.example", RecordType::TXT).name;
        }
    });
    assert_eq!(told(another).await, Reason::Garbage);
}

#[tokio::test]
async fn a_name_that_the_authority_does_not_serve_is_refused() {
    let server = DnsServer::start(Script::authoritative(&[OWNER]).records("example.com TXT \"v=spf1 -all\""));
    let live = authority(&server);
    assert!(live.ask(&question(OWNER)).await.records().is_some());
    assert_eq!(failure(&live.ask(&question("example.net")).await).0, Reason::Refused);
    assert!(server.seen().iter().all(|seen| !seen.recursion_desired));
}

fn question(owner: &str) -> published::Question {
    published::Question::new(&crate::support::dns_server::name(owner), RrType::TXT)
}

//! Several servers: who is asked next, and who is asked first from then on.

use hickory_proto::op::ResponseCode;
use mailvouch::published::{Absence, Reason, Reply};
use mailvouch_providers::dns::RrType;

use super::ask::{BRISK, PATIENT, ask_of, closed_port, failure, resolvers, sent_in_vain, texts};
use crate::support::dns_server::{Act, DnsServer, Script, Transport};

const OWNER: &str = "example.com";

fn good() -> DnsServer {
    DnsServer::start(Script::resolver().records("example.com TXT \"v=spf1 -all\""))
}

fn bad(act: Act) -> DnsServer {
    DnsServer::start(Script::resolver().act(OWNER, RrType::TXT, act))
}

#[tokio::test]
async fn the_next_server_is_asked_whatever_the_fault() {
    let faults = [
        Act::Rcode(ResponseCode::ServFail),
        Act::Rcode(ResponseCode::Refused),
        Act::Rcode(ResponseCode::NotImp),
        Act::Octets(vec![0xff; 40]),
        Act::Silence,
    ];
    for fault in faults {
        let timeout = if matches!(fault, Act::Silence) { BRISK } else { PATIENT };
        let (first, second) = (bad(fault), good());
        let live = resolvers(&[first.address(), second.address()], timeout);
        assert_eq!(texts(&ask_of(&live, OWNER, RrType::TXT).await), [r#""v=spf1 -all""#]);
        assert_eq!(second.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_truncated_answer_that_tcp_does_not_bring_goes_to_the_next_server() {
    let first = Script::resolver().without_tcp().act_over(Transport::Udp, OWNER, RrType::TXT, Act::truncated());
    let (first, second) = (DnsServer::start(first), good());
    let live = resolvers(&[first.address(), second.address()], PATIENT);
    assert!(ask_of(&live, OWNER, RrType::TXT).await.records().is_some());
}

#[tokio::test]
async fn absence_is_an_answer() {
    let (first, second) = (DnsServer::start(Script::resolver()), good());
    let live = resolvers(&[first.address(), second.address()], PATIENT);
    assert_eq!(ask_of(&live, OWNER, RrType::TXT).await, Reply::absent(Absence::NxDomain));
    assert!(second.seen().is_empty());
}

#[tokio::test]
async fn a_dead_server_costs_its_time_out_once() {
    let dead = bad(Act::Silence);
    let good = good();
    let live = resolvers(&[dead.address(), good.address()], BRISK);
    for _ in 0..5 {
        assert!(ask_of(&live, OWNER, RrType::TXT).await.records().is_some());
    }
    assert_eq!((dead.seen().len(), good.seen().len()), (sent_in_vain(), 5));
}

#[tokio::test]
async fn a_server_that_is_not_running_is_asked_last_from_then_on() {
    let good = good();
    let live = resolvers(&[closed_port(), good.address()], PATIENT);
    for _ in 0..3 {
        assert!(ask_of(&live, OWNER, RrType::TXT).await.records().is_some());
    }
    assert_eq!(good.seen().len(), 3);
}

#[tokio::test]
async fn a_failure_for_one_name_does_not_demote_a_server() {
    let script = Script::resolver().records("fine.example TXT \"a\"");
    let first = DnsServer::start(script.act(OWNER, RrType::TXT, Act::Rcode(ResponseCode::ServFail)));
    let second = good();
    let live = resolvers(&[first.address(), second.address()], PATIENT);
    assert!(ask_of(&live, OWNER, RrType::TXT).await.records().is_some());
    assert!(ask_of(&live, "fine.example", RrType::TXT).await.records().is_some());
    assert_eq!((first.seen().len(), second.seen().len()), (2, 1));
}

#[tokio::test]
async fn when_all_fail_the_most_telling_failure_is_told() {
    let (silent, failing) = (bad(Act::Silence), bad(Act::Rcode(ResponseCode::ServFail)));
    let refusing = bad(Act::Rcode(ResponseCode::Refused));
    let live = resolvers(&[silent.address(), refusing.address(), failing.address()], BRISK);
    let told = failure(&ask_of(&live, OWNER, RrType::TXT).await);
    assert_eq!(told, (Reason::ServFail, failing.address().to_string()));
    assert_eq!([silent.seen().len(), refusing.seen().len(), failing.seen().len()], [sent_in_vain(), 1, 1]);
}

#[tokio::test]
async fn a_server_listed_twice_is_asked_once() {
    let server = bad(Act::Rcode(ResponseCode::ServFail));
    let live = resolvers(&[server.address(), server.address()], PATIENT);
    assert_eq!(failure(&ask_of(&live, OWNER, RrType::TXT).await).0, Reason::ServFail);
    assert_eq!(server.seen().len(), 1);
}

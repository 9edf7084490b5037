//! Servers that are not there, say nothing, or say what makes no sense. None of it is an absent record.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use mailvouch_providers::rfc2136::{Rfc2136, TsigAlgorithm};
use mailvouch_providers::{Provider as _, ProviderError};

use super::super::fixture::txt;
use super::{BOTH, HEAD, change, name, provider, read, write};
use crate::servers::{Key, Setup};
use crate::support::proxy::{Fate, Proxy, framed};

/// No test waits longer than this for a call that has to end by itself.
const FOREVER: Duration = Duration::from_mins(1);

/// A provider that loses its patience soon.
fn hasty(server: SocketAddr) -> Rfc2136 {
    Rfc2136::new(server, Key::new(TsigAlgorithm::HmacSha256).tsig(), Duration::from_millis(300), None)
}

/// Every call ends, with `Unavailable`; gives the words of the first.
async fn unavailable_everywhere(provider: &Rfc2136) -> String {
    let calls = async {
        [
            provider.zone_of(&name("s1.example.com")).await.expect_err("a zone"),
            read(provider, "absent.example.com").await.expect_err("an answer"),
            write(provider, change("new.example.com", &[], &[txt("x")])).await.expect_err("a receipt"),
        ]
    };
    let errors = tokio::time::timeout(FOREVER, calls).await.expect("an end");
    let words = errors.map(|error| match error {
        ProviderError::Unavailable(words) => words,
        other => panic!("{other:?}"),
    });
    words.into_iter().next().expect("three of them")
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let words = unavailable_everywhere(&hasty(listener.local_addr().expect("its address"))).await;
    assert!(words.contains("said nothing for 300ms"), "{words}");
}

#[tokio::test]
async fn a_port_that_nobody_listens_at() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("its address");
    drop(listener);
    let words = unavailable_everywhere(&hasty(address)).await;
    assert!(words.contains("cannot connect to"), "{words}");
}

#[tokio::test]
async fn a_server_that_is_gone() {
    for start in BOTH {
        let mut server = start(&Setup::new("example.com", HEAD));
        let provider = provider(&server);
        read(&provider, "absent.example.com").await.expect("an answer");
        server.stop();
        unavailable_everywhere(&provider).await;
    }
}

/// An unsigned answer to a question that had the id 0, with this code.
fn unsigned(code: u8) -> Vec<u8> {
    framed(&[0, 0, 0b1000_0100, code, 0, 0, 0, 0, 0, 0, 0, 0])
}

#[tokio::test]
async fn answers_that_make_no_sense() {
    let many_records = framed(&[0, 0, 0b1000_0100, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    let question_back = framed(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let points_at_itself = framed(&[0, 0, 0b1000_0100, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 16, 0, 1]);
    let answers: [(&str, Vec<u8>); 9] = [
        ("no octets", framed(&[])),
        ("one octet", framed(&[0])),
        ("another id", framed(&[0xff; 12])),
        ("text", b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
        ("more records than there are", many_records),
        ("a question", question_back),
        ("a name without an end", points_at_itself),
        ("NXDOMAIN that nobody signed", unsigned(3)),
        ("an empty answer that nobody signed", unsigned(0)),
    ];
    // Nothing is passed on: where to does not matter.
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    for (what, answer) in answers {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let upstream = listener.local_addr().unwrap_or(nowhere);
        let proxy = Proxy::start(upstream, move |_| Fate::Answer(answer.clone()));
        let words = unavailable_everywhere(&hasty(proxy.address())).await;
        assert!(!words.is_empty(), "{what}");
    }
}

#[tokio::test]
async fn answers_that_were_changed_on_the_way() {
    for start in BOTH {
        let server = start(&Setup::new("example.com", HEAD));
        let flips: [fn(&mut Vec<u8>); 4] = [
            // NXDOMAIN becomes NOERROR, and the other way round.
            |answer| answer[3] ^= 3,
            // An octet of the signature.
            |answer| *answer.last_mut().expect("octets") ^= 1,
            // No signature any more.
            |answer| answer[11] = 0,
            // Half of it.
            |answer| answer.truncate(answer.len() / 2),
        ];
        for flip in flips {
            let proxy = Proxy::start(server.address(), move |_| Fate::Alter(flip));
            let provider = Rfc2136::new(proxy.address(), server.key().tsig(), super::TIMEOUT, None);
            unavailable_everywhere(&provider).await;
        }
    }
}

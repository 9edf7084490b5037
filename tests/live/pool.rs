//! What many questions at once make of shared sockets: none is lost, none answered with another's answer, and nobody guesses.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use hickory_proto::op::{Message, MessageType};
use mailvouch::published::{Live, LiveOptions, Question, Reason, Recursion, Reply, Transport};
use mailvouch_providers::dns::RrType;

use super::reply;
use crate::support::dns_server::name;

const MANY: usize = 5_000;

/// How a server treats the queries that it gets.
type Treat = dyn FnMut(&[u8], &mut dyn FnMut(&[u8])) + Send;

/// The port that each query came from, and the query.
type Seen = Vec<(u16, Vec<u8>)>;

/// A server that answers each TXT question with the first label of its name, as `treat` has it; and the ports and names that
/// it saw.
struct Echo {
    address: SocketAddr,
    seen: Arc<std::sync::Mutex<Seen>>,
}

impl Echo {
    fn start(mut treat: Box<Treat>) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
        let address = socket.local_addr().expect("an address");
        let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
        let noted = seen.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // It ends with the test's process: nothing else is waited for.
            while let Ok((length, peer)) = socket.recv_from(&mut buffer) {
                let query = buffer[..length].to_vec();
                noted.lock().expect("whole").push((peer.port(), query.clone()));
                treat(&query, &mut |answer| drop(socket.send_to(answer, peer)));
            }
        });
        Self { address, seen }
    }

    fn live(&self, timeout: Duration) -> Arc<Live> {
        let live = Live::new(LiveOptions {
            upstreams: vec![self.address],
            timeout,
            recursion: Recursion::Desired,
            transport: Transport::Pooled,
        });
        Arc::new(live.expect("somebody to ask"))
    }
}

/// The answer to a query: its name's first label, as a text.
fn answer(query: &[u8]) -> Vec<u8> {
    let length = usize::from(query[12]);
    let label = query[13..13 + length].to_ascii_lowercase();
    let question = 12 + query[12..].iter().position(|octet| *octet == 0).expect("an end") + 5;
    let mut octets = query[..question].to_vec();
    octets[2] = 0x81;
    octets[3] = 0x80;
    octets[4..12].copy_from_slice(&[0, 1, 0, 1, 0, 0, 0, 0]);
    octets.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 1, 44, 0, u8::try_from(length + 1).expect("short")]);
    octets.push(u8::try_from(length).expect("short"));
    octets.extend(label);
    octets
}

async fn all(live: &Arc<Live>, begun: bool) -> Vec<Reply> {
    let names = (0..MANY).map(|number| name(&format!("n{number}.Example.test")));
    join_all(names.map(|name| async move { reply(live, &Question::new(&name, RrType::TXT), begun).await })).await
}

/// What is asked with a future for each question, and without.
const WAYS: [bool; 2] = [false, true];

fn assert_each_has_its_own(replies: &[Reply]) {
    for (number, reply) in replies.iter().enumerate() {
        let set = reply.records().unwrap_or_else(|| panic!("n{number}: {reply:?}"));
        assert_eq!(set.values[0].to_string(), format!("\"n{number}\""));
        assert_eq!(reply.lifetime, Some(300));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_at_once_are_answered_each_with_its_own() {
    let echo = Echo::start(Box::new(|query, send| send(&answer(query))));
    for begun in WAYS {
        assert_each_has_its_own(&all(&echo.live(Duration::from_secs(20)), begun).await);
    }
    let seen = echo.seen.lock().expect("whole");
    let ports: BTreeSet<u16> = seen.iter().map(|(port, _)| *port).collect();
    assert!((4..=128).contains(&ports.len()), "{} ports", ports.len());
    let ids: BTreeSet<&[u8]> = seen.iter().map(|(_, query)| &query[..2]).collect();
    let asked = WAYS.len() * MANY;
    assert!(ids.len() > asked * 8 / 10, "ids are thrown: {} of {asked}", ids.len());
    let mixed = seen.iter().filter(|(_, query)| query.iter().any(u8::is_ascii_uppercase)).count();
    assert!(mixed > asked * 9 / 10, "letters are thrown: {mixed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_datagrams_are_made_good() {
    let mut count = 0;
    let echo = Echo::start(Box::new(move |query, send| {
        count += 1;
        if count % 50 != 0 {
            send(&answer(query));
        }
    }));
    for begun in WAYS {
        assert_each_has_its_own(&all(&echo.live(Duration::from_secs(20)), begun).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_out_of_order_and_twice_find_their_own() {
    let mut held: Vec<Vec<u8>> = Vec::new();
    let echo = Echo::start(Box::new(move |query, send| {
        // Each answer follows the next one, and comes twice. The port is that of another socket's now and then: such an
        // answer is nobody's.
        held.push(answer(query));
        send(&answer(query));
        if let Some(old) = (held.len() > 1).then(|| held.remove(0)) {
            send(&old);
        }
    }));
    for begun in WAYS {
        assert_each_has_its_own(&all(&echo.live(Duration::from_secs(20)), begun).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_is_passed_over() {
    // Everything is right but for what cannot be guessed: first a wrong id, then another name.
    let echo = Echo::start(Box::new(|query, send| {
        let mut forged = answer(query);
        forged[1] = forged[1].wrapping_add(1);
        *forged.last_mut().expect("a text") = b'X';
        send(&forged);
        let mut other = answer(query);
        other[13] = b'Z';
        *other.last_mut().expect("a text") = b'X';
        send(&other);
        send(&answer(query));
    }));
    let live = echo.live(Duration::from_secs(20));
    for number in 0..50 {
        let question = Question::new(&name(&format!("n{number}.example.test")), RrType::TXT);
        let reply = reply(&live, &question, number % 2 == 0).await;
        assert_eq!(reply.records().expect("records").values[0].to_string(), format!("\"n{number}\""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_in_another_case_are_not_believed_over_udp() {
    // It sends names back in lower case, and has no TCP.
    let echo = Echo::start(Box::new(|query, send| {
        let mut folded = answer(query);
        folded[12..].make_ascii_lowercase();
        send(&folded);
    }));
    for begun in WAYS {
        let live = echo.live(Duration::from_secs(2));
        let ask = async |owner: &str| reply(&live, &Question::new(&name(owner), RrType::TXT), begun).await;
        let first = ask("a-name-of-many-letters.example.test").await;
        assert_eq!(first.failure().map(|failure| failure.reason), Some(Reason::Garbage));
        // From then on, letters go out as they are, and come back so.
        assert!(ask("another-name.example.test").await.records().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_the_turn_at_a_dead_server_while_another_answers() {
    let (dead, echo) = (Echo::start(Box::new(|_, _| {})), Echo::start(Box::new(|query, send| send(&answer(query)))));
    let options = LiveOptions {
        upstreams: vec![dead.address, echo.address],
        timeout: Duration::from_secs(1),
        recursion: Recursion::Desired,
        transport: Transport::Pooled,
    };
    for way in WAYS {
        let begun = std::time::Instant::now();
        let live = Arc::new(Live::new(options.clone()).expect("somebody to ask"));
        assert_each_has_its_own(&all(&live, way).await);
        // Far more are asked than are in flight at a time: one after the other they would wait for a minute.
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_comes_back_is_no_answer() {
    let echo = Echo::start(Box::new(|query, send| send(query)));
    for begun in WAYS {
        let reply =
            reply(&echo.live(Duration::from_secs(2)), &Question::new(&name("a.test"), RrType::TXT), begun).await;
        assert_eq!(reply.failure().map(|failure| failure.reason), Some(Reason::Garbage));
    }
    let (_, query) = echo.seen.lock().expect("whole")[0].clone();
    assert_eq!(Message::from_vec(&query).expect("a query").metadata.message_type, MessageType::Query);
}

//! Somebody in the middle: passes messages between the provider and a server, one by one, and does to them what a test
//! wants, or lets somebody else be quicker.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// Longest that a connection may stay open once nobody needs it.
const PATIENCE: Duration = Duration::from_secs(30);

/// What becomes of a message from the provider.
pub(crate) enum Fate {
    /// It goes to the server, and the answer back.
    Pass,
    /// The same, and then the connection ends.
    PassAndClose,
    /// The same, after a while.
    Delay(Duration),
    /// It goes nowhere, and the connection ends.
    Cut,
    /// It goes nowhere, and nothing is said until the provider has had enough.
    Swallow,
    /// It waits until the provider has had enough, and then goes to the server.
    Late,
    /// It goes to the server; the answer gets lost with the connection.
    LoseAnswer,
    /// The same, and somebody is told that the server has answered.
    LoseAnswerAndTell(Arc<Notify>),
    /// It goes to the server; half of the answer comes back, and the connection ends.
    Halve,
    /// It goes to the server twice; this answer comes back.
    Twice(Answered),
    /// It goes to the server; the answer is changed on its way.
    Alter(fn(&mut Vec<u8>)),
    /// It goes nowhere; these octets are the answer.
    Answer(Vec<u8>),
    /// It goes to the server; these octets are the answer.
    PassAndAnswer(Vec<u8>),
}

/// One of two that are alike.
#[derive(Clone, Copy)]
pub(crate) enum Answered {
    First,
    Second,
}

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    /// DNS over TCP: many messages on a connection, each behind its length.
    Dns,
    /// HTTP, one request on a connection.
    Http,
}

type Decide = dyn FnMut(&[u8]) -> Fate + Send;

pub(crate) struct Proxy {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    open: Arc<AtomicUsize>,
    accepting: Option<JoinHandle<()>>,
}

impl Proxy {
    /// A proxy before a name server, with a say for each message.
    pub(crate) fn start(server: SocketAddr, decide: impl FnMut(&[u8]) -> Fate + Send + 'static) -> Self {
        Self::between(Speech::Dns, server, decide)
    }

    /// A proxy before a server that speaks this.
    pub(crate) fn between(
        speech: Speech,
        server: SocketAddr,
        decide: impl FnMut(&[u8]) -> Fate + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (over, open) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let decide: Arc<Mutex<Decide>> = Arc::new(Mutex::new(decide));
        let (ends, connections) = (over.clone(), open.clone());
        let accepting = spawn(move || {
            for client in listener.incoming() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                let (client, decide, open) = (client.expect("a connection"), decide.clone(), connections.clone());
                open.fetch_add(1, Ordering::SeqCst);
                spawn(move || {
                    serve(speech, client, server, &decide);
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, over, open, accepting: Some(accepting) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns once nothing is on its way any more, in either direction.
    pub(crate) async fn still(&self) {
        let begun = Instant::now();
        while self.open.load(Ordering::SeqCst) > 0 {
            assert!(begun.elapsed() < PATIENCE, "somebody keeps a connection open");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // Wakes the listener, so that it sees that it is over.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

/// The server's end of a connection, opened when it is needed.
struct Upstream {
    speech: Speech,
    server: SocketAddr,
    stream: Option<TcpStream>,
}

impl Upstream {
    /// What the server answers to a message.
    fn ask(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect(self.server).ok()?,
        };
        match self.speech {
            Speech::Dns => {
                stream.write_all(&framed(message)).ok()?;
                let answer = receive_dns(&mut stream)?;
                self.stream = Some(stream);
                Some(answer)
            }
            Speech::Http => {
                stream.write_all(&closing(message)).ok()?;
                let mut answer = Vec::new();
                stream.read_to_end(&mut answer).ok()?;
                (!answer.is_empty()).then_some(answer)
            }
        }
    }
}

/// Serves one connection until either side ends it.
fn serve(speech: Speech, mut client: TcpStream, server: SocketAddr, decide: &Mutex<Decide>) -> Option<()> {
    let mut upstream = Upstream { speech, server, stream: None };
    loop {
        let message = match speech {
            Speech::Dns => receive_dns(&mut client),
            Speech::Http => receive_http(&mut client),
        }?;
        // A hook that panicked has failed its test already.
        let fate = decide.lock().ok()?(&message);
        let answer = match &fate {
            Fate::Answer(octets) => octets.clone(),
            Fate::Cut => return None,
            Fate::Swallow => {
                until_left(&mut client);
                return None;
            }
            Fate::Late => {
                until_left(&mut client);
                upstream.ask(&message)?;
                return None;
            }
            Fate::Twice(answered) => {
                let first = upstream.ask(&message);
                let second = upstream.ask(&message);
                speech.on_the_wire(match answered {
                    Answered::First => first?,
                    Answered::Second => second?,
                })
            }
            Fate::Delay(time) => {
                sleep(*time);
                speech.on_the_wire(upstream.ask(&message)?)
            }
            _ => speech.on_the_wire(upstream.ask(&message)?),
        };
        match &fate {
            Fate::LoseAnswer => return None,
            Fate::LoseAnswerAndTell(whom) => {
                whom.notify_one();
                until_left(&mut client);
                return None;
            }
            Fate::Halve => {
                let _ = client.write_all(&answer[..answer.len() / 2]);
                return None;
            }
            Fate::PassAndAnswer(octets) => client.write_all(octets).ok()?,
            Fate::Alter(alter) => {
                assert_eq!(speech, Speech::Dns, "only its messages are altered");
                let mut message = answer[2..].to_vec();
                alter(&mut message);
                client.write_all(&framed(&message)).ok()?;
            }
            _ => client.write_all(&answer).ok()?,
        }
        if matches!(fate, Fate::PassAndClose) || speech == Speech::Http {
            return None;
        }
    }
}

impl Speech {
    fn on_the_wire(self, message: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Dns => framed(&message),
            Self::Http => message,
        }
    }
}

/// Returns once the other end has closed the connection.
fn until_left(client: &mut TcpStream) {
    let mut rest = [0; 4096];
    while client.read(&mut rest).is_ok_and(|octets| octets > 0) {}
}

fn receive_dns(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut length = [0; 2];
    stream.read_exact(&mut length).ok()?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message).ok()?;
    Some(message)
}

/// A whole request: its head, and as much as that announces.
fn receive_http(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    loop {
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            if request.len() >= end + 4 + length.unwrap_or(0) {
                return Some(request);
            }
        }
        let octets = stream.read(&mut part).ok().filter(|octets| *octets > 0)?;
        request.extend_from_slice(&part[..octets]);
    }
}

/// The request, after whose answer the server is to close the connection: that is the answer's end.
fn closing(request: &[u8]) -> Vec<u8> {
    let line = request.windows(2).position(|window| window == b"\r\n").expect("a request") + 2;
    [&request[..line], b"Connection: close\r\n", &request[line..]].concat()
}

/// A message as it goes over TCP.
pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).expect("a message that fits");
    [&length.to_be_bytes()[..], message].concat()
}

/// Whether a message is an UPDATE that can change something (RFC 2136, section 2.2): not one whose first prerequisite is
/// that the apex is not in use.
pub(crate) fn changes_something(message: &[u8]) -> bool {
    const APEX_IS_UNUSED: [u8; 6] = [0xc0, 12, 0, 255, 0, 254];
    let is_update = message[2] >> 3 & 0b1111 == 5 && message[8..10] != [0, 0];
    let mut zone_section = 12;
    while is_update && message[zone_section] != 0 {
        zone_section += usize::from(message[zone_section]) + 1;
    }
    is_update && !message[zone_section + 5..].starts_with(&APEX_IS_UNUSED)
}

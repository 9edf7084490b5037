//! The server as it runs.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use hickory_proto::op::{Edns, Message};
use mailvouch_providers::dns::{Name, RrType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{oneshot, watch};

use super::script::{Act, Script, Transport, bare};
use super::wire::asked;

/// One query that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) name: Name,
    pub(crate) rtype: RrType,
    pub(crate) transport: Transport,
    pub(crate) recursion_desired: bool,
    /// The datagram size that EDNS announced.
    pub(crate) payload: Option<u16>,
    /// How many answers had left before it came: queries with the same number are one round.
    pub(crate) answered_before: usize,
}

/// What the server wrote down.
#[derive(Default)]
struct Log {
    seen: Vec<Seen>,
    answered: usize,
    open: usize,
    most_open: usize,
}

/// A running server.
pub(crate) struct DnsServer {
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl DnsServer {
    /// Starts on a free port; it answers from the moment this returns.
    pub(crate) fn start(script: Script) -> Self {
        let (udp, tcp) = sockets(script.tcp);
        let address = udp.local_addr().expect("a bound socket");
        let log = Arc::new(Mutex::new(Log::default()));
        let (stop, stopped) = oneshot::channel();
        let server =
            Arc::new(Server { script, log: log.clone(), released: watch::channel(0).0, failed: Mutex::default() });
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                tokio::spawn(serve_udp(server.clone(), tokio::net::UdpSocket::from_std(udp).expect("a socket")));
                if let Some(tcp) = tcp {
                    tokio::spawn(serve_tcp(server, tokio::net::TcpListener::from_std(tcp).expect("a listener")));
                }
                // An error is the other end dropped: that, too, means stop.
                let _ = stopped.await;
            });
        });
        Self { address, log, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// All queries, in the order in which they came.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        lock(&self.log).seen.clone()
    }

    /// The queries as `name type`, sorted.
    pub(crate) fn questions(&self) -> Vec<String> {
        let mut questions: Vec<_> =
            lock(&self.log).seen.iter().map(|seen| format!("{} {}", seen.name, seen.rtype)).collect();
        questions.sort();
        questions
    }

    /// How many batches of queries came that no answer separates.
    pub(crate) fn rounds(&self) -> usize {
        let mut marks: Vec<usize> = lock(&self.log).seen.iter().map(|seen| seen.answered_before).collect();
        marks.dedup();
        marks.len()
    }

    /// How many queries were open at once, at most.
    pub(crate) fn most_open(&self) -> usize {
        lock(&self.log).most_open
    }
}

impl Drop for DnsServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server did not panic");
        }
    }
}

struct Server {
    script: Script,
    log: Arc<Mutex<Log>>,
    /// How many queries may be answered, in the order in which they came.
    released: watch::Sender<usize>,
    /// The questions that were answered wrongly once.
    failed: Mutex<Vec<(Name, RrType)>>,
}

impl Server {
    /// The octets that answer a query; none for silence. The second value says whether all of them are sent.
    async fn reply(&self, octets: &[u8], transport: Transport) -> Option<(Vec<u8>, bool)> {
        let request = Message::from_vec(octets).expect("a query");
        let (owner, rtype) = asked(&request);
        let number = self.note(&request, transport);
        let mut answer = self.script.answer(&request);
        let mut late = self.script.delay;
        let mut whole = true;
        let mut instead = None;
        match self.script.acts.get(&(owner.clone(), rtype, transport)) {
            Some(Act::Edit(edit)) => edit(&request, &mut answer),
            Some(Act::Rcode(code)) => bare(&mut answer, *code),
            Some(Act::RcodeOnce(code)) if self.first_time(&owner, rtype) => bare(&mut answer, *code),
            Some(Act::Octets(octets)) => instead = Some([&request.id.to_be_bytes(), octets.as_slice()].concat()),
            Some(Act::Silence) => return None,
            Some(Act::SilenceOnce) if self.first_time(&owner, rtype) => return None,
            Some(Act::Late(by)) => late += *by,
            Some(Act::CloseMidway) => whole = false,
            Some(Act::SilenceOnce | Act::RcodeOnce(_)) | None => {}
        }
        let mut released = self.released.subscribe();
        released.wait_for(|released| *released > number).await.expect("the server runs");
        if !late.is_zero() {
            tokio::time::sleep(late).await;
        }
        let mut reply = instead.unwrap_or_else(|| answer.to_vec().expect("an answer"));
        if transport == Transport::Udp && reply.len() > usize::from(request.max_payload()) {
            let mut cut = answer.truncate();
            cut.metadata.truncation = true;
            reply = cut.to_vec().expect("an answer");
        }
        let mut log = lock(&self.log);
        log.answered += 1;
        log.open -= 1;
        Some((reply, whole))
    }

    /// Writes the query down; gives its number.
    fn note(&self, request: &Message, transport: Transport) -> usize {
        let (name, rtype) = asked(request);
        let mut log = lock(&self.log);
        let answered_before = log.answered;
        let payload = request.edns.as_ref().map(Edns::max_payload);
        let recursion_desired = request.recursion_desired;
        log.seen.push(Seen { name, rtype, transport, recursion_desired, payload, answered_before });
        log.open += 1;
        log.most_open = log.most_open.max(log.open);
        // A batch that is complete is let go; what comes behind the last batch is not held.
        let sums = self.script.batches.iter().scan(0, |sum, size| {
            *sum += size;
            Some(*sum)
        });
        let total: usize = self.script.batches.iter().sum();
        let complete = sums.filter(|sum| *sum <= log.seen.len()).max().unwrap_or(0);
        self.released.send_replace(if complete == total { usize::MAX } else { complete });
        log.seen.len() - 1
    }

    fn first_time(&self, owner: &Name, rtype: RrType) -> bool {
        let mut failed = lock(&self.failed);
        let first = !failed.contains(&(owner.clone(), rtype));
        failed.push((owner.clone(), rtype));
        first
    }
}

async fn serve_udp(server: Arc<Server>, socket: tokio::net::UdpSocket) {
    let socket = Arc::new(socket);
    let mut buffer = [0; 4096];
    while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
        let (server, socket, query) = (server.clone(), socket.clone(), buffer[..length].to_vec());
        tokio::spawn(async move {
            if let Some((reply, _)) = server.reply(&query, Transport::Udp).await {
                // Whoever asked may be gone.
                let _ = socket.send_to(&reply, peer).await;
            }
        });
    }
}

async fn serve_tcp(server: Arc<Server>, listener: tokio::net::TcpListener) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let server = server.clone();
        tokio::spawn(async move {
            while let Ok(length) = stream.read_u16().await {
                let mut query = vec![0; usize::from(length)];
                if stream.read_exact(&mut query).await.is_err() {
                    return;
                }
                match server.reply(&query, Transport::Tcp).await {
                    Some((reply, whole)) => {
                        let length = u16::try_from(reply.len()).expect("a message");
                        let reply = [&length.to_be_bytes(), reply.as_slice()].concat();
                        let sent = if whole { reply.len() } else { reply.len() / 2 };
                        if stream.write_all(&reply[..sent]).await.is_err() || !whole {
                            return;
                        }
                    }
                    None => std::future::pending().await,
                }
            }
        });
    }
}

/// A free port of both kinds.
fn sockets(with_tcp: bool) -> (UdpSocket, Option<TcpListener>) {
    for _ in 0..100 {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let Ok(tcp) = TcpListener::bind(udp.local_addr().expect("a bound socket")) else {
            continue;
        };
        udp.set_nonblocking(true).expect("a socket");
        tcp.set_nonblocking(true).expect("a listener");
        return (udp, with_tcp.then_some(tcp));
    }
    panic!("no port is free for both UDP and TCP");
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panicked")
}

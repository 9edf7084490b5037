//! A name server on loopback that does what a test tells it, faults included, and writes down what it was asked.
//!
//! It runs in a thread of its own, over UDP and TCP on one port, and stops when dropped. Without a script it answers
//! like a resolver, or like the authoritative server of its zones, from the records it was given.

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use hickory_proto::op::{Edns, Message, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CNAME, MX, NS, NULL, PTR, SOA, TXT};
use hickory_proto::rr::{Name as WireName, RData, Record, RecordType};
use mailvouch_providers::dns::{Name, Rdata, RrType, Soa};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{oneshot, watch};

/// The way a query came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Transport {
    Udp,
    Tcp,
}

/// What the server takes itself for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Knows every name: what it holds no record of does not exist.
    Resolver,
    /// Knows the names at and below these apexes; refuses others, and does not follow an alias to them.
    Authoritative,
}

/// What becomes of an answer.
#[derive(Clone)]
pub(crate) enum Act {
    /// It is changed first: the query, and the answer as it would be.
    Edit(fn(&Message, &mut Message)),
    /// A response code takes its place.
    Rcode(ResponseCode),
    /// The query's id and then these octets take its place.
    Octets(Vec<u8>),
    /// It never comes.
    Silence,
    /// It does not come the first time.
    SilenceOnce,
    /// It comes late.
    Late(Duration),
    /// TCP only: the connection ends in the middle of it.
    CloseMidway,
}

impl Act {
    /// Cut off, as the datagram says.
    pub(crate) fn truncated() -> Self {
        Self::Edit(|_, answer| {
            *answer = answer.truncate();
            answer.metadata.truncation = true;
        })
    }
}

/// Takes all records out of an answer.
pub(crate) fn bare(answer: &mut Message, code: ResponseCode) {
    answer.metadata.response_code = code;
    answer.answers.clear();
    answer.authorities.clear();
}

/// What the server holds, and what it does.
pub(crate) struct Script {
    role: Role,
    apexes: Vec<Name>,
    records: BTreeMap<Name, Vec<(u32, Rdata)>>,
    acts: HashMap<(Name, RrType, Transport), Act>,
    delay: Duration,
    batches: Vec<usize>,
    tcp: bool,
}

impl Script {
    /// A resolver that knows no name.
    pub(crate) fn resolver() -> Self {
        Self {
            role: Role::Resolver,
            apexes: vec![Name::root()],
            records: BTreeMap::new(),
            acts: HashMap::new(),
            delay: Duration::ZERO,
            batches: Vec::new(),
            tcp: true,
        }
    }

    /// The server of these zones, which hold no record yet.
    pub(crate) fn authoritative(apexes: &[&str]) -> Self {
        Self { role: Role::Authoritative, apexes: apexes.iter().map(|apex| name(apex)).collect(), ..Self::resolver() }
    }

    /// Records, one a line: `OWNER [TTL] TYPE DATA`, names absolute, TTL 300 if none is given.
    pub(crate) fn records(mut self, text: &str) -> Self {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (owner, rest) = line.split_once(' ').expect("an owner");
            let rest = rest.trim_start();
            let (ttl, rest) = match rest.split_once(' ') {
                Some((ttl, rest)) if ttl.parse::<u32>().is_ok() => (ttl.parse().expect("seconds"), rest.trim_start()),
                _ => (300, rest),
            };
            let (rtype, data) = rest.split_once(' ').expect("a type");
            let rdata = Rdata::parse(rtype.parse().expect("a type"), data.trim()).expect(line);
            self.records.entry(name(owner)).or_default().push((ttl, rdata));
        }
        self
    }

    /// What becomes of the answers to this question.
    pub(crate) fn act(self, owner: &str, rtype: RrType, act: Act) -> Self {
        self.act_over(Transport::Udp, owner, rtype, act.clone()).act_over(Transport::Tcp, owner, rtype, act)
    }

    /// What becomes of the answers to this question over one transport.
    pub(crate) fn act_over(mut self, transport: Transport, owner: &str, rtype: RrType, act: Act) -> Self {
        self.acts.insert((name(owner), rtype, transport), act);
        self
    }

    /// Each answer comes this much later.
    pub(crate) fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The first answers are held back until so many questions are there, then so many more, and so on; what comes
    /// behind these batches is answered at once. Whoever asks one by one waits in vain.
    pub(crate) fn in_batches(self, sizes: &[usize]) -> Self {
        Self { batches: sizes.to_vec(), ..self }
    }

    /// Nobody listens on the TCP port.
    pub(crate) fn without_tcp(self) -> Self {
        Self { tcp: false, ..self }
    }

    /// The answer as it should be.
    fn answer(&self, request: &Message) -> Message {
        let mut answer = Message::response(request.id, request.op_code);
        answer.queries.clone_from(&request.queries);
        answer.edns = request.edns.as_ref().map(|_| Edns::new());
        answer.metadata.recursion_desired = request.recursion_desired;
        answer.metadata.recursion_available = self.role == Role::Resolver;
        answer.metadata.authoritative = self.role == Role::Authoritative;
        let (mut at, wanted) = asked(request);
        let mut followed = 0;
        loop {
            let Some(apex) = self.apexes.iter().filter(|apex| at.is_at_or_below(apex)).max_by_key(|a| a.label_count())
            else {
                if followed == 0 {
                    bare(&mut answer, ResponseCode::Refused);
                }
                return answer;
            };
            let here = self.records.get(&at).map(Vec::as_slice).unwrap_or_default();
            let alias = here.iter().find(|(_, data)| data.rtype() == RrType::CNAME && wanted != RrType::CNAME);
            let matching = here.iter().filter(|(_, data)| data.rtype() == wanted);
            if let Some((ttl, data @ Rdata::Cname(target))) = alias {
                answer.answers.push(Record::from_rdata(wire(&at), *ttl, wire_data(data)));
                at = target.clone();
                followed += 1;
                if followed > 40 {
                    return answer;
                }
                continue;
            }
            answer.answers.extend(matching.map(|(ttl, data)| Record::from_rdata(wire(&at), *ttl, wire_data(data))));
            let missing = answer.answers.len() == followed;
            if missing {
                let host = name("host.invalid");
                let soa =
                    Soa { mname: host.clone(), rname: host, serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 };
                answer.authorities.push(Record::from_rdata(wire(apex), 300, wire_data(&Rdata::Soa(soa))));
                let exists = at == *apex || self.records.keys().any(|owner| owner.is_at_or_below(&at));
                let code = if exists { ResponseCode::NoError } else { ResponseCode::NXDomain };
                answer.metadata.response_code = code;
            }
            return answer;
        }
    }
}

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
            Arc::new(Server { script, log: log.clone(), released: watch::channel(0).0, silenced: Mutex::default() });
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
    silenced: Mutex<Vec<(Name, RrType)>>,
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
            Some(Act::Octets(octets)) => instead = Some([&request.id.to_be_bytes(), octets.as_slice()].concat()),
            Some(Act::Silence) => return None,
            Some(Act::SilenceOnce) if self.first_time(owner, rtype) => return None,
            Some(Act::Late(by)) => late += *by,
            Some(Act::CloseMidway) => whole = false,
            Some(Act::SilenceOnce) | None => {}
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

    fn first_time(&self, owner: Name, rtype: RrType) -> bool {
        let mut silenced = lock(&self.silenced);
        let first = !silenced.contains(&(owner.clone(), rtype));
        silenced.push((owner, rtype));
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

fn asked(request: &Message) -> (Name, RrType) {
    let query = request.queries.first().expect("a question");
    let name = Name::from_labels(query.name.iter()).expect("a name");
    (name, RrType(query.query_type.into()))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panicked")
}

pub(crate) fn name(text: &str) -> Name {
    text.parse().expect(text)
}

/// The name as it is sent.
pub(crate) fn wire(name: &Name) -> WireName {
    let mut wire = WireName::from_labels(name.labels()).expect("a name");
    wire.set_fqdn(true);
    wire
}

fn wire_data(data: &Rdata) -> RData {
    match data {
        Rdata::A(address) => RData::A(A(*address)),
        Rdata::Aaaa(address) => RData::AAAA(AAAA(*address)),
        Rdata::Cname(target) => RData::CNAME(CNAME(wire(target))),
        Rdata::Mx { preference, exchange } => RData::MX(MX::new(*preference, wire(exchange))),
        Rdata::Ns(server) => RData::NS(NS(wire(server))),
        Rdata::Ptr(target) => RData::PTR(PTR(wire(target))),
        Rdata::Soa(soa) => {
            let timer = |seconds: u32| seconds.cast_signed();
            let (refresh, retry, expire) = (timer(soa.refresh), timer(soa.retry), timer(soa.expire));
            RData::SOA(SOA::new(wire(&soa.mname), wire(&soa.rname), soa.serial, refresh, retry, expire, soa.minimum))
        }
        Rdata::Txt(txt) => RData::TXT(TXT::from_bytes(txt.strings().iter().map(|string| &**string).collect())),
        Rdata::Other { rtype, text } => {
            let hex: String = text.split(' ').skip(2).collect();
            let octet = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal");
            let octets = (0..hex.len()).step_by(2).map(octet).collect();
            RData::Unknown { code: RecordType::from(rtype.0), rdata: NULL::with(octets) }
        }
    }
}

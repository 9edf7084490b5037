//! What the stand-ins for DNS hosts share: HTTP on loopback, faults, an intruder, and a list of what was asked.
//!
//! What a host answers is its own file's; this one knows no API.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use serde_json::Value as Json;

use super::cloudflare::{read, send};

/// A request.
pub(crate) struct Request {
    pub(crate) method: String,
    /// The parts of the path, as they are meant.
    pub(crate) path: Vec<String>,
    pub(crate) query: BTreeMap<String, String>,
    /// What stands in `Authorization`; a `Bearer` before it is left out.
    pub(crate) authorization: String,
    pub(crate) body: Json,
}

impl Request {
    /// Method and path, for a `match`.
    pub(crate) fn parts(&self) -> (&str, Vec<&str>) {
        (&self.method, self.path.iter().map(String::as_str).collect())
    }
}

/// An answer: a status, headers each with its end of line, and a document.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: String,
    pub(crate) body: Json,
}

impl Reply {
    pub(crate) fn new(status: u16, body: Json) -> Self {
        Self { status, headers: String::new(), body }
    }
}

/// A host.
pub(crate) trait Host: Send + 'static {
    /// Does what is asked.
    fn answer(&mut self, request: &Request) -> Reply;

    /// What it says where there were too many requests, and the next is taken in so many seconds.
    fn throttled(&self, seconds: u64) -> Reply;
}

/// What happens to a request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// 429, with so many seconds to wait.
    TooMany(u64),
    /// Nothing is done; this is answered, with this status.
    Answer(u16, Json),
    /// It is done, and this status is answered.
    DoneAndStatus(u16),
    /// Nothing is done, and nothing answered.
    Cut,
    /// It is done, and nothing answered.
    DoneAndCut,
    /// Nothing is done; what is answered is no JSON.
    Garbage,
}

/// Somebody else, who acts before a request.
type Intruder<H> = Box<dyn FnMut(&Request, &mut H) + Send>;

/// What it holds and was asked.
pub(crate) struct State<H> {
    pub(crate) host: H,
    /// Method and path of each request.
    pub(crate) requests: Vec<String>,
    /// The documents that were sent.
    pub(crate) bodies: Vec<Json>,
    faults: VecDeque<Option<Fault>>,
    intruder: Option<Intruder<H>>,
}

/// It, running. Dropping it stops it.
pub(crate) struct Hosted<H> {
    address: SocketAddr,
    state: Arc<Mutex<State<H>>>,
    stop: Arc<AtomicBool>,
}

impl<H: Host> Hosted<H> {
    pub(crate) fn start(host: H) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let (requests, bodies, faults) = (Vec::new(), Vec::new(), VecDeque::new());
        let state = Arc::new(Mutex::new(State { host, requests, bodies, faults, intruder: None }));
        let fake = Self { address, state, stop: Arc::default() };
        let (state, stop) = (fake.state.clone(), fake.stop.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let state = state.clone();
                thread::spawn(move || serve(&stream, &state));
            }
        });
        fake
    }

    /// Where it listens, with this path behind it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State<H>> {
        self.state.lock().expect("no panic")
    }

    /// What happens to the requests from now on, one by one.
    pub(crate) fn faults(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.state().faults = faults.into_iter().collect();
    }

    /// Lets somebody act before requests.
    pub(crate) fn intrude(&self, intruder: impl FnMut(&Request, &mut H) + Send + 'static) {
        self.state().intruder = Some(Box::new(intruder));
    }

    /// The requests that changed something, or tried to.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.state().requests.iter().filter(|request| !request.starts_with("GET")).cloned().collect()
    }
}

impl<H> Drop for Hosted<H> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // It waits for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve<H: Host>(stream: &TcpStream, state: &Mutex<State<H>>) {
    let Some(asked) = read(stream) else { return };
    let query = asked.query.iter().map(|(key, value)| (decoded(key), decoded(value)));
    let request = Request {
        path: asked.path.split('/').filter(|part| !part.is_empty()).map(decoded).collect(),
        query: query.collect(),
        authorization: asked.token.unwrap_or_default(),
        body: serde_json::from_str(&asked.text).unwrap_or_default(),
        method: asked.method,
    };
    let (fault, reply) = {
        let mut state = state.lock().expect("no panic");
        let state = &mut *state;
        if let Some(intruder) = &mut state.intruder {
            intruder(&request, &mut state.host);
        }
        state.requests.push(format!("{} {}", request.method, asked.path.trim_start_matches('/')));
        if !request.body.is_null() {
            state.bodies.push(request.body.clone());
        }
        let fault = state.faults.pop_front().flatten();
        let reply = match &fault {
            None | Some(Fault::DoneAndStatus(_) | Fault::DoneAndCut) => state.host.answer(&request),
            Some(Fault::TooMany(seconds)) => state.host.throttled(*seconds),
            Some(_) => Reply::new(200, Json::Null),
        };
        (fault, reply)
    };
    let body = if reply.body.is_null() { String::new() } else { reply.body.to_string() };
    match fault {
        None | Some(Fault::TooMany(_)) => send(stream, reply.status, &body, &reply.headers),
        Some(Fault::Answer(status, body)) => send(stream, status, &body.to_string(), ""),
        Some(Fault::DoneAndStatus(status)) => send(stream, status, &body, ""),
        Some(Fault::Garbage) => send(stream, 200, "<html>a proxy is in the way</html>", ""),
        // A closed connection is all that is seen.
        Some(Fault::Cut | Fault::DoneAndCut) => drop((&mut &*stream).flush()),
    }
}

/// A text without its percent signs (RFC 3986, section 2.1).
fn decoded(text: &str) -> String {
    let (mut octets, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, others @ ..] = rest {
        let code = (*first == b'%').then(|| std::str::from_utf8(others.get(..2)?).ok()).flatten();
        if let Some(octet) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            octets.push(octet);
            rest = &others[2..];
        } else {
            octets.push(if *first == b'+' { b' ' } else { *first });
            rest = others;
        }
    }
    String::from_utf8(octets).expect("UTF-8")
}

//! What the stand-ins for hosted APIs have in common: HTTP on loopback before a state, with faults and other writers.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use serde_json::Value as Json;

/// A request.
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The parts of the path, without their escapes.
    pub(crate) path: Vec<String>,
    pub(crate) query: BTreeMap<String, String>,
    /// By name in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
}

/// An answer.
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// What happens to a request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Nothing is done; this is answered: status, header (`Name: value`, or nothing), body.
    Answer(u16, &'static str, String),
    /// It is done, and this status is answered.
    DoneAndStatus(u16),
    /// Nothing is done, and nothing answered.
    Cut,
    /// It is done, and nothing answered.
    DoneAndCut,
}

/// An API.
pub(crate) trait Service: Send + 'static {
    fn answer(&mut self, asked: &Asked) -> Told;
}

/// Somebody else, who acts once, before the next request that changes something.
type Intruder<S> = Box<dyn FnOnce(&mut S) + Send>;

struct Inner<S> {
    service: S,
    faults: VecDeque<Option<Fault>>,
    intruder: Option<Intruder<S>>,
    requests: Vec<String>,
}

/// It, running. Dropping it stops it.
pub(crate) struct Rest<S> {
    address: SocketAddr,
    inner: Arc<Mutex<Inner<S>>>,
    stop: Arc<AtomicBool>,
}

/// The service of a stand-in, locked.
pub(crate) struct Locked<'a, S>(MutexGuard<'a, Inner<S>>);

impl<S> std::ops::Deref for Locked<'_, S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0.service
    }
}

impl<S> std::ops::DerefMut for Locked<'_, S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.0.service
    }
}

impl Asked {
    /// The body.
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or(Json::Null)
    }

    /// The fields of a form.
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        pairs(&self.text)
    }

    /// The token of an `Authorization: Bearer`.
    pub(crate) fn bearer(&self) -> Option<&str> {
        self.headers.get("authorization")?.strip_prefix("Bearer ")
    }

    /// The path, to be matched.
    pub(crate) fn parts(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }
}

impl Told {
    pub(crate) fn json(status: u16, body: &Json) -> Self {
        Self { status, body: body.to_string(), headers: vec![("Content-Type", "application/json".to_owned())] }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, body: String::new(), headers: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl<S: Service> Rest<S> {
    pub(crate) fn start(service: S) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let inner = Inner { service, faults: VecDeque::new(), intruder: None, requests: Vec::new() };
        let rest = Self { address, inner: Arc::new(Mutex::new(inner)), stop: Arc::default() };
        let (inner, stop) = (rest.inner.clone(), rest.stop.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let inner = inner.clone();
                thread::spawn(move || serve(&stream, &inner));
            }
        });
        rest
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT/`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// What it holds, to look at and to change.
    pub(crate) fn state(&self) -> Locked<'_, S> {
        Locked(self.inner.lock().expect("no panic"))
    }

    /// What happens to the requests from now on, one by one.
    pub(crate) fn faults(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.inner.lock().expect("no panic").faults = faults.into_iter().collect();
    }

    /// Lets somebody act before the next request that changes something.
    pub(crate) fn intrude(&self, intruder: impl FnOnce(&mut S) + Send + 'static) {
        self.inner.lock().expect("no panic").intruder = Some(Box::new(intruder));
    }

    /// All requests: method and path.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.inner.lock().expect("no panic").requests.clone()
    }

    /// Those that changed something, or tried to.
    pub(crate) fn writes(&self) -> Vec<String> {
        let is_write = |request: &String| !request.starts_with("GET") && !request.contains("token");
        self.requests().into_iter().filter(is_write).collect()
    }
}

impl<S> Drop for Rest<S> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // It waits for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

/// Reads one request.
fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(Some(0), |length| length.parse().ok())?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let path = path.trim_matches('/').split('/').map(|part| unescaped(part, "+")).collect();
    let text = String::from_utf8_lossy(&body).into_owned();
    Some(Asked { method, path, query: pairs(query), headers, text })
}

/// The pairs of a query or a form.
fn pairs(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (unescaped(key, " "), unescaped(value, " "))).collect()
}

/// A text without its percent signs; what a plus means differs by the place.
fn unescaped(text: &str, plus: &str) -> String {
    let text = text.replace('+', plus);
    let mut octets = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        if let Some(octet) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            octets.push(octet);
            rest = &tail[2..];
        } else {
            octets.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

fn serve<S: Service>(stream: &TcpStream, inner: &Mutex<Inner<S>>) {
    let Some(asked) = read(stream) else { return };
    let told = {
        let mut inner = inner.lock().expect("no panic");
        let request = format!("{} {}", asked.method, asked.path.join("/"));
        if asked.method != "GET"
            && !request.contains("token")
            && let Some(intruder) = inner.intruder.take()
        {
            intruder(&mut inner.service);
        }
        inner.requests.push(request);
        match inner.faults.pop_front().flatten() {
            None => inner.service.answer(&asked),
            Some(Fault::Answer(status, header, body)) => {
                let told = Told { status, body, headers: Vec::new() };
                match header.split_once(": ") {
                    Some((name, value)) => told.with(name, value),
                    None => told,
                }
            }
            Some(Fault::DoneAndStatus(status)) => {
                inner.service.answer(&asked);
                Told::json(status, &serde_json::json!({"error": "an error on our side"}))
            }
            Some(Fault::Cut) => return,
            Some(Fault::DoneAndCut) => {
                inner.service.answer(&asked);
                return;
            }
        }
    };
    let length = told.body.len();
    let mut head = format!("HTTP/1.1 {} Status\r\nContent-Length: {length}\r\nConnection: close\r\n", told.status);
    for (name, value) in &told.headers {
        head += &format!("{name}: {value}\r\n");
    }
    // Whoever asked may have gone away.
    let _ = (&mut &*stream).write_all(format!("{head}\r\n{}", told.body).as_bytes());
}

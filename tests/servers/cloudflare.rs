//! A stand-in for the API of Cloudflare: zones, records with ids, pages, batches, refusals. There is no real one to be
//! had without an account; the vendor's own client reads its answers in `tests/providers/cloudflare/sdk.rs`.

mod limit;
mod records;
mod state;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use serde_json::Value as Json;

pub(crate) use limit::Limit;
pub(crate) use state::State;
use state::refused;

/// The token that it knows.
pub(crate) const TOKEN: &str = "a-token-of-the-tests";

/// What happens to a request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// 429, with so many seconds to wait.
    TooMany(u64),
    /// This status, and nothing is done.
    Status(u16),
    /// It is done, and this status is answered.
    DoneAndStatus(u16),
    /// Nothing is done, and nothing answered.
    Cut,
    /// It is done, and nothing answered.
    DoneAndCut,
    /// It is done, and half of the answer sent.
    DoneAndHalf,
    /// It is done, and answered late.
    Slow(Duration),
    /// Nothing is done; what is answered is no JSON.
    Garbage,
    /// Nothing is done; this is answered, with this status.
    Answer(u16, Json),
}

/// Somebody else, who acts before a request: its number, from 1.
type Intruder = Box<dyn Fn(usize, &mut State) + Send + Sync>;

/// It, running. Dropping it stops it.
pub(crate) struct FakeCloudflare {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    intruder: Arc<Mutex<Option<Intruder>>>,
    stop: Arc<AtomicBool>,
}

impl FakeCloudflare {
    /// With an empty zone of each of these names.
    pub(crate) fn start(zones: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(Mutex::new(State::new(zones)));
        let fake = Self { address, state, intruder: Arc::default(), stop: Arc::default() };
        let (state, intruder, stop) = (fake.state.clone(), fake.intruder.clone(), fake.stop.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let (state, intruder) = (state.clone(), intruder.clone());
                thread::spawn(move || serve(&stream, &state, &intruder));
            }
        });
        fake
    }

    /// The base URL of its API.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/client/v4/", self.address)
    }

    /// What it holds, to look at and to change.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic")
    }

    /// What happens to the requests from now on, one by one.
    pub(crate) fn faults(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.state().faults = faults.into_iter().collect();
    }

    /// Lets somebody act before requests.
    pub(crate) fn intrude(&self, intruder: impl Fn(usize, &mut State) + Send + Sync + 'static) {
        *self.intruder.lock().expect("no panic") = Some(Box::new(intruder));
    }

    /// The requests that changed something, or tried to: method and path, in their order.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.state().requests.iter().filter(|request| !request.starts_with("GET")).cloned().collect()
    }
}

impl Drop for FakeCloudflare {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // It waits for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

/// A request.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) token: Option<String>,
    pub(crate) text: String,
    body: Json,
}

/// Reads one request.
pub(crate) fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut token) = (0, None);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => token = Some(value.trim().trim_start_matches("Bearer ").to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    Some(Asked {
        method,
        path: path.trim_start_matches("/client/v4/").to_owned(),
        query: pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        token,
        text: String::from_utf8_lossy(&body).into_owned(),
        body: serde_json::from_slice(&body).unwrap_or(Json::Null),
    })
}

fn serve(stream: &TcpStream, state: &Mutex<State>, intruder: &Mutex<Option<Intruder>>) {
    let Some(asked) = read(stream) else { return };
    let (fault, status, answer, headers) = {
        let mut state = state.lock().expect("no panic");
        let (headers, is_taken) = state.limit.as_mut().map_or((String::new(), true), Limit::admit);
        if !is_taken {
            drop(state);
            let told =
                refused(10000, "More than 1200 requests per 300 seconds reached. Please wait and consider throttling");
            return send(stream, 429, &told.to_string(), &headers);
        }
        let number = state.requests.len() + 1;
        if let Some(intruder) = &*intruder.lock().expect("no panic") {
            intruder(number, &mut state);
        }
        state.requests.push(format!("{} {}", asked.method, asked.path));
        if !asked.body.is_null() {
            state.bodies.push(asked.body.clone());
        }
        let is_broken = asked.method != "GET" && state.broken.iter().any(|zone| asked.path.contains(zone.as_str()));
        let fault = if is_broken { Some(Fault::Status(500)) } else { state.faults.pop_front().flatten() };
        let is_done = matches!(
            fault,
            None | Some(Fault::DoneAndStatus(_) | Fault::DoneAndCut | Fault::DoneAndHalf | Fault::Slow(_))
        );
        let (status, answer) = if is_done { state.answer(&asked) } else { (200, Json::Null) };
        (fault, status, answer, headers)
    };
    match fault {
        Some(Fault::Cut | Fault::DoneAndCut) => {}
        Some(Fault::TooMany(seconds)) => {
            let told = refused(10429, "Rate limited. Please wait and consider throttling your request speed");
            send(stream, 429, &told.to_string(), &format!("Retry-After: {seconds}\r\n"));
        }
        Some(Fault::Status(status) | Fault::DoneAndStatus(status)) => {
            send(stream, status, &refused(u32::from(status), "an error on our side").to_string(), "");
        }
        Some(Fault::Garbage) => send(stream, 200, "<html>a proxy is in the way</html>", ""),
        Some(Fault::Answer(status, answer)) => send(stream, status, &answer.to_string(), ""),
        Some(Fault::DoneAndHalf) => {
            let text = answer.to_string();
            let head = format!("HTTP/1.1 {status} OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", text.len());
            let _ = (&mut &*stream).write_all(format!("{head}{}", &text[..text.len() / 2]).as_bytes());
        }
        Some(Fault::Slow(delay)) => {
            thread::sleep(delay);
            send(stream, status, &answer.to_string(), "");
        }
        None => send(stream, status, &answer.to_string(), &headers),
    }
}

/// Answers it.
pub(crate) fn send(mut stream: &TcpStream, status: u16, body: &str, headers: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}Connection: \
         close\r\n\r\n"
    );
    // Whoever asked may have gone away.
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

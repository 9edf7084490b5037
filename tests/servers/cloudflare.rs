//! A stand-in for the API of Cloudflare: zones, records with ids, pages, batches, refusals. There is no real one to be
//! had without an account; the vendor's own client reads its answers in `tests/providers/cloudflare.rs`.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value as Json, json};

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
}

/// A record and a zone are JSON objects, as they are answered.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// The zones, in the order in which they are listed.
    pub(crate) zones: Vec<Json>,
    /// Their records, by the zone's id.
    pub(crate) records: BTreeMap<String, Vec<Json>>,
    next: u64,
    /// What was asked, in order: method and path.
    pub(crate) requests: Vec<String>,
    /// Bodies of what changed something, in order.
    pub(crate) bodies: Vec<Json>,
    faults: VecDeque<Option<Fault>>,
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
    /// With a zone of each of these names.
    pub(crate) fn start(zones: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let mut state = State::default();
        for (index, name) in zones.iter().enumerate() {
            let id = format!("{:032x}", index + 1);
            state.zones.push(zone(&id, name));
            state.records.insert(id, Vec::new());
        }
        let fake = Self { address, state: Arc::new(Mutex::new(state)), intruder: Arc::default(), stop: Arc::default() };
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

    /// What it holds.
    pub(crate) fn state(&self) -> std::sync::MutexGuard<'_, State> {
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
}

impl Drop for FakeCloudflare {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // It waits for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn zone(id: &str, name: &str) -> Json {
    json!({
        "id": id, "name": name, "status": "active", "type": "full", "paused": false, "development_mode": 0,
        "name_servers": ["ada.ns.example", "bob.ns.example"], "original_name_servers": null,
        "original_registrar": null, "original_dnshost": null, "modified_on": "2026-01-01T00:00:00Z",
        "created_on": "2026-01-01T00:00:00Z", "activated_on": "2026-01-01T00:00:00Z",
        "vanity_name_servers": [], "permissions": ["#dns_records:edit", "#dns_records:read", "#zone:read"],
        "account": {"id": "0123456789abcdef0123456789abcdef", "name": "The tests"},
        "owner": {"id": null, "type": "user", "name": null},
        "plan": {"id": "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee", "name": "Free Website"},
        "meta": {"step": 2, "custom_certificate_quota": 0, "page_rule_quota": 3, "phishing_detected": false,
            "cdn_only": false, "dns_only": false, "foundation_dns": false},
    })
}

impl State {
    /// The id of a zone.
    pub(crate) fn zone_id(&self, name: &str) -> String {
        let zone = self.zones.iter().find(|zone| zone["name"] == name).expect("a zone");
        zone["id"].as_str().expect("an id").to_owned()
    }

    /// Somebody else's record in a zone; its id.
    #[expect(clippy::needless_pass_by_value, reason = "it is written in place")]
    pub(crate) fn put(&mut self, zone: &str, record: Json) -> String {
        let zone = self.zone_id(zone);
        self.insert(&zone, &record)
    }

    fn insert(&mut self, zone: &str, fields: &Json) -> String {
        self.next += 1;
        let id = format!("{:032x}", 0xa000_0000_u64 + self.next);
        let mut record = json!({
            "id": id, "proxiable": false, "proxied": false, "ttl": 1, "settings": {}, "meta": {}, "comment": null,
            "tags": [], "created_on": "2026-01-01T00:00:00.000000Z", "modified_on": "2026-01-01T00:00:00.000000Z",
        });
        merge(&mut record, fields);
        self.records.get_mut(zone).expect("a zone").push(record);
        id
    }

    /// Takes a record away.
    pub(crate) fn take(&mut self, zone: &str, id: &str) {
        let zone = self.zone_id(zone);
        self.records.get_mut(&zone).expect("a zone").retain(|record| record["id"] != id);
    }

    /// The records at a name, whole.
    pub(crate) fn at(&self, zone: &str, name: &str) -> Vec<Json> {
        let records = &self.records[&self.zone_id(zone)];
        records.iter().filter(|record| record["name"] == name).cloned().collect()
    }
}

fn merge(record: &mut Json, fields: &Json) {
    for (key, value) in fields.as_object().expect("an object") {
        record[key] = value.clone();
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
        path: path.trim_start_matches("/client/v4/").trim_start_matches("/client/v4").to_owned(),
        query: pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        token,
        text: String::from_utf8_lossy(&body).into_owned(),
        body: serde_json::from_slice(&body).unwrap_or(Json::Null),
    })
}

fn serve(stream: &TcpStream, state: &Mutex<State>, intruder: &Mutex<Option<Intruder>>) {
    let Some(asked) = read(stream) else { return };
    let (fault, status, answer) = {
        let mut state = state.lock().expect("no panic");
        let number = state.requests.len() + 1;
        if let Some(intruder) = &*intruder.lock().expect("no panic") {
            intruder(number, &mut state);
        }
        state.requests.push(format!("{} {}", asked.method, asked.path));
        if !asked.body.is_null() {
            state.bodies.push(asked.body.clone());
        }
        let fault = state.faults.pop_front().flatten();
        let undone = matches!(&fault, Some(Fault::TooMany(_) | Fault::Status(_) | Fault::Cut | Fault::Garbage));
        let (status, answer) = if undone { (200, Json::Null) } else { state.answer(&asked) };
        (fault, status, answer)
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
        Some(Fault::DoneAndHalf) => {
            let text = answer.to_string();
            let head = format!("HTTP/1.1 {status} OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", text.len());
            let _ = (&mut &*stream).write_all(format!("{head}{}", &text[..text.len() / 2]).as_bytes());
        }
        Some(Fault::Slow(delay)) => {
            thread::sleep(delay);
            send(stream, status, &answer.to_string(), "");
        }
        None => send(stream, status, &answer.to_string(), ""),
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

fn refused(code: u32, message: &str) -> Json {
    json!({"success": false, "errors": [{"code": code, "message": message}], "messages": [], "result": null})
}

#[expect(clippy::needless_pass_by_value, reason = "an answer is made of it")]
fn good(result: Json) -> Json {
    json!({"success": true, "errors": [], "messages": [], "result": result})
}

/// An answer that refuses.
type No = (u16, Json);

impl State {
    fn answer(&mut self, asked: &Asked) -> (u16, Json) {
        if asked.token.as_deref() != Some(TOKEN) {
            return (401, refused(10000, "Authentication error"));
        }
        let path: Vec<&str> = asked.path.split('/').collect();
        let answered = match (asked.method.as_str(), &path[..]) {
            ("GET", ["zones"]) => Ok(page(&self.zones, asked, 20)),
            (method, ["zones", zone, "dns_records", rest @ ..]) if self.records.contains_key(*zone) => {
                self.of_zone(method, zone, rest, asked)
            }
            _ => Err((404, refused(7003, "Could not route to the path, perhaps your object identifier is invalid?"))),
        };
        answered.map_or_else(|no| no, |answer| (200, answer))
    }

    fn of_zone(&mut self, method: &str, zone: &str, rest: &[&str], asked: &Asked) -> Result<Json, No> {
        match (method, rest) {
            ("GET", []) => Ok(page(&self.records[zone], asked, 100)),
            ("GET", [id]) => Ok(good(self.find(zone, id)?.clone())),
            ("POST", []) => self.create(zone, &asked.body).map(good),
            ("PATCH", [id]) => self.edit(zone, id, &asked.body).map(good),
            ("PUT", [id]) => {
                let fields = json!({"comment": null, "tags": []});
                let mut body = fields;
                merge(&mut body, &asked.body);
                self.edit(zone, id, &body).map(good)
            }
            ("DELETE", [id]) => self.delete(zone, id).map(good),
            ("POST", ["batch"]) => self.batch(zone, &asked.body).map(good),
            _ => Err((405, refused(10405, "Method not allowed for this authentication scheme"))),
        }
    }

    /// All of it or nothing.
    fn batch(&mut self, zone: &str, body: &Json) -> Result<Json, No> {
        let before = self.records[zone].clone();
        let list = |key: &str| body[key].as_array().cloned().unwrap_or_default();
        let all = [list("deletes"), list("patches"), list("puts"), list("posts")];
        let result = if all.iter().map(Vec::len).sum::<usize>() > 200 {
            Err((400, refused(81071, "batch: too many changes")))
        } else {
            self.each(zone, &all)
        };
        if result.is_err() {
            self.records.insert(zone.to_owned(), before);
        }
        result
    }

    fn each(&mut self, zone: &str, [deletes, patches, puts, posts]: &[Vec<Json>; 4]) -> Result<Json, No> {
        let id = |fields: &Json| fields["id"].as_str().unwrap_or_default().to_owned();
        let mut done = json!({"deletes": [], "patches": [], "puts": [], "posts": []});
        let mut push = |key: &str, value: Json| done[key].as_array_mut().expect("a list").push(value);
        for fields in deletes {
            let gone = self.find(zone, &id(fields))?.clone();
            self.delete(zone, &id(fields))?;
            push("deletes", gone);
        }
        for fields in patches.iter().chain(puts) {
            push("patches", self.edit(zone, &id(fields), fields)?);
        }
        for fields in posts {
            push("posts", self.create(zone, fields)?);
        }
        Ok(done)
    }

    fn find(&self, zone: &str, id: &str) -> Result<&Json, No> {
        let found = self.records[zone].iter().find(|record| record["id"] == id);
        found.ok_or_else(|| (404, refused(81044, "Record does not exist.")))
    }

    fn create(&mut self, zone: &str, fields: &Json) -> Result<Json, No> {
        self.check(zone, fields, None)?;
        let id = self.insert(zone, fields);
        Ok(self.find(zone, &id)?.clone())
    }

    fn edit(&mut self, zone: &str, id: &str, fields: &Json) -> Result<Json, No> {
        let mut record = self.find(zone, id)?.clone();
        if record["meta"]["read_only"] == true {
            return Err((400, refused(1043, "This record is managed by another product.")));
        }
        merge(&mut record, fields);
        record["id"] = json!(id);
        self.check(zone, &record, Some(id))?;
        let held = self.records.get_mut(zone).expect("a zone").iter_mut().find(|held| held["id"] == id);
        *held.expect("the record") = record.clone();
        Ok(record)
    }

    fn delete(&mut self, zone: &str, id: &str) -> Result<Json, No> {
        if self.find(zone, id)?["meta"]["read_only"] == true {
            return Err((400, refused(1043, "This record is managed by another product.")));
        }
        self.records.get_mut(zone).expect("a zone").retain(|record| record["id"] != id);
        Ok(json!({"id": id}))
    }

    /// What the API refuses of a record that comes, or changes.
    fn check(&self, zone: &str, record: &Json, id: Option<&str>) -> Result<(), No> {
        let ttl = record["ttl"].as_u64().unwrap_or(1);
        if ttl != 1 && !(60..=86400).contains(&ttl) {
            return Err((400, refused(9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.")));
        }
        let at = |other: &&Json| other["name"] == record["name"] && id.is_none_or(|id| other["id"] != id);
        let others: Vec<&Json> = self.records[zone].iter().filter(at).collect();
        let same = |other: &&&Json| {
            other["type"] == record["type"]
                && other["content"] == record["content"]
                && other["priority"] == record["priority"]
        };
        if others.iter().any(|other| same(&other)) {
            return Err((400, refused(81058, "An identical record already exists.")));
        }
        let is_alias = |record: &Json| record["type"] == "CNAME";
        if !others.is_empty() && is_alias(record) {
            return Err((400, refused(81053, "An A, AAAA, or CNAME record with that host already exists.")));
        }
        if others.iter().any(|other| is_alias(other)) {
            return Err((400, refused(81054, "A CNAME record with that host already exists.")));
        }
        Ok(())
    }
}

fn page(all: &[Json], asked: &Asked, usual: usize) -> Json {
    let number = |key: &str, usual: usize| asked.query.get(key).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let wanted: Vec<&Json> = all
        .iter()
        .filter(|item| {
            ["name", "type"].iter().all(|key| asked.query.get(*key).is_none_or(|text| item[*key] == text.as_str()))
        })
        .collect();
    let (page, per_page) = (number("page", 1).max(1), number("per_page", usual).max(1));
    let items: Vec<&Json> = wanted.iter().copied().skip((page - 1) * per_page).take(per_page).collect();
    let info = json!({"page": page, "per_page": per_page, "count": items.len(), "total_count": wanted.len(),
        "total_pages": wanted.len().div_ceil(per_page)});
    let mut answer = good(json!(items));
    answer["result_info"] = info;
    answer
}

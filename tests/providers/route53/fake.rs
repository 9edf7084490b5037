//! A stand-in for what `moto` does not enforce: sets are deleted only as they are, created only where none is, and a
//! batch is made whole or not at all. With pages, private zones, throttling, and changes that take a while.

use std::collections::{BTreeMap, VecDeque};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use mailvouch_providers::dns::RrType;
use mailvouch_providers::route53::{Credentials, Route53};
use mailvouch_providers::{Change, Provider as _, ProviderError, Receipt, Value, Zone};

use super::provider;
use crate::providers::fixture::{TTL, sorted, txt};
use crate::servers::cloudflare::{Asked, read, send};

/// A set: its TTL and values, or the whole of it in XML for sets that are answered otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Set {
    pub(crate) ttl: u32,
    pub(crate) values: Vec<String>,
    more: String,
}

#[derive(Default)]
pub(crate) struct State {
    /// Id, name, and whether it is private.
    zones: Vec<(String, String, bool)>,
    /// By name and type.
    pub(crate) sets: BTreeMap<(String, String), Set>,
    /// Sets in one answer.
    pub(crate) page: usize,
    /// How often a change is still pending when it is asked about.
    pending: usize,
    /// What is answered in place of what was asked, as (status, code); none for what is right.
    faults: VecDeque<Option<(u16, &'static str)>>,
    writes: usize,
    requests: usize,
}

type Intruder = Box<dyn Fn(&mut BTreeMap<(String, String), Set>) + Send>;

pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
    /// Acts once, before the first write.
    intruder: Arc<Mutex<Option<Intruder>>>,
    over: Arc<AtomicBool>,
}

impl Fake {
    fn start() -> Self {
        Self::with_zone("example.com.")
    }

    /// With a private and a public zone of this name, which ends with a dot.
    pub(crate) fn with_zone(name: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let zones = [("ZPRIVATE", name, true), ("ZPUBLIC", name, false)];
        let zones = zones.map(|(id, name, private)| (id.to_owned(), name.to_owned(), private)).to_vec();
        let fake = Self {
            address,
            state: Arc::new(Mutex::new(State { zones, page: 2, ..State::default() })),
            intruder: Arc::default(),
            over: Arc::default(),
        };
        let (state, intruder, over) = (fake.state.clone(), fake.intruder.clone(), fake.over.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                serve(&stream, &state, &intruder);
            }
        });
        fake
    }

    fn provider(&self) -> Route53 {
        provider(&format!("http://{}/", self.address))
    }

    pub(crate) fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no panic")
    }

    fn put(&self, name: &str, rtype: &str, values: &[&str]) {
        self.put_with(TTL, name, rtype, values);
    }

    /// Puts values into a set, as Route 53 writes them; all of it has this TTL then.
    pub(crate) fn put_with(&self, ttl: u32, name: &str, rtype: &str, values: &[&str]) {
        let mut state = self.state();
        let new = Set { ttl, values: Vec::new(), more: String::new() };
        let set = state.sets.entry((name.to_owned(), rtype.to_owned())).or_insert(new);
        set.ttl = ttl;
        set.values.extend(values.iter().map(|value| (*value).to_owned()));
    }

    fn values(&self, name: &str, rtype: &str) -> Vec<String> {
        let set = self.state().sets.get(&(name.to_owned(), rtype.to_owned())).cloned();
        set.map(|set| set.values).unwrap_or_default()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // It waits for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>, intruder: &Mutex<Option<Intruder>>) {
    let Some(asked) = read(stream) else { return };
    let mut state = state.lock().expect("no panic");
    state.requests += 1;
    if !asked.token.as_deref().is_some_and(|text| text.contains("AWS4-HMAC-SHA256 Credential=an-access-key/")) {
        return send(stream, 403, &error("InvalidClientTokenId", "The security token included is invalid."), "");
    }
    if let Some((status, code)) = state.faults.pop_front().flatten() {
        return send(stream, status, &error(code, "not now"), "");
    }
    let path = asked.path.trim_start_matches('/').to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    let (status, answer) = match (asked.method.as_str(), &parts[..]) {
        ("GET", ["2013-04-01", "hostedzone"]) => (200, zones(&state, &asked)),
        ("GET", ["2013-04-01", "hostedzone", "ZPUBLIC", "rrset"]) => (200, sets(&state, &asked)),
        ("POST", ["2013-04-01", "hostedzone", "ZPUBLIC", "rrset"]) => {
            if let Some(intruder) = intruder.lock().expect("no panic").take() {
                intruder(&mut state.sets);
            }
            state.writes += 1;
            change(&mut state, &asked.text)
        }
        ("GET", ["2013-04-01", "change", _]) => {
            let status = if state.pending > 0 { "PENDING" } else { "INSYNC" };
            state.pending = state.pending.saturating_sub(1);
            (200, changed("GetChangeResponse", status))
        }
        _ => (404, error("NoSuchHostedZone", "No hosted zone found with that ID")),
    };
    drop(state);
    send(stream, status, &answer, "");
}

fn error(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    )
}

fn changed(document: &str, status: &str) -> String {
    format!("<{document}><ChangeInfo><Id>/change/C1</Id><Status>{status}</Status></ChangeInfo></{document}>")
}

fn zones(state: &State, asked: &Asked) -> String {
    // One a page.
    let from = asked
        .query
        .get("marker")
        .map_or(0, |marker| state.zones.iter().position(|(id, ..)| id == marker).expect("a marker of ours"));
    let (id, name, private) = &state.zones[from];
    let next = state.zones.get(from + 1).map(|(id, ..)| format!("<NextMarker>{id}</NextMarker>")).unwrap_or_default();
    format!(
        "<ListHostedZonesResponse><HostedZones><HostedZone><Id>/hostedzone/{id}</Id><Name>{name}</Name><Config>\
         <PrivateZone>{private}</PrivateZone></Config></HostedZone></HostedZones><IsTruncated>{}</IsTruncated>{next}\
         </ListHostedZonesResponse>",
        !next.is_empty()
    )
}

fn sets(state: &State, asked: &Asked) -> String {
    let key = |key: &str| asked.query.get(key).map(|text| text.replace("%5C", "\\").replace("%2A", "*"));
    let from = (key("name").unwrap_or_default(), key("type").unwrap_or_default());
    let mut list = state.sets.range(from..);
    let mut text = String::new();
    for ((name, rtype), set) in list.by_ref().take(state.page) {
        let mut values = String::new();
        for value in &set.values {
            values.push_str(&format!("<ResourceRecord><Value>{}</Value></ResourceRecord>", quick(value)));
        }
        text.push_str(&format!(
            "<ResourceRecordSet><Name>{name}</Name><Type>{rtype}</Type>{}<TTL>{}</TTL><ResourceRecords>{values}\
             </ResourceRecords></ResourceRecordSet>",
            set.more, set.ttl
        ));
    }
    let next = list.next().map(|((name, rtype), _)| {
        format!("<NextRecordName>{name}</NextRecordName><NextRecordType>{rtype}</NextRecordType>")
    });
    format!(
        "<ListResourceRecordSetsResponse><ResourceRecordSets>{text}</ResourceRecordSets><IsTruncated>{}</IsTruncated>{}\
         </ListResourceRecordSetsResponse>",
        next.is_some(),
        next.unwrap_or_default()
    )
}

fn quick(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// What stands between two tags, each time.
fn between<'a>(text: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    text.split(&open).skip(1).filter_map(|part| part.split(&close).next()).collect()
}

fn change(state: &mut State, body: &str) -> (u16, String) {
    let mut sets = state.sets.clone();
    for change in between(body, "Change") {
        let one = |tag: &str| between(change, tag).first().map(|text| (*text).to_owned()).expect("a field");
        let plain =
            |text: &str| text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let values: Vec<String> = between(change, "Value").into_iter().map(plain).collect();
        let (key, ttl) = ((one("Name"), one("Type")), one("TTL").parse().expect("a TTL"));
        let set = Set { ttl, values, more: String::new() };
        let (name, rtype) = (&key.0, &key.1);
        let refused = |what: &str| {
            let message = format!("Tried to {what} resource record set [name='{name}', type='{rtype}']");
            let document =
                format!("<InvalidChangeBatch><Messages><Message>{message}</Message></Messages></InvalidChangeBatch>");
            (400, document)
        };
        if rtype == "TXT" && set.values.iter().any(|value| !value.starts_with('"') || value.len() > 4000) {
            return (400, error("InvalidInput", "CharacterStringTooLong, or not in quotes"));
        }
        match (one("Action").as_str(), sets.get(&key)) {
            ("DELETE", None) => return refused("delete not found"),
            ("DELETE", Some(held)) if *held != set => return refused("delete, but the values provided do not match:"),
            ("DELETE", Some(_)) => {
                sets.remove(&key);
            }
            ("CREATE", Some(_)) => return refused("create, but it already exists:"),
            ("CREATE", None) => {
                sets.insert(key, set);
            }
            (other, _) => panic!("{other} is not what is sent"),
        }
    }
    state.sets = sets;
    (200, changed("ChangeResourceRecordSetsResponse", "PENDING"))
}

fn zone() -> Zone {
    Zone { name: "example.com".parse().expect("a name"), id: None }
}

async fn write(provider: &Route53, remove: &[Value], add: &[Value]) -> Result<Receipt, ProviderError> {
    let change = Change { owner: zone().name, remove: remove.to_vec(), add: add.to_vec(), seen: vec![] };
    provider.write(&zone(), &[change]).await.pop().expect("one answer")
}

#[tokio::test]
async fn the_public_zone_is_taken_and_all_pages_are_read() {
    let fake = Fake::start();
    for number in 0..7 {
        fake.put(&format!("n{number}.example.com."), "TXT", &["\"text\""]);
    }
    fake.put("\\052.example.com.", "TXT", &["\"a wildcard \\042 \\303\\274\""]);
    let provider = fake.provider();
    let found = provider.zone_of(&"a.example.com".parse().expect("a name")).await.expect("the zone");
    assert_eq!(found.id.as_deref(), Some("ZPUBLIC"));
    let names = ["n6.example.com", "*.example.com"].map(|name| name.parse().expect("a name"));
    let owners = provider.read(&zone(), &names).await.expect("readable");
    assert_eq!(owners[0].values, [txt("text")]);
    assert_eq!(owners[1].values, [txt("a wildcard \" \u{fc}")]);
    fake.state().zones.push(("ZOTHER".to_owned(), "example.com.".to_owned(), false));
    let error = fake.provider().zone_of(&zone().name).await.expect_err("two public ones");
    assert!(error.to_string().contains("ZPUBLIC, ZOTHER") && error.to_string().contains("hosted-zone-id"), "{error}");
}

#[tokio::test]
async fn a_token_that_comes_between_look_and_write_stays() {
    let fake = Fake::start();
    fake.put("example.com.", "TXT", &["\"v=spf1 -all\"", "\"MS=ms1\""]);
    *fake.intruder.lock().expect("no panic") = Some(Box::new(|sets| {
        let set = sets.get_mut(&("example.com.".to_owned(), "TXT".to_owned())).expect("the set");
        set.values.push("\"new-token=1\"".to_owned());
    }));
    write(&fake.provider(), &[txt("v=spf1 -all")], &[txt("v=spf1 a -all")]).await.expect("written");
    assert_eq!(fake.values("example.com.", "TXT"), ["\"MS=ms1\"", "\"new-token=1\"", "\"v=spf1 a -all\""]);
    assert_eq!(fake.state().writes, 2, "refused once, and read again");
}

#[tokio::test]
async fn ours_that_changes_between_look_and_write_stops_it() {
    let fake = Fake::start();
    fake.put("example.com.", "TXT", &["\"v=spf1 -all\"", "\"MS=ms1\""]);
    *fake.intruder.lock().expect("no panic") = Some(Box::new(|sets| {
        let set = sets.get_mut(&("example.com.".to_owned(), "TXT".to_owned())).expect("the set");
        set.values[0] = "\"v=spf1 mx -all\"".to_owned();
    }));
    let error = write(&fake.provider(), &[txt("v=spf1 -all")], &[txt("v=spf1 a -all")]).await.expect_err("stale");
    assert_eq!(error, ProviderError::Stale(vec![txt("v=spf1 -all")]));
    assert_eq!(fake.values("example.com.", "TXT"), ["\"v=spf1 mx -all\"", "\"MS=ms1\""]);
}

#[tokio::test]
async fn sets_that_are_answered_otherwise_are_left_alone() {
    let fake = Fake::start();
    let weighted = "<SetIdentifier>blue</SetIdentifier><Weight>10</Weight>";
    let alias = "<AliasTarget><HostedZoneId>Z</HostedZoneId><DNSName>x.</DNSName></AliasTarget>";
    for (more, words) in [(weighted, "blue"), (alias, "an alias inside Route 53")] {
        let set = Set { ttl: TTL, values: vec!["\"v=spf1 -all\"".to_owned()], more: more.to_owned() };
        fake.state().sets.insert(("example.com.".to_owned(), "TXT".to_owned()), set);
        let provider = fake.provider();
        let error = provider.read(&zone(), &[zone().name]).await.expect_err("not to be told");
        assert!(error.to_string().contains(words), "{error}");
        assert!(write(&provider, &[], &[txt("x")]).await.is_err());
        assert_eq!(fake.state().writes, 0);
    }
    // Addresses may be answered as they like: no step of ours speaks of them.
    let set = Set { ttl: TTL, values: Vec::new(), more: alias.to_owned() };
    fake.state().sets = BTreeMap::from([(("example.com.".to_owned(), "A".to_owned()), set)]);
    write(&fake.provider(), &[], &[txt("x")]).await.expect("written");
}

#[tokio::test]
async fn a_request_that_came_too_early_is_sent_again() {
    for (status, code) in
        [(400, "PriorRequestNotComplete"), (400, "Throttling"), (429, "Throttling"), (503, "SlowDown")]
    {
        let fake = Fake::start();
        let provider = fake.provider();
        provider.zone_of(&zone().name).await.expect("the zone");
        fake.state().faults = [Some((status, code)), None, Some((status, code))].into();
        write(&provider, &[], &[txt("once")]).await.expect("written");
        assert_eq!(fake.values("example.com.", "TXT"), ["\"once\""], "{code}");
        fake.state().faults = std::iter::repeat_n(Some((status, code)), 4).collect();
        let error = provider.read(&zone(), &[zone().name]).await.expect_err("for ever");
        assert_eq!(error, ProviderError::RateLimited(None), "{code}");
    }
    let fake = Fake::start();
    let provider = fake.provider();
    provider.zone_of(&zone().name).await.expect("the zone");
    fake.state().faults = [None, Some((500, "InternalFailure"))].into();
    assert_eq!(write(&provider, &[], &[txt("x")]).await, Err(ProviderError::Indeterminate));
}

#[tokio::test]
async fn a_change_is_waited_for_until_all_servers_have_it() {
    let fake = Fake::start();
    fake.state().pending = 3;
    let provider = fake.provider();
    let receipt = write(&provider, &[], &[txt("x")]).await.expect("written");
    assert_eq!(receipt.id.as_deref(), Some("/change/C1"));
    provider.settled(&receipt).await.expect("at last");
    assert_eq!(fake.state().pending, 0);
}

#[tokio::test]
async fn a_wrong_key_is_told_and_not_shown() {
    let fake = Fake::start();
    let credentials = Credentials::new("another-key", "hunter2", Some("hunter3"));
    let url = format!("http://{}/", fake.address);
    let provider = Route53::new(Some(&url), None, None, credentials, Duration::from_secs(5), None).expect("a URL");
    let error = provider.zone_of(&zone().name).await.expect_err("not allowed");
    assert!(matches!(&error, ProviderError::Unauthorized(text) if text.contains("InvalidClientTokenId")), "{error}");
    assert!(!format!("{error}{error:?}{provider:?}").contains("hunter"));
}

#[tokio::test]
async fn types_beside_each_other_are_one_batch() {
    let fake = Fake::start();
    fake.put("example.com.", "MX", &["10 mx.example.com."]);
    fake.put("example.com.", "CAA", &["0 issue \"ca.example\""]);
    let provider = fake.provider();
    let mx = provider.read(&zone(), &[zone().name]).await.expect("readable")[0].of_type(RrType::MX).next().cloned();
    let change = Change {
        owner: zone().name,
        remove: vec![mx.expect("it is there")],
        add: vec![txt("v=spf1 -all")],
        seen: vec![],
    };
    provider.write(&zone(), &[change]).await.pop().expect("one answer").expect("written");
    assert_eq!(fake.state().writes, 1);
    let left = provider.read(&zone(), &[zone().name]).await.expect("readable");
    assert_eq!(sorted(left[0].of_type(RrType::TXT).cloned()), [txt("v=spf1 -all")]);
    assert_eq!(left[0].of_type(RrType::MX).count(), 0);
    assert_eq!(fake.values("example.com.", "CAA").len(), 1);
}

//! A stand-in for Azure DNS, and for the token server before it. There is no real one to be had without an account.
//!
//! Paths, pages (`nextLink`), ETags and their conditions are those of the API's description, Microsoft.Network dnsZones,
//! version 2018-05-01 (Azure/azure-rest-api-specs, `specification/dns`: `RecordSet.tsp`, `Zone.tsp`);
//! `tests/providers/azure_dns/sdk.rs` has Microsoft's own client ask it. "Each update to a resource results in the Etag
//! being regenerated", and a mismatch is 412: <https://learn.microsoft.com/en-us/azure/dns/dns-zones-records#etags>.
//! How records look, metadata and an empty `targetResource` among them, is as in the answers that dnscontrol recorded
//! (`providers/azuredns/testdata/azuredns.json`); that texts are taken and served as they are, as in octodns issue 229; that
//! empty strings are refused, as in dnscontrol's `auditrecords.go`; the conflict with an alias, as in
//! kubernetes-sigs/external-dns issue 5358. Tokens: the client credentials grant of
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.

use std::collections::{BTreeMap, BTreeSet};

use mailvouch_providers::dns::{Rdata, RrType};
use serde_json::{Map, Value as Json, json};

use super::rest::{Asked, Rest, Service, Told};

pub(crate) const SUBSCRIPTION: &str = "11111111-2222-3333-4444-555555555555";
pub(crate) const TENANT: &str = "99999999-8888-7777-6666-555555555555";
pub(crate) const CLIENT: &str = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
pub(crate) const SECRET: &str = "a~secret+of/the-tests";
/// The resource group that the zone is in.
pub(crate) const GROUP: &str = "mail-group";
const TYPES: [&str; 10] = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"];

/// It, running.
pub(crate) type FakeAzure = Rest<Azure>;

/// A set.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) etag: String,
    /// All but what the service says itself.
    pub(crate) properties: Map<String, Json>,
}

pub(crate) struct Azure {
    /// Resource group, name, and type.
    pub(crate) zones: Vec<(String, String, &'static str)>,
    /// By zone, name relative to it, and type.
    pub(crate) sets: BTreeMap<(String, String, String), Set>,
    /// Items in one answer.
    pub(crate) page: usize,
    /// How long its tokens last, in seconds.
    pub(crate) lasts: u64,
    tokens: BTreeSet<String>,
    writes: usize,
}

/// With one zone of this name.
pub(crate) fn start(zone: &str) -> FakeAzure {
    Rest::start(Azure {
        zones: vec![(GROUP.to_owned(), zone.to_owned(), "Public"), ("other".to_owned(), zone.to_owned(), "Private")],
        sets: BTreeMap::new(),
        page: 2,
        lasts: 3599,
        tokens: BTreeSet::new(),
        writes: 0,
    })
}

/// Its URL, as whoever asks knows it.
fn url(asked: &Asked) -> String {
    format!("http://{}", asked.headers.get("host").map(String::as_str).unwrap_or_default())
}

/// The property that holds the records of a type.
pub(crate) fn key(rtype: &str) -> String {
    match rtype {
        "CAA" => "caaRecords".to_owned(),
        "CNAME" | "SOA" => format!("{rtype}Record"),
        _ => format!("{rtype}Records"),
    }
}

/// A value as a record of a set.
pub(crate) fn record(rdata: &Rdata) -> Json {
    match rdata {
        Rdata::A(address) => json!({"ipv4Address": address.to_string()}),
        Rdata::Aaaa(address) => json!({"ipv6Address": address.to_string()}),
        Rdata::Cname(target) => json!({"cname": target.absolute()}),
        Rdata::Ns(server) => json!({"nsdname": server.absolute()}),
        Rdata::Ptr(target) => json!({"ptrdname": target.absolute()}),
        Rdata::Mx { preference, exchange } => json!({"preference": preference, "exchange": exchange.absolute()}),
        Rdata::Soa(soa) => json!({"host": soa.mname.absolute(), "email": soa.rname.to_string(),
            "serialNumber": soa.serial, "refreshTime": soa.refresh, "retryTime": soa.retry, "expireTime": soa.expire,
            "minimumTTL": soa.minimum}),
        Rdata::Txt(txt) => {
            let strings: Vec<String> =
                txt.strings().iter().map(|string| String::from_utf8(string.to_vec()).expect("UTF-8")).collect();
            json!({"value": strings})
        }
        // CAA, as it is read in its own form.
        Rdata::Other { text, .. } => {
            let words: Vec<&str> = text.splitn(3, ' ').collect();
            let flags: u8 = words[0].parse().expect("a number");
            json!({"flags": flags, "tag": words[1], "value": words[2].trim_matches('"')})
        }
    }
}

impl Azure {
    fn etag(&mut self) -> String {
        self.writes += 1;
        format!("{:08x}-0000-0000-0000-000000000000", self.writes)
    }

    /// Puts a record into a set of the zone; all of it has this TTL then.
    pub(crate) fn put(&mut self, zone: &str, name: &str, rtype: &str, ttl: u32, record: Json) {
        let etag = self.etag();
        let set = self.sets.entry((zone.to_owned(), name.to_owned(), rtype.to_owned())).or_insert(Set {
            etag: String::new(),
            properties: Map::from_iter([
                ("metadata".to_owned(), json!({"by": "hand"})),
                ("targetResource".to_owned(), json!({})),
            ]),
        });
        set.etag = etag;
        set.properties.insert("TTL".to_owned(), ttl.into());
        let records = set.properties.entry(key(rtype)).or_insert(json!([]));
        match records {
            Json::Array(all) if !matches!(rtype, "CNAME" | "SOA") => all.push(record),
            one => *one = record,
        }
    }

    /// A set of the zone `example.com`.
    pub(crate) fn set(&mut self, name: &str, rtype: &str) -> Option<&mut Set> {
        self.sets.get_mut(&("example.com".to_owned(), name.to_owned(), rtype.to_owned()))
    }

    /// The texts of a set of the zone `example.com`, the strings of each joined.
    pub(crate) fn texts(&mut self, name: &str) -> Vec<String> {
        let records = self.set(name, "TXT").map(|set| set.properties["TXTRecords"].clone()).unwrap_or_default();
        let joined = |record: &Json| {
            let strings = record["value"].as_array().expect("strings").iter();
            strings.map(|string| string.as_str().expect("a string")).collect::<String>()
        };
        records.as_array().into_iter().flatten().map(joined).collect()
    }

    fn token(&mut self, asked: &Asked) -> Told {
        let refused = |status, error: &str, why: &str| {
            let why = format!("{why} Trace ID: 7 Correlation ID: 8 Timestamp: 2026-11-30 12:00:00Z");
            Told::json(status, &json!({"error": error, "error_description": why, "error_codes": [7_000_215]}))
        };
        let (form, scope) = (asked.form(), format!("{}/.default", url(asked)));
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("grant_type") != "client_credentials" || field("scope") != scope {
            return refused(400, "invalid_scope", "AADSTS1002012: The provided value for scope is not valid.");
        }
        if field("client_id") != CLIENT {
            return refused(400, "unauthorized_client", "AADSTS700016: Application was not found in the directory.");
        }
        if field("client_secret") != SECRET {
            return refused(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.\r\n");
        }
        let token = format!("eyJ0eXAi.given-{}", self.tokens.len());
        self.tokens.insert(token.clone());
        Told::json(200, &json!({"token_type": "Bearer", "expires_in": self.lasts, "access_token": token}))
    }

    /// A page of a list. What is skipped stands in the link.
    fn page(&self, all: &[Json], asked: &Asked) -> Told {
        let most = asked.query.get("$top").map_or(self.page, |text| text.parse().expect("a number"));
        let from: usize = asked.query.get("$skiptoken").map_or(0, |text| text.parse().expect("ours"));
        let mut answer = json!({"value": all.iter().skip(from).take(most).collect::<Vec<_>>()});
        if from + most < all.len() {
            let (path, next) = (asked.path.join("/"), from + most);
            let top = asked.query.get("$top").map(|top| format!("&$top={top}")).unwrap_or_default();
            answer["nextLink"] = json!(format!("{}/{path}?api-version=2018-05-01{top}&$skiptoken={next}", url(asked)));
        }
        Told::json(200, &answer)
    }

    fn zones(&self, group: Option<&str>, asked: &Asked) -> Told {
        if group.is_some_and(|group| !self.zones.iter().any(|(known, ..)| known.eq_ignore_ascii_case(group))) {
            return problem(404, "ResourceGroupNotFound", "Resource group could not be found.");
        }
        let of_group =
            self.zones.iter().filter(|(known, ..)| group.is_none_or(|group| known.eq_ignore_ascii_case(group)));
        let listed: Vec<Json> = of_group
            .map(|(group, name, kind)| {
                json!({"id": zone_id(group, name), "name": name, "type": "Microsoft.Network/dnszones",
                    "etag": "00000002-0000-0000-0000-000000000000", "location": "global", "tags": {},
                    "properties": {"maxNumberOfRecordSets": 10000, "nameServers": ["ns1-01.azure-dns.com."],
                        "numberOfRecordSets": 2, "zoneType": kind}})
            })
            .collect();
        self.page(&listed, asked)
    }

    fn recordsets(&self, group: &str, zone: &str, asked: &Asked) -> Told {
        let listed: Vec<Json> =
            self.sets.iter().filter(|(key, _)| key.0 == zone).map(|(key, set)| told(group, key, set)).collect();
        self.page(&listed, asked)
    }

    fn write(&mut self, group: &str, key: (String, String, String), asked: &Asked) -> Told {
        let held = self.sets.get(&key).cloned();
        let precondition = |why: &str| problem(412, "PreconditionFailed", why);
        if let Some(wanted) = asked.headers.get("if-match")
            && held.as_ref().is_some_and(|set| *wanted != "*" && set.etag != *wanted)
        {
            return precondition("The condition in the If-Match header was not satisfied.");
        }
        if asked.method == "DELETE" {
            return match self.sets.remove(&key) {
                Some(_) => Told::empty(200),
                None => Told::empty(204),
            };
        }
        if asked.headers.contains_key("if-match") && held.is_none() {
            return precondition("The condition in the If-Match header was not satisfied.");
        }
        if asked.headers.get("if-none-match").is_some_and(|all| all == "*") && held.is_some() {
            return precondition("The condition '*' in the If-None-Match header was not satisfied.");
        }
        let Json::Object(mut properties) = asked.json()["properties"].take() else {
            return problem(400, "BadRequest", "The properties are missing.");
        };
        if let Err(why) = checked(&key.2, &properties) {
            return problem(400, "BadRequest", &why);
        }
        let beside = |other: &(String, String, String)| other.0 == key.0 && other.1 == key.1 && other.2 != key.2;
        if self.sets.keys().any(|other| beside(other) && (other.2 == "CNAME" || key.2 == "CNAME")) {
            let message = format!(
                "The record could not be created because a CNAME record with the same name, or another record beside a \
                 CNAME, already exists: {}",
                key.1
            );
            return problem(409, "Conflict", &message);
        }
        properties.remove("fqdn");
        properties.remove("provisioningState");
        properties.entry("targetResource").or_insert(json!({}));
        let set = Set { etag: self.etag(), properties };
        let answer = told(group, &key, &set);
        self.sets.insert(key, set);
        Told::json(if held.is_some() { 200 } else { 201 }, &answer)
    }
}

/// What the service looks at in a set, and refuses.
fn checked(rtype: &str, properties: &Map<String, Json>) -> Result<(), String> {
    let ttl = properties.get("TTL").and_then(Json::as_u64).unwrap_or_default();
    if !(1..=2_147_483_647).contains(&ttl) {
        return Err("The TTL is out of range.".to_owned());
    }
    let records = properties.get(&key(rtype)).cloned().unwrap_or_default();
    let all = match &records {
        Json::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    for record in all {
        let strings = record["value"].as_array().cloned().unwrap_or_default();
        let strings: Vec<&str> = strings.iter().filter_map(Json::as_str).collect();
        if rtype == "TXT" && (strings.is_empty() || strings.iter().any(|text| text.is_empty() || text.len() > 255)) {
            return Err("The TXT record is not valid: each string has 1 to 255 characters.".to_owned());
        }
        if rtype == "TXT" && strings.iter().map(|text| text.len()).sum::<usize>() > 4096 {
            return Err("The TXT record is too long.".to_owned());
        }
        if rtype == "MX" && record["exchange"].as_str().is_none() {
            return Err("The MX record is not valid.".to_owned());
        }
    }
    Ok(())
}

fn zone_id(group: &str, name: &str) -> String {
    // The service writes the words of an id in more than one case.
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Network/dnszones/{name}")
}

/// A set as it is listed.
fn told(group: &str, (zone, name, rtype): &(String, String, String), set: &Set) -> Json {
    let mut properties = set.properties.clone();
    let fqdn = if name == "@" { format!("{zone}.") } else { format!("{name}.{zone}.") };
    properties.insert("fqdn".to_owned(), fqdn.into());
    properties.insert("provisioningState".to_owned(), "Succeeded".into());
    json!({"id": format!("{}/{rtype}/{name}", zone_id(group, zone)), "name": name,
        "type": format!("Microsoft.Network/dnszones/{rtype}"), "etag": set.etag, "properties": properties})
}

pub(crate) fn problem(status: u16, code: &str, message: &str) -> Told {
    // The resource manager has an envelope, and the service behind it has none.
    let inner = json!({"code": code, "message": message});
    let body = if matches!(status, 409 | 412) { inner } else { json!({"error": inner}) };
    Told::json(status, &body)
}

impl Service for Azure {
    fn answer(&mut self, asked: &Asked) -> Told {
        let (method, path) = (asked.method.as_str(), asked.parts());
        if (method, &path[..]) == ("POST", &[TENANT, "oauth2", "v2.0", "token"][..]) {
            return self.token(asked);
        }
        if !asked.bearer().is_some_and(|token| self.tokens.contains(token)) {
            return problem(401, "InvalidAuthenticationToken", "The access token is invalid.");
        }
        if asked.query.get("api-version").map(String::as_str) != Some("2018-05-01") {
            return problem(400, "MissingApiVersionParameter", "The api-version query parameter is required.");
        }
        let ["subscriptions", subscription, rest @ ..] = &path[..] else {
            return problem(404, "NotFound", "Not found.");
        };
        if *subscription != SUBSCRIPTION {
            return problem(403, "AuthorizationFailed", "The client does not have authorization over scope.");
        }
        let lower: Vec<String> = rest.iter().map(|part| part.to_ascii_lowercase()).collect();
        let words: Vec<&str> = lower.iter().map(String::as_str).collect();
        match (method, &words[..]) {
            ("GET", ["providers", "microsoft.network", "dnszones"]) => self.zones(None, asked),
            ("GET", ["resourcegroups", group, "providers", "microsoft.network", "dnszones"]) => {
                self.zones(Some(group), asked)
            }
            (_, ["resourcegroups", group, "providers", "microsoft.network", "dnszones", zone, rest @ ..]) => {
                let is_it = |(known, name, _): &&(String, String, &str)| {
                    known.eq_ignore_ascii_case(group) && name.eq_ignore_ascii_case(zone)
                };
                let Some((group, zone, _)) = self.zones.iter().find(is_it).cloned() else {
                    return problem(404, "ResourceNotFound", "The Resource 'dnszones' was not found.");
                };
                let known = |rtype: &str| TYPES.iter().find(|known| known.eq_ignore_ascii_case(rtype)).copied();
                match (method, rest) {
                    ("GET", ["recordsets" | "all"]) => self.recordsets(&group, &zone, asked),
                    ("GET", [rtype, name]) if known(rtype).is_some() => {
                        let key = (zone, (*name).to_owned(), known(rtype).expect("a type").to_owned());
                        match self.sets.get(&key) {
                            Some(set) => Told::json(200, &told(&group, &key, set)),
                            None => problem(404, "NotFound", "The resource record does not exist."),
                        }
                    }
                    ("PUT" | "DELETE", [rtype, name]) if known(rtype).is_some() => {
                        let key = (zone, (*name).to_owned(), known(rtype).expect("a type").to_owned());
                        self.write(&group, key, asked)
                    }
                    _ => problem(404, "NotFound", "Not found."),
                }
            }
            _ => problem(404, "NotFound", "Not found."),
        }
    }
}

/// What a record of a set says in DNS.
pub(crate) fn value_of(rtype: &str, record: &Json) -> Option<Rdata> {
    let text = |key: &str| record[key].as_str().map(str::to_owned);
    let line = match rtype {
        "A" => text("ipv4Address")?,
        "AAAA" => text("ipv6Address")?,
        "CNAME" => text("cname")?,
        "NS" => text("nsdname")?,
        "PTR" => text("ptrdname")?,
        "MX" => format!("{} {}", record["preference"], text("exchange")?),
        "CAA" => format!("{} {} \"{}\"", record["flags"], text("tag")?, text("value")?),
        "SOA" => {
            let numbers = ["serialNumber", "refreshTime", "retryTime", "expireTime", "minimumTTL"];
            let numbers: Vec<String> = numbers.iter().map(|key| record[*key].to_string()).collect();
            format!("{} {}. {}", text("host")?, text("email")?, numbers.join(" "))
        }
        "TXT" => {
            let strings = record["value"].as_array()?.iter().map(|string| string.as_str().map(str::as_bytes));
            let strings = strings.collect::<Option<Vec<_>>>()?.into_iter().map(<[u8]>::to_vec);
            return mailvouch_providers::dns::Txt::from_strings(strings).map(Rdata::Txt);
        }
        _ => return None,
    };
    let rtype: RrType = rtype.parse().ok()?;
    Rdata::parse(rtype, &line).ok()
}

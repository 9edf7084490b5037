//! A stand-in for the API of Gandi LiveDNS. There is no real one to be had without an account; the client of octoDNS reads
//! its answers in `tests/providers/gandi/client.rs`.
//!
//! Each behaviour is that of <https://api.gandi.net/docs/livedns/> and <https://api.gandi.net/docs/reference/>:
//!
//! - *Domains*, *Domain's records*: `page` and `per_page`, with `Total-Count` and `Link`; sets by name and type;
//! - *Domain's records, by name and type*: `POST` makes a set (201), or says that the same is there (200), or that another
//!   is (409); `PUT` replaces it whatever it is; `DELETE` takes it away; `PUT` of a name alone replaces all of its sets;
//! - `rrset_ttl` from 300 to 2592000; a list of faults where a field is wrong, else `code`, `message`, `object`, `cause`;
//! - *Snapshots of a domain*: with `automatic_snapshots` one is made after each change, newest first on request.
//!
//! Texts are kept as they come, in quotes, and strings of over 255 octets cut; names in data may be relative to the zone
//! (so the client of octoDNS takes them).

use std::collections::BTreeMap;

use mailvouch_providers::dns::{Rdata, RrType};
use serde_json::{Value as Json, json};

use super::hosted::{Host, Reply, Request};

/// The token that it knows.
pub(crate) const TOKEN: &str = "pat_a-token-of-the-tests";

/// A record set: its TTL and its values.
pub(crate) type Set = (u64, Vec<String>);

#[derive(Clone, Debug, Default)]
pub(crate) struct Domain {
    /// By name, `@` for the domain itself, and type.
    pub(crate) sets: BTreeMap<(String, String), Set>,
    pub(crate) automatic_snapshots: bool,
    /// What was there after each change.
    snapshots: Vec<BTreeMap<(String, String), Set>>,
}

/// The service.
pub(crate) struct GandiHost {
    pub(crate) domains: BTreeMap<String, Domain>,
}

impl GandiHost {
    /// With an empty domain of each of these names.
    pub(crate) fn with(names: &[&str]) -> Self {
        Self { domains: names.iter().map(|name| ((*name).to_owned(), Domain::default())).collect() }
    }

    pub(crate) fn domain(&mut self, name: &str) -> &mut Domain {
        self.domains.get_mut(name).expect("a domain")
    }

    fn of_domain(&mut self, request: &Request, name: &str, rest: &[&str]) -> Reply {
        if !self.domains.contains_key(name) {
            return refused(404, "HTTPNotFound", &format!("Unknown domain {name}"));
        }
        let domain = self.domain(name);
        match (request.method.as_str(), rest) {
            ("GET", []) => Reply::new(200, json!({"fqdn": name, "automatic_snapshots": domain.automatic_snapshots})),
            ("GET", ["records"]) => {
                let all = domain.sets.iter().map(|(key, set)| document(key, set)).collect();
                paged(request, all)
            }
            ("GET", ["snapshots"]) => {
                let number = |index: usize| {
                    json!({"id": format!("snapshot-{index}"), "automatic": true,
                    "name": "automatic", "created_at": format!("2026-01-01T00:00:{index:02}Z")})
                };
                let mut all: Vec<Json> = (0..domain.snapshots.len()).map(number).collect();
                if request.query.get("sort_by").is_some_and(|order| order == "-date_created") {
                    all.reverse();
                }
                paged(request, all)
            }
            ("GET", ["snapshots", id]) => {
                let index: usize = id.trim_start_matches("snapshot-").parse().expect("an id of ours");
                let data: Vec<Json> = domain.snapshots[index].iter().map(|(key, set)| document(key, set)).collect();
                Reply::new(200, json!({"id": id, "automatic": true, "zone_data": data}))
            }
            ("POST", ["records"]) => {
                let field = |key: &str| request.body[key].as_str().unwrap_or_default().to_owned();
                domain.make(&field("rrset_name"), &field("rrset_type"), &request.body)
            }
            ("POST", ["records", owner, rtype]) => domain.make(owner, rtype, &request.body),
            ("PUT", ["records", owner, rtype]) => match read(rtype, &request.body) {
                Ok(set) => {
                    domain.put(owner, rtype, Some(set));
                    Reply::new(201, json!({"message": "DNS Record Created"}))
                }
                Err(reply) => reply,
            },
            ("PUT", ["records", owner]) => {
                let mut sets = BTreeMap::new();
                for item in request.body["items"].as_array().into_iter().flatten() {
                    let rtype = item["rrset_type"].as_str().unwrap_or_default();
                    match read(rtype, item) {
                        Ok(set) => sets.insert(((*owner).to_owned(), rtype.to_owned()), set),
                        Err(reply) => return reply,
                    };
                }
                domain.sets.retain(|(at, _), _| at != owner);
                domain.sets.extend(sets);
                domain.changed();
                Reply::new(201, json!({"message": "DNS Record Created"}))
            }
            ("DELETE", ["records", owner, rtype]) => {
                domain.put(owner, rtype, None);
                Reply::new(204, Json::Null)
            }
            _ => refused(404, "HTTPNotFound", "The resource could not be found."),
        }
    }
}

impl Domain {
    /// Puts a set in the place of what is there, or takes it away.
    pub(crate) fn put(&mut self, owner: &str, rtype: &str, set: Option<Set>) {
        let key = (owner.to_owned(), rtype.to_owned());
        match set.filter(|(_, values)| !values.is_empty()) {
            Some(set) => self.sets.insert(key, set),
            None => self.sets.remove(&key),
        };
        self.changed();
    }

    pub(crate) fn values(&self, owner: &str, rtype: &str) -> Vec<String> {
        self.sets.get(&(owner.to_owned(), rtype.to_owned())).map(|(_, values)| values.clone()).unwrap_or_default()
    }

    fn changed(&mut self) {
        if self.automatic_snapshots {
            self.snapshots.push(self.sets.clone());
        }
    }

    fn make(&mut self, owner: &str, rtype: &str, body: &Json) -> Reply {
        let set = match read(rtype, body) {
            Ok(set) => set,
            Err(reply) => return reply,
        };
        match self.sets.get(&(owner.to_owned(), rtype.to_owned())) {
            Some((_, values)) if *values == set.1 => {
                Reply::new(200, json!({"message": "A DNS Record already exists with same value"}))
            }
            Some(_) => refused(409, "HTTPConflict", "A DNS Record already exists with same name and type"),
            None => {
                self.put(owner, rtype, Some(set));
                Reply::new(201, json!({"message": "DNS Record Created"}))
            }
        }
    }
}

impl Host for GandiHost {
    fn answer(&mut self, request: &Request) -> Reply {
        if request.authorization != TOKEN {
            let words = "The server could not verify that you are authorized to access the document you requested.";
            return refused(401, "HTTPUnauthorized", words);
        }
        let (method, path) = request.parts();
        match (method, &path[..]) {
            ("GET", ["v5", "livedns", "domains"]) => {
                paged(request, self.domains.keys().map(|name| json!({"fqdn": name})).collect())
            }
            (_, ["v5", "livedns", "domains", name, rest @ ..]) => self.of_domain(request, name, rest),
            _ => refused(404, "HTTPNotFound", "The resource could not be found."),
        }
    }

    fn throttled(&self, seconds: u64) -> Reply {
        let reply = refused(429, "HTTPTooManyRequests", "Too many requests");
        Reply { headers: format!("Retry-After: {seconds}\r\n"), ..reply }
    }
}

fn refused(code: u16, object: &str, message: &str) -> Reply {
    Reply::new(code, json!({"code": code, "message": message, "object": object, "cause": "Refused"}))
}

fn document((owner, rtype): &(String, String), (ttl, values): &Set) -> Json {
    json!({"rrset_name": owner, "rrset_type": rtype, "rrset_ttl": ttl, "rrset_values": values,
        "rrset_href": format!("https://api.gandi.net/v5/livedns/domains/example.com/records/{owner}/{rtype}")})
}

fn paged(request: &Request, all: Vec<Json>) -> Reply {
    let number = |key: &str| request.query.get(key).and_then(|text| text.parse::<usize>().ok());
    let (page, size, total) = (number("page").unwrap_or(1), number("per_page").unwrap_or(usize::MAX), all.len());
    let items: Vec<Json> = all.into_iter().skip((page - 1).saturating_mul(size)).take(size).collect();
    let mut headers = format!("Total-Count: {total}\r\nFiltered-Count: {}\r\n", items.len());
    if page.saturating_mul(size) < total {
        let url = format!("https://api.gandi.net/{}", request.path.join("/"));
        headers += &format!("Link: <{url}?page={}&per_page={size}>; rel=\"next\"\r\n", page + 1);
    }
    Reply { headers, ..Reply::new(200, json!(items)) }
}

/// A set as it is kept, or what is wrong with it.
fn read(rtype: &str, body: &Json) -> Result<Set, Reply> {
    let fault = |name: &str, words: &str| {
        let fault = json!({"location": "body", "name": name, "description": words});
        Reply::new(400, json!({"status": "error", "errors": [fault]}))
    };
    let known: RrType = rtype.parse().map_err(|_| fault("rrset_type", "is not one of the known types"))?;
    if known == RrType::SOA {
        return Err(fault("rrset_type", "SOA records cannot be changed"));
    }
    let ttl = match &body["rrset_ttl"] {
        Json::Null => 10_800,
        ttl => ttl
            .as_u64()
            .filter(|ttl| (300..=2_592_000).contains(ttl))
            .ok_or_else(|| fault("rrset_ttl", &format!("{ttl} is not between 300 and 2592000")))?,
    };
    let mut values = Vec::new();
    for value in body["rrset_values"].as_array().into_iter().flatten() {
        let text = value.as_str().unwrap_or_default();
        let unreadable = |_| fault("rrset_values", &format!("{text} is no value of type {rtype}"));
        let kept = match Rdata::parse_source(known, text).map_err(unreadable)? {
            Rdata::Txt(strings) => strings.with_long_strings_cut().to_string(),
            _ => text.to_owned(),
        };
        if values.contains(&kept) {
            return Err(fault("rrset_values", "the same value stands there twice"));
        }
        values.push(kept);
    }
    if values.is_empty() {
        return Err(fault("rrset_values", "is required"));
    }
    Ok((ttl, values))
}

//! A stand-in for the DNS part of the API of Hetzner's Cloud. There is no real one to be had without an account; the
//! vendor's own client reads its answers in `tests/providers/hetzner/client.rs`.
//!
//! Each behaviour is that of <https://docs.hetzner.cloud/reference/cloud>, as it is described there and as the vendor's clients
//! (`hcloud-python`, `hcloud-go`) have it:
//!
//! - *Zones*, *Zone RRSets*: lists in pages with `meta.pagination`; a set by name and type, `@` for the zone itself; a set
//!   without a TTL has the zone's; comments of records; sets that are protected; SOA and NS are listed;
//! - *Zone RRSet Actions*: `add_records` makes the set where there is none, `remove_records` ends it where nothing is left,
//!   `set_records`, `change_ttl`; only in a zone of the mode *primary*;
//! - *Actions*: what is asked for is `running` at first, and asked after at `/actions/{id}`; all that was done to a zone is
//!   listed, newest first on request;
//! - *Errors*: `error.code`, `error.message` and, where fields are wrong, `error.details.fields`;
//! - *Rate limiting*: 429 with `rate_limit_exceeded`, and `RateLimit-*` on each answer.
//!
//! Texts are one or many strings in quotes, of up to 255 octets; the order of records is no one's to rely on.

use std::collections::{BTreeMap, VecDeque};

use mailvouch_providers::dns::{Rdata, RrType};
use serde_json::{Value as Json, json};

use super::hosted::{Host, Reply, Request};

/// The token that it knows.
pub(crate) const TOKEN: &str = "jEheVytlAoFl7F8MqUQ7jAo2hOXASztX";

/// A record: its value, and what is said of it.
pub(crate) type Record = (String, Option<String>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Set {
    pub(crate) ttl: Option<u64>,
    pub(crate) records: Vec<Record>,
    pub(crate) protected: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Zone {
    id: u64,
    pub(crate) mode: &'static str,
    pub(crate) ttl: u64,
    /// By name, `@` for the zone itself, and type.
    pub(crate) sets: BTreeMap<(String, String), Set>,
    /// What is said of its name servers, one look after the other; then `ok`.
    pub(crate) statuses: VecDeque<&'static str>,
}

/// An action: what it does is done when it ends.
#[derive(Clone, Debug)]
struct Action {
    command: String,
    zone: String,
    /// What the set is afterwards, from what it is before.
    does: Option<(String, String, Json)>,
    /// How many requests pass until it has ended.
    looks: usize,
    error: Option<Json>,
}

/// The service.
pub(crate) struct HetznerHost {
    pub(crate) zones: BTreeMap<String, Zone>,
    actions: Vec<Action>,
    /// How many requests pass until the next actions have ended.
    pub(crate) looks: usize,
    /// How the next action ends, where it does not end well.
    pub(crate) fails: Option<Json>,
}

impl HetznerHost {
    /// With an empty zone of each of these names.
    pub(crate) fn with(names: &[&str]) -> Self {
        let zone = |(index, name): (usize, &&str)| {
            let id = 42 + u64::try_from(index).expect("few");
            let (sets, statuses) = (BTreeMap::new(), VecDeque::new());
            ((*name).to_owned(), Zone { id, mode: "primary", ttl: 3600, sets, statuses })
        };
        let zones = names.iter().enumerate().map(zone).collect();
        Self { zones, actions: Vec::new(), looks: 1, fails: None }
    }

    pub(crate) fn zone(&mut self, name: &str) -> &mut Zone {
        self.zones.get_mut(name).expect("a zone")
    }

    /// Somebody at the web panel, whose action has ended when anybody looks.
    pub(crate) fn by_hand(&mut self, zone: &str, name: &str, rtype: &str, change: impl FnOnce(&mut Set)) {
        let held = self.zone(zone).sets.entry((name.to_owned(), rtype.to_owned())).or_default();
        change(held);
        self.zone(zone).sets.retain(|_, set| !set.records.is_empty());
        let command = "set_rrset_records".to_owned();
        self.actions.push(Action { command, zone: zone.to_owned(), does: None, looks: 0, error: None });
    }

    fn of_zone(&mut self, request: &Request, name: &str, rest: &[&str]) -> Reply {
        let found = self.zones.iter().find(|(known, zone)| *known == name || zone.id.to_string() == name);
        let Some(name) = found.map(|(name, _)| name.clone()) else {
            return refused(404, "not_found", &format!("zone with ID or name '{name}' not found"));
        };
        match (request.method.as_str(), rest) {
            ("GET", []) => {
                let mut zone = self.told(&name);
                if let Some(status) = self.zone(&name).statuses.pop_front() {
                    zone["status"] = json!(status);
                }
                Reply::new(200, json!({"zone": zone}))
            }
            ("GET", ["actions"]) => {
                let mut all: Vec<Json> =
                    self.numbered().filter(|(_, action)| action.zone == name).map(action_told).collect();
                if request.query.get("sort").is_some_and(|order| order == "id:desc") {
                    all.reverse();
                }
                paged(request, "actions", all)
            }
            _ if self.zones[&name].mode != "primary" => {
                refused(422, "incorrect_zone_mode", "This operation is not supported for this Zone's mode.")
            }
            ("GET", ["rrsets"]) => {
                let filter = |key: &str, value: &str| request.query.get(key).is_none_or(|wanted| wanted == value);
                let zone = &self.zones[&name];
                let sets =
                    zone.sets.iter().filter(|((owner, rtype), _)| filter("name", owner) && filter("type", rtype));
                paged(request, "rrsets", sets.map(|(key, set)| document(zone.id, key, set)).collect())
            }
            ("POST", ["rrsets"]) => {
                let text = |key: &str| request.body[key].as_str().unwrap_or_default().to_owned();
                let (owner, rtype) = (text("name"), text("type"));
                if self.zones[&name].sets.contains_key(&(owner.clone(), rtype.clone())) {
                    return refused(409, "uniqueness_error", "rrset with same name and type already exists");
                }
                let told = document(self.zones[&name].id, &(owner.clone(), rtype.clone()), &Set::default());
                let mut reply = self.act(&name, &owner, &rtype, "add_records", &request.body);
                if reply.status == 201 {
                    reply.body["rrset"] = told;
                }
                reply
            }
            ("GET", ["rrsets", owner, rtype]) => {
                let key = ((*owner).to_owned(), (*rtype).to_owned());
                let zone = &self.zones[&name];
                match zone.sets.get(&key) {
                    Some(set) => Reply::new(200, json!({"rrset": document(zone.id, &key, set)})),
                    None => refused(404, "not_found", "rrset not found"),
                }
            }
            ("DELETE", ["rrsets", owner, rtype]) => {
                self.act(&name, owner, rtype, "set_records", &json!({"records": []}))
            }
            ("POST", ["rrsets", owner, rtype, "actions", word]) => self.act(&name, owner, rtype, word, &request.body),
            _ => refused(404, "not_found", "route not found"),
        }
    }

    /// Takes an action in, where nothing is wrong with it.
    fn act(&mut self, zone: &str, owner: &str, rtype: &str, word: &str, body: &Json) -> Reply {
        let held = self.zones[zone].sets.get(&(owner.to_owned(), rtype.to_owned())).cloned();
        if owner.chars().any(char::is_uppercase) || owner.ends_with('.') || rtype == "SOA" {
            return fault("name", "invalid name");
        }
        if held.as_ref().is_some_and(|set| set.protected) {
            return refused(423, "protected", "the rrset is protected against changes");
        }
        if held.is_none() && word != "add_records" {
            return refused(404, "not_found", "rrset not found");
        }
        if let Some(ttl) = body["ttl"].as_u64().filter(|ttl| !(60..=2_147_483_647).contains(ttl)) {
            return fault("ttl", &format!("{ttl} must be between 60 and 2147483647"));
        }
        let there: Vec<&str> = held.iter().flat_map(|set| &set.records).map(|(value, _)| value.as_str()).collect();
        let mut named: Vec<&str> = Vec::new();
        for record in body["records"].as_array().into_iter().flatten() {
            let value = record["value"].as_str().unwrap_or_default();
            if !is_value(rtype, value) {
                return fault("records", &format!("invalid value {value}"));
            }
            if named.contains(&value) {
                return fault("records", "values must be distinct");
            }
            match word {
                "add_records" if there.contains(&value) => {
                    return refused(409, "uniqueness_error", &format!("record {value} already exists"));
                }
                "remove_records" if !there.contains(&value) => {
                    return refused(404, "not_found", &format!("record {value} not found"));
                }
                _ => named.push(value),
            }
        }
        let types = self.zones[zone].sets.keys().filter(|(at, other)| at == owner && other != rtype);
        let is_alias = |other: &String| (other == "CNAME") != (rtype == "CNAME");
        if word == "add_records" && types.map(|(_, other)| other).any(is_alias) {
            return refused(422, "invalid_input", "a CNAME cannot stand beside other records");
        }
        let does = Some((owner.to_owned(), rtype.to_owned(), json!({"word": word, "body": body})));
        let command = format!(
            "{}_rrset_{}",
            word.split('_').next().unwrap_or_default(),
            word.split('_').nth(1).unwrap_or_default()
        );
        let error = self.fails.take();
        self.actions.push(Action { command, zone: zone.to_owned(), does, looks: self.looks, error });
        if self.looks == 0 {
            self.tick();
        }
        let (id, action) = self.numbered().last().expect("it is there");
        Reply::new(201, json!({"action": action_told((id, action))}))
    }

    /// Time goes on with each request: actions end.
    fn tick(&mut self) {
        for index in 0..self.actions.len() {
            let action = &mut self.actions[index];
            action.looks = action.looks.saturating_sub(1);
            if action.looks == 0
                && let Some((owner, rtype, what)) = action.does.take()
                && action.error.is_none()
            {
                let zone = action.zone.clone();
                self.zone(&zone).do_it(&owner, &rtype, &what);
            }
        }
    }

    fn told_action(&self, id: &str) -> Option<Json> {
        let index: usize = id.parse().ok()?;
        self.numbered().nth(index.checked_sub(1)?).map(action_told)
    }

    fn numbered(&self) -> impl DoubleEndedIterator<Item = (usize, &Action)> {
        self.actions.iter().enumerate().map(|(index, action)| (index + 1, action))
    }

    fn told(&self, name: &str) -> Json {
        let zone = &self.zones[name];
        json!({"id": zone.id, "name": name, "created": "2026-01-01T00:00:00Z", "mode": zone.mode, "ttl": zone.ttl,
            "labels": {}, "protection": {"delete": false}, "status": "ok", "record_count": zone.sets.len(),
            "registrar": "other", "primary_nameservers": [], "authoritative_nameservers": {"assigned": [
            "hydrogen.ns.hetzner.com."], "delegated": [], "delegation_last_check": null, "delegation_status": "unknown"}})
    }
}

impl Zone {
    fn do_it(&mut self, owner: &str, rtype: &str, what: &Json) {
        let set = self.sets.entry((owner.to_owned(), rtype.to_owned())).or_default();
        let record = |record: &Json| {
            let text = |key: &str| record[key].as_str().map(str::to_owned);
            (text("value").unwrap_or_default(), text("comment"))
        };
        let body = &what["body"];
        let records: Vec<Record> = body["records"].as_array().into_iter().flatten().map(record).collect();
        match what["word"].as_str().unwrap_or_default() {
            "add_records" => {
                if set.records.is_empty() {
                    set.ttl = body["ttl"].as_u64();
                }
                // The order is no one's to rely on.
                set.records.splice(0..0, records);
            }
            "remove_records" => set.records.retain(|(value, _)| !records.iter().any(|(gone, _)| gone == value)),
            "set_records" => set.records = records,
            "change_ttl" => set.ttl = body["ttl"].as_u64(),
            other => panic!("{other} is not what is asked for"),
        }
        self.sets.retain(|_, set| !set.records.is_empty());
    }
}

impl Host for HetznerHost {
    fn answer(&mut self, request: &Request) -> Reply {
        if request.authorization != TOKEN {
            return refused(401, "unauthorized", "unable to authenticate");
        }
        self.tick();
        let (method, path) = request.parts();
        let reply = match (method, &path[..]) {
            ("GET", ["v1", "zones"]) => {
                paged(request, "zones", self.zones.keys().map(|name| self.told(name)).collect())
            }
            ("GET", ["v1", "actions", id]) => match self.told_action(id) {
                Some(action) => Reply::new(200, json!({"action": action})),
                None => refused(404, "not_found", "action not found"),
            },
            (_, ["v1", "zones", name, rest @ ..]) => self.of_zone(request, name, rest),
            _ => refused(404, "not_found", "route not found"),
        };
        let headers = "RateLimit-Limit: 3600\r\nRateLimit-Remaining: 3456\r\nRateLimit-Reset: 1700000000\r\n";
        Reply { headers: headers.to_owned(), ..reply }
    }

    fn throttled(&self, seconds: u64) -> Reply {
        let reply = refused(429, "rate_limit_exceeded", "rate limit exceeded");
        Reply { headers: format!("RateLimit-Remaining: 0\r\nRetry-After: {seconds}\r\n"), ..reply }
    }
}

fn refused(status: u16, code: &str, message: &str) -> Reply {
    Reply::new(status, json!({"error": {"code": code, "message": message, "details": null}}))
}

fn fault(field: &str, words: &str) -> Reply {
    let details = json!({"fields": [{"name": field, "messages": [words]}]});
    let message = format!("invalid input in field '{field}'");
    Reply::new(422, json!({"error": {"code": "invalid_input", "message": message, "details": details}}))
}

fn action_told((id, action): (usize, &Action)) -> Json {
    let status = match (action.looks, &action.error) {
        (0, Some(_)) => "error",
        (0, None) => "success",
        _ => "running",
    };
    json!({"id": id, "command": action.command, "status": status, "progress": if status == "running" { 0 } else { 100 },
        "started": "2026-01-01T00:00:00Z", "finished": null, "resources": [{"id": 42, "type": "zone"}],
        "error": if status == "error" { action.error.clone() } else { None }})
}

fn document(zone: u64, (owner, rtype): &(String, String), set: &Set) -> Json {
    let record = |(value, comment): &Record| match comment {
        Some(comment) => json!({"value": value, "comment": comment}),
        None => json!({"value": value}),
    };
    json!({"zone": zone, "id": format!("{owner}/{rtype}"), "name": owner, "type": rtype, "ttl": set.ttl, "labels": {},
        "protection": {"change": set.protected}, "records": set.records.iter().map(record).collect::<Vec<_>>()})
}

fn paged(request: &Request, key: &str, all: Vec<Json>) -> Reply {
    let number = |key: &str| request.query.get(key).and_then(|text| text.parse::<usize>().ok());
    let (page, size, total) = (number("page").unwrap_or(1), number("per_page").unwrap_or(25), all.len());
    let last = total.div_ceil(size).max(1);
    let items: Vec<Json> = all.into_iter().skip((page - 1) * size).take(size).collect();
    let pagination = json!({"page": page, "per_page": size, "previous_page": (page > 1).then(|| page - 1),
        "next_page": (page < last).then(|| page + 1), "last_page": last, "total_entries": total});
    let mut document = json!({"meta": {"pagination": pagination}});
    document[key] = json!(items);
    Reply::new(200, document)
}

/// Whether a value is one of its type; names in it may be relative.
fn is_value(rtype: &str, value: &str) -> bool {
    let Ok(known) = rtype.parse::<RrType>() else { return false };
    match Rdata::parse(known, value) {
        // In quotes, and no string too long.
        Ok(Rdata::Txt(_)) => value.starts_with('"') && value.ends_with('"'),
        Ok(_) => true,
        Err(_) => false,
    }
}

//! What the stand-in holds, and where requests go.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value as Json, json};

use super::{Asked, Fault, Limit, TOKEN};

/// Zones and records are JSON objects, as they are answered.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// The zones, in the order in which they are listed.
    pub(crate) zones: Vec<Json>,
    /// Their records, by the zone's id.
    pub(crate) records: BTreeMap<String, Vec<Json>>,
    /// How many records have been created.
    pub(super) created: u64,
    /// What was asked, in order: method and path.
    pub(crate) requests: Vec<String>,
    /// Bodies of what changed something, in order.
    pub(crate) bodies: Vec<Json>,
    pub(super) faults: VecDeque<Option<Fault>>,
    /// How many requests it takes; any number where none is set.
    pub(crate) limit: Option<Limit>,
    /// The ids of zones that cannot be written to: something there is broken.
    pub(crate) broken: Vec<String>,
}

/// An answer that refuses: its status, and what it says.
pub(super) type Refusal = (u16, Json);

pub(super) fn refused(code: u32, message: &str) -> Json {
    json!({"success": false, "errors": [{"code": code, "message": message}], "messages": [], "result": null})
}

fn good(result: Json) -> Json {
    let mut answer = json!({"success": true, "errors": [], "messages": []});
    answer["result"] = result;
    answer
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
    pub(super) fn new(zones: &[&str]) -> Self {
        let mut state = Self::default();
        for (index, name) in zones.iter().enumerate() {
            let id = format!("{:032x}", index + 1);
            state.zones.push(zone(&id, name));
            state.records.insert(id, Vec::new());
        }
        state
    }

    /// The id of a zone.
    pub(crate) fn zone_id(&self, name: &str) -> String {
        let zone = self.zones.iter().find(|zone| zone["name"] == name).expect("a zone");
        zone["id"].as_str().expect("an id").to_owned()
    }

    /// Puts somebody else's record into a zone, whatever the API would say of it; its id.
    pub(crate) fn put(&mut self, zone: &str, record: Json) -> String {
        let zone = self.zone_id(zone);
        self.insert(&zone, record)
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

    pub(super) fn answer(&mut self, asked: &Asked) -> (u16, Json) {
        if asked.token.as_deref() != Some(TOKEN) {
            return (401, refused(10000, "Authentication error"));
        }
        let path: Vec<&str> = asked.path.split('/').collect();
        let answered = match (asked.method.as_str(), &path[..]) {
            ("GET", ["zones"]) => Ok(page(&self.zones, asked, 20, 50)),
            (method, ["zones", zone, "dns_records", rest @ ..]) if self.records.contains_key(*zone) => {
                self.of_zone(method, zone, rest, asked)
            }
            _ => Err((404, refused(7003, "Could not route to the path, perhaps your object identifier is invalid?"))),
        };
        answered.map_or_else(|refusal| refusal, |answer| (200, answer))
    }

    fn of_zone(&mut self, method: &str, zone: &str, rest: &[&str], asked: &Asked) -> Result<Json, Refusal> {
        match (method, rest) {
            ("GET", []) => Ok(page(&self.records[zone], asked, 100, 5_000_000)),
            ("GET", [id]) => Ok(good(self.find(zone, id)?.clone())),
            ("POST", []) => self.create(zone, &asked.body).map(good),
            ("PATCH", [id]) => self.edit(zone, id, &asked.body).map(good),
            ("PUT", [id]) => self.overwrite(zone, id, &asked.body).map(good),
            ("DELETE", [id]) => self.delete(zone, id).map(|gone| good(json!({"id": gone["id"]}))),
            ("POST", ["batch"]) => self.batch(zone, &asked.body).map(good),
            _ => Err((405, refused(10405, "Method not allowed for this authentication scheme"))),
        }
    }
}

/// A page of a list. More than `most` are never in one, however many are asked for.
fn page(all: &[Json], asked: &Asked, usual: usize, most: usize) -> Json {
    let number = |key: &str, usual: usize| asked.query.get(key).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let is_wanted = |item: &&Json| {
        ["name", "type"].iter().all(|key| asked.query.get(*key).is_none_or(|text| item[*key] == text.as_str()))
    };
    let wanted: Vec<&Json> = all.iter().filter(is_wanted).collect();
    let (page, per_page) = (number("page", 1).max(1), number("per_page", usual).clamp(1, most));
    let items: Vec<&Json> = wanted.iter().copied().skip((page - 1) * per_page).take(per_page).collect();
    let mut answer = good(json!(items));
    answer["result_info"] = json!({"page": page, "per_page": per_page, "count": items.len(),
        "total_count": wanted.len(), "total_pages": wanted.len().div_ceil(per_page)});
    answer
}

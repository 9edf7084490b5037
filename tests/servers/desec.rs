//! A stand-in for the API of deSEC. There is no real one to be had without an account; the best-known client reads its
//! answers in `tests/providers/desec/client.rs`.
//!
//! Each behaviour is that of the documentation (<https://desec.readthedocs.io/en/latest/>, pages *Retrieving and Creating
//! DNS Records*, *Domain Management*, *Rate Limits*), with the words of the errors as the published source of the service
//! has them (`api/desecapi/serializers/records.py`, `models/records.py`, `dns.py`, `pagination.py`):
//!
//! - *Pagination*: no more than so many items at a time; without `cursor` a longer list is refused, with it the `Link`
//!   header leads on; newest first;
//! - *Bulk Operations*: whole or not at all; `POST` takes only sets that are not there, `PATCH` and `PUT` any; an empty
//!   list of records deletes; errors stand in a list, one for each part;
//! - *Record Types*: TXT in quotes, longer strings are cut, `\DDD` is kept; names end with a dot; a CNAME stands alone and
//!   not at the apex; SOA is the service's; the TTL is from the domain's `minimum_ttl` to a day;
//! - records come back in an order of the service's own, in its own spelling (`canonical_presentation_format`).

use std::collections::BTreeMap;

use mailvouch_providers::dns::{Rdata, RrType};
use serde_json::{Value as Json, json};

use super::hosted::{Host, Reply, Request};

/// The token that it knows.
pub(crate) const TOKEN: &str = "i-T3b1h_OI-H9ab8tRS98stGtURe";

/// A record set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Set {
    pub(crate) ttl: u64,
    pub(crate) records: Vec<String>,
    /// When it was made and last written, as numbers of writes.
    made: u64,
    touched: u64,
}

/// The sets of a domain, by `subname` and type.
type Sets = BTreeMap<(String, String), Set>;

#[derive(Clone, Debug)]
pub(crate) struct Domain {
    pub(crate) minimum_ttl: u64,
    pub(crate) sets: Sets,
}

/// The service.
pub(crate) struct DeSecHost {
    pub(crate) domains: BTreeMap<String, Domain>,
    /// Items in one answer: 500 there.
    pub(crate) page: usize,
    /// Writes so far.
    clock: u64,
}

impl DeSecHost {
    /// With an empty domain of each of these names.
    pub(crate) fn with(names: &[&str]) -> Self {
        let empty = Domain { minimum_ttl: 3600, sets: Sets::new() };
        let domains = names.iter().map(|name| ((*name).to_owned(), empty.clone())).collect();
        Self { domains, page: 500, clock: 0 }
    }

    /// The records of a set; none where there is no such set.
    pub(crate) fn records(&self, domain: &str, subname: &str, rtype: &str) -> Vec<String> {
        let set = self.domains[domain].sets.get(&(subname.to_owned(), rtype.to_owned()));
        set.map(|set| set.records.clone()).unwrap_or_default()
    }

    /// Somebody at the web panel: puts these records in the place of what is there, whatever the service takes.
    pub(crate) fn put(&mut self, domain: &str, subname: &str, rtype: &str, ttl: u64, records: &[String]) {
        self.clock += 1;
        let clock = self.clock;
        let sets = &mut self.domains.get_mut(domain).expect("a domain").sets;
        let key = (subname.to_owned(), rtype.to_owned());
        if records.is_empty() {
            sets.remove(&key);
            return;
        }
        let made = sets.get(&key).map_or(clock, |set| set.made);
        sets.insert(key, Set { ttl, records: records.to_vec(), made, touched: clock });
    }

    /// One part of a write, on top of what stands there.
    fn part(&mut self, domain: &str, part: &Json, method: &str) -> Result<Option<Json>, Json> {
        let text = |key: &str| part[key].as_str().unwrap_or_default().to_owned();
        let (subname, rtype) = (text("subname"), text("type"));
        let key = (subname.clone(), rtype.clone());
        let (minimum, held) = {
            let domain = &self.domains[domain];
            (domain.minimum_ttl, domain.sets.get(&key).cloned())
        };
        if matches!(rtype.as_str(), "SOA" | "RRSIG" | "NSEC") {
            let words = format!("You cannot tinker with the {rtype} RR set. It is managed automatically.");
            return Err(json!({"type": [words]}));
        }
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-*".contains(c);
        if !subname.chars().all(is_name) {
            return Err(
                json!({"subname": ["Subname can only use (lowercase) a-z, 0-9, ., -, and _, may start with a '*.', or just be '*'."]}),
            );
        }
        if method == "POST" && held.is_some() {
            let words = "Another RRset with the same subdomain and type exists for this domain. (Try modifying it.)";
            return Err(json!({"non_field_errors": [words]}));
        }
        let Some(records) = part["records"].as_array().cloned().or_else(|| {
            let held = held.as_ref().filter(|_| method == "PATCH")?;
            Some(held.records.iter().map(|text| json!(text)).collect())
        }) else {
            return Err(json!({"records": ["This field is required."]}));
        };
        if records.is_empty() {
            if method == "POST" {
                return Err(json!({"records": ["This field must not be empty when using POST."]}));
            }
            self.put(domain, &subname, &rtype, 0, &[]);
            return Ok(None);
        }
        let Some(ttl) = part["ttl"].as_u64().or(held.as_ref().filter(|_| method == "PATCH").map(|set| set.ttl)) else {
            return Err(json!({"ttl": ["This field is required."]}));
        };
        if ttl < minimum {
            return Err(json!({"ttl": [format!("Ensure this value is greater than or equal to {minimum}.")]}));
        }
        if ttl > 86_400 {
            return Err(json!({"ttl": ["Ensure this value is less than or equal to 86400."]}));
        }
        if rtype == "CNAME" && (subname.is_empty() || records.len() > 1) {
            return Err(json!({"non_field_errors": ["CNAME RRset cannot have empty subname, or multiple records."]}));
        }
        let mut canonical = Vec::new();
        for record in &records {
            let record = record.as_str().unwrap_or_default();
            let record = spelled(&rtype, record).map_err(|words| json!({"non_field_errors": [words]}))?;
            if canonical.contains(&record) {
                return Err(json!({"non_field_errors": ["Duplicate: records must be semantically unique"]}));
            }
            canonical.push(record);
        }
        canonical.sort();
        self.put(domain, &subname, &rtype, ttl, &canonical);
        Ok(Some(document(domain, &key, &self.domains[domain].sets[&key])))
    }

    /// Several parts, whole or not at all; one part alone is answered as one.
    fn write(&mut self, domain: &str, parts: &[Json], method: &str) -> Result<Vec<Json>, Vec<Json>> {
        let before = self.domains[domain].clone();
        let (mut done, mut errors) = (Vec::new(), Vec::new());
        // What goes makes room for what comes, in whatever order they are named.
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|index| parts[*index]["records"] != json!([]));
        let mut results: BTreeMap<usize, Result<Option<Json>, Json>> = BTreeMap::new();
        for index in order {
            results.insert(index, self.part(domain, &parts[index], method));
        }
        for (index, result) in results {
            let subname = parts[index]["subname"].as_str().unwrap_or_default();
            let types: Vec<&String> =
                self.domains[domain].sets.keys().filter(|(at, _)| at == subname).map(|(_, rtype)| rtype).collect();
            let conflict = types.len() > 1 && types.iter().any(|rtype| *rtype == "CNAME");
            match result {
                Ok(_) if conflict => errors.push(json!({"non_field_errors": [
                    "RRset with conflicting type present at same subname: database (CNAME). (No other RRsets are allowed alongside CNAME.)"
                ]})),
                Ok(written) => {
                    errors.push(json!({}));
                    done.extend(written);
                }
                Err(error) => errors.push(error),
            }
        }
        if errors.iter().any(|error| *error != json!({})) {
            self.domains.insert(domain.to_owned(), before);
            return Err(errors);
        }
        Ok(done)
    }

    fn listed(&self, request: &Request, all: Vec<Json>) -> Reply {
        if all.len() <= self.page {
            return Reply::new(200, json!(all));
        }
        let url = format!("https://desec.io/api/v1/{}/", request.path[2..].join("/"));
        let first = format!("<{url}?cursor=>; rel=\"first\"");
        let Some(cursor) = request.query.get("cursor") else {
            let (page, count) = (self.page, all.len());
            let words = format!(
                "Pagination required. You can query up to {page} items at a time ({count} total). Please use the `first` page link (see Link header)."
            );
            return Reply { headers: format!("Link: {first}\r\n"), ..Reply::new(400, json!({"detail": words})) };
        };
        let from: usize = cursor.strip_prefix("cD0").map_or(0, |number| number.parse().expect("a cursor of ours"));
        let mut links = vec![first];
        if from > 0 {
            links.push(format!("<{url}?cursor=cD0{}>; rel=\"prev\"", from.saturating_sub(self.page)));
        }
        if from + self.page < all.len() {
            links.push(format!("<{url}?cursor=cD0{}>; rel=\"next\"", from + self.page));
        }
        let page: Vec<Json> = all.into_iter().skip(from).take(self.page).collect();
        Reply { headers: format!("Link: {}\r\n", links.join(", ")), ..Reply::new(200, json!(page)) }
    }

    fn of_domain(&mut self, request: &Request, name: &str, rest: &[&str]) -> Reply {
        let not_found = || Reply::new(404, json!({"detail": "Not found."}));
        if !self.domains.contains_key(name) {
            return not_found();
        }
        let key = |subname: &str, rtype: &str| {
            (if subname == "@" { String::new() } else { subname.trim_end_matches("...").to_owned() }, rtype.to_owned())
        };
        match (request.method.as_str(), rest) {
            ("GET", []) => {
                let mut domain = self.told(name);
                domain["keys"] = json!([]);
                Reply::new(200, domain)
            }
            ("GET", ["rrsets"]) => {
                let filter = |key: &str, value: &str| request.query.get(key).is_none_or(|wanted| wanted == value);
                let mut sets: Vec<_> = self.domains[name].sets.iter().collect();
                sets.sort_by_key(|(_, set)| std::cmp::Reverse(set.made));
                sets.retain(|((subname, rtype), _)| filter("subname", subname) && filter("type", rtype));
                let all = sets.into_iter().map(|(key, set)| document(name, key, set)).collect();
                self.listed(request, all)
            }
            ("GET", ["rrsets", subname, rtype]) => {
                let key = key(subname, rtype);
                self.domains[name]
                    .sets
                    .get(&key)
                    .map_or_else(not_found, |set| Reply::new(200, document(name, &key, set)))
            }
            (method @ ("POST" | "PATCH" | "PUT"), ["rrsets"]) => {
                let status = if method == "POST" { 201 } else { 200 };
                match &request.body {
                    Json::Array(parts) => match self.write(name, parts, method) {
                        Ok(done) => Reply::new(status, json!(done)),
                        Err(errors) => Reply::new(400, json!(errors)),
                    },
                    part if method == "POST" => match self.write(name, std::slice::from_ref(part), method) {
                        Ok(done) => Reply::new(status, done[0].clone()),
                        Err(errors) => Reply::new(400, errors[0].clone()),
                    },
                    _ => Reply::new(400, json!({"non_field_errors": ["Expected a list of items but got dict."]})),
                }
            }
            (method @ ("PATCH" | "PUT"), ["rrsets", subname, rtype]) => {
                let (subname, rtype) = key(subname, rtype);
                let mut part = request.body.clone();
                (part["subname"], part["type"]) = (json!(subname), json!(rtype));
                match self.write(name, &[part], method) {
                    Ok(done) if done.is_empty() => Reply::new(204, Json::Null),
                    Ok(done) => Reply::new(200, done[0].clone()),
                    Err(errors) => Reply::new(400, errors[0].clone()),
                }
            }
            ("DELETE", ["rrsets", subname, rtype]) => {
                let (subname, rtype) = key(subname, rtype);
                self.put(name, &subname, &rtype, 0, &[]);
                Reply::new(204, Json::Null)
            }
            (method, _) => Reply::new(405, json!({"detail": format!("Method \"{method}\" not allowed.")})),
        }
    }

    fn told(&self, name: &str) -> Json {
        let domain = &self.domains[name];
        let touched = domain.sets.values().map(|set| set.touched).max().unwrap_or_default().max(self.clock);
        json!({"created": time(0), "minimum_ttl": domain.minimum_ttl, "name": name, "published": time(touched),
            "touched": time(touched)})
    }
}

impl Host for DeSecHost {
    fn answer(&mut self, request: &Request) -> Reply {
        if request.authorization != format!("Token {TOKEN}") {
            return Reply::new(401, json!({"detail": "Invalid token."}));
        }
        let (method, path) = request.parts();
        match (method, &path[..]) {
            ("GET", ["api", "v1", "domains"]) => {
                let all = self.domains.keys().rev().map(|name| self.told(name)).collect();
                self.listed(request, all)
            }
            (_, ["api", "v1", "domains", name, rest @ ..]) => self.of_domain(request, name, rest),
            _ => Reply::new(404, json!({"detail": "Not found."})),
        }
    }

    fn throttled(&self, seconds: u64) -> Reply {
        let words = format!("Request was throttled. Expected available in {seconds} seconds.");
        Reply { headers: format!("Retry-After: {seconds}\r\n"), ..Reply::new(429, json!({"detail": words})) }
    }
}

fn time(number: u64) -> String {
    format!("2026-01-01T00:00:00.{number:06}Z")
}

fn document(domain: &str, (subname, rtype): &(String, String), set: &Set) -> Json {
    let name = if subname.is_empty() { format!("{domain}.") } else { format!("{subname}.{domain}.") };
    json!({"created": time(set.made), "domain": domain, "subname": subname, "name": name, "type": rtype,
        "records": set.records, "ttl": set.ttl, "touched": time(set.touched)})
}

/// A record in the spelling of the service.
fn spelled(rtype: &str, record: &str) -> Result<String, String> {
    let known: RrType = rtype.parse().map_err(|_| format!("The {rtype} RR set type is currently unsupported."))?;
    let malformed = |error| format!("Record content for type {rtype} malformed: {error}");
    if matches!(known, RrType::TXT | RrType::SPF) {
        if !record.starts_with('"') || !record.ends_with('"') {
            return Err(format!("Data for {rtype} records must be given using quotation marks."));
        }
        let Rdata::Txt(txt) = Rdata::parse_source(RrType::TXT, record).map_err(malformed)? else { unreachable!() };
        return Ok(txt.with_long_strings_cut().to_string());
    }
    let has_name = matches!(known, RrType::MX | RrType::CNAME | RrType::NS | RrType::PTR);
    if has_name && !record.ends_with('.') {
        return Err("Hostname must be fully qualified (i.e., end in a dot: \"example.com.\")".to_owned());
    }
    Ok(Rdata::parse(known, record).map_err(malformed)?.to_string())
}

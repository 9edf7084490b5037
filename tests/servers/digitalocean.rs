//! A stand-in for DigitalOcean's DNS. There is no real one to be had without an account.
//!
//! Paths, bodies, pages (`links.pages.next`, `meta.total`, 200 items at most), `ratelimit-…` headers and errors (`id`,
//! `message`) are those of the API's description (digitalocean/openapi, `specification/resources/domains` and
//! `specification/shared`, commit 7c1300c4); `tests/providers/digitalocean/sdk.rs` has DigitalOcean's own client ask it.
//! How records look, names in full without their last dot and the apex as `@`, is as in the answers that dnscontrol
//! recorded (`providers/digitalocean/testdata/digitalocean.json`); that empty texts and null MX are refused, backslashes
//! lost, and texts of more than 512 characters with their quotes refused, as in its `auditrecords.go` and issue 370.

use std::collections::BTreeMap;

use mailvouch_providers::dns::{Rdata, Txt};
use serde_json::{Value as Json, json};

use super::rest::{Asked, Rest, Service, Told};

/// The token that it knows.
pub(crate) const TOKEN: &str = "dop_v1_a-token-of-the-tests";
const FIELDS: [&str; 9] = ["type", "name", "data", "priority", "port", "ttl", "weight", "flags", "tag"];

/// It, running.
pub(crate) type FakeDigitalOcean = Rest<DigitalOcean>;

pub(crate) struct DigitalOcean {
    pub(crate) domains: Vec<String>,
    /// By domain and id.
    pub(crate) records: BTreeMap<(String, u64), Json>,
    last_id: u64,
}

/// With empty zones of these names.
pub(crate) fn start(domains: &[&str]) -> FakeDigitalOcean {
    let domains = domains.iter().map(|name| (*name).to_owned()).collect();
    Rest::start(DigitalOcean { domains, records: BTreeMap::new(), last_id: 28_448_000 })
}

impl DigitalOcean {
    /// Puts a record into a zone; its id.
    pub(crate) fn put(&mut self, domain: &str, mut record: Json) -> u64 {
        self.last_id += 1;
        for field in FIELDS {
            record.as_object_mut().expect("an object").entry(field).or_insert(Json::Null);
        }
        record["id"] = json!(self.last_id);
        self.records.insert((domain.to_owned(), self.last_id), record);
        self.last_id
    }

    /// The records at a name of a zone, relative to it.
    pub(crate) fn at(&self, domain: &str, name: &str) -> Vec<Json> {
        let here = self.records.iter().filter(|((of, _), record)| of == domain && record["name"] == name);
        here.map(|(_, record)| record.clone()).collect()
    }

    /// The texts at a name of `example.com`.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let texts = self.at("example.com", name).into_iter().filter(|record| record["type"] == "TXT");
        texts.map(|record| record["data"].as_str().expect("a text").to_owned()).collect()
    }

    /// A record as it is kept, or why it is not.
    fn kept(&self, domain: &str, id: Option<u64>, sent: &Json) -> Result<Json, String> {
        let mut record = id.map_or(json!({}), |id| self.records[&(domain.to_owned(), id)].clone());
        for (field, value) in sent.as_object().ok_or("the body is no object")? {
            record[field.as_str()] = value.clone();
        }
        let text = |field: &str| record[field].as_str().map(str::to_owned);
        let rtype = text("type").ok_or("Type can't be blank")?;
        let name = text("name").ok_or("Name can't be blank")?;
        let mut data = text("data").filter(|data| !data.is_empty()).ok_or("Data can't be blank")?;
        match rtype.as_str() {
            "TXT" => {
                let quoted = Txt::from_text(data.as_bytes()).to_string();
                if quoted.len() > 512 {
                    return Err("Data is too long (maximum is 512 characters)".to_owned());
                }
                data = data.replace('\\', "");
            }
            "CNAME" | "MX" | "NS" | "SRV" if data != "@" => {
                let full = data.strip_suffix('.').ok_or("Data needs to end with a dot (.)")?.to_owned();
                if full.is_empty() {
                    return Err("Data is invalid".to_owned());
                }
                data = if full == domain { "@".to_owned() } else { full };
            }
            _ => {}
        }
        if record["ttl"].as_u64().is_some_and(|ttl| ttl < 30) {
            return Err("Ttl must be greater than or equal to 30".to_owned());
        }
        let beside: Vec<Json> = self.at(domain, &name).into_iter().filter(|other| other["id"] != json!(id)).collect();
        let is_alias = |other: &Json| other["type"] == "CNAME";
        if !beside.is_empty() && (rtype == "CNAME" || beside.iter().any(is_alias)) {
            return Err("CNAME records cannot share a name with other records".to_owned());
        }
        record["data"] = json!(data);
        if record["ttl"].is_null() {
            record["ttl"] = json!(1800);
        }
        Ok(record)
    }
}

/// A page of a list.
fn list(key: &str, all: &[Json], asked: &Asked) -> Told {
    let number = |key: &str, usual: usize| asked.query.get(key).map_or(Ok(usual), |text| text.parse());
    let (Ok(size), Ok(page)) = (number("per_page", 20), number("page", 1)) else {
        return problem(400, "bad_request", "page and per_page are numbers");
    };
    let size = size.clamp(1, 200);
    let mut answer = json!({"links": {}, "meta": {"total": all.len()}});
    answer[key] = all.iter().skip((page.max(1) - 1) * size).take(size).cloned().collect();
    if page * size < all.len() {
        let url = |page: usize| format!("https://api.digitalocean.com/{}?page={page}", asked.path.join("/"));
        answer["links"] = json!({"pages": {"next": url(page + 1), "last": url(all.len().div_ceil(size))}});
    }
    Told::json(200, &answer)
}

pub(crate) fn problem(status: u16, id: &str, message: &str) -> Told {
    Told::json(status, &json!({"id": id, "message": message, "request_id": "4d9d8375-3c56-4925-a3e7-eb137fed17e9"}))
}

impl Service for DigitalOcean {
    fn answer(&mut self, asked: &Asked) -> Told {
        let told = self.told(asked);
        told.with("ratelimit-limit", "5000").with("ratelimit-remaining", "4816").with("ratelimit-reset", "1796040000")
    }
}

impl DigitalOcean {
    fn told(&mut self, asked: &Asked) -> Told {
        if asked.bearer() != Some(TOKEN) {
            return problem(401, "Unauthorized", "Unable to authenticate you");
        }
        let (method, path) = (asked.method.as_str(), asked.parts());
        let missing = || problem(404, "not_found", "The resource you requested could not be found.");
        let ["v2", "domains", rest @ ..] = &path[..] else { return missing() };
        let Some((domain, rest)) = rest.split_first() else {
            let all: Vec<Json> = self.domains.iter().map(|name| json!({"name": name, "ttl": 1800})).collect();
            return list("domains", &all, asked);
        };
        let domain = (*domain).to_owned();
        if !self.domains.contains(&domain) {
            return missing();
        }
        let record = |status, record: &Json| Told::json(status, &json!({"domain_record": record}));
        let id = match rest {
            ["records"] => None,
            ["records", id] => match id.parse() {
                Ok(id) if self.records.contains_key(&(domain.clone(), id)) => Some(id),
                _ => return missing(),
            },
            _ => return missing(),
        };
        match (method, id) {
            ("GET", None) => {
                let is_wanted = |record: &Json| {
                    let (name, rtype) = (asked.query.get("name"), asked.query.get("type"));
                    let own = record["name"].as_str().expect("a name");
                    let full = if own == "@" { domain.clone() } else { format!("{own}.{domain}") };
                    name.is_none_or(|name| *name == full) && rtype.is_none_or(|rtype| record["type"] == **rtype)
                };
                let of_domain = self.records.iter().filter(|((of, _), record)| *of == domain && is_wanted(record));
                let all: Vec<Json> = of_domain.map(|(_, record)| record.clone()).collect();
                list("domain_records", &all, asked)
            }
            ("GET", Some(id)) => record(200, &self.records[&(domain, id)]),
            ("DELETE", Some(id)) => {
                self.records.remove(&(domain, id));
                Told::empty(204)
            }
            ("POST", None) => match self.kept(&domain, None, &asked.json()) {
                Ok(kept) => {
                    let id = self.put(&domain, kept);
                    record(201, &self.records[&(domain, id)])
                }
                Err(why) => problem(422, "unprocessable_entity", &why),
            },
            ("PATCH" | "PUT", Some(id)) => match self.kept(&domain, Some(id), &asked.json()) {
                Ok(kept) => {
                    self.records.insert((domain.clone(), id), kept);
                    record(200, &self.records[&(domain, id)])
                }
                Err(why) => problem(422, "unprocessable_entity", &why),
            },
            _ => problem(405, "method_not_allowed", "Not allowed."),
        }
    }
}

/// A value as a record that is listed.
pub(crate) fn record(name: &str, rdata: &Rdata, ttl: u32) -> Json {
    let full = |name: &mailvouch_providers::dns::Name| {
        let text = name.to_string();
        if text == "example.com" { "@".to_owned() } else { text }
    };
    let mut record = json!({"type": rdata.rtype().to_string(), "name": name, "ttl": ttl, "data": rdata.to_string()});
    match rdata {
        Rdata::Cname(target) | Rdata::Ns(target) | Rdata::Ptr(target) => record["data"] = json!(full(target)),
        Rdata::Mx { preference, exchange } => {
            record["data"] = json!(full(exchange));
            record["priority"] = json!(preference);
        }
        Rdata::Txt(txt) => record["data"] = json!(String::from_utf8(txt.joined()).expect("UTF-8")),
        Rdata::Other { text, .. } if record["type"] == "CAA" => {
            let mut words = text.splitn(3, ' ');
            record["flags"] = json!(words.next().and_then(|word| word.parse::<u8>().ok()));
            record["tag"] = json!(words.next());
            record["data"] = json!(words.next().map(|word| word.trim_matches('"')));
        }
        _ => {}
    }
    record
}

/// What a record says in DNS.
pub(crate) fn value_of(record: &Json) -> Option<Rdata> {
    let (rtype, data) = (record["type"].as_str()?, record["data"].as_str()?);
    let full = || match data {
        "@" => "example.com.".to_owned(),
        name => format!("{name}."),
    };
    let line = match rtype {
        "TXT" => return Some(Rdata::Txt(Txt::from_text(data.as_bytes()))),
        "CNAME" | "NS" | "PTR" => full(),
        "MX" => format!("{} {}", record["priority"], full()),
        "CAA" => format!("{} {} \"{data}\"", record["flags"], record["tag"].as_str()?),
        _ => data.to_owned(),
    };
    Rdata::parse(rtype.parse().ok()?, &line).ok()
}

//! Records of the stand-in: how they come, change and go, and what is refused of them.

use serde_json::{Value as Json, json};

use super::state::{Refusal, State, refused};

/// Operations that a batch of the Free plan may have.
const BATCH: usize = 200;

/// What a record has that is not said of it.
fn unsaid() -> Json {
    json!({"proxied": false, "ttl": 1, "settings": {}, "comment": null, "tags": []})
}

fn merge(record: &mut Json, fields: Json) {
    let Json::Object(fields) = fields else { panic!("no object: {fields}") };
    for (key, value) in fields {
        record[key] = value;
    }
}

/// A list of a batch.
fn list<'a>(body: &'a Json, key: &str) -> &'a [Json] {
    body[key].as_array().map_or(&[], Vec::as_slice)
}

impl State {
    /// Adds a record; its id.
    pub(super) fn insert(&mut self, zone: &str, fields: Json) -> String {
        self.created += 1;
        let id = format!("{:032x}", 0xa000_0000_u64 + self.created);
        let mut record = unsaid();
        merge(&mut record, json!({"meta": {}, "created_on": "2026-01-01T00:00:00.000000Z"}));
        merge(&mut record, fields);
        record["id"] = json!(id);
        self.stamp(&mut record);
        self.records.get_mut(zone).expect("a zone").push(record);
        id
    }

    /// What the service itself says of a record that was written.
    fn stamp(&self, record: &mut Json) {
        let now = json!(format!("2026-01-02T00:00:00.{:06}Z", self.requests.len()));
        record["proxiable"] = json!(["A", "AAAA", "CNAME"].iter().any(|rtype| record["type"] == *rtype));
        record["modified_on"] = now.clone();
        if record["comment"].is_string() {
            record["comment_modified_on"] = now;
        }
    }

    /// All of it or nothing.
    pub(super) fn batch(&mut self, zone: &str, body: &Json) -> Result<Json, Refusal> {
        let count: usize = ["deletes", "patches", "puts", "posts"].iter().map(|key| list(body, key).len()).sum();
        if count > BATCH {
            return Err((400, refused(81071, "The batch has too many operations.")));
        }
        let before = self.records[zone].clone();
        let done = self.each(zone, body);
        if done.is_err() {
            self.records.insert(zone.to_owned(), before);
        }
        done
    }

    fn each(&mut self, zone: &str, body: &Json) -> Result<Json, Refusal> {
        let id = |fields: &Json| fields["id"].as_str().unwrap_or_default().to_owned();
        let (mut deletes, mut patches, mut puts, mut posts) = (vec![], vec![], vec![], vec![]);
        for fields in list(body, "deletes") {
            deletes.push(self.delete(zone, &id(fields))?);
        }
        for fields in list(body, "patches") {
            patches.push(self.edit(zone, &id(fields), fields)?);
        }
        for fields in list(body, "puts") {
            puts.push(self.overwrite(zone, &id(fields), fields)?);
        }
        for fields in list(body, "posts") {
            posts.push(self.create(zone, fields)?);
        }
        Ok(json!({"deletes": deletes, "patches": patches, "puts": puts, "posts": posts}))
    }

    pub(super) fn find(&self, zone: &str, id: &str) -> Result<&Json, Refusal> {
        let found = self.records[zone].iter().find(|record| record["id"] == id);
        found.ok_or_else(|| (404, refused(81044, "Record does not exist.")))
    }

    pub(super) fn create(&mut self, zone: &str, fields: &Json) -> Result<Json, Refusal> {
        self.check(zone, fields, None)?;
        let id = self.insert(zone, fields.clone());
        Ok(self.find(zone, &id)?.clone())
    }

    /// Changes what is named, and leaves the rest.
    pub(super) fn edit(&mut self, zone: &str, id: &str, fields: &Json) -> Result<Json, Refusal> {
        let mut record = self.unlocked(zone, id)?;
        merge(&mut record, fields.clone());
        record["id"] = json!(id);
        self.check(zone, &record, Some(id))?;
        self.stamp(&mut record);
        let held = self.records.get_mut(zone).expect("a zone").iter_mut().find(|held| held["id"] == id);
        *held.expect("the record") = record.clone();
        Ok(record)
    }

    /// Changes what is named; of the rest nothing is left, comment and tags too.
    pub(super) fn overwrite(&mut self, zone: &str, id: &str, fields: &Json) -> Result<Json, Refusal> {
        let mut whole = unsaid();
        merge(&mut whole, fields.clone());
        self.edit(zone, id, &whole)
    }

    /// Takes a record away; what it was.
    pub(super) fn delete(&mut self, zone: &str, id: &str) -> Result<Json, Refusal> {
        let gone = self.unlocked(zone, id)?;
        self.records.get_mut(zone).expect("a zone").retain(|record| record["id"] != id);
        Ok(gone)
    }

    fn unlocked(&self, zone: &str, id: &str) -> Result<Json, Refusal> {
        let record = self.find(zone, id)?;
        if record["meta"]["read_only"] == true {
            // Which code the real one has for it is not known here; nothing of ours goes by it.
            return Err((400, refused(1043, "This record is managed by another product.")));
        }
        Ok(record.clone())
    }

    /// What the API refuses of a record that comes, or changes.
    fn check(&self, zone: &str, record: &Json, id: Option<&str>) -> Result<(), Refusal> {
        let no = |code, message| Err((400, refused(code, message)));
        let is = |record: &Json, types: &[&str]| types.iter().any(|rtype| record["type"] == *rtype);
        let content = record["content"].as_str().unwrap_or_default();
        if !record["name"].is_string() || !record["type"].is_string() || content.is_empty() {
            return no(9000, "DNS name, type and content are required.");
        }
        if is(record, &["A"]) && content.parse::<std::net::Ipv4Addr>().is_err() {
            return no(9005, "Content for A record must be a valid IPv4 address.");
        }
        let ttl = record["ttl"].as_u64().unwrap_or(1);
        if ttl != 1 && !(60..=86400).contains(&ttl) {
            return no(9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.");
        }
        if record["proxied"] == true && !is(record, &["A", "AAAA", "CNAME"]) {
            return no(9004, "This record type cannot be proxied.");
        }
        let at = |other: &&Json| other["name"] == record["name"] && id.is_none_or(|id| other["id"] != id);
        let others: Vec<&Json> = self.records[zone].iter().filter(at).collect();
        let same = |other: &&Json| {
            ["type", "content"].iter().all(|key| other[*key] == record[*key]) && other["priority"] == record["priority"]
        };
        if others.iter().any(same) {
            return no(81058, "An identical record already exists.");
        }
        // An alias is kept from addresses and from another alias, and from nothing else: texts may stand beside it.
        if is(record, &["CNAME"]) && others.iter().any(|other| is(other, &["A", "AAAA", "CNAME"])) {
            return no(81053, "An A, AAAA, or CNAME record with that host already exists.");
        }
        if is(record, &["A", "AAAA"]) && others.iter().any(|other| is(other, &["CNAME"])) {
            return no(81054, "A CNAME record with that host already exists.");
        }
        Ok(())
    }
}

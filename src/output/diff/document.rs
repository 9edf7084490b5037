//! The difference as JSON (`docs/formats/diff.md`), version 1.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use mailvouch_providers::dns::Rdata;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::sets::{Row, SetChange};
use crate::output::json::pretty;
use crate::output::schema::schema_of;
use crate::output::value::shown;
use crate::plan::Desired;

const VERSION: u32 = 1;

#[derive(JsonSchema, Serialize)]
struct Document {
    version: u32,
    domains: Vec<Domain>,
}

#[derive(JsonSchema, Serialize)]
struct Domain {
    domain: String,
    sets: Vec<Set>,
}

#[derive(JsonSchema, Serialize)]
struct Set {
    owner: String,
    r#type: String,
    ttl: Ttl,
    changes: Vec<Change>,
    rules: Vec<&'static str>,
}

#[derive(JsonSchema, Serialize)]
struct Ttl {
    before: Option<u32>,
    after: Option<u32>,
}

#[derive(JsonSchema, Serialize)]
struct Change {
    op: &'static str,
    before: Option<Value>,
    after: Option<Value>,
}

#[derive(JsonSchema, Serialize)]
struct Value {
    value: String,
    strings: Vec<String>,
}

/// What would change, for all domains, as one document.
pub fn json(desired: &[Desired]) -> String {
    pretty(&Document { version: VERSION, domains: desired.iter().map(domain).collect() })
}

fn domain(desired: &Desired) -> Domain {
    let sets = SetChange::of_desired(desired).into_iter().map(|change| {
        let rules = desired.reasons.get(&change.owner).into_iter().flatten().copied().collect();
        Set {
            owner: change.owner.to_string(),
            r#type: change.rtype.to_string(),
            ttl: Ttl { before: change.old_ttl, after: change.new_ttl },
            changes: change.rows.iter().map(row).collect(),
            rules,
        }
    });
    Domain { domain: desired.before.domain.to_string(), sets: sets.collect() }
}

fn row(row: &Row) -> Change {
    let (op, before, after) = match row {
        Row::Same(both) => ("keep", Some(both), Some(both)),
        Row::Removed(before) => ("delete", Some(before), None),
        Row::Added(after) => ("create", None, Some(after)),
        Row::Changed(before, after) => ("replace", Some(before), Some(after)),
    };
    Change { op, before: before.map(value), after: after.map(value) }
}

fn value(rdata: &Rdata) -> Value {
    let strings = rdata.as_txt().map_or(&[][..], |txt| txt.strings());
    Value { value: shown(rdata), strings: strings.iter().map(|string| BASE64.encode(string)).collect() }
}

/// The schema of `diff`.
pub fn schema() -> Schema {
    schema_of::<Document>()
}

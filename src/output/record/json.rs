//! The JSON of `record` (`docs/formats/record.md`), version 1: a field keeps its name and its meaning.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::Value;

use super::facts::facts;
use crate::lint::Lone;
use crate::output::json::{Finding, pretty};
use crate::output::schema::schema_of;

#[derive(JsonSchema, Serialize)]
struct Document {
    version: u32,
    r#type: &'static str,
    owner: String,
    usable: bool,
    revoked: bool,
    facts: BTreeMap<&'static str, Value>,
    diagnostics: Vec<Finding>,
}

/// A text and its findings as one document.
pub fn json(lone: &Lone) -> String {
    pretty(&Document {
        version: 1,
        r#type: lone.kind.name(),
        owner: lone.owner.to_string(),
        usable: lone.is_usable(),
        revoked: lone.is_revoked(),
        facts: facts(lone),
        diagnostics: lone.diagnostics.iter().map(Finding::of).collect(),
    })
}

/// The schema of `record`.
pub fn schema() -> Schema {
    schema_of::<Document>()
}

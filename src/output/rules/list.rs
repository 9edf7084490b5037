//! All rules, for people and for programs.

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::lint::{ALL, Meta};
use crate::output::json::pretty;
use crate::output::schema::schema_of;
use crate::output::style::{STRONG, of_severity, paint};

/// All rules, one a line: id, severity, what it is about.
pub fn human() -> String {
    let metas: Vec<&Meta> = ALL.iter().map(|rule| rule.meta()).collect();
    let id_width = metas.iter().map(|meta| meta.id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for meta in metas {
        let id = paint(STRONG, &format!("{:id_width$}", meta.id));
        let severity = paint(of_severity(meta.severity), &format!("{:7}", meta.severity.name()));
        text.push_str(&format!("{id}  {severity}  {}\n", meta.summary()));
    }
    text
}

#[derive(JsonSchema, Serialize)]
struct Document {
    version: u32,
    rules: Vec<Rule>,
}

#[derive(JsonSchema, Serialize)]
struct Rule {
    id: &'static str,
    severity: &'static str,
    summary: &'static str,
}

/// All rules as JSON.
pub fn json() -> String {
    let of = |meta: &Meta| Rule { id: meta.id, severity: meta.severity.name(), summary: meta.summary() };
    pretty(&Document { version: 1, rules: ALL.iter().map(|rule| of(rule.meta())).collect() })
}

/// The schema of `rules`.
pub fn schema() -> Schema {
    schema_of::<Document>()
}

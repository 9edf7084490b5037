//! A rule's page in a terminal: it is Markdown, and stays readable as such.

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::lint::ALL;
use crate::output::json::pretty;
use crate::output::schema::schema_of;
use crate::output::style::{CODE, DIM, STRONG, of_severity, paint};

/// The page of a rule, for a terminal; none where no rule has this id.
pub fn explain(id: &str) -> Option<String> {
    let meta = ALL.iter().map(|rule| rule.meta()).find(|meta| meta.id == id)?;
    let mut text = String::new();
    let mut in_code = false;
    for line in meta.docs.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code {
            text.push_str(&format!("{}\n", paint(CODE, &format!("    {line}"))));
        } else if let Some(heading) = line.strip_prefix("# ") {
            let severity = paint(of_severity(meta.severity), meta.severity.name());
            text.push_str(&format!("{} ({severity})\n", paint(STRONG, heading)));
        } else if let Some(heading) = line.strip_prefix("## ") {
            text.push_str(&format!("{}\n", paint(STRONG, heading)));
        } else if is_rule_of_table(line) {
            text.push_str(&format!("{}\n", paint(DIM, line)));
        } else {
            text.push_str(&format!("{}\n", inline(line)));
        }
    }
    Some(text)
}

#[derive(JsonSchema, Serialize)]
struct Explained {
    version: u32,
    id: &'static str,
    severity: &'static str,
    summary: &'static str,
    /// The whole page, in Markdown.
    page: &'static str,
}

/// The page of a rule as JSON; none where no rule has this id.
pub fn explain_json(id: &str) -> Option<String> {
    let meta = ALL.iter().map(|rule| rule.meta()).find(|meta| meta.id == id)?;
    let (severity, summary) = (meta.severity.name(), meta.summary());
    Some(pretty(&Explained { version: 1, id: meta.id, severity, summary, page: meta.docs }))
}

/// `|---|---|`.
fn is_rule_of_table(line: &str) -> bool {
    line.starts_with('|') && line.chars().all(|char| matches!(char, '|' | '-' | ':' | ' '))
}

/// Code keeps its backticks, which mark it also where there is no colour; `**` goes.
fn inline(line: &str) -> String {
    let mut text = String::new();
    for (index, piece) in line.split('`').enumerate() {
        if index % 2 == 1 {
            text.push_str(&paint(CODE, &format!("`{piece}`")));
        } else {
            for (index, piece) in piece.split("**").enumerate() {
                text.push_str(&if index % 2 == 1 { paint(STRONG, piece) } else { piece.to_owned() });
            }
        }
    }
    text
}

/// The schema of `explain`.
pub fn explain_schema() -> Schema {
    schema_of::<Explained>()
}

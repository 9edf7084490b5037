//! The JSON of `check` and `spf eval` (`docs/formats/`). Programs rely on it: internal types never show through, and a
//! version only grows.

mod evaluation;
mod v1;

use schemars::Schema;
use serde::Serialize;

pub(super) use self::evaluation::Asked;
pub(super) use self::v1::{Finding, reason};
use crate::lint::Report;
use crate::output::Note;
use crate::output::schema::schema_of;

pub use evaluation::{evaluation, evaluation_schema};

/// The schema of `check`.
pub fn schema() -> Schema {
    schema_of::<v1::Document>()
}

/// The schema of a line of `check --format ndjson`.
pub fn line_schema() -> Schema {
    schema_of::<v1::DomainReport>()
}

/// All reports as one document, with what is to be said of the files that they were judged by.
pub fn document(reports: &[Report], notes: &[Note]) -> String {
    pretty(&v1::Document::of(reports, notes))
}

/// One report as one line, without a line break at its end.
pub fn line(report: &Report) -> String {
    written(serde_json::to_string(&v1::DomainReport::of(report)))
}

/// The same in UTF-8, with a line break: lists have millions of them.
pub fn whole_line(report: &Report) -> Vec<u8> {
    let mut octets = Vec::with_capacity(LINE);
    written(serde_json::to_writer(&mut octets, &v1::DomainReport::of(report)));
    octets.push(b'\n');
    octets
}

/// Room for most lines.
const LINE: usize = 8192;

/// A schema as a text, with its name and what it is of.
pub fn schema_text(mut schema: Schema, name: &str, title: &str) -> String {
    let id = format!("{}/blob/main/docs/schemas/{name}.json", env!("CARGO_PKG_REPOSITORY"));
    schema.insert("$id".to_owned(), id.into());
    schema.insert("title".to_owned(), title.into());
    pretty(&schema)
}

/// A document over several lines, the last one ended.
pub(super) fn pretty(document: &impl Serialize) -> String {
    written(serde_json::to_string_pretty(document)) + "\n"
}

/// Text, lists and structs can always be written: JSON refuses only keys that are no text, and there are none.
fn written<T>(text: serde_json::Result<T>) -> T {
    text.unwrap_or_else(|error| unreachable!("a document with text keys only: {error}"))
}

//! What a code means, for whoever has the code and no bounce.

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::human::{hanging, remedies, row};
use crate::observed::bounce::{Asked, Codes, Entry, Receiver};
use crate::output::json::pretty;
use crate::output::schema::schema_of;
use crate::output::style::{STRONG, paint};

/// All its meanings.
pub fn explained(asked: &Asked) -> String {
    let name = &asked.name;
    let head = match (asked.is_listed, asked.meanings.as_slice()) {
        (false, _) => format!("{name} is in no list that is known here; what its kind means:"),
        (true, [_]) => format!("{name}:"),
        (true, several) => format!(
            "{name} means one of {} things; the receiver and the words of its answer tell which:",
            several.len()
        ),
    };
    let mut text = format!("{}\n", paint(STRONG, &head));
    for entry in &asked.meanings {
        text.push('\n');
        text.push_str(&hanging(&format!("{}: ", whose(entry)), &entry.title));
        text.push_str(&row("reason", &entry.reason));
        if !entry.codes.is_empty() {
            text.push_str(&row("codes", &codes(entry)));
        }
        text.push_str(&row("as it is sent", &entry.sample.replace('`', "'")));
        text.push_str(&row("it means", &entry.meaning));
        text.push_str(&row("whose doing", entry.direction.words()));
        text.push_str(&row("who acts", entry.acts.words()));
        text.push_str(&remedies(entry, "  What helps"));
    }
    text.push_str("\nWith the bounce itself, `mailvouch bounce FILE` says which of these it is.\n");
    text
}

fn whose(entry: &Entry) -> String {
    if entry.receivers.is_empty() {
        return "any server".to_owned();
    }
    entry.receivers.iter().map(|receiver: &Receiver| receiver.name()).collect::<Vec<_>>().join(" and ")
}

fn codes(entry: &Entry) -> String {
    entry.codes.iter().map(Codes::to_string).collect::<Vec<_>>().join(", ")
}

#[derive(JsonSchema, Serialize)]
struct Document<'a> {
    version: u32,
    /// What was asked for.
    code: &'a str,
    /// Whether a list of codes holds it; else the meanings are those of its kind.
    listed: bool,
    meanings: Vec<Meaning>,
}

#[derive(JsonSchema, Serialize)]
struct Meaning {
    receivers: Vec<&'static str>,
    codes: Vec<String>,
    reason: &'static str,
    direction: &'static str,
    acts: &'static str,
    title: &'static str,
    meaning: &'static str,
    remedies: &'static [String],
    contact: Option<&'static str>,
    beware: Option<&'static str>,
    /// An answer as it is sent.
    sample: &'static str,
    source: &'static str,
    date: &'static str,
}

/// All its meanings as JSON.
pub fn explained_json(asked: &Asked) -> String {
    let meaning = |entry: &&'static Entry| Meaning {
        receivers: entry.receivers.iter().map(|receiver| receiver.id()).collect(),
        codes: entry.codes.iter().map(Codes::to_string).collect(),
        reason: &entry.reason,
        direction: entry.direction.id(),
        acts: entry.acts.id(),
        title: &entry.title,
        meaning: &entry.meaning,
        remedies: &entry.remedies,
        contact: entry.contact.as_deref(),
        beware: entry.beware.as_deref(),
        sample: &entry.sample,
        source: &entry.source,
        date: &entry.date,
    };
    pretty(&Document {
        version: 1,
        code: &asked.name,
        listed: asked.is_listed,
        meanings: asked.meanings.iter().map(meaning).collect(),
    })
}

/// The schema of `explain` for a code.
pub fn explained_schema() -> Schema {
    schema_of::<Document<'_>>()
}

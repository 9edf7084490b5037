//! A text for people: the findings, and what it comes to.

use serde_json::Value;

use super::facts::facts;
use crate::lint::{Kind, Lone};
use crate::output::columns::{line_width, shortened, wrap};
use crate::output::human::findings;
use crate::output::printable::printable;
use crate::output::style::{ERROR, GOOD, STRONG, WARNING, paint};
use crate::output::words::indented;
use crate::record::{DmarcRecord, SpfRecord};

/// Columns of one fact.
const FACT: usize = 60;

/// The findings, and whether a receiver would act on the text.
pub fn human(lone: &Lone) -> String {
    let what = match lone.kind {
        Kind::Spf => "SPF record",
        Kind::Dkim => "DKIM key",
        Kind::Dmarc => "DMARC record",
    };
    let verdict = if lone.is_revoked() {
        paint(WARNING, "revoked: no signature with it passes")
    } else if lone.is_usable() {
        paint(GOOD, "usable")
    } else {
        paint(ERROR, &format!("not usable: no receiver acts on it{}", begins(lone)))
    };
    let shown = facts(lone).into_iter().filter_map(|(name, value)| Some(format!("{name}={}", word(&value)?)));
    let said = shown.map(|fact| shortened(&printable(&fact), FACT)).collect::<Vec<_>>().join(", ");
    let said = if said.is_empty() {
        String::new()
    } else {
        indented("  ", wrap(&format!("reads as {said}"), line_width() - 2))
    };
    format!("{}{}: {verdict}\n{said}", findings(&lone.diagnostics, &lone.facts), paint(STRONG, what))
}

/// What a text has to begin with that is no such record at all.
fn begins(lone: &Lone) -> &'static str {
    match lone.kind {
        Kind::Spf if SpfRecord::parse(&lone.text).is_none() => ", since it does not begin with `v=spf1` and a space",
        Kind::Dmarc if DmarcRecord::parse(&lone.text).is_none() => ", since it does not begin with `v=DMARC1;`",
        Kind::Spf | Kind::Dkim | Kind::Dmarc => "",
    }
}

/// A fact as a record would have it; none where there is nothing to tell.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => {
            Some(items.iter().map(|item| item.as_str().unwrap_or_default()).collect::<Vec<_>>().join(":"))
        }
        other => Some(other.to_string()),
    }
}

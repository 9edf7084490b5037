//! Published against desired.

use serde::Serialize;

use super::json as documents;
use crate::plan::Desired;

/// What would change, set by set.
pub fn desired(desired: &Desired) -> String {
    if desired.changes.is_empty() {
        return format!("{}: nothing to change\n", desired.before.domain);
    }
    let mut text = String::new();
    for (owner, rtype, _) in desired.changes.statements() {
        text.push_str(&format!("{} {rtype}\n", owner.absolute()));
    }
    text
}

#[derive(Serialize)]
struct Document {
    version: u32,
    domains: Vec<String>,
}

/// The same as JSON, for all domains.
pub fn json(desired: &[Desired]) -> String {
    let domains = desired.iter().map(|desired| desired.before.domain.to_string()).collect();
    documents::pretty(&Document { version: 1, domains })
}

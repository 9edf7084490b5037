//! Delivery-status fields (RFC 3464, section 2; RFC 6533): one block for the message, then one per recipient.

use super::address;
use super::fields::Fields;
use super::model::Action;

/// What the fields say of one recipient.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate {
    pub(super) recipient: Option<String>,
    pub(super) original: Option<String>,
    pub(super) action: Option<Action>,
    /// The `Status` field as it stands.
    pub(super) status: Option<String>,
    /// The answer, without the type in front of it.
    pub(super) diagnostic: Option<String>,
    pub(super) remote_mta: Option<String>,
    pub(super) reporting_mta: Option<String>,
    /// The envelope sender, as Postfix tells it.
    pub(super) sender: Option<String>,
    /// Whether somebody tries on.
    pub(super) retries: bool,
}

/// Fields of a recipient that make a block one.
const OF_RECIPIENT: [&str; 5] = ["Final-Recipient", "Original-Recipient", "Action", "Status", "Diagnostic-Code"];

/// Recipients of one report that are read; a message has at most a few hundred.
const MOST: usize = 1_000;

/// Reads one report.
pub(super) fn fates(text: &str) -> Vec<Fate> {
    let mut of_message = Fields::default();
    let mut fates = Vec::new();
    for block in blocks(text) {
        let (fields, _) = Fields::read(block.as_bytes());
        let first = |name: &str| fields.get(name).map(str::trim).filter(|value| !value.is_empty());
        if !OF_RECIPIENT.iter().any(|name| fields.has(name)) {
            // What is said of the message may itself be in pieces.
            if fields.has("Reporting-MTA") || of_message.is_empty() {
                of_message = fields;
            }
            continue;
        }
        if fields.has("Reporting-MTA") {
            of_message = fields.clone();
        }
        if fates.len() == MOST {
            break;
        }
        fates.push(Fate {
            recipient: first("Final-Recipient").and_then(address::of_field),
            original: first("Original-Recipient").and_then(address::of_field),
            action: first("Action").and_then(action),
            status: first("Status").map(ToOwned::to_owned),
            diagnostic: first("Diagnostic-Code").map(|value| untyped(value).to_owned()).filter(|text| !text.is_empty()),
            remote_mta: first("Remote-MTA").map(host),
            reporting_mta: of_message.get("Reporting-MTA").map(host),
            sender: of_message.get("X-Postfix-Sender").and_then(address::of_field),
            retries: first("Will-Retry-Until").is_some(),
        });
    }
    fates.retain(|fate| {
        fate.recipient.is_some() || fate.original.is_some() || fate.status.is_some() || fate.diagnostic.is_some()
    });
    fates
}

/// The text between empty lines.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for line in text.lines() {
        let last = blocks.len() - 1;
        if line.trim().is_empty() {
            if !blocks[last].is_empty() {
                blocks.push(String::new());
            }
            continue;
        }
        // Some write a recipient's block behind the other without an empty line.
        let begins = line.get(..16).is_some_and(|name| name.eq_ignore_ascii_case("Final-Recipient:"));
        let has_one = |block: &str| {
            block.lines().any(|line| line.get(..16).is_some_and(|name| name.eq_ignore_ascii_case("Final-Recipient:")))
        };
        if begins && has_one(&blocks[last]) {
            blocks.push(String::new());
        }
        let last = blocks.len() - 1;
        blocks[last].push_str(line);
        blocks[last].push('\n');
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// Where fields begin that stand in a text for people, as gateways put them there.
pub(super) fn in_text(text: &str) -> Option<usize> {
    let starts = |line: &str, name: &str| {
        line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && line[name.len()..].starts_with(':')
    };
    let (mut at, mut begin, mut block) = (0, None, 0);
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            block = at + line.len();
        } else if starts(line, "Reporting-MTA") {
            // What is said of the message stands before.
            begin = Some(at);
        } else if starts(line, "Final-Recipient") || starts(line, "Original-Recipient") {
            return Some(begin.unwrap_or(block));
        }
        at += line.len();
    }
    None
}

fn action(value: &str) -> Option<Action> {
    let word = value.split(|char: char| !char.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_lowercase();
    Some(match word.as_str() {
        "failed" | "failure" => Action::Failed,
        "delayed" => Action::Delayed,
        "delivered" => Action::Delivered,
        "relayed" => Action::Relayed,
        "expanded" => Action::Expanded,
        _ => return None,
    })
}

/// `smtp; 550 …` without its type.
fn untyped(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest))
            if kind.len() <= 32 && kind.trim().chars().all(|char| char.is_ascii_alphanumeric() || char == '-') =>
        {
            rest.trim()
        }
        _ => value.trim(),
    }
}

/// `dns; mx.example.org (…)` as a name.
fn host(value: &str) -> String {
    let bare = untyped(value);
    bare.split([' ', '(', '\t']).find(|word| !word.is_empty()).unwrap_or(bare).trim_end_matches('.').to_owned()
}

//! Findings as results.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use mailvouch_providers::dns::escape_joined_text;

use super::fix::fix;
use super::log::{
    ArtifactLocation, Location, LogicalLocation, Message, Notification, PhysicalLocation, RecordBytes, Region, Result,
    Rule, Suppression,
};
use super::rules::level;
use crate::declared::Position;
use crate::lint::{Diagnostic, Facts, Known, Label, Place, Report, Role};
use crate::output::Note;
use crate::output::location::{Location as Piece, percent_encoded};
use crate::output::printable::printable;
use crate::output::told::told;

/// All findings of all domains; those that may stand are suppressed.
pub(super) fn of(reports: &[&Report], rules: &[Rule]) -> Vec<Result> {
    let mut fingerprints = BTreeMap::new();
    let mut results = Vec::new();
    for report in reports {
        for found in told(report) {
            results.push(result(&found, &report.facts, rules, &mut fingerprints));
        }
        for Known { finding, leave, .. } in &report.known {
            let mut result = result(finding, &report.facts, rules, &mut fingerprints);
            let justification = printable(&format!("{} (until {})", leave.reason, leave.expires)).into_owned();
            result.suppressions.push(Suppression { kind: "external", status: "accepted", justification });
            results.push(result);
        }
    }
    results
}

/// What is to be said of the declaration and the baseline.
pub(super) fn notifications(notes: &[Note]) -> Vec<Notification> {
    let notification = |Note { severity, file, line, column, message, help }: &Note| {
        let help = help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        let position = Position { line: *line, column: *column };
        let piece = Piece { path: file.clone(), start: position, end: position };
        let location = Location { physical_location: Some(physical(&piece)), ..Location::default() };
        Notification { level: level(*severity), message: plain(&format!("{message}{help}")), locations: [location] }
    };
    notes.iter().map(notification).collect()
}

fn result(found: &Diagnostic, facts: &Facts, rules: &[Rule], taken: &mut BTreeMap<String, usize>) -> Result {
    let piece = Piece::of(found, facts);
    let about_record = found.labels.iter().find(|label| matches!(label.place, Place::Record { .. }));
    let mut location = about_record.map(record).unwrap_or_default();
    let related = found.labels.iter().filter(|label| label.role == Role::Context || Some(*label) != about_record);
    let related = related.filter_map(|label| Some((Piece::of_label(label)?, label)));
    let related = related.filter(|(other, label)| Some(other) != piece.as_ref() || !label.note.is_empty());
    let related_locations = related.enumerate().map(|(id, (piece, label))| Location {
        id: Some(id),
        physical_location: Some(physical(&piece)),
        message: (!label.note.is_empty()).then(|| plain(&label.note)),
        ..Location::default()
    });
    location.physical_location = piece.as_ref().map(physical);
    if location.physical_location.is_none() && location.logical_locations.is_empty() {
        location.logical_locations.push(logical(&facts.domain.absolute(), None));
    }
    let help = found.help.as_ref().map(|help| format!(". {help}")).unwrap_or_default();
    Result {
        rule_id: found.rule,
        rule_index: rules.iter().position(|rule| rule.id == found.rule).unwrap_or_default(),
        level: level(found.severity),
        message: plain(&format!("{}: {}{help}", facts.domain, found.message)),
        related_locations: related_locations.collect(),
        locations: [location],
        partial_fingerprints: fingerprints(found, facts, taken),
        suppressions: Vec::new(),
        fixes: found.fix.iter().filter_map(|each| fix(each, found.rule)).collect(),
    }
}

/// A message as text. Brackets would be links (3.11.6).
fn plain(text: &str) -> Message {
    let text = printable(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    Message { text, markdown: None }
}

fn physical(piece: &Piece) -> PhysicalLocation {
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri: uri(&piece.path) },
        region: Region::Text {
            start_line: piece.start.line,
            start_column: piece.start.column,
            end_line: piece.end.line,
            end_column: piece.end.column,
        },
    }
}

/// A path as a reference of RFC 3986: relative to the root of the sources, or an address of the file itself.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    scheme.to_owned() + &percent_encoded(path)
}

/// The record that a label points into, and the bytes.
fn record(label: &Label) -> Location {
    let Place::Record { owner, text, .. } = &label.place else { return Location::default() };
    let bytes = RecordBytes {
        start: label.span.start,
        end: label.span.end,
        text: label.excerpt(),
        value: escape_joined_text(text),
    };
    Location {
        logical_locations: vec![logical(&label.place.source(), Some(&owner.absolute()))],
        properties: Some(bytes),
        message: (!label.note.is_empty()).then(|| plain(&label.note)),
        ..Location::default()
    }
}

fn logical(source: &str, owner: Option<&str>) -> LogicalLocation {
    LogicalLocation {
        name: printable(owner.unwrap_or(source)).into_owned(),
        fully_qualified_name: printable(source).into_owned(),
        kind: "resource",
    }
}

/// What stays the same while lines and offsets move: the domain, the rule, the record, the bytes and the sentence. Two
/// results with all of these alike are told apart by their order.
///
/// GitHub makes a fingerprint of its own of the line, and takes all results of a rule beside one line for one: so it is
/// given ours.
fn fingerprints(
    found: &Diagnostic,
    facts: &Facts,
    taken: &mut BTreeMap<String, usize>,
) -> BTreeMap<&'static str, String> {
    let primary = found.labels.first();
    let (source, excerpt) = primary.map(|label| (label.place.source(), label.excerpt())).unwrap_or_default();
    // A look-up that failed says which server failed: the next run may ask another.
    let message = if found.rule == "lookup-failed" { "" } else { &found.message };
    let parts = [&facts.domain.to_string(), found.rule, &source, &excerpt, message].map(str::to_owned);
    let hash = digest(&SHA256, parts.join("\0").as_bytes());
    let hash = hash.as_ref().iter().take(16).fold(String::new(), |hash, octet| hash + &format!("{octet:02x}"));
    let number = taken.entry(hash.clone()).or_default();
    *number += 1;
    let print = format!("{hash}:{number}");
    BTreeMap::from([("mailvouch/v1", print.clone()), ("primaryLocationLineHash", print)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("./mailvouch.toml"), "mailvouch.toml");
        assert_eq!(uri("dns/ä b:c.toml"), "dns/%C3%A4%20b%3Ac.toml");
        assert_eq!(uri("/srv/mailvouch.toml"), "file:///srv/mailvouch.toml");
    }

    #[test]
    fn a_message_holds_no_link() {
        assert_eq!(
            plain("see [here](https://evil.example)\u{202e}").text,
            "see \\[here\\](https://evil.example)\\\\u{202e}"
        );
    }
}

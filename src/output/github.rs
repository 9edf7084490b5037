//! Findings as workflow commands of GitHub: annotations beside the declaration's lines.
//!
//! A command ends with its line. Whatever a record says, what is not printable is escaped first, and then what the
//! runner reads as the end of a line or of a property: no text becomes a command of its own.

use crate::lint::{Diagnostic, Facts, Report, Severity};
use crate::output::Note;
use crate::output::human::{Taker, decides};
use crate::output::location::Location;
use crate::output::printable::printable;
use crate::output::told::{told, worst_first};

/// One line for each finding and note, all errors of all domains first: GitHub shows ten of each kind.
pub fn commands(reports: &[Report], notes: &[Note]) -> String {
    let mut commands: Vec<(Severity, String)> = Vec::new();
    for report in worst_first(reports) {
        commands.extend(told(report).iter().map(|found| (found.severity, command(found, &report.facts))));
    }
    commands.extend(notes.iter().map(|note| (note.severity, of_note(note))));
    commands.sort_by_key(|(severity, _)| *severity);
    commands.into_iter().map(|(_, command)| command).collect()
}

fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

fn of_note(Note { severity, file, line, column, message, help }: &Note) -> String {
    let file = property(file.strip_prefix("./").unwrap_or(file));
    let help = help.as_ref().map(|help| format!("\nhelp: {}", printable(help))).unwrap_or_default();
    let text = data(&format!("{}{help}", printable(message)));
    format!("::{} file={file},line={line},col={column},title=mailvouch::{text}\n", kind(*severity))
}

fn command(found: &Diagnostic, facts: &Facts) -> String {
    let kind = kind(found.severity);
    let mut properties = Vec::new();
    if let Some(Location { path, start, end }) = Location::of(found, facts) {
        properties.push(format!("file={}", property(path.strip_prefix("./").unwrap_or(&path))));
        properties.push(format!("line={}", start.line));
        // Columns are for a piece of one line.
        if start.line == end.line {
            properties.push(format!("endLine={},col={},endColumn={}", end.line, start.column, end.column));
        }
    }
    properties.push(format!("title={}", property(&format!("{}: {}", facts.domain, found.rule))));
    format!("::{kind} {}::{}\n", properties.join(","), data(&message(found)))
}

/// What is wrong, where in DNS, and what to do.
fn message(found: &Diagnostic) -> String {
    let mut lines = vec![printable(&found.message).into_owned()];
    if let Some(primary) = found.labels.first() {
        let excerpt = primary.excerpt();
        let at = printable(&primary.place.source()).into_owned();
        lines.push(if excerpt.is_empty() {
            at
        } else {
            format!("{at}, bytes {} to {}: {}", primary.span.start, primary.span.end, printable(&excerpt))
        });
    }
    lines.extend(found.help.as_ref().map(|help| format!("help: {}", printable(help))));
    let decided = found.fix.as_ref().map(|fix| decides(fix.safety, found.rule, Taker::Plan));
    lines.extend(decided.map(|decided| format!("fix: {decided}")));
    lines.join("\n")
}

/// A text behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value between commas.
fn property(text: &str) -> String {
    data(&printable(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_but_its_line() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a:b,c\n::d%0A"), "a%3Ab%2Cc\\n%3A%3Ad%250A");
    }
}

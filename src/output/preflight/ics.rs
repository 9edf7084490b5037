//! The steps as a calendar (RFC 5545).
//!
//! The same steps give the same bytes: no time but those of the steps and that from which all is seen goes in. An event
//! keeps its UID when its date moves, so that a calendar that takes the file in again moves the event.

use jiff::{SignedDuration, Timestamp};

use super::sentences::{title, when};
use crate::output::printable::printable;
use crate::preflight::{Preflight, State, Step, shown};

/// Octets of a line, without its end (section 3.1).
const LINE: usize = 75;
/// How long an event takes that has one time.
const SHORT: SignedDuration = SignedDuration::from_mins(30);

/// A calendar of the steps that are not done.
pub fn calendar(preflight: &Preflight) -> String {
    let mut text = String::new();
    line(&mut text, "BEGIN:VCALENDAR");
    line(&mut text, "VERSION:2.0");
    line(&mut text, concat!("PRODID:-//mailvouch//mailvouch ", env!("CARGO_PKG_VERSION"), "//EN"));
    line(&mut text, "CALSCALE:GREGORIAN");
    let subject = subject(preflight);
    for step in preflight.steps.iter().filter(|step| step.state != State::Done) {
        event(&mut text, preflight, step, &subject);
    }
    line(&mut text, "END:VCALENDAR");
    text
}

fn event(text: &mut String, preflight: &Preflight, step: &Step, subject: &str) {
    // What is late is to be done now.
    let now = preflight.now;
    let begin = match (step.state, step.when.from, step.when.until) {
        (State::Late, ..) | (_, None, None) => now,
        (_, Some(from), _) => from,
        (_, None, Some(until)) => until.checked_sub(SHORT).unwrap_or(until),
    };
    let soon = begin.checked_add(SHORT).unwrap_or(begin);
    let end = step.when.until.filter(|until| begin < *until).unwrap_or(soon);
    line(text, "BEGIN:VEVENT");
    line(text, &format!("UID:{}", uid(step, subject)));
    line(text, &format!("DTSTAMP:{}", stamp(now)));
    line(text, &format!("DTSTART:{}", stamp(begin)));
    line(text, &format!("DTEND:{}", stamp(end)));
    line(text, &format!("SUMMARY:{}", escaped(&title(step))));
    line(text, &format!("DESCRIPTION:{}", escaped(&description(step))));
    line(text, &format!("CATEGORIES:{}", step.kind.name()));
    line(text, "TRANSP:TRANSPARENT");
    line(text, "END:VEVENT");
}

/// All that belongs to a step. Line ends are our own; those of others are escaped by now.
fn description(step: &Step) -> String {
    let mut lines = vec![format!("When: {}", when(&step.when)), format!("Who: {}", step.who)];
    lines.extend(step.lines.iter().map(|line| printable(line).into_owned()));
    lines.extend(step.commands.iter().map(|command| format!("$ {}", printable(command))));
    lines.push(format!("Why: {} ({})", printable(&step.why), step.source));
    lines.join("\n")
}

/// What the move is about: whatever stays the same when only dates change.
fn subject(preflight: &Preflight) -> String {
    let request = &preflight.request;
    let mut parts: Vec<String> = preflight.domains.iter().map(|domain| domain.domain.to_string()).collect();
    parts.extend(request.arrivals.iter().map(|arrival| format!("+{}", shown(&arrival.network))));
    parts.extend(request.departures.iter().map(|departure| format!("-{}", shown(&departure.network))));
    parts.extend(request.hosts.iter().map(|host| host.name.to_string()));
    parts.sort();
    parts.join(" ")
}

/// The UID of an event (section 3.8.4.7).
fn uid(step: &Step, subject: &str) -> String {
    let about = format!("{} {} {subject}", step.kind.name(), step.about);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, about.as_bytes());
    let digest = digest.as_ref()[..12].iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().concat();
    format!("{}-{digest}@mailvouch", step.kind.name())
}

/// A time in UTC (section 3.3.5).
fn stamp(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text (section 3.3.11). Line ends are told apart from what else cannot be printed, which is escaped as everywhere.
fn escaped(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| printable(line).replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,"))
        .collect();
    lines.join("\\n")
}

/// A content line, folded where it is long, never inside a character (section 3.1).
fn line(text: &mut String, content: &str) {
    let mut room = LINE;
    for char in content.chars() {
        if char.len_utf8() > room {
            text.push_str("\r\n ");
            // The blank counts.
            room = LINE - 1;
        }
        text.push(char);
        room -= char.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_characters() {
        let mut text = String::new();
        line(&mut text, &format!("SUMMARY:{}é{}", "x".repeat(66), "日".repeat(60)));
        for part in text.split_terminator("\r\n") {
            assert!(part.len() <= LINE, "{}: {part}", part.len());
        }
        let unfolded = text.replace("\r\n ", "");
        assert_eq!(unfolded, format!("SUMMARY:{}é{}\r\n", "x".repeat(66), "日".repeat(60)));
    }

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(escaped("a;b,c\\d\ne"), "a\\;b\\,c\\\\d\\ne");
        assert_eq!(escaped("a\r\u{1b}[31m"), "a\\\\r\\\\u{1b}[31m");
    }
}

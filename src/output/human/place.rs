//! Where a label points, and the line of text that it points into.

use std::ops::Range;

use mailvouch_providers::dns::{Name, RrType};

use super::snippet::{Body, Excerpt, Mark};
use crate::declared::SourceFile;
use crate::lint::Facts;
use crate::output::columns::Columns;
use crate::output::printable::printable;
use crate::output::words::count;
use crate::published::{Absence, State};

/// Bytes of a line that are looked at on each side of what is marked: a file of one line may have millions.
const AROUND: usize = 1024;

/// A piece of a record: its column counts bytes of the joined text.
pub(super) fn in_record(source: &str, text: &[u8], mark: Mark) -> Excerpt {
    let at = format!("{source}:1:{}", mark.span.start + 1);
    Excerpt { at, body: Body::Line(1, Columns::of_octets(text), vec![mark]) }
}

/// A piece of a declaration: line and column count as editors do. Of a piece over several lines the first is shown.
pub(super) fn in_declaration(file: &SourceFile, mark: Mark) -> Excerpt {
    let position = file.positions(std::slice::from_ref(&mark.span.start));
    let (line, column) = position.first().map_or((1, 1), |position| (position.line, position.column));
    let at = format!("{}:{line}:{column}", printable(&file.path().display().to_string()));
    let text = file.text();
    let span = line_around(text, mark.span.start);
    let columns = Columns::of_text(text.get(span.clone()).unwrap_or_default(), span.start);
    Excerpt { at, body: Body::Line(line, columns, vec![mark]) }
}

/// The line that holds this byte, without its end and without a byte order mark; of a very long one what is near.
pub(in crate::output) fn line_around(text: &str, offset: usize) -> Range<usize> {
    let offset = floor(text, offset.min(text.len()));
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let start = if text[start..].starts_with('\u{feff}') { start + '\u{feff}'.len_utf8() } else { start };
    let end = text[offset..].find('\n').map_or(text.len(), |newline| offset + newline);
    let end = if text[..end].ends_with('\r') { end - 1 } else { end };
    let start = floor(text, start.max(offset.saturating_sub(AROUND)));
    let end = floor(text, end.min(offset + AROUND));
    start..end.max(start)
}

/// The character boundary at or before a byte.
fn floor(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// What is known of a place where a finding says that something is not: an unanswered question is no absence.
pub(in crate::output) fn nothing(facts: &Facts, owner: &Name, rtype: RrType) -> String {
    let failed = facts.failures.iter().any(|(question, _)| question.name == *owner && question.rtype == rtype);
    let published = facts.published();
    let set = published.iter().find(|set| set.question.name == *owner && set.question.rtype == rtype);
    let words = match set.map(|set| &set.reply.state) {
        Some(State::Unknown(_)) => "not known".to_owned(),
        _ if failed => "not known".to_owned(),
        Some(State::Found(set)) if set.values.len() == 1 => "the one record there is another".to_owned(),
        Some(State::Found(set)) => format!("none of the {} there", count(set.values.len(), "record")),
        Some(State::Absent(Absence::NxDomain)) => "nothing there: the name does not exist".to_owned(),
        Some(State::Absent(Absence::NoData)) | None => "nothing there".to_owned(),
    };
    match set.and_then(|set| set.reply.chain.last()) {
        Some(target) => format!("an alias of {}; {words}", target.absolute()),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_whole() {
        let text = "\u{feff}a = 1\r\nb = \"ä\"\nc";
        let line = |offset| &text[line_around(text, offset)];
        assert_eq!((line(0), line(3), line(8)), ("a = 1", "a = 1", "a = 1"));
        assert_eq!((line(10), line(15), line(16)), ("b = \"ä\"", "b = \"ä\"", "b = \"ä\""));
        assert_eq!((line(19), line(999)), ("c", "c"));
        assert_eq!(line_around("", 0), 0..0);
    }

    #[test]
    fn of_a_very_long_line_only_what_is_near_is_read() {
        let text = "ä".repeat(1_000_000);
        let span = line_around(&text, 1_000_001);
        assert_eq!(span, 998_976..1_001_024);
        assert!(text.get(span).is_some());
    }
}

//! One finding: what is wrong, the bytes it is about, what to do, and what the program would change.

use std::ops::Range;

use mailvouch_providers::dns::escape_joined_text;

use super::changes::Fix;
use super::marked::{Look, Mark, Piece, cut};
use crate::lint::{self, Diagnostic, Facts, Place, Role, Severity};
use crate::output::human::{line_around, nothing};
use crate::output::printable::printable;
use crate::output::prose::Prose;

/// A finding as it is shown.
pub(super) struct Finding {
    /// Its name in this page.
    pub(super) id: String,
    pub(super) rule: &'static str,
    pub(super) severity: Severity,
    pub(super) message: Prose,
    pub(super) excerpts: Vec<Excerpt>,
    pub(super) help: Option<Prose>,
    pub(super) fix: Option<Fix>,
}

/// A piece of a record or of the declaration.
pub(super) struct Excerpt {
    /// The name of the text, with line and column.
    pub(super) at: String,
    /// What is there, where there is no text.
    pub(super) nothing: Option<String>,
    pub(super) pieces: Vec<Piece>,
    pub(super) notes: Vec<Note>,
}

/// What is said of marked bytes.
pub(super) struct Note {
    /// The number behind the bytes, where there are several.
    pub(super) number: Option<usize>,
    pub(super) look: Look,
    pub(super) text: Prose,
}

impl Finding {
    pub(super) fn of(found: &Diagnostic, facts: &Facts, id: String) -> Self {
        Self {
            id,
            rule: found.rule,
            severity: found.severity,
            message: Prose::of(&found.message),
            excerpts: excerpts(&found.labels, facts),
            help: found.help.as_deref().map(Prose::of),
            fix: found.fix.as_ref().map(|fix| Fix::of(fix, found.rule)),
        }
    }
}

/// The line of the text that a label stands in: where it begins in the text, and its number.
struct Line {
    span: Range<usize>,
    number: usize,
    column: usize,
}

fn line(label: &lint::Label) -> Line {
    match &label.place {
        Place::Record { text, .. } => Line { span: 0..text.len(), number: 1, column: label.span.start + 1 },
        Place::Declaration(file) => {
            let position = file.positions(std::slice::from_ref(&label.span.start));
            let (number, column) = position.first().map_or((1, 1), |position| (position.line, position.column));
            Line { span: line_around(file.text(), label.span.start), number, column }
        }
    }
}

/// The labels, those on one line of one text together.
fn excerpts(labels: &[lint::Label], facts: &Facts) -> Vec<Excerpt> {
    let mut lines: Vec<(Line, Vec<&lint::Label>)> = Vec::new();
    for label in labels {
        let line = line(label);
        let is_beside = |(other, beside): &&mut (Line, Vec<&lint::Label>)| {
            let same = beside.first().is_some_and(|first| first.place == label.place);
            same && other.number == line.number && other.span.contains(&label.span.start)
        };
        match lines.iter_mut().find(is_beside) {
            Some((_, beside)) => beside.push(label),
            None => lines.push((line, vec![label])),
        }
    }
    lines.iter().filter_map(|(line, labels)| excerpt(line, labels, facts)).collect()
}

fn excerpt(line: &Line, labels: &[&lint::Label], facts: &Facts) -> Option<Excerpt> {
    let place = &labels.first()?.place;
    let source = printable(&place.source()).into_owned();
    let worded = labels.iter().filter(|label| !label.note.is_empty()).count();
    let mut notes = Vec::new();
    let mut marks = Vec::new();
    for label in labels {
        let look = if label.role == Role::Primary { Look::Primary } else { Look::Context };
        let number = (worded > 1 && !label.note.is_empty()).then(|| notes.len() + 1);
        if !label.note.is_empty() {
            notes.push(Note { number, look, text: Prose::of(&label.note) });
        }
        let start = label.span.start.saturating_sub(line.span.start);
        let span = start..label.span.end.saturating_sub(line.span.start);
        marks.push(Mark { span, look, number, link: None });
    }
    let bytes = place.bytes();
    Some(match place {
        Place::Record { owner, rtype, text } if text.is_empty() => {
            let nothing = Some(nothing(facts, owner, *rtype));
            Excerpt { at: source, nothing, pieces: Vec::new(), notes }
        }
        Place::Record { text, .. } => {
            let pieces = cut(text.len(), &marks, |range| escape_joined_text(&bytes[range]));
            Excerpt { at: format!("{source}:{}:{}", line.number, line.column), nothing: None, pieces, notes }
        }
        Place::Declaration(file) => {
            let text = file.text().get(line.span.clone()).unwrap_or_default();
            // A mark may end inside a letter, or on another line.
            let show = |range: Range<usize>| printable(&String::from_utf8_lossy(&text.as_bytes()[range])).into_owned();
            let pieces = cut(text.len(), &marks, show);
            Excerpt { at: format!("{source}:{}:{}", line.number, line.column), nothing: None, pieces, notes }
        }
    })
}

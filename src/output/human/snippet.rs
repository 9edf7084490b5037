//! Pieces of a text with the bytes underlined that a finding is about, as compilers show them.
//!
//! A library that draws these counts columns of what is shown. Here they are counted in bytes of the record, as
//! everywhere else, whatever escapes and cuts stand before them.

use std::ops::Range;

use anstyle::Style;

use crate::lint::Role;
use crate::output::columns::{Columns, Window, line_width, width, wrap};
use crate::output::style::{FRAME, STRONG, paint};

/// One or more labels that are shown together.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// Where it is, for people: `example.com. TXT:1:13`.
    pub(super) at: String,
    /// What is there.
    pub(super) body: Body,
}

/// What an excerpt shows.
#[derive(Debug)]
pub(super) enum Body {
    /// A line of a text, by its number, with marks.
    Line(usize, Columns, Vec<Mark>),
    /// A place without a text: the words stand beside its name.
    Bare,
}

/// A piece that is underlined.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// Bytes of the source.
    pub(super) span: Range<usize>,
    /// What is said of it; may be empty.
    pub(super) note: String,
    /// Whether it is what the finding is about.
    pub(super) role: Role,
}

/// The columns of a gutter that holds the line numbers of these excerpts.
pub(super) fn gutter(excerpts: &[Excerpt]) -> usize {
    let digits = |excerpt: &Excerpt| match &excerpt.body {
        Body::Line(number, ..) => number.to_string().len(),
        Body::Bare => 1,
    };
    excerpts.iter().map(digits).max().unwrap_or(1)
}

/// The excerpts, the first one behind an arrow. `style` is that of what the finding is about.
pub(super) fn render(excerpts: &[Excerpt], gutter: usize, style: Style) -> String {
    let blank = " ".repeat(gutter);
    let bar = format!("{blank} {}\n", paint(FRAME, "|"));
    let mut text = String::new();
    for (index, excerpt) in excerpts.iter().enumerate() {
        let arrow = if index == 0 { "-->" } else { ":::" };
        text.push_str(&format!("{blank}{} {}\n", paint(FRAME, arrow), excerpt.at));
        let Body::Line(number, line, marks) = &excerpt.body else {
            text.push_str(if index + 1 < excerpts.len() { &bar } else { "" });
            continue;
        };
        let number = format!("{number:>gutter$}");
        for (window, marks) in windows(line, marks, line_width() - gutter - 3) {
            text.push_str(&bar);
            let gap = if window.text.is_empty() { "" } else { " " };
            text.push_str(&format!("{}{gap}{}\n", paint(FRAME, &format!("{number} |")), window.text));
            for row in rows(&window, &marks, style, line_width() - gutter - 3) {
                text.push_str(&format!("{blank} {} {row}\n", paint(FRAME, "|")));
            }
        }
        text.push_str(&bar);
    }
    text
}

/// The marks in one window where they fit together, else each in its own.
fn windows(line: &Columns, marks: &[Mark], room: usize) -> Vec<(Window, Vec<Mark>)> {
    let spans: Vec<Range<usize>> = marks.iter().map(|mark| mark.span.clone()).collect();
    match line.window(&spans, room) {
        Some(window) => vec![(window, marks.to_vec())],
        None => marks
            .iter()
            .filter_map(|mark| Some((line.window(std::slice::from_ref(&mark.span), room)?, vec![mark.clone()])))
            .collect(),
    }
}

/// A mark, and the columns that it covers.
struct Placed<'a> {
    columns: Range<usize>,
    mark: &'a Mark,
}

/// The underlines, and the notes on them.
fn rows(window: &Window, marks: &[Mark], style: Style, room: usize) -> Vec<String> {
    let mut placed: Vec<Placed<'_>> =
        marks.iter().zip(&window.marks).map(|(mark, columns)| Placed { columns: columns.clone(), mark }).collect();
    placed.sort_by_key(|placed| placed.columns.start);
    let style_of = |mark: &Mark| if mark.role == Role::Primary { style } else { FRAME };
    let mut first = underlines(&placed, style);
    let mut pending: Vec<&Placed<'_>> = placed.iter().filter(|placed| !placed.mark.note.is_empty()).collect();
    // The note on what ends last stands behind its underline, where it fits.
    let end = placed.iter().map(|placed| placed.columns.end).max().unwrap_or_default();
    if let Some(last) = pending.last()
        && last.columns.end == end
        && end + 1 + width(&last.mark.note) <= room
    {
        first = format!("{first} {}", paint(style_of(last.mark), &last.mark.note));
        pending.pop();
    }
    let mut rows = vec![first];
    if !pending.is_empty() {
        rows.push(stems(&pending, style_of));
    }
    while let Some(last) = pending.pop() {
        let longest = width(&last.mark.note).min(room);
        let start = last.columns.start.min(room - longest);
        for line in wrap(&last.mark.note, room - start) {
            // The stems of notes that are still to come.
            let before: Vec<&Placed<'_>> =
                pending.iter().filter(|other| other.columns.start < start).copied().collect();
            let stems = stems(&before, style_of);
            let reached = before.iter().map(|other| other.columns.start + 1).max().unwrap_or_default();
            rows.push(format!("{stems}{}{}", " ".repeat(start - reached), paint(style_of(last.mark), &line)));
        }
    }
    rows
}

fn underlines(placed: &[Placed<'_>], style: Style) -> String {
    let end = placed.iter().map(|placed| placed.columns.end).max().unwrap_or_default();
    let mut signs = vec![' '; end];
    // What the finding is about lies over what it is held against.
    for (role, sign) in [(Role::Context, '-'), (Role::Primary, '^')] {
        for placed in placed.iter().filter(|placed| placed.mark.role == role) {
            signs[placed.columns.clone()].fill(sign);
        }
    }
    let mut text = String::new();
    for run in signs.chunk_by(|left, right| left == right) {
        let run: String = run.iter().collect();
        match run.chars().next() {
            Some('^') => text.push_str(&paint(style, &run)),
            Some('-') => text.push_str(&paint(FRAME, &run)),
            _ => text.push_str(&run),
        }
    }
    text
}

fn stems(placed: &[&Placed<'_>], style_of: impl Fn(&Mark) -> Style) -> String {
    let (mut text, mut reached) = (String::new(), 0);
    for placed in placed {
        if placed.columns.start < reached {
            continue; // Two marks begin in one column.
        }
        text.push_str(&" ".repeat(placed.columns.start - reached));
        text.push_str(&paint(style_of(placed.mark), "|"));
        reached = placed.columns.start + 1;
    }
    text
}

/// A line of advice below the excerpts: `= help: …`, wrapped under itself.
pub(super) fn advice(gutter: usize, word: &str, text: &str) -> String {
    let indent = gutter + 3 + width(word) + 2;
    let lines = wrap(text, line_width().saturating_sub(indent)).join(&format!("\n{}", " ".repeat(indent)));
    format!("{} {} {}: {lines}\n", " ".repeat(gutter), paint(FRAME, "="), paint(STRONG, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(span: Range<usize>, note: &str, role: Role) -> Mark {
        Mark { span, note: note.to_owned(), role }
    }

    /// The lines between the arrow and the last bar, without styles.
    fn shown(text: &str, marks: Vec<Mark>) -> String {
        let body = Body::Line(7, Columns::of_octets(text.as_bytes()), marks);
        let excerpts = [Excerpt { at: "a.example. TXT:1:1".to_owned(), body }];
        anstream::adapter::strip_str(&render(&excerpts, gutter(&excerpts), FRAME)).to_string()
    }

    #[test]
    fn one_note_stands_behind_its_mark() {
        insta::assert_snapshot!(shown("v=spf1 ~all", vec![mark(7..11, "this", Role::Primary)]), @"
         --> a.example. TXT:1:1
          |
        7 | v=spf1 ~all
          |        ^^^^ this
          |
        ");
    }

    #[test]
    fn several_notes_hang_below() {
        let marks = vec![
            mark(0..6, "first", Role::Context),
            mark(7..10, "second", Role::Context),
            mark(11..15, "third", Role::Primary),
        ];
        insta::assert_snapshot!(shown("v=spf1 mx: ~all", marks), @"
         --> a.example. TXT:1:1
          |
        7 | v=spf1 mx: ~all
          | ------ --- ^^^^ third
          | |      |
          | |      second
          | first
          |
        ");
    }

    #[test]
    fn marks_may_overlap_or_have_no_note() {
        let marks = vec![mark(0..15, "all of it", Role::Context), mark(7..10, "", Role::Primary)];
        insta::assert_snapshot!(shown("v=spf1 mx: ~all", marks), @"
         --> a.example. TXT:1:1
          |
        7 | v=spf1 mx: ~all
          | -------^^^----- all of it
          |
        ");
        let marks = vec![mark(7..10, "this", Role::Primary), mark(7..15, "and this", Role::Context)];
        insta::assert_snapshot!(shown("v=spf1 mx: ~all", marks), @"
         --> a.example. TXT:1:1
          |
        7 | v=spf1 mx: ~all
          |        ^^^----- and this
          |        |
          |        this
          |
        ");
    }

    #[test]
    fn a_note_that_does_not_fit_hangs_below_and_is_wrapped() {
        let text = format!("v=spf1 {}~all", "a ".repeat(50));
        let note = "a note of some length that is longer than what is left of the line ".repeat(2);
        insta::assert_snapshot!(shown(&text, vec![mark(95..96, note.trim(), Role::Primary)]), @"
         --> a.example. TXT:1:1
          |
        7 | v=spf1 a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a ~all
          |                                                                                                ^
          |                                                                                                |
          | a note of some length that is longer than what is left of the line a note of some length that is longer than what is
          | left of the line
          |
        ");
    }

    #[test]
    fn marks_too_far_apart_stand_in_lines_of_their_own() {
        let text = format!("v=spf1 {}~all", "a ".repeat(200));
        let marks = vec![mark(0..6, "here", Role::Context), mark(407..411, "there", Role::Primary)];
        insta::assert_snapshot!(shown(&text, marks), @"
         --> a.example. TXT:1:1
          |
        7 | v=spf1 a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a…
          | ------ here
          |
        7 | …a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a ~all
          |                                                                                                                ^^^^
          |                                                                                                                |
          |                                                                                                                there
          |
        ");
    }

    #[test]
    fn a_place_without_a_text_has_no_line() {
        let bare = |at: &str| Excerpt { at: at.to_owned(), body: Body::Bare };
        let line = Body::Line(12, Columns::of_text("a = 1", 0), vec![mark(0..1, "", Role::Context)]);
        let excerpts =
            [bare("a.example. TXT: nothing there"), Excerpt { at: "mailvouch.toml:12:1".to_owned(), body: line }];
        let text = render(&excerpts, gutter(&excerpts), FRAME) + &advice(2, "help", &"word ".repeat(30));
        insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string().replace(" \n", "\n"), @"
          --> a.example. TXT: nothing there
           |
          ::: mailvouch.toml:12:1
           |
        12 | a = 1
           | -
           |
           = help: word word word word word word word word word word word word word word word word word word word word word word
                   word word word word word word word word
        ");
    }
}

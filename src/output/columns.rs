//! One line of other people's text as the columns of a terminal, and which bytes stand in which column.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use mailvouch_providers::dns::escape_joined_text;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::printable::is_printable;

/// Columns that a line may take where no terminal says otherwise, and the most in any.
pub(super) const WIDTH: usize = 120;

/// Fewest columns of a line: in fewer, a record cannot be read.
const LEAST: usize = 60;

static LINE: AtomicUsize = AtomicUsize::new(WIDTH);

/// The columns of a line of what is for people.
pub(super) fn line_width() -> usize {
    LINE.load(Ordering::Relaxed)
}

/// Fits what is for people to a terminal of so many columns, from now on. It belongs to the process, as the terminal
/// does; whatever goes into a file or a pipe has lines of one width, whoever makes it.
pub fn fit_to(columns: usize) {
    LINE.store(columns.clamp(LEAST, WIDTH), Ordering::Relaxed);
}

/// What stands for text that is left out.
pub(super) const ELLIPSIS: &str = "…";

/// Columns kept before a marked piece that does not fit.
const LEAD: usize = 8;

/// A byte or a character, as it is shown.
#[derive(Clone, Copy, Debug)]
struct Cell {
    /// The first byte of the source that it stands for.
    source: usize,
    /// Where it begins in the shown text, in bytes.
    shown: usize,
    /// Where it begins in the shown text, in columns.
    column: usize,
}

/// A line as it is shown, every byte of the source mapped to its columns.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    text: String,
    /// In order; the last one stands for the end of the line.
    cells: Vec<Cell>,
}

/// A part of a line that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The text, with `…` where something is left out.
    pub(super) text: String,
    /// The columns of the marked pieces in it, each at least one wide.
    pub(super) marks: Vec<Range<usize>>,
}

impl Columns {
    /// Octets of DNS: what is not printable ASCII is shown as `\DDD`.
    pub(super) fn of_octets(octets: &[u8]) -> Self {
        let mut columns =
            Self { text: String::with_capacity(octets.len()), cells: Vec::with_capacity(octets.len() + 1) };
        for (source, octet) in octets.iter().enumerate() {
            columns.push(source, &escape_joined_text(std::slice::from_ref(octet)));
        }
        columns.end(octets.len())
    }

    /// A line of a declaration that begins at byte `start` of it. A tab is four blanks; what else cannot be printed is
    /// escaped.
    pub(super) fn of_text(line: &str, start: usize) -> Self {
        let mut columns = Self { text: String::with_capacity(line.len()), cells: Vec::with_capacity(line.len() + 1) };
        for (at, char) in line.char_indices() {
            match char {
                '\t' => columns.push(start + at, "    "),
                char if is_printable(char) => columns.push(start + at, char.encode_utf8(&mut [0; 4])),
                char => columns.push(start + at, &char.escape_debug().to_string()),
            }
        }
        columns.end(start + line.len())
    }

    /// Whether these bytes of the source are in the line.
    pub(super) fn holds(&self, span: &Range<usize>) -> bool {
        let ends = self.cells.first().zip(self.cells.last());
        ends.is_some_and(|(first, last)| first.source <= span.start && span.end <= last.source)
    }

    fn push(&mut self, source: usize, shown: &str) {
        let column = self.cells.last().map_or(0, |last| last.column + width(&self.text[last.shown..]));
        self.cells.push(Cell { source, shown: self.text.len(), column });
        self.text.push_str(shown);
    }

    fn end(mut self, source: usize) -> Self {
        self.push(source, "");
        self
    }

    /// The cells that hold these bytes of the source.
    fn cells_of(&self, span: &Range<usize>) -> Range<usize> {
        let last = self.cells.len() - 1;
        // A byte inside a character is shown with the whole of it.
        let start = self.cells.partition_point(|cell| cell.source <= span.start).saturating_sub(1);
        let end = self.cells.partition_point(|cell| cell.source < span.end).min(last);
        start..end.max(start)
    }

    fn column(&self, cell: usize) -> usize {
        self.cells[cell.min(self.cells.len() - 1)].column
    }

    /// The part of the line around the marked bytes that fits into `room` columns; none where the marks do not all
    /// fit. A single mark always fits: its beginning is shown.
    pub(super) fn window(&self, spans: &[Range<usize>], room: usize) -> Option<Window> {
        let marked: Vec<Range<usize>> = spans.iter().map(|span| self.cells_of(span)).collect();
        let focus = marked.iter().map(|cells| cells.start).min()?..marked.iter().map(|cells| cells.end).max()?;
        let last = self.cells.len() - 1;
        // A mark at the very end stands one column behind the text.
        let total = self.column(last) + usize::from(marked.iter().any(|cells| cells.start == last));
        let (begin, end) = if total <= room {
            (0, last)
        } else {
            let room = room.saturating_sub(2 * width(ELLIPSIS));
            let wanted = self.column(focus.end) - self.column(focus.start);
            let fits = wanted < room;
            if !fits && spans.len() > 1 {
                return None;
            }
            let before = if fits { (room - wanted) / 2 } else { LEAD.min(room / 2) };
            let within = |from: usize, until: usize| self.column(until) - self.column(from) <= room;
            let reach = self.column(focus.start).saturating_sub(before);
            let mut begin = self.cells.partition_point(|cell| cell.column < reach).min(focus.start);
            let end = (begin..=last).take_while(|end| within(begin, *end)).last().unwrap_or(begin);
            if fits && end == last {
                // Nothing is left out at the end: there is more room before.
                begin = (0..=begin).find(|begin| within(*begin, last)).unwrap_or(begin);
            }
            (begin, end)
        };
        let (left, right) = (begin > 0, end < last);
        let mut text = String::new();
        text.push_str(if left { ELLIPSIS } else { "" });
        text.push_str(&self.text[self.cells[begin].shown..self.cells[end].shown]);
        text.push_str(if right { ELLIPSIS } else { "" });
        let shift = if left { width(ELLIPSIS) } else { 0 };
        let marks = marked.iter().map(|cells| {
            let start = self.column(cells.start.clamp(begin, end)) - self.column(begin) + shift;
            let stop = self.column(cells.end.clamp(begin, end)) - self.column(begin) + shift;
            // What goes on where the text is cut is marked as going on.
            let stop = if cells.end > end { stop + width(ELLIPSIS) } else { stop };
            start..stop.max(start + 1)
        });
        Some(Window { marks: marks.collect(), text })
    }
}

/// The columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Lines of at most `room` columns, broken between words; a word that is longer stands alone. What stands between
/// backticks is one word: it is there to be copied.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words(text) {
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && width(line) + 1 + width(word) > room {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// The words of a text, at its blanks; those between a pair of backticks are none.
fn words(text: &str) -> impl Iterator<Item = &str> {
    // Where one has no other, none means anything.
    let paired = text.matches('`').count().is_multiple_of(2);
    let mut in_code = false;
    text.split(move |char| {
        in_code ^= paired && char == '`';
        char == ' ' && !in_code
    })
}

/// The beginning and the end of a text that is longer than `room` columns.
pub(super) fn shortened(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let room = room.saturating_sub(width(ELLIPSIS));
    let tail = room / 4;
    let head: String = fitting(text.chars(), room - tail).collect();
    let end: Vec<char> = fitting(text.chars().rev(), tail).collect();
    head + ELLIPSIS + &end.into_iter().rev().collect::<String>()
}

/// The first characters that fit into `room` columns.
fn fitting(chars: impl Iterator<Item = char>, room: usize) -> impl Iterator<Item = char> {
    let mut used = 0;
    chars.take_while(move |char| {
        used += char.width().unwrap_or_default();
        used <= room
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The window around one mark.
    fn around(columns: &Columns, start: usize, end: usize, room: usize) -> Window {
        columns.window(std::slice::from_ref(&(start..end)), room).expect("one mark fits")
    }

    /// The columns of the text that are marked.
    fn marked(window: &Window) -> Vec<String> {
        let chars: Vec<char> = window.text.chars().collect();
        let of = |mark: &Range<usize>| chars[mark.start.min(chars.len())..mark.end.min(chars.len())].iter().collect();
        window.marks.iter().map(of).collect()
    }

    #[test]
    fn octets_are_found_behind_escapes() {
        let columns = Columns::of_octets("v=spf1 \u{200b}a ?all".as_bytes());
        let window = columns.window(&[7..10, 10..11, 12..16], WIDTH).expect("it fits");
        assert_eq!(window.text, "v=spf1 \\226\\128\\139a ?all");
        assert_eq!(marked(&window), ["\\226\\128\\139", "a", "?all"]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let columns = Columns::of_text("日本 = \"x\"", 100);
        let window = around(&columns, 107, 108, WIDTH);
        assert_eq!(window.marks[0], 5..6);
        // A byte inside a character stands for all of it.
        assert_eq!(around(&columns, 101, 102, WIDTH).marks[0], 0..2);
    }

    #[test]
    fn an_empty_span_is_one_column_and_may_stand_behind_the_text() {
        let columns = Columns::of_octets(b"abc");
        assert_eq!(columns.window(&[1..1, 3..3], WIDTH).expect("it fits").marks, [1..2, 3..4]);
        assert_eq!(around(&Columns::of_octets(b""), 0, 0, WIDTH).marks[0], 0..1);
        // Beyond the text is the end of it.
        assert_eq!(around(&columns, 7, 9, WIDTH).marks[0], 3..4);
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let text: Vec<u8> = (0..2000).map(|at| b"0123456789"[at % 10]).collect();
        let columns = Columns::of_octets(&text);
        for at in [0, 1, 5, 55, 1000, 1940, 1990, 1994] {
            let window = around(&columns, at, at + 5, 60);
            assert!(width(&window.text) <= 60, "{at}: {window:?}");
            assert_eq!(marked(&window)[0].as_bytes(), &text[at..at + 5], "{at}: {window:?}");
            assert_eq!(window.text.starts_with('…'), at >= 55, "{at}: {window:?}");
            assert_eq!(window.text.ends_with('…'), at <= 1940, "{at}: {window:?}");
        }
    }

    #[test]
    fn a_mark_that_does_not_fit_is_cut_itself() {
        let columns = Columns::of_octets(&[b'x'; 500]);
        let window = around(&columns, 100, 500, 40);
        assert_eq!(window.text, format!("…{}…", "x".repeat(38)));
        assert_eq!(window.marks[0], 9..40);
        assert_eq!(columns.window(&[0..10, 490..500], 40), None);
        assert_eq!(columns.window(&[0..10, 20..30], 40).expect("both fit").marks, [0..10, 20..30]);
    }

    #[test]
    fn words_stay_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("incomprehensibilities x", 7), ["incomprehensibilities", "x"]);
        assert_eq!(wrap("", 7), [""]);
        assert_eq!(wrap("run `a b c` then", 9), ["run", "`a b c`", "then"]);
        assert_eq!(wrap("a ` b c d e", 7), ["a ` b c", "d e"]);
        assert_eq!(shortened("abcdefghijklmnop", 9), "abcdef…op");
        assert_eq!(shortened("abc", 9), "abc");
    }
}

//! A text with pieces of it underlined. Where they stand is counted in bytes of the text, as findings count.

use std::ops::Range;

/// Longest text that is shown whole, in bytes.
const WHOLE: usize = 1500;
/// Of a longer one: bytes that are shown on each side of what is marked, and at the beginning.
const AROUND: usize = 300;

/// What a piece looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing is said of it.
    Plain,
    /// A finding is about it.
    Primary,
    /// It is what a finding is held against.
    Context,
    /// Words of ours: how much is left out.
    Gap,
}

impl Look {
    /// The class of the style sheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Primary => "primary",
            Self::Context => "context",
            Self::Gap => "gap",
        }
    }
}

/// Bytes to mark.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) span: Range<usize>,
    pub(super) look: Look,
    /// What stands behind its end: the number of a note, or nothing.
    pub(super) number: Option<usize>,
    /// The finding that says it, to go to.
    pub(super) link: Option<String>,
}

/// A piece of the text as it is shown. An empty one is a place between two bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) look: Look,
    pub(super) numbers: Vec<usize>,
    pub(super) link: Option<String>,
}

impl Piece {
    pub(super) fn is_marked(&self) -> bool {
        matches!(self.look, Look::Primary | Look::Context)
    }
}

/// Cuts `length` bytes at the ends of the marks; `show` makes what is between them readable. Marks may overlap: what a
/// finding is about lies over what it is held against.
pub(super) fn cut(length: usize, marks: &[Mark], show: impl Fn(Range<usize>) -> String) -> Vec<Piece> {
    let within = |span: &Range<usize>| span.start.min(length)..span.end.clamp(span.start.min(length), length);
    let marks: Vec<Mark> = marks.iter().map(|mark| Mark { span: within(&mark.span), ..mark.clone() }).collect();
    let mut cuts: Vec<usize> = marks.iter().flat_map(|mark| [mark.span.start, mark.span.end]).collect();
    let kept = kept(length, &marks);
    cuts.extend(kept.iter().flat_map(|range| [range.start, range.end]));
    cuts.extend([0, length]);
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces: Vec<Piece> = Vec::new();
    for (index, start) in cuts.iter().copied().enumerate() {
        // Places that are marked without a byte.
        for mark in marks.iter().filter(|mark| mark.span == (start..start)) {
            let numbers = mark.number.into_iter().collect();
            pieces.push(Piece { text: String::new(), look: mark.look, numbers, link: mark.link.clone() });
        }
        let Some(end) = cuts.get(index + 1).copied() else { break };
        if !kept.iter().any(|range| range.start <= start && end <= range.end) {
            let text = format!(" … {} octets … ", end - start);
            pieces.push(Piece { text, look: Look::Gap, numbers: Vec::new(), link: None });
            continue;
        }
        let over = || marks.iter().filter(|mark| mark.span.start <= start && end <= mark.span.end);
        let top = over().find(|mark| mark.look == Look::Primary).or_else(|| over().next());
        pieces.push(Piece {
            text: show(start..end),
            look: top.map_or(Look::Plain, |mark| mark.look),
            numbers: over().filter(|mark| mark.span.end == end).filter_map(|mark| mark.number).collect(),
            link: top.and_then(|mark| mark.link.clone()),
        });
    }
    pieces
}

/// The bytes that are shown.
fn kept(length: usize, marks: &[Mark]) -> Vec<Range<usize>> {
    if length <= WHOLE {
        return std::iter::once(0..length).collect();
    }
    // Of a very long mark both ends.
    let ends = marks.iter().flat_map(|mark| {
        let Range { start, end } = mark.span;
        if end - start > WHOLE { [start..start, end..end] } else { [start..end, start..end] }
    });
    let around = |span: Range<usize>| span.start.saturating_sub(AROUND)..(span.end + AROUND).min(length);
    let mut ranges: Vec<Range<usize>> = std::iter::once(0..AROUND).chain(ends.map(around)).collect();
    ranges.sort_by_key(|range| range.start);
    let mut kept: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match kept.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => kept.push(range),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "v=spf1 mx: ~all";

    fn mark(span: Range<usize>, look: Look, number: usize) -> Mark {
        Mark { span, look, number: Some(number), link: None }
    }

    /// `^…^` is what a finding is about, `-…-` what it is held against.
    fn shown(text: &str, marks: &[Mark]) -> String {
        let one = |piece: &Piece| {
            let numbers: String = piece.numbers.iter().map(ToString::to_string).collect();
            match piece.look {
                Look::Plain | Look::Gap => piece.text.clone(),
                Look::Primary => format!("^{}^{numbers}", piece.text),
                Look::Context => format!("-{}-{numbers}", piece.text),
            }
        };
        cut(text.len(), marks, |range| text[range].to_owned()).iter().map(one).collect()
    }

    #[test]
    fn marks_may_overlap_be_empty_and_lie_beyond_the_end() {
        assert_eq!(shown(TEXT, &[]), TEXT);
        assert_eq!(shown(TEXT, &[mark(7..10, Look::Primary, 1)]), "v=spf1 ^mx:^1 ~all");
        let both = [mark(0..15, Look::Context, 1), mark(7..10, Look::Primary, 2)];
        assert_eq!(shown(TEXT, &both), "-v=spf1 -^mx:^2- ~all-1");
        assert_eq!(shown(TEXT, &[mark(15..15, Look::Primary, 1)]), "v=spf1 mx: ~all^^1");
        assert_eq!(shown(TEXT, &[mark(3..3, Look::Primary, 1)]), "v=s^^1pf1 mx: ~all");
        assert_eq!(shown(TEXT, &[mark(11..99, Look::Primary, 1)]), "v=spf1 mx: ^~all^1");
        assert_eq!(shown("", &[mark(7..9, Look::Primary, 1)]), "^^1");
    }

    #[test]
    fn of_a_long_text_the_beginning_is_shown_and_what_is_near_the_marks() {
        let text = "x".repeat(10_000);
        let shown = shown(&text, &[mark(5000..5005, Look::Primary, 1)]);
        let expected = format!("{0} … 4400 octets … {0}^xxxxx^1{0} … 4695 octets … ", "x".repeat(AROUND));
        assert_eq!(shown, expected);
    }
}

//! Octets that do not belong in a record of printable US-ASCII, and what was most likely meant by each.
//!
//! They come from word processors, web pages and panels: no-break spaces, zero-width characters, typographic quotes
//! and dashes. Windows-1252 and Latin-1 octets are recognised beside UTF-8, because both reach zone files.

use super::span::Spanned;

/// One character, or one octet that is no character, outside printable US-ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Foreign {
    /// A horizontal tab.
    Tab,
    /// A carriage return or a line feed.
    LineBreak,
    /// Any other control character of US-ASCII.
    Control(u8),
    /// A space that is not U+0020, such as the no-break space.
    Space(char),
    /// A character of no width, such as the zero-width space or the byte order mark.
    Invisible(char),
    /// A dash or a minus that is not U+002D.
    Dash(char),
    /// A typographic quotation mark.
    Quote(char),
    /// A full-width form of a US-ASCII character.
    FullWidth(char),
    /// Any other character.
    Character(char),
    /// An octet that is neither UTF-8 nor one of the Windows-1252 characters above.
    Octet(u8),
}

impl Foreign {
    /// The plain octets that were meant, where only one thing can have been; empty when it should not be there at all.
    pub fn meant(self) -> Option<Vec<u8>> {
        match self {
            Self::Tab | Self::LineBreak | Self::Space(_) => Some(b" ".to_vec()),
            Self::Invisible(_) | Self::Quote(_) => Some(Vec::new()),
            Self::Dash(_) => Some(b"-".to_vec()),
            // The block repeats U+0021 to U+007E in order.
            Self::FullWidth(char) => u8::try_from(u32::from(char) - 0xFEE0).ok().map(|byte| vec![byte]),
            Self::Control(_) | Self::Character(_) | Self::Octet(_) => None,
        }
    }

    /// Whether it separates words for a reader, although it is no separator of any record.
    pub fn is_space(self) -> bool {
        matches!(self, Self::Tab | Self::LineBreak | Self::Space(_))
    }
}

/// Every piece of `text` outside `%x20-7E`, in order; the spans count from `offset`.
pub fn foreign_octets(text: &[u8], offset: usize) -> Vec<Spanned<Foreign>> {
    // Most texts have none: told without a branch for each octet.
    if text.iter().fold(true, |is_plain, byte| is_plain & matches!(byte, b' '..=b'~')) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if matches!(text[at], b' '..=b'~') {
            at += 1;
            continue;
        }
        let (foreign, length) = first(&text[at..]);
        found.push(Spanned::new(foreign, offset + at..offset + at + length));
        at += length;
    }
    found
}

/// The foreign piece that `text` begins with, and its length in octets.
fn first(text: &[u8]) -> (Foreign, usize) {
    match text[0] {
        b'\t' => return (Foreign::Tab, 1),
        b'\r' | b'\n' => return (Foreign::LineBreak, 1),
        byte @ (0..=0x1F | 0x7F) => return (Foreign::Control(byte), 1),
        _ => {}
    }
    // A character has four octets at most, and what follows it may be broken.
    let window = &text[..text.len().min(4)];
    let valid = window.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    match valid.chars().next() {
        Some(char) => (classify(char), char.len_utf8()),
        None => (windows_1252(text[0]), 1),
    }
}

fn classify(char: char) -> Foreign {
    match char {
        '\u{A0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200A}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202F}'
        | '\u{205F}'
        | '\u{3000}' => Foreign::Space(char),
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' => {
            Foreign::Invisible(char)
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => Foreign::Dash(char),
        '\u{AB}' | '\u{BB}' | '\u{2018}'..='\u{201F}' | '\u{2032}' | '\u{2033}' | '\u{2039}' | '\u{203A}' => {
            Foreign::Quote(char)
        }
        '\u{FF01}'..='\u{FF5E}' => Foreign::FullWidth(char),
        _ => Foreign::Character(char),
    }
}

fn windows_1252(byte: u8) -> Foreign {
    match byte {
        0xA0 => Foreign::Space('\u{A0}'),
        0x91 => Foreign::Quote('\u{2018}'),
        0x92 => Foreign::Quote('\u{2019}'),
        0x93 => Foreign::Quote('\u{201C}'),
        0x94 => Foreign::Quote('\u{201D}'),
        0x96 => Foreign::Dash('\u{2013}'),
        0x97 => Foreign::Dash('\u{2014}'),
        _ => Foreign::Octet(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &[u8]) -> Vec<Foreign> {
        foreign_octets(text, 0).into_iter().map(|found| found.node).collect()
    }

    #[test]
    fn printable_ascii_is_not_foreign() {
        let all: Vec<u8> = (b' '..=b'~').collect();
        assert_eq!(kinds(&all), []);
    }

    #[test]
    fn characters_are_read_whole_and_spans_count_from_the_offset() {
        let found = foreign_octets("a\u{A0}b\u{201C}\u{FEFF}".as_bytes(), 10);
        assert_eq!(foreign_octets("a\u{1F600}b".as_bytes(), 0), [Spanned::new(Foreign::Character('\u{1F600}'), 1..5)]);
        let expected = [
            Spanned::new(Foreign::Space('\u{A0}'), 11..13),
            Spanned::new(Foreign::Quote('\u{201C}'), 14..17),
            Spanned::new(Foreign::Invisible('\u{FEFF}'), 17..20),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn single_octets_of_windows_1252_are_recognised() {
        assert_eq!(
            kinds(b"\xA0\x93\x96\xFF"),
            [Foreign::Space('\u{A0}'), Foreign::Quote('\u{201C}'), Foreign::Dash('\u{2013}'), Foreign::Octet(0xFF)]
        );
        // A truncated sequence at the end, and one that another octet cuts off.
        assert_eq!(kinds(b"\xE2\x80"), [Foreign::Octet(0xE2), Foreign::Octet(0x80)]);
        assert_eq!(kinds(b"\xE2a"), [Foreign::Octet(0xE2)]);
    }

    #[test]
    fn the_plain_octet_is_known_where_only_one_was_meant() {
        assert_eq!(Foreign::Tab.meant(), Some(b" ".to_vec()));
        assert_eq!(Foreign::Dash('\u{2013}').meant(), Some(b"-".to_vec()));
        assert_eq!(Foreign::Invisible('\u{200B}').meant(), Some(Vec::new()));
        assert_eq!(Foreign::FullWidth('\u{FF1A}').meant(), Some(b":".to_vec()));
        assert_eq!(Foreign::Character('\u{E9}').meant(), None);
    }
}

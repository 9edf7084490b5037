//! Where a byte of the joined text stands among the character-strings of a TXT record.

use mailvouch_providers::dns::Txt;

/// A byte of one character-string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which string, counted from 0.
    pub string: usize,
    /// Which byte of it, counted from 0.
    pub offset: usize,
}

/// The offsets of the joined text at which one string ends and the next begins: one fewer than there are strings.
pub fn boundaries(txt: &Txt) -> Vec<usize> {
    let ends = txt.strings().iter().scan(0, |end, string| {
        *end += string.len();
        Some(*end)
    });
    ends.take(txt.strings().len() - 1).collect()
}

/// Where byte `offset` of the joined text stands; the end of the text is the end of the last string.
///
/// None beyond the end. An offset at which one string ends and the next begins belongs to the next, because the byte
/// stands there.
pub fn locate(txt: &Txt, offset: usize) -> Option<Place> {
    let mut start = 0;
    for (string, octets) in txt.strings().iter().enumerate() {
        if offset < start + octets.len() {
            return Some(Place { string, offset: offset - start });
        }
        start += octets.len();
    }
    let last = txt.strings().len() - 1;
    (offset == start).then(|| Place { string: last, offset: txt.strings()[last].len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn txt(strings: &[&str]) -> Txt {
        Txt::from_strings(strings.iter().map(|string| string.as_bytes())).expect("strings that fit")
    }

    #[test]
    fn a_byte_is_found_in_its_string() {
        let txt = txt(&["abc", "", "de"]);
        let place = |offset| locate(&txt, offset).map(|place| (place.string, place.offset));
        assert_eq!(place(0), Some((0, 0)));
        assert_eq!(place(2), Some((0, 2)));
        assert_eq!(place(3), Some((2, 0)));
        assert_eq!(place(4), Some((2, 1)));
        assert_eq!(place(5), Some((2, 2)));
        assert_eq!(place(6), None);
    }

    #[test]
    fn boundaries_lie_between_strings() {
        assert_eq!(boundaries(&txt(&["abc", "", "de"])), [3, 3]);
        assert!(boundaries(&txt(&["abc"])).is_empty());
        assert!(boundaries(&txt(&[""])).is_empty());
    }
}

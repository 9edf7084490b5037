//! TXT rdata: character-strings whose boundaries are kept (RFC 1035, section 3.3.14).

use super::presentation::escape_character_string;
use std::fmt;
use std::sync::Arc;

/// Longest character-string, in octets (RFC 1035, section 3.3).
pub const MAX_STRING: usize = 255;

/// The character-strings of one TXT record, in order. Octets, not UTF-8. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Txt {
    strings: Arc<[Box<[u8]>]>,
}

impl Txt {
    /// A record with exactly these strings; none if one is over 255 octets or there is none.
    pub fn from_strings<S: Into<Box<[u8]>>>(strings: impl IntoIterator<Item = S>) -> Option<Self> {
        Self::from_source(strings).filter(|txt| txt.long_strings().next().is_none())
    }

    /// A record as somebody wrote it into a source: strings that are too long to be published are kept, so that they
    /// can be told and mended. None if there is no string. Nothing takes such a record onto the wire or into a file.
    pub fn from_source<S: Into<Box<[u8]>>>(strings: impl IntoIterator<Item = S>) -> Option<Self> {
        let strings: Arc<[Box<[u8]>]> = strings.into_iter().map(Into::into).collect();
        (!strings.is_empty()).then_some(Self { strings })
    }

    /// A record whose joined text is `text`, cut into as few strings as it takes.
    pub fn from_text(text: &[u8]) -> Self {
        let mut strings: Vec<Box<[u8]>> = text.chunks(MAX_STRING).map(Into::into).collect();
        if strings.is_empty() {
            strings.push(Box::default());
        }
        Self { strings: strings.into() }
    }

    /// The strings, as published.
    pub fn strings(&self) -> &[Box<[u8]>] {
        &self.strings
    }

    /// The strings joined with nothing between them, as SPF, DKIM and DMARC read them (RFC 7208, section 3.3).
    pub fn joined(&self) -> Vec<u8> {
        self.strings.concat()
    }

    /// Which strings are too long to be published; none of a record that came from DNS.
    pub fn long_strings(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let all = self.strings.iter().map(AsRef::as_ref).enumerate();
        all.filter(|(_, string): &(usize, &[u8])| string.len() > MAX_STRING)
    }

    /// The same text with each string that is too long cut into as few as it takes; all others stay as they are.
    #[must_use]
    pub fn with_long_strings_cut(&self) -> Self {
        let mut strings: Vec<Box<[u8]>> = Vec::new();
        for string in self.strings.iter() {
            // An empty string is a string too, and has no chunk.
            match string.len() {
                0 => strings.push(string.clone()),
                _ => strings.extend(string.chunks(MAX_STRING).map(Into::into)),
            }
        }
        Self { strings: strings.into() }
    }

    /// Octets of rdata on the wire.
    pub fn wire_len(&self) -> usize {
        self.strings.iter().map(|string| string.len() + 1).sum()
    }
}

impl fmt::Display for Txt {
    /// Presentation form: each string in quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, string) in self.strings.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(&escape_character_string(string))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_strings_are_cut() {
        let [long, short] = [vec![b'a'; 600], b"b".to_vec()];
        assert_eq!(Txt::from_strings([long.clone()]), None);
        let txt = Txt::from_source([short.clone(), long, Vec::new()]).expect("strings");
        assert_eq!(txt.long_strings().map(|(index, string)| (index, string.len())).collect::<Vec<_>>(), [(1, 600)]);
        let cut = txt.with_long_strings_cut();
        let lengths: Vec<usize> = cut.strings().iter().map(|string| string.len()).collect();
        assert_eq!(lengths, [1, 255, 255, 90, 0]);
        assert_eq!(cut.joined(), txt.joined());
        assert_eq!(cut.with_long_strings_cut(), cut);
        assert_eq!(Txt::from_source(Vec::<Vec<u8>>::new()), None);
    }
}

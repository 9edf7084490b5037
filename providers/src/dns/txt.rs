//! TXT rdata: character-strings whose boundaries are kept (RFC 1035, section 3.3.14).

use super::presentation::escape_character_string;
use std::fmt;

/// Longest character-string, in octets (RFC 1035, section 3.3).
pub const MAX_STRING: usize = 255;

/// The character-strings of one TXT record, in order. Octets, not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Txt {
    strings: Vec<Box<[u8]>>,
}

impl Txt {
    /// A record with exactly these strings; none if one is over 255 octets or there is none.
    pub fn from_strings<S: Into<Box<[u8]>>>(strings: impl IntoIterator<Item = S>) -> Option<Self> {
        let strings: Vec<Box<[u8]>> = strings.into_iter().map(Into::into).collect();
        let fits = !strings.is_empty() && strings.iter().all(|string| string.len() <= MAX_STRING);
        fits.then_some(Self { strings })
    }

    /// A record whose joined text is `text`, cut into as few strings as it takes.
    pub fn from_text(text: &[u8]) -> Self {
        let mut strings: Vec<Box<[u8]>> = text.chunks(MAX_STRING).map(Into::into).collect();
        if strings.is_empty() {
            strings.push(Box::default());
        }
        Self { strings }
    }

    /// The strings, as published.
    pub fn strings(&self) -> &[Box<[u8]>] {
        &self.strings
    }

    /// The strings joined with nothing between them, as SPF, DKIM and DMARC read them (RFC 7208, section 3.3).
    pub fn joined(&self) -> Vec<u8> {
        self.strings.concat()
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

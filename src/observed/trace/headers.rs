//! The header of a message: its fields in order, unfolded.

use crate::observed::bounce::fields::Fields;

/// Octets of a header that are read: delivered mail has some tens of kilobytes.
const MAX_HEADER: usize = 1 << 20;

/// The fields of a header, the topmost first.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    fields: Vec<(String, String)>,
}

/// What was given is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoMessage {
    /// No field in it that messages have.
    #[error(
        "this is no message: it has neither `Received` nor `From` at its head; save it with all its headers (\"show original\", \"view source\")"
    )]
    NoHeader,
}

impl Headers {
    /// The header of a message, or a header alone.
    pub fn read(bytes: &[u8]) -> Result<Self, NoMessage> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        let (fields, _) = Fields::read(&bytes[..bytes.len().min(MAX_HEADER)]);
        let one_blank = |value: &str| value.split_whitespace().collect::<Vec<_>>().join(" ");
        let fields = fields.iter().map(|(name, value)| (name.to_owned(), one_blank(value))).collect();
        let headers = Self { fields };
        let is_message = headers.first("From").is_some() || headers.first("Received").is_some();
        if is_message { Ok(headers) } else { Err(NoMessage::NoHeader) }
    }

    /// Each field with its place from the top.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &str, &str)> {
        self.fields.iter().enumerate().map(|(place, (name, value))| (place, name.as_str(), value.as_str()))
    }

    /// The fields of a name, with their places.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        self.iter()
            .filter(move |(_, field, _)| field.eq_ignore_ascii_case(name))
            .map(|(place, _, value)| (place, value))
    }

    /// The topmost field of a name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.iter().find(|(_, field, _)| field.eq_ignore_ascii_case(name)).map(|(_, _, value)| value)
    }

    /// The domain of the address in a field: that of the last `@` before its `>`, or of the bare text.
    pub fn domain_in(&self, name: &str) -> Option<String> {
        domain_of(self.first(name)?)
    }
}

/// The domain of the address in a text such as `A. Name <a@example.com>`.
pub(super) fn domain_of(text: &str) -> Option<String> {
    let inside = text.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(text, |(address, _)| address);
    let (_, domain) = inside.trim().rsplit_once('@')?;
    let domain = domain.trim_matches(|char: char| !char.is_alphanumeric());
    (!domain.is_empty()).then(|| domain.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_unfolded_and_in_order() {
        let headers = Headers::read(
            b"From x Mon\nReceived: a\n\tb;\r\n c\r\nX: 1\r\nFrom: \"A @ b\" <u@Example.com>\r\n\r\nX: 2\r\n",
        )
        .expect("a message");
        assert_eq!(headers.first("received"), Some("a b; c"));
        assert_eq!(headers.all("x").map(|(_, value)| value).collect::<Vec<_>>(), ["1"]);
        assert_eq!(headers.domain_in("From").as_deref(), Some("example.com"));
    }

    #[test]
    fn what_has_no_header_is_no_message() {
        for text in [&b""[..], b"\n\n", b"hello world\nthis is text\n", b"\xff\xfe\x00", b"Subject: x\n\nbody"] {
            assert_eq!(Headers::read(text).err(), Some(NoMessage::NoHeader), "{text:?}");
        }
    }
}

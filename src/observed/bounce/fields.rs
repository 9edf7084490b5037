//! Header fields: unfolded, found by name, decoded where people read them.

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

/// Fields in their order, with the values as they stand, unfolded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::observed) struct Fields(Vec<(String, String)>);

/// Fields that are kept of one header; what has more is no header.
const MOST: usize = 2_000;

impl Fields {
    /// The fields at the beginning of a text, and where what follows begins: behind the empty line, or where a line is
    /// no field.
    pub(in crate::observed) fn read(text: &[u8]) -> (Self, usize) {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let length = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len() - at, |end| end + 1);
            let line = text[at..at + length].trim_ascii_end();
            if line.is_empty() {
                return (Self(fields), at + length);
            }
            let is_folded = matches!(text[at], b' ' | b'\t');
            if let (true, Some((_, value))) = (is_folded, fields.last_mut()) {
                value.push(' ');
                value.push_str(&lossy(line.trim_ascii()));
            } else if let Some((name, value)) = field(line) {
                if fields.len() == MOST {
                    return (Self(fields), at);
                }
                fields.push((name, value));
            } else if !fields.is_empty() || !is_postmark(line) {
                return (Self(fields), at);
            }
            at += length;
        }
        (Self(fields), text.len())
    }

    /// The first field of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All fields of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Every field, in its order.
    pub(in crate::observed) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there is a field of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A field that people read, with its encoded words decoded (RFC 2047).
    pub(super) fn decoded(&self, name: &str) -> Option<String> {
        self.get(name).map(decoded).filter(|text| !text.is_empty())
    }
}

/// `name: value`, the name of letters, digits and dashes.
fn field(line: &[u8]) -> Option<(String, String)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line[..colon].trim_ascii_end();
    let is_name =
        !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    is_name.then(|| (lossy(name), lossy(line[colon + 1..].trim_ascii())))
}

/// The line that an mbox has before each message; some programs hand it on.
fn is_postmark(line: &[u8]) -> bool {
    line.starts_with(b"From ") || line.starts_with(b">From ")
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A value with its encoded words decoded.
pub(super) fn decoded(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let line = format!("{value}\n");
    match MessageStream::new(line.as_bytes()).parse_unstructured() {
        HeaderValue::Text(text) => text.into_owned(),
        _ => value.to_owned(),
    }
}

/// A value without its parameters, in small letters, and the parameter of one name.
pub(super) fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        let (name, behind) = rest.split_once('=')?;
        let behind = behind.trim_start();
        let (text, next) = if let Some(quoted) = behind.strip_prefix('"') {
            quoted.split_once('"').unwrap_or((quoted, ""))
        } else {
            behind.split_at(behind.find([';', ' ', '\t']).unwrap_or(behind.len()))
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(text.to_owned());
        }
        rest = next;
    }
}

/// `text/plain` of `Text/Plain; charset=…`.
pub(super) fn media_type(value: &str) -> String {
    value.split([';', ' ', '\t']).next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_ends_at_the_empty_line_or_where_none_goes_on() {
        let (fields, end) = Fields::read(b"From x Thu\r\nSubject: a\r\n b\r\nTo: c\r\n\r\nbody");
        assert_eq!((fields.get("subject"), fields.get("TO"), end), (Some("a b"), Some("c"), 37));
        let (fields, end) = Fields::read(b"Hello, this is text: it is\nA: b\n");
        assert!(fields.is_empty());
        assert_eq!(end, 0);
    }

    #[test]
    fn parameters_may_be_quoted() {
        let value = "multipart/report; report-type=delivery-status;\tboundary=\"a; b=c\"; x = y";
        assert_eq!(parameter(value, "Boundary").as_deref(), Some("a; b=c"));
        assert_eq!(parameter(value, "x").as_deref(), Some("y"));
        assert_eq!(parameter(value, "z"), None);
        assert_eq!(parameter("text/plain", "charset"), None);
    }

    #[test]
    fn encoded_words_are_decoded() {
        assert_eq!(decoded("=?utf-8?Q?Unzustellbar=3A_Gru=C3=9F?="), "Unzustellbar: Gruß");
        assert_eq!(decoded("plain"), "plain");
    }
}

//! The escapes of master files (RFC 1035, section 5.1): `\X` and `\DDD`.

use std::borrow::Cow;

/// One field of a record as it stands in a master file: escapes still in it, the quotes taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The octets between the quotes, or of the whole word.
    pub raw: &'a [u8],
    /// Whether it stood in quotes.
    pub quoted: bool,
}

impl Field<'_> {
    /// The octets meant; none if a backslash is followed by neither a character nor three digits up to 255.
    pub fn unescaped(&self) -> Option<Vec<u8>> {
        unescape(self.raw).map(|byte| byte.map(|(byte, _)| byte)).collect()
    }
}

/// The octets meant by `text`, each with whether a backslash made it; `None` for a broken escape, which ends it.
pub(super) fn unescape(text: &[u8]) -> impl Iterator<Item = Option<(u8, bool)>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (&first, tail) = rest.split_first()?;
        rest = tail;
        if first != b'\\' {
            return Some(Some((first, false)));
        }
        let (byte, tail) = match tail {
            [a, b, c, tail @ ..] if [a, b, c].iter().all(|byte| byte.is_ascii_digit()) => {
                let number = [a, b, c].iter().fold(0_u16, |sum, byte| sum * 10 + u16::from(**byte - b'0'));
                (u8::try_from(number).ok(), tail)
            }
            [digit, ..] if digit.is_ascii_digit() => (None, &[][..]),
            [byte, tail @ ..] => (Some(*byte), tail),
            [] => (None, &[][..]),
        };
        rest = if byte.is_some() { tail } else { &[] };
        Some(byte.map(|byte| (byte, true)))
    })
}

/// One octet of a label, escaped where it would be read as something else.
pub(super) fn escape_label_byte(byte: u8) -> Cow<'static, str> {
    match byte {
        b'.' | b'\\' | b'"' | b'(' | b')' | b';' | b'@' | b'$' => format!("\\{}", char::from(byte)).into(),
        b'!'..=b'~' => char::from(byte).to_string().into(),
        _ => format!("\\{byte:03}").into(),
    }
}

/// A character-string as a master file has it, in quotes.
pub fn escape_character_string(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 2);
    text.push('"');
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\{byte:03}")),
        }
    }
    text.push('"');
    text
}

/// Joined TXT octets for people and for JSON: what is not printable ASCII becomes `\DDD`; nothing else changes.
pub fn escape_joined_text(bytes: &[u8]) -> String {
    // Nearly all texts are plain, and are taken as they are.
    if bytes.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'))
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.to_owned();
    }
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b' '..=b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\{byte:03}")),
        }
    }
    text
}

/// The fields of one line of presentation text: words and quoted strings between blanks.
pub(super) fn fields(text: &[u8]) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if matches!(text[at], b' ' | b'\t') {
            at += 1;
            continue;
        }
        let quoted = text[at] == b'"';
        let start = at + usize::from(quoted);
        let mut end = start;
        while end < text.len() {
            match text[end] {
                b'\\' => end += 1,
                b'"' if quoted => break,
                b' ' | b'\t' if !quoted => break,
                _ => {}
            }
            end += 1;
        }
        let end = end.min(text.len());
        fields.push(Field { raw: &text[start..end], quoted });
        at = end + usize::from(quoted);
    }
    fields
}

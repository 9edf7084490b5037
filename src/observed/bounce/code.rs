//! Enhanced status codes (RFC 3463), and where in a text one stands. The octets of an address are none.

use std::fmt;
use std::str::FromStr;

/// `class.subject.detail`: 5.7.708.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Enhanced {
    /// 2: done; 4: not yet; 5: never.
    pub class: u8,
    /// What it is about: 1 the address, 7 security or policy.
    pub subject: u16,
    /// What precisely.
    pub detail: u16,
}

impl Enhanced {
    /// A code of its class alone: 5.0.0.
    pub fn is_generic(self) -> bool {
        self.subject == 0 && self.detail == 0
    }

    /// Whether only Microsoft gives codes of this kind: its details have three digits.
    pub(super) fn has_long_detail(self) -> bool {
        self.detail >= 100
    }
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// Not `class.subject.detail`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no enhanced status code")]
pub struct NoCode;

impl FromStr for Enhanced {
    type Err = NoCode;

    fn from_str(text: &str) -> Result<Self, NoCode> {
        match at(text.as_bytes(), 0) {
            Some((code, end)) if end == text.len() => Ok(code),
            _ => Err(NoCode),
        }
    }
}

/// The code that begins at this byte, and where it ends.
///
/// Subjects have one digit: nobody uses more, and `5.57.0` is a version number. A fourth number makes it an address, as
/// in `[5.7.1.20]`, and letters or digits around it make it part of something else.
pub(super) fn at(text: &[u8], start: usize) -> Option<(Enhanced, usize)> {
    let class = match text.get(start)? {
        digit @ (b'2' | b'4' | b'5') => digit - b'0',
        _ => return None,
    };
    let dot = |at: usize| text.get(at) == Some(&b'.');
    let subject = u16::from(text.get(start + 2).filter(|digit| digit.is_ascii_digit())? - b'0');
    if !dot(start + 1) || !dot(start + 3) || !stands_alone(text, start) {
        return None;
    }
    let digits = text[start + 4..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=3).contains(&digits) {
        return None;
    }
    let end = start + 4 + digits;
    let detail = text[start + 4..end].iter().fold(0, |detail, digit| detail * 10 + u16::from(digit - b'0'));
    let goes_on = match text.get(end) {
        // The full stop of a sentence, or the next number of an address.
        Some(b'.') => text.get(end + 1).is_some_and(u8::is_ascii_alphanumeric),
        Some(byte) => byte.is_ascii_alphanumeric() || *byte == b'_',
        None => false,
    };
    if goes_on { None } else { Some((Enhanced { class, subject, detail }, end)) }
}

fn stands_alone(text: &[u8], start: usize) -> bool {
    let Some(before) = start.checked_sub(1).and_then(|before| text.get(before)) else { return true };
    !before.is_ascii_alphanumeric() && !matches!(before, b'.' | b'_' | b'@' | b'%')
}

/// The first code in a text.
pub fn code_in(text: &str) -> Option<Enhanced> {
    codes_in(text).into_iter().next()
}

/// All codes in a text, in their order.
pub(super) fn codes_in(text: &str) -> Vec<Enhanced> {
    let bytes = text.as_bytes();
    let mut codes = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        match at(bytes, start) {
            Some((code, end)) => {
                codes.push(code);
                start = end;
            }
            None => start += 1,
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_and_versions_are_no_codes() {
        for text in ["[5.7.1.20]", "40.107.5.7", "5.57.0", "x5.7.1", "15.7.1", "5.7.1a", "5.7.1234", "5.7", "", "5.7."]
        {
            assert_eq!(code_in(text), None, "{text}");
        }
    }

    #[test]
    fn a_code_stands_among_anything() {
        for (text, code) in [
            ("550 5.7.708 Service", "5.7.708"),
            ("(#5.4.1)", "5.4.1"),
            ("unregistered domains. 5.7.708.", "5.7.708"),
            ("550-5.7.26 The", "5.7.26"),
            ("'4.7.0", "4.7.0"),
        ] {
            assert_eq!(code_in(text).map(|code| code.to_string()).as_deref(), Some(code), "{text}");
        }
    }
}

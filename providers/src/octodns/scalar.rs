//! Scalars as PyYAML reads them, and how a text is written so that it is read as itself.
//!
//! octoDNS reads YAML 1.1, in which a plain word can be a number, a date or a boolean (PyYAML, `resolver.py`).

use super::yaml::Style;

/// Whether a plain scalar is a string, and nothing else.
pub(super) fn is_text(plain: &str) -> bool {
    let is_word = matches!(
        plain.to_ascii_lowercase().as_str(),
        "" | "~" | "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "=" | "<<"
    );
    !is_word && !is_number(plain) && !is_date(plain)
}

/// Integers in any base, floats, and numbers in base 60.
fn is_number(plain: &str) -> bool {
    let bare = plain.strip_prefix(['-', '+']).unwrap_or(plain);
    let lower = bare.to_ascii_lowercase();
    if matches!(lower.as_str(), ".inf" | ".nan") {
        return true;
    }
    if lower.starts_with("0x") || lower.starts_with("0b") {
        return lower[2..].bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'_');
    }
    if !bare.starts_with(|char: char| char.is_ascii_digit() || char == '.') {
        return false;
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "+0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(exponent) && digits(fraction) && whole.split(':').all(digits) && mantissa != "."
}

/// A date, with or without a time.
fn is_date(plain: &str) -> bool {
    let bytes = plain.as_bytes();
    bytes.len() >= 8 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && bytes[5].is_ascii_digit()
}

/// A text that stays itself as a plain scalar, wherever it stands.
fn is_safely_plain(text: &str) -> bool {
    let starts =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '/' | '=' | '+' | '$' | '(' | '\\');
    is_text(text)
        && text.starts_with(starts)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(['[', ']', '{', '}', ','])
        && !text.contains(|char: char| !(' '..='~').contains(&char))
        && text != "..."
}

/// A text as a scalar, in this style if it can be.
pub(super) fn written(text: &str, style: Style) -> String {
    let printable = text.chars().all(|char| (' '..='~').contains(&char));
    match style {
        Style::Plain if is_safely_plain(text) => text.to_owned(),
        Style::Plain | Style::Single | Style::Block if printable => format!("'{}'", text.replace('\'', "''")),
        _ => {
            let mut quoted = String::from("\"");
            for char in text.chars() {
                match char {
                    '"' | '\\' => quoted.extend(['\\', char]),
                    ' '..='~' => quoted.push(char),
                    _ => quoted.push_str(&format!("\\U{:08x}", u32::from(char))),
                }
            }
            quoted + "\""
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_reads_as_something_else_is_no_text() {
        for plain in [
            "10",
            "-1",
            "010",
            "0x1f",
            "1_000",
            "1:30",
            "1:2:3:4:5:6:7:8",
            "1.5",
            ".5",
            "1e3",
            "1.0e+3",
            "2026-01-02",
            "yes",
            "No",
            "on",
            "null",
            "~",
            "",
            ".inf",
            "-.INF",
            "2026-01-02 10:00:00",
            "0b1",
            "=",
            "<<",
        ] {
            assert!(!is_text(plain), "{plain}");
        }
        for plain in ["1.2.3.4", "2001:db8::1", "v=spf1 -all", "10 mail", "-all", "a", "1a", "yes!", "."] {
            assert!(is_text(plain), "{plain}");
        }
    }

    #[test]
    fn a_text_is_written_in_the_style_that_carries_it() {
        assert_eq!(written("v=spf1 -all", Style::Plain), "v=spf1 -all");
        assert_eq!(written("v=DKIM1\\; p=", Style::Plain), "v=DKIM1\\; p=");
        assert_eq!(written("a: b", Style::Plain), "'a: b'");
        assert_eq!(written("it's", Style::Single), "'it''s'");
        assert_eq!(written("a\"\\;", Style::Double), "\"a\\\"\\\\;\"");
        assert_eq!(written("*", Style::Plain), "'*'");
        assert_eq!(written("", Style::Plain), "''");
    }
}

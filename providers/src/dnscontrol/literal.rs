//! Texts as literals of JavaScript.

use crate::dns::Txt;

/// A text between these quotes (ECMA-262, section 12.9.4).
pub(super) fn written(text: &str, quote: char) -> String {
    let quote = if quote == '\'' { '\'' } else { '"' };
    let mut literal = String::from(quote);
    for char in text.chars() {
        match char {
            _ if char == quote => literal.extend(['\\', char]),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            _ if char.is_control() => literal.push_str(&format!("\\x{:02x}", u32::from(char))),
            '\u{2028}' | '\u{2029}' => literal.push_str(&format!("\\u{:04x}", u32::from(char))),
            _ => literal.push(char),
        }
    }
    literal.push(quote);
    literal
}

/// The contents of a `TXT`: one string, which DNSControl cuts itself; an array is joined before that (pkg/js/helpers.js).
/// None where it is no text.
pub(super) fn contents(txt: &Txt, quote: char) -> Option<String> {
    Some(written(std::str::from_utf8(&txt.joined()).ok()?, quote))
}

//! Other people's text, made safe to show: no escape sequence, no line break, no character that turns the direction of
//! a line reaches a terminal.

use std::borrow::Cow;

/// `text` with everything that is not printable as an escape (`\n`, `\u{1b}`, `\u{202e}`). Letters of all scripts stay.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_printable) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if is_printable(char) {
            shown.push(char);
        } else {
            shown.extend(char.escape_debug());
        }
    }
    Cow::Owned(shown)
}

/// Whether a character can be shown as it is. The standard library knows which are controls, formats (bidirectional
/// and zero-width ones among them), separators, unassigned and private: it escapes these for `Debug`.
pub(super) fn is_printable(char: char) -> bool {
    match char {
        ' '..='~' => true,
        '\0'..='\u{a0}' => false,
        _ => {
            // Behind another character, marks that combine with it stay.
            let mut text = String::from("x");
            text.push(char);
            text.escape_debug().count() == 2
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_all_scripts_stay() {
        for text in ["plain", "Zoë \"x\" \\ 'y'", "日本語", "हिन्दी", "Việt", "→ …"] {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn what_steers_a_terminal_is_escaped() {
        for (text, shown) in [
            ("a\x1b[31mb", "a\\u{1b}[31mb"),
            ("a\nb\r\tc\0", "a\\nb\\r\\tc\\0"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{202e}evil\u{2066}", "\\u{202e}evil\\u{2066}"),
            ("\u{200b}\u{feff}\u{2028}", "\\u{200b}\\u{feff}\\u{2028}"),
            ("\u{e000}\u{a0}", "\\u{e000}\\u{a0}"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }
}

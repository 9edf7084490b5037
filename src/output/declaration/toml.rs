//! Lines of TOML around other people's text: no string ends before its quote, no comment before its line.

use crate::output::columns::{WIDTH, wrap};
use crate::output::printable::printable;
use crate::survey::Remark;

/// A basic string (TOML 1.0.0, "String"): quotes, backslashes and control characters are escaped.
pub(super) fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            // What turns the direction of a line is no control character to TOML, and acts on whoever reads it.
            _ if printable(char.encode_utf8(&mut [0; 4])).len() > char.len_utf8() => {
                quoted.push_str(&format!("\\U{:08X}", u32::from(char)));
            }
            _ => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

/// A key: bare where it may be.
pub(super) fn key(text: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !text.is_empty() && text.bytes().all(is_bare) { text.to_owned() } else { string(text) }
}

/// `["a", "b"]`, over several lines where it is long.
pub(super) fn list(items: &[String]) -> String {
    let quoted: Vec<String> = items.iter().map(|item| string(item)).collect();
    let line = format!("[{}]", quoted.join(", "));
    if line.len() <= WIDTH - 20 {
        return line;
    }
    quoted.iter().fold("[\n".to_owned(), |text, item| format!("{text}    {item},\n")) + "]"
}

/// Comment lines. Whatever stands in `text`, each of them begins with `#`.
pub(super) fn comment(text: &str) -> String {
    let text = printable(text);
    let mut lines = Vec::new();
    for line in wrap(&text, WIDTH - 4) {
        // A word longer than the line is cut: a record may be one.
        let chars: Vec<char> = line.chars().collect();
        lines.extend(chars.chunks(WIDTH - 4).map(|chunk| chunk.iter().collect::<String>()));
    }
    let mut lines = lines.into_iter();
    let first = format!("# {}\n", lines.next().unwrap_or_default());
    lines.fold(first, |text, line| format!("{text}#   {line}\n"))
}

/// A comment with the word that says what it is for.
pub(super) fn remark(remark: &Remark) -> String {
    comment(&format!("{}: {}", remark.kind.word(), remark.text))
}

/// Several of them.
pub(super) fn remarks(all: &[Remark]) -> String {
    all.iter().map(remark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_place() {
        for hostile in ["a\"\nb = 1 #", "\\", "\u{202e}x\u{7f}\0", "\"\"\"", "x\r\ny", "é\u{2028}", "😀"] {
            let text = format!("{}\"k{}\" = {}\n", comment(hostile), "", string(hostile));
            let read: toml::Table = text.parse().unwrap_or_else(|error| panic!("{hostile:?}: {error}"));
            assert_eq!(read.len(), 1, "{hostile:?}");
            assert_eq!(read["k"].as_str(), Some(hostile));
            let keyed: toml::Table = format!("{} = 1\n", key(hostile)).parse().expect("a key");
            assert!(keyed.contains_key(hostile));
        }
    }

    #[test]
    fn long_comments_are_comments_to_the_end() {
        let text = comment(&format!("{} {}", "x".repeat(1000), "word ".repeat(100)));
        assert!(text.lines().all(|line| line.starts_with('#') && line.chars().count() <= WIDTH), "{text}");
        assert_eq!(text.matches('x').count(), 1000);
    }
}

//! Text of others in Markdown.

use crate::output::printable::printable;
use crate::output::prose::Prose;

/// A sentence: what stands between backticks is code, the rest is words and nothing else.
pub(in crate::output) fn prose(sentence: &str) -> String {
    let pieces = Prose::of(sentence).pieces;
    pieces.iter().map(|piece| if piece.is_code { code(&piece.text) } else { words(&piece.text) }).collect()
}

/// Words. Every character that Markdown may read within a line is escaped; no line begins with them. One that begins a mention, a number of an issue or an
/// address of the web has a space without width behind it: forges look for those in what Markdown has made.
pub(in crate::output) fn words(text: &str) -> String {
    let text = printable(text);
    let mut words = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '&' => words.push_str("&amp;"),
            '<' => words.push_str("&lt;"),
            '>' => words.push_str("&gt;"),
            _ => {
                if r"\`*_[]#!~|@$".contains(char) {
                    words.push('\\');
                }
                words.push(char);
            }
        }
        let begins = match char {
            '@' | '#' | '!' | '~' | '$' | '%' | '&' => rest.peek().is_some_and(|next| !next.is_whitespace()),
            ':' => rest.peek().is_some_and(|next| *next == '/' || next.is_alphanumeric()),
            '.' => words.to_ascii_lowercase().ends_with("www."),
            _ => false,
        };
        if begins {
            words.push_str("&#8203;");
        }
    }
    words
}

/// Code within a line, in a fence that the text does not hold. Also within a table, where a bar ends a cell.
pub(super) fn code(text: &str) -> String {
    let text = printable(text).replace('|', "\\|");
    let fence = "`".repeat(longest_run(&text) + 1);
    // Blanks beside the fence are taken off again, where the text begins or ends in a backtick or a blank.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Lines of code of a kind: `diff`, `text`.
pub(in crate::output) fn block(kind: &str, lines: &str) -> String {
    let lines = anstream::adapter::strip_str(lines).to_string();
    let fence = "`".repeat(longest_run(&lines).max(2) + 1);
    format!("{fence}{kind}\n{}\n{fence}\n", lines.trim_end_matches('\n'))
}

/// Text between tags of HTML.
pub(super) fn html(text: &str) -> String {
    let text = printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    text.replace('@', "@&#8203;")
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|char| char != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_words() {
        for (text, escaped) in [
            ("a *b* _c_ [d](e)", "a \\*b\\* \\_c\\_ \\[d\\](e)"),
            ("<b>&amp;", "&lt;b&gt;&amp;&#8203;amp;"),
            ("ask @all about #1", "ask \\@&#8203;all about \\#&#8203;1"),
            ("https://www.example", "https:&#8203;//www.&#8203;example"),
            ("a:b, or: c", "a:&#8203;b, or: c"),
            ("a\nb\u{202e}", "a\\\\nb\\\\u{202e}"),
        ] {
            assert_eq!(words(text), escaped);
        }
    }

    #[test]
    fn code_is_not_left_by_a_backtick() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b`"), "``` a``b` ```");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(prose("take `a|b` *out*"), "take `a\\|b` \\*out\\*");
        assert_eq!(prose("an odd ` one"), "an odd \\` one");
        assert_eq!(block("text", "a\n```\n"), "````text\na\n```\n````\n");
    }
}

//! A line that says one thing: a word, and what it introduces.

use anstyle::Style;

use super::columns::{line_width, wrap};
use super::printable::printable;
use super::style::paint;

/// `why: …`, the word in its style, wrapped under itself. The text may be anybody's.
pub(super) fn remark(indent: &str, style: Style, word: &str, text: &str) -> String {
    let text = format!("{word} {}", printable(text));
    let lines = wrap(&text, line_width() - indent.len() - 2).join(&format!("\n{indent}  "));
    let rest = lines.strip_prefix(word).unwrap_or(&lines);
    format!("{indent}{}{rest}\n", paint(style, word))
}

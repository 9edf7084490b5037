//! What a step is in the source that records are published from.

use anstyle::Style;

use crate::output::printable::printable;
use crate::output::remark::remark;
use crate::output::style::{ADDED, REMOVED, paint};
use crate::plan::SourceLines;

/// The place of each edit, and under it its lines as they are and as they are to be.
pub(super) fn source(indent: &str, edits: &[SourceLines]) -> String {
    let mut text = String::new();
    for edit in edits {
        text.push_str(&remark(indent, Style::new(), "in", &place(edit)));
        // They are there to be copied: nothing is wrapped.
        for line in &edit.remove {
            text.push_str(&format!("{indent}  {}\n", paint(REMOVED, &format!("- {}", printable(line)))));
        }
        for line in &edit.add {
            text.push_str(&format!("{indent}  {}\n", paint(ADDED, &format!("+ {}", printable(line)))));
        }
        text.extend(edit.note.as_ref().map(|note| remark(&format!("{indent}  "), Style::new(), "note:", note)));
    }
    text
}

/// `file:line:column`, as far as it is known.
pub(in crate::output) fn place(edit: &SourceLines) -> String {
    let mut place = edit.file.clone().unwrap_or_else(|| "the source".to_owned());
    for number in [edit.line, edit.column].into_iter().flatten() {
        place.push_str(&format!(":{number}"));
    }
    if edit.remove.is_empty() && edit.line.is_some() && edit.column.is_none() {
        place + ", before this line"
    } else {
        place
    }
}

//! The text of a declaration, and where something stands in it. It reads no file and judges nothing.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Largest declaration, in bytes.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// A value, and the bytes of the declaration that it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Bytes of [`SourceFile::text`]; for a text the quotes are among them.
    pub span: Range<usize>,
}

impl<T> At<T> {
    /// A value and where it stands.
    pub fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }

    /// Another value at the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At { value: change(self.value), span: self.span }
    }

    /// The same place, and the value borrowed.
    pub fn as_ref(&self) -> At<&T> {
        At { value: &self.value, span: self.span.clone() }
    }
}

/// A declaration as it was read: its path as given, and its text. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct SourceFile {
    path: Arc<Path>,
    text: Arc<str>,
    /// Where each line begins; found out when it is first asked for.
    lines: Arc<OnceLock<Vec<usize>>>,
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.text) == (&other.path, &other.text)
    }
}

impl Eq for SourceFile {}

/// A place as editors count: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl SourceFile {
    /// A file with this path, as the user gave it, and this text.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into().into(), text: text.into(), lines: Arc::default() }
    }

    /// The path as given; what a label of a finding names as its source.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text. Spans count its bytes; a byte order mark is among them.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text at `span`; empty where the span does not fit the text.
    pub fn slice(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Line and column of each offset. The text is read once, however often this is asked.
    pub fn positions(&self, offsets: &[usize]) -> Vec<Position> {
        let starts = self.lines.get_or_init(|| {
            std::iter::once(0).chain(self.text.match_indices('\n').map(|(newline, _)| newline + 1)).collect()
        });
        let place = |&offset: &usize| {
            let line = starts.partition_point(|start| *start <= offset);
            let start = starts.get(line.wrapping_sub(1)).copied().unwrap_or_default();
            let before = self.text.get(start..offset).unwrap_or_default();
            Position { line, column: before.trim_start_matches('\u{feff}').chars().count() + 1 }
        };
        offsets.iter().map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let file = SourceFile::new("a.toml", "\u{feff}ab\nä = 1\n");
        let at = |line, column| Position { line, column };
        assert_eq!(file.positions(&[3, 5, 6, 8, 100]), [at(1, 1), at(1, 3), at(2, 1), at(2, 2), at(3, 1)]);
        assert_eq!(SourceFile::new("a.toml", "").positions(&[0]), [at(1, 1)]);
    }

    #[test]
    fn a_span_that_does_not_fit_is_empty() {
        let file = SourceFile::new("a.toml", "ä");
        assert_eq!(file.slice(&(0..2)), "ä");
        assert_eq!(file.slice(&(1..2)), "");
        assert_eq!(file.slice(&(0..9)), "");
    }
}

//! Where a piece of a record stands in its text.

use std::ops::Range;

/// Bytes of the joined TXT text, not of one character-string.
pub type Span = Range<usize>;

/// A parsed piece of a record and the bytes that it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    /// What was read.
    pub node: T,
    /// Where it was read.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `node`, read at `span`.
    pub fn new(node: T, span: Span) -> Self {
        Self { node, span }
    }
}

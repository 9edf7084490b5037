//! Changes to a record by byte span: what no edit touches stays as it is, string boundaries too.

use mailvouch_providers::dns::{MAX_STRING, Txt};

use super::span::Span;

/// Puts `content` in the place of the bytes at `span`; an empty span is an insertion.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edit {
    /// Bytes of the joined text that go.
    pub span: Span,
    /// Bytes that come.
    pub content: Vec<u8>,
}

/// Why a list of edits cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A span ends before it begins, or beyond the text.
    #[error("bytes {}..{} are not within a text of {length} bytes", span.start, span.end)]
    OutOfRange {
        /// The span.
        span: Span,
        /// How long the text is.
        length: usize,
    },
    /// Two edits change the same bytes, or one inserts inside what another replaces.
    #[error("the edits of bytes {}..{} and {}..{} overlap", first.start, first.end, second.start, second.end)]
    Overlap {
        /// The span that begins first.
        first: Span,
        /// The other.
        second: Span,
    },
}

impl Edit {
    /// `content` in the place of `span`.
    pub fn replace(span: Span, content: impl Into<Vec<u8>>) -> Self {
        Self { span, content: content.into() }
    }

    /// `content` before byte `offset`.
    pub fn insert(offset: usize, content: impl Into<Vec<u8>>) -> Self {
        Self { span: offset..offset, content: content.into() }
    }

    /// Nothing in the place of `span`.
    pub fn delete(span: Span) -> Self {
        Self { span, content: Vec::new() }
    }
}

/// The edits in the order of their place, once they are known not to overlap.
///
/// Insertions at one offset keep the order in which they were given, and come before a replacement that begins there.
fn in_order(edits: &[Edit], length: usize) -> Result<Vec<&Edit>, EditError> {
    let outside = |edit: &&Edit| edit.span.start > edit.span.end || edit.span.end > length;
    if let Some(edit) = edits.iter().find(outside) {
        return Err(EditError::OutOfRange { span: edit.span.clone(), length });
    }
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, !edit.span.is_empty()));
    for pair in sorted.windows(2) {
        if pair[1].span.start < pair[0].span.end {
            return Err(EditError::Overlap { first: pair[0].span.clone(), second: pair[1].span.clone() });
        }
    }
    Ok(sorted)
}

/// `text` with all `edits` made at once: every span counts bytes of `text` as given.
pub fn apply(text: &[u8], edits: &[Edit]) -> Result<Vec<u8>, EditError> {
    let edits = in_order(edits, text.len())?;
    Ok(splice(text, edits.iter().map(|edit| (edit.span.clone(), edit.content.as_slice()))))
}

/// `text` with each of the ordered, disjoint spans replaced.
fn splice<'a>(text: &[u8], edits: impl Iterator<Item = (Span, &'a [u8])>) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len());
    let mut at = 0;
    for (span, content) in edits {
        result.extend_from_slice(&text[at..span.start]);
        result.extend_from_slice(content);
        at = span.end;
    }
    result.extend_from_slice(&text[at..]);
    result
}

/// `txt` with all `edits` made at once to its joined text; strings that no edit touches stay as they are.
///
/// What comes goes into the string that holds the first byte that goes. An insertion between two strings goes to the
/// end of the first, or to the beginning of the second where only that one has the room. A string that grows over 255
/// octets is cut into pieces of 255 and a rest: the bytes before the change keep their place, and a panel that shows
/// or joins the strings sees the usual cut. A string that becomes empty goes, unless it is all there is.
pub fn apply_to_txt(txt: &Txt, edits: &[Edit]) -> Result<Txt, EditError> {
    let lengths: Vec<usize> = txt.strings().iter().map(|string| string.len()).collect();
    let edits = merge_insertions(in_order(edits, lengths.iter().sum())?);
    let mut local: Vec<Vec<(Span, &[u8])>> = vec![Vec::new(); lengths.len()];
    // Octets that edits have added to each string so far.
    let mut grown = vec![0; lengths.len()];
    for edit in &edits {
        let mut content = edit.content.as_slice();
        if edit.span.is_empty() {
            if !content.is_empty() {
                let (string, offset) = insertion_place(&lengths, &grown, edit);
                grown[string] += content.len();
                local[string].push((offset..offset, content));
            }
            continue;
        }
        let mut start = 0;
        for (string, &length) in lengths.iter().enumerate() {
            let from = edit.span.start.max(start);
            let to = edit.span.end.min(start + length);
            if from < to {
                grown[string] += content.len();
                local[string].push((from - start..to - start, content));
                content = &[];
            }
            start += length;
        }
    }
    let mut strings: Vec<Box<[u8]>> = Vec::with_capacity(lengths.len());
    for (string, changes) in txt.strings().iter().zip(local) {
        if changes.is_empty() {
            // Left as it is, unless it could not be published.
            if string.len() <= MAX_STRING {
                strings.push(string.clone());
            } else {
                strings.extend(string.chunks(MAX_STRING).map(Into::into));
            }
        } else {
            let changed = splice(string, changes.into_iter());
            strings.extend(changed.chunks(MAX_STRING).map(Into::into));
        }
    }
    // No string is left only where the whole text is gone, and none is over the limit.
    Ok(Txt::from_strings(strings).unwrap_or_else(|| Txt::from_text(&[])))
}

/// The ordered edits with the insertions at one offset made one, so that they land in one string, in their order.
fn merge_insertions(edits: Vec<&Edit>) -> Vec<Edit> {
    let mut merged: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match merged.last_mut() {
            Some(last) if last.span.is_empty() && last.span == edit.span => last.content.extend(&edit.content),
            _ => merged.push(edit.clone()),
        }
    }
    merged
}

/// The string that an insertion goes to, and the offset in it.
fn insertion_place(lengths: &[usize], grown: &[usize], edit: &Edit) -> (usize, usize) {
    let offset = edit.span.start;
    let room = |string: usize| lengths[string] + grown[string] + edit.content.len() <= MAX_STRING;
    let mut start = 0;
    for (string, &length) in lengths.iter().enumerate() {
        if offset <= start + length {
            let next = string + 1;
            let is_between = offset == start + length && next < lengths.len();
            return if is_between && !room(string) && room(next) { (next, 0) } else { (string, offset - start) };
        }
        start += length;
    }
    // Not reached: no edit lies beyond the text.
    let last = lengths.len() - 1;
    (last, lengths[last])
}

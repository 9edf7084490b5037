//! A file as a person finds their way in it: by lines and columns.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{Dialect, Token, Word, words};
use crate::{Change, ProviderError, SourceEdit, Value};

/// A file, and its words.
pub(crate) struct Text {
    pub(crate) path: PathBuf,
    pub(crate) content: String,
    pub(crate) tokens: Vec<Token>,
}

/// Most octets of a file that are read.
const LARGEST: u64 = 16 << 20;

impl Text {
    pub(crate) fn read(path: PathBuf, dialect: Dialect) -> Result<Self, ProviderError> {
        let failed = |error: std::io::Error| ProviderError::Unavailable(format!("{}: {error}", path.display()));
        let metadata = path.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(ProviderError::Unavailable(format!("{}: is no file", path.display())));
        }
        if metadata.len() > LARGEST {
            let message = format!("{}: is larger than {} MiB", path.display(), LARGEST >> 20);
            return Err(ProviderError::Unsupported(message));
        }
        let octets = std::fs::read(&path).map_err(failed)?;
        let content = text(&path, octets)?;
        let tokens = words(&content, dialect);
        Ok(Self { path, content, tokens })
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.content[..at].matches('\n').count() + 1
    }

    pub(crate) fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path.display(), self.line(at))
    }

    /// Where something begins that is never closed, or closes what is not open: what follows is read as something else
    /// than it is.
    pub(crate) fn open_end(&self) -> Option<String> {
        let told = |token: &Token, what: &str| {
            let at = token.span.start;
            let column = self.content[self.start_of_line(at)..at].chars().count() + 1;
            Some(format!("{}:{column}: {what}", self.place(at)))
        };
        let mut open: Vec<(&Token, char)> = Vec::new();
        for token in &self.tokens {
            let close = match token.word {
                Word::Open => return told(token, "a string begins here that is never closed"),
                Word::Mark('(') => ')',
                Word::Mark('[') => ']',
                Word::Mark('{') => '}',
                Word::Mark(mark @ (')' | ']' | '}')) => match open.pop() {
                    Some((_, close)) if close == mark => continue,
                    _ => return told(token, &format!("`{mark}` closes nothing that is open")),
                },
                _ => continue,
            };
            open.push((token, close));
        }
        let (token, close) = open.pop()?;
        told(token, &format!("what opens here is never closed by `{close}`"))
    }

    fn start_of_line(&self, at: usize) -> usize {
        self.content[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    pub(crate) fn end_of_line(&self, at: usize) -> usize {
        let end = self.content[at..].find('\n').map_or(self.content.len(), |end| at + end);
        if end > at && self.content.as_bytes()[end - 1] == b'\r' { end - 1 } else { end }
    }

    /// The blanks that a line begins with.
    pub(crate) fn indent(&self, at: usize) -> &str {
        let line = &self.content[self.start_of_line(at)..at];
        &line[..line.len() - line.trim_start().len()]
    }

    /// Whether nothing but blanks stands before a byte on its line.
    pub(crate) fn begins_line(&self, at: usize) -> bool {
        self.content[self.start_of_line(at)..at].trim().is_empty()
    }

    /// Other text in the place of some bytes, as whole lines.
    pub(crate) fn replaced(&self, span: &Range<usize>, with: &str) -> SourceEdit {
        let (start, end) = (self.start_of_line(span.start), self.end_of_line(span.end));
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let new = format!("{}{with}{}", &self.content[start..span.start], &self.content[span.end..end]);
        let gone = with.is_empty() && new.trim().is_empty();
        SourceEdit {
            path: Some(self.path.clone()),
            line: Some(self.line(span.start)),
            column: Some(self.content[start..span.start].chars().count() + 1),
            old: lines(&self.content[start..end]),
            new: if gone { Vec::new() } else { lines(&new) },
            note: None,
        }
    }

    /// New lines before the line of a byte.
    pub(crate) fn inserted(&self, at: usize, new: Vec<String>) -> SourceEdit {
        let line = Some(self.line(at));
        SourceEdit { path: Some(self.path.clone()), line, column: None, old: Vec::new(), new, note: None }
    }
}

/// The octets of a file as text; with the place of the first that is none.
fn text(path: &Path, octets: Vec<u8>) -> Result<String, ProviderError> {
    String::from_utf8(octets).map_err(|error| {
        let before = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        ProviderError::Unsupported(format!("{}:{line}:{column}: is no text in UTF-8", path.display()))
    })
}

/// A line that a person has to find the place of.
pub(crate) fn unplaced(path: &Path, new: Option<String>, note: String) -> SourceEdit {
    let (path, new) = (Some(path.to_owned()), new.into_iter().collect());
    SourceEdit { path, line: None, column: None, old: Vec::new(), new, note: Some(note) }
}

/// The values of a change, each that goes with one of its type that comes; then those that come alone.
pub(crate) fn paired(change: &Change) -> Vec<(Option<&Value>, Option<&Value>)> {
    let mut come: Vec<&Value> = change.add.iter().collect();
    let mut pairs = Vec::new();
    for old in &change.remove {
        let mate = come.iter().position(|new| new.rdata.rtype() == old.rdata.rtype());
        pairs.push((Some(old), mate.map(|index| come.remove(index))));
    }
    pairs.extend(come.into_iter().map(|new| (None, Some(new))));
    pairs
}

/// The token that closes what the one at `open` opens.
pub(crate) fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        if token.opens() {
            depth += 1;
        } else if token.closes() {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(index);
            }
        }
    }
    None
}

//! One master file by itself, whose `$INCLUDE` lines are seen and not followed.

use std::ops::Range;

use super::lexer::{Lexer, Token};
use super::reader::{Entry, Kind, Reader, Record, State};
use super::{Fault, MAX_FILE, MasterError};
use crate::dns::{Field, Name};

/// The text of a master file and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterText {
    text: Vec<u8>,
    entries: Vec<Entry>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// The lines of an entry.
    Entry(&'a Entry),
    /// Lines between entries: empty ones and comments.
    Gap(Range<usize>),
}

impl MasterText {
    /// Reads a text. Relative names are below `origin` until `$ORIGIN` says otherwise; without it they are an error.
    pub fn parse(text: impl Into<Vec<u8>>, origin: Option<&Name>) -> Result<Self, MasterError> {
        let text = text.into();
        let octets = text.len() as u64;
        if octets > MAX_FILE {
            return Err(MasterError { file: None, place: None, fault: Fault::TooLarge(octets) });
        }
        let state = State { origin: origin.cloned(), ..State::default() };
        let mut reader = Reader::new(&text, state)?;
        let mut entries = Vec::new();
        while let Some(entry) = reader.next_entry()? {
            entries.push(entry);
        }
        Ok(Self { text, entries })
    }

    /// A text and the entries that were read from it.
    pub(super) fn from_parts(text: Vec<u8>, entries: Vec<Entry>) -> Self {
        Self { text, entries }
    }

    /// The text, octet for octet.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The entries, in their order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The records among them.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.entries.iter().filter_map(|entry| match &entry.kind {
            Kind::Record(record) => Some(record),
            _ => None,
        })
    }

    /// The fields of one of its entries, each with where it stands; the quotes of a quoted one are in the span.
    pub fn fields(&self, entry: &Entry) -> Vec<(Range<usize>, Field<'_>)> {
        let mut tokens = Vec::new();
        // It was read before and is the same: there is nothing to be wrong with it.
        let _ = Lexer::resumed(&self.text[entry.span.clone()]).next_line(&mut tokens);
        let start = entry.span.start;
        let placed = |token: Token| Token { span: start + token.span.start..start + token.span.end, ..token };
        tokens.into_iter().map(placed).map(|token| (token.span.clone(), token.field(&self.text))).collect()
    }

    /// All of the text, in order: entries, and what stands between them.
    pub fn pieces(&self) -> Vec<Piece<'_>> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for entry in &self.entries {
            if at < entry.span.start {
                pieces.push(Piece::Gap(at..entry.span.start));
            }
            pieces.push(Piece::Entry(entry));
            at = entry.span.end;
        }
        if at < self.text.len() {
            pieces.push(Piece::Gap(at..self.text.len()));
        }
        pieces
    }
}

//! Lists of `name=value` between semicolons: DKIM keys (RFC 6376, section 3.2) and DMARC (RFC 9989, sections 4.7, 4.8).
//!
//! The list says where names, values and separators stand. What a name means is for [`super::dkim`] and
//! [`super::dmarc`].

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use memchr::memchr;

use super::foreign::{Foreign, foreign_octets};
use super::span::{Span, Spanned};

/// Whose grammar a list follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// RFC 6376, section 3.2: names of letters, digits and `_`, in exact case; folded lines are white space.
    Dkim,
    /// RFC 9989, section 4.8: names of letters only, in any case; spaces and tabs are white space.
    Dmarc,
}

/// A tag list: every byte of the text is in a part, is a separator, or is white space behind the last separator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagList {
    text: Vec<u8>,
    dialect: Dialect,
    parts: Vec<Spanned<Part>>,
}

/// What stands between two semicolons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// `name=value`.
    Tag(Tag),
    /// Nothing, or only white space, with a separator behind it.
    Empty,
    /// Something else.
    Malformed(MalformedPart),
}

/// One `name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// As written.
    pub name: Spanned<String>,
    /// Without the white space around it; may be empty.
    pub value: Spanned<Vec<u8>>,
    /// Octets in the value, or around it, that the grammar does not allow.
    pub foreign: Vec<Spanned<Foreign>>,
}

impl Tag {
    /// From the first byte of the name to the last of the value; an empty value ends behind the `=`.
    pub fn span(&self) -> Span {
        self.name.span.start..self.value.span.end
    }
}

/// A part that is no tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MalformedPart {
    /// Without the white space around it.
    pub span: Span,
    /// Why it is none.
    pub kind: MalformedPartKind,
    /// Octets in it that the grammar does not allow.
    pub foreign: Vec<Spanned<Foreign>>,
}

/// Why a part is no tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MalformedPartKind {
    /// No `=` in it.
    NoEquals,
    /// Nothing before the `=`.
    NoName,
    /// What stands before the `=` is no tag name.
    BadName(Span),
}

/// What a tag says, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagValue<T> {
    /// What a receiver goes by.
    pub effective: T,
    /// Where it comes from.
    pub source: Source,
}

/// Where the effective value of a tag comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// There is no such tag: the default.
    Absent,
    /// The tag says so; the span is its value.
    Declared(Span),
    /// The tag says something that is no value of it: the default. The span is its value.
    Invalid(Span),
}

impl<T> TagValue<T> {
    /// The default, since there is no such tag.
    pub(super) fn absent(default: T) -> Self {
        Self { effective: default, source: Source::Absent }
    }

    /// `effective`, read at `span`.
    pub(super) fn declared_at(effective: T, span: &Span) -> Self {
        Self { effective, source: Source::Declared(span.clone()) }
    }

    /// `parsed`, read at `span`; where it is none, the default.
    pub(super) fn read(parsed: Option<T>, span: &Span, default: T) -> Self {
        match parsed {
            Some(effective) => Self { effective, source: Source::Declared(span.clone()) },
            None => Self { effective: default, source: Source::Invalid(span.clone()) },
        }
    }

    /// What the tag says, where it says something valid.
    pub fn declared(&self) -> Option<&T> {
        matches!(self.source, Source::Declared(_)).then_some(&self.effective)
    }

    /// Where the tag's value stands, valid or not.
    pub fn span(&self) -> Option<&Span> {
        match &self.source {
            Source::Absent => None,
            Source::Declared(span) | Source::Invalid(span) => Some(span),
        }
    }

    /// Whether the tag is there and its value is none.
    pub fn is_invalid(&self) -> bool {
        matches!(self.source, Source::Invalid(_))
    }

    /// Whether there is no such tag.
    pub fn is_absent(&self) -> bool {
        self.source == Source::Absent
    }
}

/// So few parts are compared each with each; more would take time in the square of their number.
const FEW: usize = 16;

impl TagList {
    /// Reads any text.
    pub fn parse(text: &[u8], dialect: Dialect) -> Self {
        let mut parts = Vec::new();
        let mut start = 0;
        while start < text.len() {
            let separator = memchr(b';', &text[start..]).map(|length| start + length);
            let span = start..separator.unwrap_or(text.len());
            let part = parse_part(text, span.clone(), dialect);
            // Behind the last separator stands white space or nothing: no part.
            if separator.is_some() || part != Part::Empty {
                parts.push(Spanned::new(part, span.clone()));
            }
            start = span.end + 1;
        }
        Self { text: text.to_vec(), dialect, parts }
    }

    /// The text, byte for byte as read.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whose grammar it was read by.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What stands between the separators, in order; each span reaches from one separator to the next.
    pub fn parts(&self) -> &[Spanned<Part>] {
        &self.parts
    }

    /// The tags, in order.
    pub fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.parts.iter().filter_map(|part| match &part.node {
            Part::Tag(tag) => Some(tag),
            Part::Empty | Part::Malformed(_) => None,
        })
    }

    /// The first tag of this name: in exact case in DKIM, in any case in DMARC.
    pub fn tag(&self, name: &str) -> Option<&Tag> {
        self.tags().find(|tag| self.is_same(&tag.name.node, name))
    }

    fn is_same(&self, name: &str, other: &str) -> bool {
        match self.dialect {
            Dialect::Dkim => name == other,
            Dialect::Dmarc => name.eq_ignore_ascii_case(other),
        }
    }

    /// Each tag whose name an earlier one has, with that earlier one.
    pub fn duplicates(&self) -> Vec<(&Tag, &Tag)> {
        if self.parts.len() <= FEW {
            let found = self.tags().enumerate().filter_map(|(index, tag)| {
                let earlier = self.tags().take(index).find(|earlier| self.is_same(&earlier.name.node, &tag.name.node));
                Some((tag, earlier?))
            });
            return found.collect();
        }
        let mut first: BTreeMap<String, &Tag> = BTreeMap::new();
        let mut found = Vec::new();
        for tag in self.tags() {
            match first.entry(self.folded(&tag.name.node)) {
                Entry::Occupied(earlier) => found.push((tag, *earlier.get())),
                Entry::Vacant(free) => drop(free.insert(tag)),
            }
        }
        found
    }

    /// The parts that are no tags, in order.
    pub fn malformed(&self) -> impl Iterator<Item = &MalformedPart> {
        self.parts.iter().filter_map(|part| match &part.node {
            Part::Malformed(malformed) => Some(malformed),
            Part::Tag(_) | Part::Empty => None,
        })
    }

    /// The empty parts, in order: two separators with nothing between them, or one at the beginning.
    pub fn empty_parts(&self) -> impl Iterator<Item = &Span> {
        self.parts.iter().filter(|part| part.node == Part::Empty).map(|part| &part.span)
    }

    /// The pieces of a value between colons, without the white space around them.
    pub fn colon_items(tag: &Tag) -> Vec<Spanned<Vec<u8>>> {
        split_items(&tag.value, b':')
    }

    /// The pieces of a value between commas, without the white space around them.
    pub fn comma_items(tag: &Tag) -> Vec<Spanned<Vec<u8>>> {
        split_items(&tag.value, b',')
    }

    /// The form in which two names are the same.
    fn folded(&self, name: &str) -> String {
        match self.dialect {
            Dialect::Dkim => name.to_owned(),
            Dialect::Dmarc => name.to_ascii_lowercase(),
        }
    }
}

pub(super) fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// `span` without the white space at its ends; at its start, where there is nothing else.
pub(super) fn trim(text: &[u8], span: Span) -> Span {
    let octets = &text[span.clone()];
    let Some(first) = octets.iter().position(|&byte| !is_white_space(byte)) else {
        return span.start..span.start;
    };
    let behind = octets.iter().rev().take_while(|&&byte| is_white_space(byte)).count();
    span.start + first..span.end - behind
}

fn split_items(value: &Spanned<Vec<u8>>, separator: u8) -> Vec<Spanned<Vec<u8>>> {
    let mut at = 0;
    let pieces = value.node.split(|&byte| byte == separator).map(|piece| {
        let span = trim(&value.node, at..at + piece.len());
        at += piece.len() + 1;
        let base = value.span.start;
        Spanned::new(value.node[span.clone()].to_vec(), base + span.start..base + span.end)
    });
    pieces.collect()
}

fn parse_part(text: &[u8], span: Span, dialect: Dialect) -> Part {
    let inner = trim(text, span.clone());
    let foreign = forbidden(text, &span, &inner, dialect);
    if inner.is_empty() && foreign.is_empty() {
        return Part::Empty;
    }
    let malformed = |kind| Part::Malformed(MalformedPart { span: inner.clone(), kind, foreign: foreign.clone() });
    let Some(equals) = memchr(b'=', &text[inner.clone()]) else {
        return malformed(MalformedPartKind::NoEquals);
    };
    let equals = inner.start + equals;
    let name = trim(text, inner.start..equals);
    let octets = &text[name.clone()];
    let Some(first) = octets.first() else {
        return malformed(MalformedPartKind::NoName);
    };
    let is_allowed = |byte: &u8| match dialect {
        Dialect::Dkim => byte.is_ascii_alphanumeric() || *byte == b'_',
        Dialect::Dmarc => byte.is_ascii_alphabetic(),
    };
    if !first.is_ascii_alphabetic() || !octets.iter().all(is_allowed) {
        return malformed(MalformedPartKind::BadName(name));
    }
    let value = trim(text, equals + 1..inner.end);
    let octets = String::from_utf8_lossy(octets).into_owned();
    Part::Tag(Tag {
        name: Spanned::new(octets, name),
        value: Spanned::new(text[value.clone()].to_vec(), value),
        foreign,
    })
}

/// The octets of a part that its grammar allows nowhere, or not where they stand.
fn forbidden(text: &[u8], span: &Span, inner: &Span, dialect: Dialect) -> Vec<Spanned<Foreign>> {
    // Where the value begins: white space around the `=` is allowed, too.
    let equals = memchr(b'=', &text[inner.clone()]).map_or(inner.end, |at| inner.start + at);
    let value = trim(text, (equals + 1).min(inner.end)..inner.end);
    let is_allowed = |found: &Spanned<Foreign>| match (found.node, dialect) {
        (Foreign::Tab, Dialect::Dkim) => true,
        (Foreign::Tab, Dialect::Dmarc) => !value.contains(&found.span.start),
        (Foreign::LineBreak, Dialect::Dkim) => is_folding(text, found.span.start),
        _ => false,
    };
    foreign_octets(&text[span.clone()], span.start).into_iter().filter(|found| !is_allowed(found)).collect()
}

/// Whether the CR or LF at `at` is part of CR, LF and white space (`FWS`, RFC 6376, section 2.8).
fn is_folding(text: &[u8], at: usize) -> bool {
    let start = if text[at] == b'\n' { at.checked_sub(1) } else { Some(at) };
    start.is_some_and(|start| matches!(text.get(start..start + 3), Some([b'\r', b'\n', b' ' | b'\t'])))
}

//! Macro-strings and domain-specs (RFC 7208, section 7).

use std::fmt;

use mailvouch_providers::dns::Name;

use super::malformed::{DomainProblem, MacroProblem, MacroProblemKind};
use crate::record::{Span, Spanned};

/// A text with macros in it, as written.
///
/// Most terms have none: it is boxed, so that they are small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacroString {
    inner: Box<Inner>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    text: Box<str>,
    parts: Parts,
    span: Span,
}

/// Most texts are one literal, for which no list is allocated.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Parts {
    One(Spanned<MacroPart>),
    Many(Vec<Spanned<MacroPart>>),
}

/// One piece of a macro-string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MacroPart {
    /// Stands for itself: [`MacroString::literal`] is its text.
    Literal,
    /// Stands for one fixed text.
    Escape(Escape),
    /// Stands for something that depends on the message.
    Expand(MacroExpand),
}

/// `%%`, `%_` and `%-`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// `%%`: a per cent sign.
    Percent,
    /// `%_`: a space.
    Space,
    /// `%-`: a URL-encoded space, `%20`.
    UrlSpace,
}

impl Escape {
    /// What it stands for.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::Space => " ",
            Self::UrlSpace => "%20",
        }
    }
}

/// `%{…}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacroExpand {
    /// What is put in.
    pub letter: MacroLetter,
    /// Whether the letter is in upper case: the value is URL-escaped.
    pub url_escape: bool,
    /// How many parts from the right are kept; at least 1. A number beyond `u32` is its largest value.
    pub digits: Option<u32>,
    /// Whether the parts are reversed.
    pub reverse: bool,
    /// What the value is split at, as written; empty means a dot.
    pub delimiters: String,
}

/// The letters of RFC 7208, section 7.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MacroLetter {
    /// `s`: the sender.
    Sender,
    /// `l`: its local part.
    LocalPart,
    /// `o`: its domain.
    SenderDomain,
    /// `d`: the current domain.
    Domain,
    /// `i`: the client's address.
    Address,
    /// `p`: the client's validated name; not to be used.
    ValidatedName,
    /// `h`: the HELO or EHLO name.
    Helo,
    /// `v`: `in-addr` or `ip6`.
    Family,
    /// `c`: the client's address in readable form; in explanations only.
    ReadableAddress,
    /// `r`: the receiver's name; in explanations only.
    Receiver,
    /// `t`: the time; in explanations only.
    Timestamp,
}

impl MacroLetter {
    /// The letter that `byte` stands for, in any case.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte.to_ascii_lowercase() {
            b's' => Self::Sender,
            b'l' => Self::LocalPart,
            b'o' => Self::SenderDomain,
            b'd' => Self::Domain,
            b'i' => Self::Address,
            b'p' => Self::ValidatedName,
            b'h' => Self::Helo,
            b'v' => Self::Family,
            b'c' => Self::ReadableAddress,
            b'r' => Self::Receiver,
            b't' => Self::Timestamp,
            _ => return None,
        })
    }

    /// Whether it may stand in an explanation only (RFC 7208, section 7.2).
    pub fn is_explanation_only(self) -> bool {
        matches!(self, Self::ReadableAddress | Self::Receiver | Self::Timestamp)
    }
}

/// Where a macro-string stands, and so what it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A domain-spec: no `c`, `r`, `t`.
    Domain,
    /// The value of a modifier that nobody evaluates: all letters of the grammar.
    Ignored,
    /// The text that `exp=` leads to: all letters, and spaces.
    Explanation,
}

impl MacroString {
    /// Reads the text that `exp=` leads to (RFC 7208, section 6.2): spaces and all macro letters are allowed in it.
    pub fn parse_explanation(text: &[u8]) -> Result<Self, MacroProblem> {
        Self::parse(text, 0, Place::Explanation)
    }

    /// Reads `text`, which stands at `offset`.
    pub(super) fn parse(text: &[u8], offset: usize, place: Place) -> Result<Self, MacroProblem> {
        let mut parts: Vec<Spanned<MacroPart>> = Vec::new();
        let mut literal = 0;
        let mut at = 0;
        let part = |from: usize, to: usize| Spanned::new(MacroPart::Literal, offset + from..offset + to);
        while at < text.len() {
            match text[at] {
                b'%' => {
                    if literal < at {
                        parts.push(part(literal, at));
                    }
                    let (node, length) = parse_macro(&text[at..], offset + at, place)?;
                    parts.push(Spanned::new(node, offset + at..offset + at + length));
                    at += length;
                    literal = at;
                }
                b'!'..=b'~' => at += 1,
                b' ' if place == Place::Explanation => at += 1,
                byte => {
                    let span = offset + at..offset + at + 1;
                    return Err(MacroProblem { span, kind: MacroProblemKind::BadOctet(byte) });
                }
            }
        }
        let parts = if parts.is_empty() && !text.is_empty() {
            Parts::One(part(0, at))
        } else {
            if literal < at {
                parts.push(part(literal, at));
            }
            Parts::Many(parts)
        };
        // Only printable US-ASCII came this far.
        let text = str::from_utf8(text).unwrap_or_default().into();
        Ok(Self { inner: Box::new(Inner { text, parts, span: offset..offset + at }) })
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.inner.text
    }

    /// The pieces, in order; two literals never follow each other.
    pub fn parts(&self) -> &[Spanned<MacroPart>] {
        match &self.inner.parts {
            Parts::One(part) => std::slice::from_ref(part),
            Parts::Many(parts) => parts,
        }
    }

    /// The text of one of its pieces, as written.
    pub fn literal(&self, part: &Spanned<MacroPart>) -> &str {
        let start = self.inner.span.start;
        let at = part.span.start.saturating_sub(start)..part.span.end.saturating_sub(start);
        self.inner.text.get(at).unwrap_or_default()
    }

    /// Where it stands.
    pub fn span(&self) -> &Span {
        &self.inner.span
    }

    /// The macros whose value depends on the message.
    pub fn macros(&self) -> impl Iterator<Item = (&Span, &MacroExpand)> {
        self.parts().iter().filter_map(|part| match &part.node {
            MacroPart::Expand(expand) => Some((&part.span, expand)),
            MacroPart::Literal | MacroPart::Escape(_) => None,
        })
    }

    /// The text that it stands for whatever the message; none where it holds a macro.
    pub fn fixed(&self) -> Option<String> {
        self.parts()
            .iter()
            .map(|part| match &part.node {
                MacroPart::Literal => Some(self.literal(part)),
                MacroPart::Escape(escape) => Some(escape.meaning()),
                MacroPart::Expand(_) => None,
            })
            .collect()
    }
}

/// The macro that `text` begins with, and its length.
fn parse_macro(text: &[u8], offset: usize, place: Place) -> Result<(MacroPart, usize), MacroProblem> {
    let problem = |length: usize, kind| Err(MacroProblem { span: offset..offset + length, kind });
    let escape = match text.get(1) {
        Some(b'%') => Escape::Percent,
        Some(b'_') => Escape::Space,
        Some(b'-') => Escape::UrlSpace,
        Some(b'{') => {
            let Some(end) = text.iter().position(|&byte| byte == b'}') else {
                return problem(text.len(), MacroProblemKind::Unclosed);
            };
            return match parse_expand(&text[2..end], place) {
                Ok(expand) => Ok((MacroPart::Expand(expand), end + 1)),
                Err(kind) => problem(end + 1, kind),
            };
        }
        _ => return problem(1, MacroProblemKind::BarePercent),
    };
    Ok((MacroPart::Escape(escape), 2))
}

/// What stands between `%{` and `}`.
fn parse_expand(body: &[u8], place: Place) -> Result<MacroExpand, MacroProblemKind> {
    let (&first, rest) = body.split_first().ok_or(MacroProblemKind::Empty)?;
    let letter = MacroLetter::from_byte(first).ok_or(MacroProblemKind::UnknownLetter(first))?;
    if place == Place::Domain && letter.is_explanation_only() {
        return Err(MacroProblemKind::ExplanationOnly(first));
    }
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = rest.split_at(count);
    let number = digits.iter().fold(0_u32, |sum, byte| sum.saturating_mul(10).saturating_add(u32::from(byte - b'0')));
    if count > 0 && number == 0 {
        return Err(MacroProblemKind::ZeroParts);
    }
    let (reverse, rest) = match rest {
        [b'r' | b'R', rest @ ..] => (true, rest),
        _ => (false, rest),
    };
    let is_delimiter = |byte: &u8| matches!(byte, b'.' | b'-' | b'+' | b',' | b'/' | b'_' | b'=');
    if let Some(&byte) = rest.iter().find(|byte| !is_delimiter(byte)) {
        return Err(MacroProblemKind::BadTransformer(byte));
    }
    Ok(MacroExpand {
        letter,
        url_escape: first.is_ascii_uppercase(),
        digits: (count > 0).then_some(number),
        reverse,
        delimiters: String::from_utf8_lossy(rest).into_owned(),
    })
}

/// The domain that a term names: a macro-string that ends in a top label or a macro (RFC 7208, section 7.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainSpec {
    string: MacroString,
    /// The name, where it is written out. It is kept: whoever evaluates a record asks for it each time.
    written: Option<Name>,
}

impl DomainSpec {
    /// Reads `text`, which stands at `offset`. Says nothing of addresses and prefix lengths.
    pub(super) fn parse(text: &[u8], offset: usize) -> Result<Self, DomainProblem> {
        let string = MacroString::parse(text, offset, Place::Domain).map_err(DomainProblem::Macro)?;
        let Some(part @ Spanned { node: MacroPart::Literal, span }) = string.parts().last() else {
            // It ends in a macro; an empty text has no part at all.
            let is_empty = text.is_empty();
            return if is_empty { Err(DomainProblem::SingleLabel) } else { Ok(Self { string, written: None }) };
        };
        let tail = string.literal(part);
        let name = tail.strip_suffix('.').unwrap_or(tail);
        let Some(dot) = name.bytes().rposition(|byte| byte == b'.') else {
            return Err(DomainProblem::SingleLabel);
        };
        if is_top_label(&name.as_bytes()[dot + 1..]) {
            let is_written = string.parts().len() == 1;
            let written = if is_written { name_of(name) } else { None };
            Ok(Self { string, written })
        } else {
            Err(DomainProblem::TopLabel(span.start + dot + 1..span.start + name.len()))
        }
    }

    /// The text and its pieces.
    pub fn macro_string(&self) -> &MacroString {
        &self.string
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        self.string.as_str()
    }

    /// The pieces, in order.
    pub fn parts(&self) -> &[Spanned<MacroPart>] {
        self.string.parts()
    }

    /// Where it stands.
    pub fn span(&self) -> &Span {
        self.string.span()
    }

    /// The macros whose value depends on the message.
    pub fn macros(&self) -> impl Iterator<Item = (&Span, &MacroExpand)> {
        self.string.macros()
    }

    /// Whether it names another domain for another message.
    pub fn has_macros(&self) -> bool {
        self.macros().next().is_some()
    }

    /// The name, where it holds no macro.
    ///
    /// None also where the text fits the grammar but no DNS name: an empty label, or one over 63 octets
    /// (RFC 7208, section 4.8, leaves the outcome open). [`Self::has_macros`] tells the two apart.
    pub fn literal(&self) -> Option<Name> {
        if let Some((_, name)) = self.written() {
            return Some(name.clone());
        }
        let text = self.string.fixed()?;
        name_of(text.strip_suffix('.').unwrap_or(&text))
    }

    /// The name and its text without a final dot, where it is written out: no macro in it, and no escape.
    pub fn written(&self) -> Option<(&str, &Name)> {
        let text = self.as_str();
        Some((text.strip_suffix('.').unwrap_or(text), self.written.as_ref()?))
    }

    /// Whether it ends in a dot, which is allowed and confuses some checkers (RFC 7208, section 7.3).
    pub fn has_trailing_dot(&self) -> bool {
        let last = self.parts().last();
        last.is_some_and(|part| part.node == MacroPart::Literal) && self.as_str().ends_with('.')
    }
}

/// The name that these labels make. No master-file escapes: a backslash is an octet like any other.
fn name_of(text: &str) -> Option<Name> {
    Name::from_labels(text.as_bytes().split(|&byte| byte == b'.')).ok()
}

/// `toplabel`: letters and digits with at least one letter, or a hyphen inside (RFC 7208, section 12).
fn is_top_label(label: &[u8]) -> bool {
    let (Some(first), Some(last)) = (label.first(), label.last()) else {
        return false;
    };
    let allowed = label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    allowed && *first != b'-' && *last != b'-' && label.iter().any(|byte| !byte.is_ascii_digit())
}

impl fmt::Display for MacroString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DomainSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

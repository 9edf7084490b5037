//! A whole SPF record: its text, its terms, and what holds of them together.

use super::domain_spec::DomainSpec;
use super::malformed::Malformed;
use super::parse::parse_term;
use super::spacing::Spacing;
use super::term::{Directive, Mechanism, Modifier, Qualifier, Term};
use crate::record::{Memo, Span, Spanned};

/// What selects a record (RFC 7208, section 4.5).
const VERSION: &[u8] = b"v=spf1";

/// An SPF record as published: every byte of the text is in the version, in a term, or in a run of spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpfRecord {
    text: Vec<u8>,
    terms: Vec<Spanned<Term>>,
    is_valid: bool,
    pub(super) spacing: Memo<Spacing>,
}

impl SpfRecord {
    /// Reads `text` where it is selected as SPF: `v=spf1` in any case, then a space or the end.
    ///
    /// RFC 7208, sections 4.5 and 12. Only a space separates terms: a tab or a line break is part of a term, which it
    /// makes malformed.
    pub fn parse(text: &[u8]) -> Option<Self> {
        is_selected(text).then(|| Self::of(text.to_vec()))
    }

    /// As [`Self::parse`], of a text that is kept as it is.
    pub fn from_text(text: Vec<u8>) -> Option<Self> {
        is_selected(&text).then(|| Self::of(text))
    }

    fn of(text: Vec<u8>) -> Self {
        // Few records have shorter terms than that: the list seldom has to grow.
        let mut terms = Vec::with_capacity(text.len() / 12);
        for span in words(&text, VERSION.len()) {
            terms.push(Spanned::new(parse_term(&text, span.clone()), span));
        }
        let mut record = Self { text, terms, is_valid: false, spacing: Memo::default() };
        record.is_valid = record.malformed().next().is_none() && record.duplicate_modifiers().next().is_none();
        record
    }

    /// The text, byte for byte as read.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Where `v=spf1` stands.
    pub fn version(&self) -> Span {
        0..VERSION.len()
    }

    /// The terms, in order.
    pub fn terms(&self) -> &[Spanned<Term>] {
        &self.terms
    }

    /// The directives among the terms, in order.
    pub fn directives(&self) -> impl Iterator<Item = (&Span, &Directive)> {
        self.terms.iter().filter_map(|term| match &term.node {
            Term::Directive(directive) => Some((&term.span, directive)),
            Term::Modifier(_) | Term::Malformed(_) => None,
        })
    }

    /// The modifiers among the terms, in order.
    pub fn modifiers(&self) -> impl Iterator<Item = (&Span, &Modifier)> {
        self.terms.iter().filter_map(|term| match &term.node {
            Term::Modifier(modifier) => Some((&term.span, modifier)),
            Term::Directive(_) | Term::Malformed(_) => None,
        })
    }

    /// The terms that RFC 7208 does not allow, in order.
    pub fn malformed(&self) -> impl Iterator<Item = (&Spanned<Term>, &Malformed)> {
        self.terms.iter().filter_map(|term| match &term.node {
            Term::Malformed(malformed) => Some((term, &**malformed)),
            Term::Directive(_) | Term::Modifier(_) => None,
        })
    }

    /// Each `redirect` or `exp` that is not the first of its name (RFC 7208, section 6: a permerror).
    pub fn duplicate_modifiers(&self) -> impl Iterator<Item = (&Span, &Modifier)> {
        let redirects = self.modifiers().filter(|(_, modifier)| matches!(modifier, Modifier::Redirect(_))).skip(1);
        let explanations = self.modifiers().filter(|(_, modifier)| matches!(modifier, Modifier::Exp(_))).skip(1);
        redirects.chain(explanations)
    }

    /// Whether evaluation may begin: no syntax error anywhere, and `redirect` and `exp` at most once each.
    ///
    /// Else every evaluation is a permerror, whatever term would have matched (RFC 7208, sections 4.6 and 6).
    pub fn is_valid(&self) -> bool {
        self.is_valid
    }

    /// The first `all`, which is the one that decides.
    pub fn all(&self) -> Option<(&Span, Qualifier)> {
        let mut directives = self.directives();
        let (span, directive) = directives.find(|(_, directive)| directive.mechanism == Mechanism::All)?;
        Some((span, directive.effective_qualifier()))
    }

    /// The first `redirect`; without effect where [`Self::all`] finds one (RFC 7208, section 6.1).
    pub fn redirect(&self) -> Option<(&Span, &DomainSpec)> {
        self.modifiers().find_map(|(span, modifier)| match modifier {
            Modifier::Redirect(domain) => Some((span, domain)),
            Modifier::Exp(_) | Modifier::Unknown { .. } => None,
        })
    }

    /// The `redirect` that evaluation would follow: none where any `all` stands (RFC 7208, section 6.1).
    pub fn effective_redirect(&self) -> Option<(&Span, &DomainSpec)> {
        if self.all().is_some() { None } else { self.redirect() }
    }

    /// The first `exp`.
    pub fn exp(&self) -> Option<(&Span, &DomainSpec)> {
        self.modifiers().find_map(|(span, modifier)| match modifier {
            Modifier::Exp(domain) => Some((span, domain)),
            Modifier::Redirect(_) | Modifier::Unknown { .. } => None,
        })
    }
}

/// Whether `text` is an SPF record (RFC 7208, section 4.5).
pub(super) fn is_selected(text: &[u8]) -> bool {
    text.split_at_checked(VERSION.len()).is_some_and(|(version, rest)| {
        version.eq_ignore_ascii_case(VERSION) && rest.first().is_none_or(|&byte| byte == b' ')
    })
}

/// The runs of octets other than a space, from `start` on.
fn words(text: &[u8], start: usize) -> impl Iterator<Item = Span> {
    let mut at = start;
    std::iter::from_fn(move || {
        let from = at + text[at..].iter().position(|&byte| byte != b' ')?;
        let to = text[from..].iter().position(|&byte| byte == b' ').map_or(text.len(), |length| from + length);
        at = to;
        Some(from..to)
    })
}

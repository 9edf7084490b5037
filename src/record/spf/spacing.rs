//! Where the spaces between terms went wrong: terms that run together, and terms that are torn apart.
//!
//! Both are found by trying: what is proposed is made of sound terms only, or nothing is proposed.

use super::malformed::MalformedKind;
use super::parse::parse_plain_term;
use super::record::SpfRecord;
use super::term::{Keyword, Modifier, Qualifier, Term};
use crate::record::{Edit, Span, Spanned};

/// Neighbouring words that are one term with spaces in it: `ip4: 192.0.2.1`, `- all`, `192.0.2.0 /24`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// From the first word to the last.
    pub span: Span,
    /// The one term that they make.
    pub meant: Vec<u8>,
}

impl From<Torn> for Edit {
    /// Puts the one term in the place of the words.
    fn from(torn: Torn) -> Self {
        Self::replace(torn.span, torn.meant)
    }
}

/// The sound terms that the word at `span` is made of, where nothing but punctuation stands around them.
///
/// It is cut at commas and semicolons, and before each `ip4:`, `include:`, `-all` and the like. Two terms or more, or
/// one with punctuation before or behind it; none where any piece is not a sound term. The word itself may be sound:
/// `include:example.com-all` names a domain that nobody has.
pub(super) fn run_together(text: &[u8], span: Span) -> Option<Vec<Span>> {
    let is_loose = |byte: u8| matches!(byte, b',' | b';' | b'"' | b'\'' | b'\\' | b'|');
    if !may_hold_terms(&text[span.clone()]) && !text[span.clone()].iter().any(|byte| is_loose(*byte)) {
        return None;
    }
    let mut terms = Vec::new();
    let mut at = span.start;
    while at < span.end {
        if is_loose(text[at]) {
            at += 1;
            continue;
        }
        let end = (at..span.end).find(|&at| is_loose(text[at])).unwrap_or(span.end);
        split_glued(text, at..end, &mut terms)?;
        at = end;
    }
    // The word as a whole is what was given: nothing to say of it.
    (!terms.is_empty() && terms != [span]).then_some(terms)
}

/// Whether another term may begin inside a word: at a qualifier inside it, with a keyword before one of its colons or equals
/// signs, or with `all` at its end; or whether it ends in full stops. Most words have none of that, and are looked at no further.
fn may_hold_terms(word: &[u8]) -> bool {
    const NEED_ARGUMENT: [&[u8]; 7] = [b"include", b"redirect", b"exists", b"ip4", b"ip6", b"ptr", b"exp"];
    let ends_in = |text: &[u8], name: &[u8]| {
        text.len() > name.len() && text[text.len() - name.len()..].eq_ignore_ascii_case(name)
    };
    let keyword_before = |at: usize| NEED_ARGUMENT.iter().any(|name| ends_in(&word[..at], name));
    word.iter().enumerate().any(|(at, byte)| match byte {
        b':' | b'=' => keyword_before(at),
        byte => at > 0 && Qualifier::from_byte(*byte).is_some() && begins_term(word, 0, at..word.len()),
    }) || word.last() == Some(&b'.')
        || word.len() > 3 && begins_term(word, 0, word.len() - 3..word.len())
}

/// Cuts `span` before each place where a term plainly begins, and adds the pieces to `terms`.
fn split_glued(text: &[u8], span: Span, terms: &mut Vec<Span>) -> Option<()> {
    let mut start = span.start;
    for at in span.start + 1..=span.end {
        if at < span.end && !begins_term(text, start, at..span.end) {
            continue;
        }
        terms.push(sound_piece(text, start..at)?);
        start = at;
    }
    Some(())
}

/// The piece, without a final full stop where it is sound only so.
fn sound_piece(text: &[u8], span: Span) -> Option<Span> {
    let is_sound =
        |span: &Span| !span.is_empty() && !matches!(parse_plain_term(text, span.clone()), Term::Malformed(_));
    if is_sound(&span) {
        return Some(span);
    }
    let full_stops = text[span.clone()].iter().rev().take_while(|&&byte| byte == b'.').count();
    let shorter = span.start..span.end - full_stops;
    (full_stops > 0 && is_sound(&shorter)).then_some(shorter)
}

/// Whether a term begins at the start of `rest`, inside the piece that began at `piece`.
fn begins_term(text: &[u8], piece: usize, rest: Span) -> bool {
    // A qualifier belongs to the term behind it, and a second one to no term.
    let before = text[rest.start - 1];
    if rest.start - piece == 1 && Qualifier::from_byte(before).is_some() {
        return false;
    }
    let octets = &text[rest];
    let qualified = Qualifier::from_byte(octets[0]).is_some();
    let body = &octets[usize::from(qualified)..];
    let Some(first) = body.first().map(u8::to_ascii_lowercase) else { return false };
    Keyword::ALL.into_iter().filter(|keyword| keyword.as_str().as_bytes()[0] == first).any(|keyword| {
        let name = keyword.as_str().as_bytes();
        let Some((head, tail)) = body.split_at_checked(name.len()) else {
            return false;
        };
        if !head.eq_ignore_ascii_case(name) {
            return false;
        }
        let delimited = match keyword {
            Keyword::Redirect | Keyword::Exp => !qualified && tail.first() == Some(&b'='),
            // Too short to be told from the end of a word, unless a qualifier stands before them.
            Keyword::A | Keyword::Mx => qualified && matches!(tail.first(), Some(b':' | b'/')),
            Keyword::All => false,
            _ => tail.first() == Some(&b':'),
        };
        let bare = matches!(keyword, Keyword::All | Keyword::A | Keyword::Mx | Keyword::Ptr);
        let ends = tail.is_empty() || tail.iter().all(|&byte| byte == b'.');
        let ends_in_term = bare && qualified && (ends || Qualifier::from_byte(tail[0]).is_some());
        // `all` is taken without a qualifier too, behind something that cannot be the rest of a word.
        let bare_all = keyword == Keyword::All && !qualified && ends && !before.is_ascii_alphabetic();
        delimited || ends_in_term || (bare_all && Qualifier::from_byte(before).is_none())
    })
}

/// Where the spaces of one record went wrong. Many ask, of every term: it is found out once.
pub(super) struct Spacing {
    torn: Vec<Torn>,
    /// The terms that others are made of, by where those begin.
    together: Vec<(usize, Vec<Span>)>,
}

impl Spacing {
    fn of(record: &SpfRecord) -> Self {
        let together = record.terms().iter().filter_map(|term| Some((term.span.start, record.made_of(term)?)));
        Self { torn: record.all_torn(), together: together.collect() }
    }
}

impl SpfRecord {
    fn spacing(&self) -> &Spacing {
        self.spacing.get(|| Spacing::of(self))
    }

    /// The sound terms that `term`, one of this record's, is made of, where a space is missing between them or punctuation
    /// stands there.
    ///
    /// Also for a term that is sound as it is: `include:example.com-all` and `a:b.exampleinclude:c.example` name
    /// domains that nobody has. None where the term can only be read whole.
    pub fn run_together(&self, term: &Spanned<Term>) -> Option<&[Span]> {
        let together = &self.spacing().together;
        let at = together.binary_search_by_key(&term.span.start, |(start, _)| *start).ok()?;
        Some(&together[at].1)
    }

    fn made_of(&self, term: &Spanned<Term>) -> Option<Vec<Span>> {
        match (&term.node, term.node.problem()) {
            (_, Some(MalformedKind::RunTogether(terms))) => Some(terms.clone()),
            // Nothing is known of the value of a modifier that nobody knows.
            (_, Some(MalformedKind::Foreign(_))) | (Term::Modifier(Modifier::Unknown { .. }), _) => None,
            _ => run_together(self.text(), term.span.clone()),
        }
    }

    /// Puts single spaces between the terms that `term` is made of; none where [`Self::run_together`] finds none.
    pub fn separate(&self, term: &Spanned<Term>) -> Option<Edit> {
        let terms: Vec<&[u8]> = self.run_together(term)?.iter().map(|span| &self.text()[span.clone()]).collect();
        Some(Edit::replace(term.span.clone(), terms.join(b" ".as_slice())))
    }

    /// Neighbouring words, at least one of them malformed, that are one sound term when the spaces go, or when a
    /// keyword gets the colon that it lacks. In order; no word is in two of them.
    pub fn torn(&self) -> &[Torn] {
        &self.spacing().torn
    }

    fn all_torn(&self) -> Vec<Torn> {
        let mut found = Vec::new();
        let mut first = 0;
        while first < self.terms().len() {
            let torn = (2..=4).find_map(|count| self.torn_from(self.terms().get(first..first + count)?));
            first += torn.as_ref().map_or(1, |(count, _)| *count);
            found.extend(torn.map(|(_, torn)| torn));
        }
        found
    }

    fn torn_from(&self, words: &[Spanned<Term>]) -> Option<(usize, Torn)> {
        words.iter().find(|word| matches!(word.node, Term::Malformed(_)))?;
        let mut meant = Vec::new();
        for word in words {
            let octets = &self.text()[word.span.clone()];
            if let Some(&last) = meant.last() {
                let after_qualifier = meant.len() == 1 && Qualifier::from_byte(last).is_some();
                if !after_qualifier && !matches!(word.node, Term::Malformed(_)) {
                    // Sound by itself, so not the rest of another.
                    return None;
                }
                let is_open = after_qualifier || matches!(last, b':' | b'/' | b'=' | b'.');
                if !is_open && !matches!(octets[0], b':' | b'/' | b'=') {
                    lacks_colon(&words[0])?;
                    meant.push(b':');
                }
            }
            meant.extend_from_slice(octets);
        }
        let sound = !matches!(parse_plain_term(&meant, 0..meant.len()), Term::Malformed(_));
        let span = words.first()?.span.start..words.last()?.span.end;
        sound.then_some((words.len(), Torn { span, meant }))
    }
}

/// Whether `word` is a keyword that needs an argument and has not even the delimiter.
fn lacks_colon(word: &Spanned<Term>) -> Option<()> {
    match word.node.problem()? {
        MalformedKind::MissingArgument { delimiter: None, .. } => Some(()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PIECES: [&str; 20] = [
        "include:",
        "exists:",
        "redirect=",
        "ip4:",
        "ip4",
        "ptr",
        "all",
        "ALL",
        "a",
        "mx",
        "x",
        "-",
        "~",
        ".",
        ":",
        "=",
        "/24",
        "192.0.2.1",
        "b.example",
        "%{d}",
    ];

    proptest! {
        /// What is ruled out by a glance would not have been cut.
        #[test]
        fn a_word_that_is_looked_at_no_further_holds_one_term(
            pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 1..7),
        ) {
            let word = pieces.concat().into_bytes();
            let whole = 0..word.len();
            if !may_hold_terms(&word) {
                let mut terms = Vec::new();
                let cut = split_glued(&word, whole.clone(), &mut terms);
                prop_assert!(cut.is_none() || terms == [whole]);
            }
        }
    }
}

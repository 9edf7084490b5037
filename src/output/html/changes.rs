//! What a fix changes, before and after, with the pieces marked that differ.

use mailvouch_providers::dns::Rdata;

use crate::lint::{self, Safety};
use crate::output::diff::{Token, alone, compare, restrung, strings};
use crate::output::human::{Taker, changes, decides};
use crate::output::printable::printable;
use crate::output::prose::Prose;
use crate::output::words::count;

/// Longest piece that is shown whole: a key takes no more.
const PIECE: usize = 1200;

/// A fix.
pub(super) struct Fix {
    /// The class of the style sheet.
    pub(super) safety: &'static str,
    pub(super) decides: Prose,
    pub(super) sets: Vec<Set>,
    /// What whoever makes it should know.
    pub(super) notes: Vec<Prose>,
}

/// The values that change at one name.
pub(super) struct Set {
    pub(super) source: String,
    pub(super) lines: Vec<Line>,
}

/// One value behind its sign.
pub(super) struct Line {
    pub(super) sign: char,
    pub(super) tokens: Vec<Token>,
    /// Whether what is shown is what a control panel takes, to the letter.
    pub(super) is_literal: bool,
    /// What is said of its strings.
    pub(super) strings: Option<String>,
}

impl Line {
    /// The class of the style sheet.
    pub(super) fn class(&self) -> &'static str {
        match self.sign {
            '-' => "del",
            '+' => "ins",
            _ => "same",
        }
    }

    /// The word for who does not see the sign.
    pub(super) fn word(&self) -> &'static str {
        match self.sign {
            '-' => "before",
            '+' => "after",
            _ => "as it is",
        }
    }
}

impl Fix {
    pub(super) fn of(fix: &lint::Fix, rule: &str) -> Self {
        let mut sets: Vec<Set> = Vec::new();
        for change in changes(&fix.operations) {
            let source = format!("{} {}", change.owner.absolute(), change.rtype);
            let source = printable(&source).into_owned();
            let lines = lines(change.before.as_ref(), change.after.as_ref());
            match sets.last_mut() {
                Some(set) if set.source == source => set.lines.extend(lines),
                _ => sets.push(Set { source, lines }),
            }
        }
        let note = |(owner, note): &(mailvouch_providers::dns::Name, String)| Prose::of(&format!("{owner}: {note}"));
        Self {
            safety: match fix.safety {
                Safety::Safe => "safe",
                Safety::Ask => "ask",
                Safety::Never => "never",
            },
            decides: Prose::of(&decides(fix.safety, rule, Taker::Plan)),
            sets,
            notes: fix.notes.iter().map(note).collect(),
        }
    }
}

/// The lines of one value that goes, comes, or becomes another.
fn lines(before: Option<&Rdata>, after: Option<&Rdata>) -> Vec<Line> {
    let line = |sign, tokens: Vec<Token>, of: &Rdata| Line {
        sign,
        is_literal: is_literal(of) && tokens.iter().all(|token| token.body.len() <= PIECE),
        tokens: tokens.into_iter().map(shortened).collect(),
        strings: None,
    };
    match (before, after) {
        (Some(before), Some(after)) => {
            let strings = restrung(before, after).map(|text| text.trim_start().to_owned());
            let (old, new) = compare(before, after);
            if old == new {
                return vec![Line { strings, ..line('~', old, before) }];
            }
            vec![line('-', old, before), Line { strings, ..line('+', new, after) }]
        }
        (Some(before), None) => vec![line('-', alone(before, false), before)],
        (None, Some(after)) => {
            let several = after.as_txt().filter(|txt| txt.strings().len() > 1);
            let strings = several.map(|txt| format!("in {}", strings(txt)));
            vec![Line { strings, ..line('+', alone(after, false), after) }]
        }
        (None, None) => Vec::new(),
    }
}

/// Whether a text is shown without an escape.
fn is_literal(rdata: &Rdata) -> bool {
    let Rdata::Txt(txt) = rdata else { return true };
    let octets = txt.joined();
    let at_an_end = |byte: Option<&u8>| byte == Some(&b' ');
    octets.iter().all(|byte| (b' '..=b'~').contains(byte)) && !at_an_end(octets.first()) && !at_an_end(octets.last())
}

fn shortened(token: Token) -> Token {
    let Some((at, _)) = token.body.char_indices().nth(PIECE) else { return token };
    let left = count(token.body.len() - at, "more octet");
    Token { body: format!("{} … {left}", &token.body[..at]), ..token }
}

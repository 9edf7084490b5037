//! Two values, piece by piece: the only file that knows how to compare sequences.

use std::ops::Range;

use mailvouch_providers::dns::{Rdata, escape_joined_text};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::output::value::octets;
use crate::record::{DkimRecord, DmarcRecord, SpfRecord};

/// Most pieces that are compared one by one.
const MOST_COMPARED: usize = 2000;

/// What a value is, as far as its pieces go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Terms between blanks.
    Spf,
    /// Tags between semicolons.
    Dkim,
    /// Tags between semicolons.
    Dmarc,
    /// Somebody else's text: one piece.
    Text,
    /// Fields between blanks.
    Fields,
}

impl Kind {
    pub(super) fn of(rdata: &Rdata) -> Self {
        let Rdata::Txt(value) = rdata else { return Self::Fields };
        let text = value.joined();
        if SpfRecord::parse(&text).is_some() {
            Self::Spf
        } else if DmarcRecord::parse(&text).is_some() {
            Self::Dmarc
        } else if DkimRecord::parse(&text).is_dkim_like() {
            Self::Dkim
        } else {
            Self::Text
        }
    }

    /// What separates its pieces; none where it has but one.
    fn separator(self) -> Option<u8> {
        match self {
            Self::Spf | Self::Fields => Some(b' '),
            Self::Dkim | Self::Dmarc => Some(b';'),
            Self::Text => None,
        }
    }
}

/// A piece of a value, for showing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::output) struct Token {
    /// The separator before it.
    pub(in crate::output) lead: String,
    /// The piece; empty for a separator that nothing follows.
    pub(in crate::output) body: String,
    /// Whether the other value lacks it.
    pub(in crate::output) changed: bool,
}

/// A piece, by the bytes of the value.
#[derive(Clone, Debug)]
struct Piece {
    lead: Range<usize>,
    body: Range<usize>,
}

/// The pieces of one value; all of them changed, or none.
pub(in crate::output) fn alone(rdata: &Rdata, changed: bool) -> Vec<Token> {
    let text = octets(rdata);
    let pieces = pieces(&text, Kind::of(rdata).separator());
    pieces.iter().map(|piece| token(&text, piece, changed)).collect()
}

/// The pieces of two values, each with whether the other lacks it.
pub(in crate::output) fn compare(before: &Rdata, after: &Rdata) -> (Vec<Token>, Vec<Token>) {
    // A text that becomes a record is read as what it becomes.
    let separator = Kind::of(after).separator().or(Kind::of(before).separator());
    let (old, new) = (octets(before), octets(after));
    let (old_pieces, new_pieces) = (pieces(&old, separator), pieces(&new, separator));
    let content = |text: &[u8], pieces: &[Piece]| -> Vec<Vec<u8>> {
        pieces.iter().map(|piece| text[piece.lead.start..piece.body.end].to_vec()).collect()
    };
    let (old_content, new_content) = (content(&old, &old_pieces), content(&new, &new_pieces));
    let (mut old_changed, mut new_changed) = (vec![true; old_content.len()], vec![true; new_content.len()]);
    for (old, new) in common(&old_content, &new_content) {
        old_changed[old].fill(false);
        new_changed[new].fill(false);
    }
    let tokens = |text: &[u8], pieces: &[Piece], changed: &[bool]| {
        pieces.iter().zip(changed).map(|(piece, changed)| token(text, piece, *changed)).collect()
    };
    (tokens(&old, &old_pieces, &old_changed), tokens(&new, &new_pieces, &new_changed))
}

/// The runs that both sequences have.
fn common(old: &[Vec<u8>], new: &[Vec<u8>]) -> Vec<(Range<usize>, Range<usize>)> {
    let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_end, new_end) = (old.len() - end, new.len() - end);
    let mut runs = vec![(0..start, 0..start), (old_end..old.len(), new_end..new.len())];
    let (old_middle, new_middle) = (&old[start..old_end], &new[start..new_end]);
    // The cost grows with the product of what differs; a text of so many pieces is nobody's record.
    if old_middle.len().max(new_middle.len()) <= MOST_COMPARED {
        runs.extend(capture_diff_slices(Algorithm::Myers, old_middle, new_middle).into_iter().filter_map(
            |op| match op {
                DiffOp::Equal { old_index, new_index, len } => {
                    let (old, new) = (start + old_index, start + new_index);
                    Some((old..old + len, new..new + len))
                }
                DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => None,
            },
        ));
    }
    runs
}

/// Cuts a text before each run of separators; blanks around a separator belong to it. No byte is lost.
fn pieces(text: &[u8], separator: Option<u8>) -> Vec<Piece> {
    let is_blank = |at: &usize| text[*at] == b' ';
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() || pieces.is_empty() {
        let is_lead = |at: &usize| is_blank(at) || separator == Some(text[*at]);
        let lead_end = (at..text.len()).find(|at| !is_lead(at)).unwrap_or(text.len());
        let next = separator.and_then(|separator| (lead_end..text.len()).find(|at| text[*at] == separator));
        let end = next.unwrap_or(text.len());
        // Blanks before a separator, or at the end, are no part of the piece.
        let body_end = (lead_end..end).rev().find(|at| !is_blank(at)).map_or(lead_end, |last| last + 1);
        pieces.push(Piece { lead: at..lead_end, body: lead_end..body_end });
        if at == body_end {
            break; // An empty text.
        }
        at = body_end;
    }
    pieces
}

/// A piece as it is shown. A blank at either end of the value would not be seen: it is escaped.
fn token(text: &[u8], piece: &Piece, changed: bool) -> Token {
    let lead = escape_joined_text(&text[piece.lead.clone()]);
    let at_an_end = piece.lead.start == 0 || piece.lead.end == text.len();
    let lead = if at_an_end { lead.replace(' ', "\\032") } else { lead };
    Token { lead, body: escape_joined_text(&text[piece.body.clone()]), changed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailvouch_providers::dns::{RrType, Txt};

    fn txt(text: &str) -> Rdata {
        Rdata::Txt(Txt::from_text(text.as_bytes()))
    }

    /// The pieces, the changed ones in brackets.
    fn shown(tokens: &[Token]) -> String {
        let one = |token: &Token| {
            let body = if token.changed { format!("[{}]", token.body) } else { token.body.clone() };
            token.lead.clone() + &body
        };
        tokens.iter().map(one).collect()
    }

    fn both(before: &str, after: &str) -> (String, String) {
        let (before, after) = compare(&txt(before), &txt(after));
        (shown(&before), shown(&after))
    }

    #[test]
    fn spf_is_compared_by_term() {
        let (before, after) = both("v=spf1 ip4:192.0.2.1 ~all", "v=spf1 ip4:192.0.2.1 include:a.example -all");
        assert_eq!(before, "v=spf1 ip4:192.0.2.1 [~all]");
        assert_eq!(after, "v=spf1 ip4:192.0.2.1 [include:a.example] [-all]");
    }

    #[test]
    fn tags_are_compared_whole_and_a_new_one_changes_no_other() {
        let (before, after) = both("v=DMARC1; p=none;", "v=DMARC1; p=none; rua=mailto:a@b.example;");
        assert_eq!(
            (before.as_str(), after.as_str()),
            ("v=DMARC1; p=none;", "v=DMARC1; p=none; [rua=mailto:a@b.example];")
        );
        let (before, after) = both("v=DKIM1; k=rsa; p=AAAA", "v=DKIM1; k=rsa; p=BBBB");
        assert_eq!((before.as_str(), after.as_str()), ("v=DKIM1; k=rsa; [p=AAAA]", "v=DKIM1; k=rsa; [p=BBBB]"));
    }

    #[test]
    fn blanks_at_the_ends_can_be_seen() {
        let (before, after) = both("v=spf1 -all ", "v=spf1 -all");
        assert_eq!((before.as_str(), after.as_str()), ("v=spf1 -all\\032[]", "v=spf1 -all"));
        assert_eq!(both(" v=spf1 -all", "v=spf1 -all").0, "\\032[v=spf1] -all");
    }

    #[test]
    fn every_byte_is_in_a_piece() {
        for text in
            ["", " ", ";", " ; ; ", "a", "v=spf1  a  b ", "v=DMARC1 ;; p=none ; ", "v=DKIM1;p=", "\u{1b}[31m;\n"]
        {
            for separator in [None, Some(b' '), Some(b';')] {
                let pieces = pieces(text.as_bytes(), separator);
                let mut at = 0;
                for piece in &pieces {
                    assert_eq!((piece.lead.start, piece.lead.end), (at, piece.body.start), "{text:?} {pieces:?}");
                    at = piece.body.end;
                }
                assert_eq!(at, text.len(), "{text:?} {pieces:?}");
            }
        }
    }

    #[test]
    fn texts_of_very_many_pieces_are_compared_at_their_ends() {
        let terms = |letter: char| (0..20_000).map(|number| format!("{letter}{number} ")).collect::<Vec<_>>().concat();
        let (before, after) =
            compare(&txt(&format!("v=spf1 {}~all", terms('a'))), &txt(&format!("v=spf1 {}~all", terms('b'))));
        for tokens in [before, after] {
            let stays: Vec<&str> = tokens.iter().filter(|token| !token.changed).map(|token| &*token.body).collect();
            assert_eq!(stays, ["v=spf1", "~all"]);
        }
        let (before, after) = both("v=spf1 a b c d", "v=spf1 b c x d");
        assert_eq!((before.as_str(), after.as_str()), ("v=spf1 [a] b c d", "v=spf1 b c [x] d"));
    }

    #[test]
    fn foreign_text_is_one_piece_and_other_types_have_fields() {
        let (before, after) = compare(&txt("token=1 x"), &txt("token=2 x"));
        assert_eq!((shown(&before), shown(&after)), ("[token=1 x]".into(), "[token=2 x]".into()));
        let mx = |text| Rdata::parse(RrType::MX, text).expect("an MX");
        let (before, after) = compare(&mx("10 a.example."), &mx("20 a.example."));
        assert_eq!((shown(&before), shown(&after)), ("[10] a.example.".into(), "[20] a.example.".into()));
    }
}

//! Sentences with code in them, as findings are told.

use crate::output::printable::printable;

/// A sentence, cut where code begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::output) struct Prose {
    pub(in crate::output) pieces: Vec<Piece>,
}

/// Words, or what is to be typed or read to the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::output) struct Piece {
    pub(in crate::output) is_code: bool,
    pub(in crate::output) text: String,
}

impl Prose {
    /// What stands between two backticks is code. Where one has no other, none means anything.
    pub(in crate::output) fn of(text: &str) -> Self {
        let paired = text.matches('`').count().is_multiple_of(2);
        let piece = |(index, piece): (usize, &str)| Piece {
            is_code: paired && index % 2 == 1,
            text: printable(piece).into_owned(),
        };
        let whole = || vec![Piece { is_code: false, text: printable(text).into_owned() }];
        let mut pieces = if paired { text.split('`').enumerate().map(piece).collect() } else { whole() };
        pieces.retain(|piece| !piece.text.is_empty());
        Self { pieces }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let one = |piece: &Piece| if piece.is_code { format!("[{}]", piece.text) } else { piece.text.clone() };
        Prose::of(text).pieces.iter().map(one).collect()
    }

    #[test]
    fn code_stands_between_a_pair_of_backticks() {
        assert_eq!(shown("run `a b`, then `c`"), "run [a b], then [c]");
        assert_eq!(shown("`a"), "`a");
        assert_eq!(shown("a\u{202e}b `\u{1b}[31m`"), "a\\u{202e}b [\\u{1b}[31m]");
        assert_eq!(Prose::of("").pieces, []);
    }
}

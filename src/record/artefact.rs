//! What tools leave in a record's text: quotes and escapes of master files, entities of web pages, armour of key files.
//!
//! Finding one is no verdict: a quote may stand in a DKIM note. Rules decide, and [`plain`] says what the text would be.

use std::sync::LazyLock;

use memchr::{memchr2_iter, memmem};

use super::edit::{Edit, apply};
use super::foreign::{Foreign, foreign_octets};
use super::span::Spanned;

/// One thing that was meant for another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Artefact {
    /// `\;`: the escape of a semicolon in a master file.
    EscapedSeparator,
    /// `\"`: the escape of a quote in a master file.
    EscapedQuote,
    /// `"`, or `" "` between two character-strings of a master file.
    Quote,
    /// `&quot;`, `&#59;` and the like, and the character that it stands for.
    Entity(char),
    /// `-----BEGIN PUBLIC KEY-----` and the like.
    Armour,
    /// `\n` or `\r\n`, spelt out.
    SpeltLineBreak,
    /// A character outside printable US-ASCII.
    Foreign(Foreign),
}

impl Artefact {
    /// The octets that should stand there; none where that is not known.
    pub fn meant(&self) -> Option<Vec<u8>> {
        match self {
            Self::EscapedSeparator => Some(b";".to_vec()),
            Self::Entity('\u{A0}') => Some(b" ".to_vec()),
            Self::Entity(char) => {
                u8::try_from(*char).ok().filter(|byte| matches!(byte, b' '..=b'~')).map(|byte| vec![byte])
            }
            Self::EscapedQuote | Self::Quote | Self::Armour | Self::SpeltLineBreak => Some(Vec::new()),
            Self::Foreign(foreign) => foreign.meant(),
        }
    }
}

/// All artefacts of `text`, in order; none overlap.
pub fn artefacts(text: &[u8]) -> Vec<Spanned<Artefact>> {
    if is_clean(text) {
        return Vec::new();
    }
    let mut found: Vec<Spanned<Artefact>> = foreign_octets(text, 0)
        .into_iter()
        .map(|foreign| Spanned::new(Artefact::Foreign(foreign.node), foreign.span))
        .collect();
    let mut at = 0;
    while at < text.len() {
        match artefact_at(&text[at..]) {
            Some((artefact, length)) => {
                found.push(Spanned::new(artefact, at..at + length));
                at += length;
            }
            None => at += 1,
        }
    }
    found.sort_by_key(|artefact| artefact.span.start);
    found
}

/// What armour begins with. Made ready once: many texts are searched.
static DASHES: LazyLock<memmem::Finder<'_>> = LazyLock::new(|| memmem::Finder::new("-----"));

/// Whether nothing in the text can begin an artefact, as in nearly all: then none is looked for.
fn is_clean(text: &[u8]) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'\\' | b'"' | b'&');
    // Over all octets without stopping: that is done many at a time.
    let is_plain = text.iter().fold(true, |all, byte| all & is_plain(byte));
    is_plain && DASHES.find(text).is_none()
}

/// `text` without its artefacts; none where one stands for nothing known, or there is none.
pub fn plain(text: &[u8]) -> Option<Vec<u8>> {
    let found = artefacts(text);
    let edits: Option<Vec<Edit>> =
        found.into_iter().map(|artefact| Some(Edit::replace(artefact.span, artefact.node.meant()?))).collect();
    let edits = edits.filter(|edits| !edits.is_empty())?;
    apply(text, &edits).ok()
}

/// Whether `word` stands in `text`, in any case.
pub(crate) fn holds(text: &[u8], word: &[u8]) -> bool {
    let Some(first) = word.first() else { return true };
    if !may_hold(text, word) {
        return false;
    }
    let mut starts = memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text);
    starts.any(|at| text.get(at..at + word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word)))
}

/// Whether the first letters of `word` stand side by side somewhere in `text`: keys are long, hold each letter often, and no
/// word. Over all octets without stopping: that is done many at a time.
fn may_hold(text: &[u8], word: &[u8]) -> bool {
    let [first, second, third, ..] = *word else { return true };
    // With this bit, a letter is the same in either case. So may be other octets: what is found is looked at again.
    let alike = |octet: &u8, letter: u8| octet | 0x20 == letter | 0x20;
    let from = |start: usize| text.get(start..).unwrap_or_default();
    let places = text.iter().zip(from(1)).zip(from(2));
    places
        .fold(false, |some, ((one, two), three)| some | (alike(one, first) & alike(two, second) & alike(three, third)))
}

/// The length of the blanks, separators and artefacts that `text` begins with.
pub(super) fn leading_run(text: &[u8]) -> usize {
    let mut found = artefacts(text).into_iter().peekable();
    let mut at = 0;
    loop {
        if let Some(artefact) = found.next_if(|artefact| artefact.span.start == at) {
            at = artefact.span.end;
        } else if matches!(text.get(at), Some(b' ' | b';' | b',' | b'\'' | b'`')) {
            at += 1;
        } else {
            return at;
        }
    }
}

/// The artefact of printable US-ASCII that `text` begins with, and its length.
fn artefact_at(text: &[u8]) -> Option<(Artefact, usize)> {
    match text {
        [b'\\', b';', ..] => Some((Artefact::EscapedSeparator, 2)),
        [b'\\', b'"', ..] => Some((Artefact::EscapedQuote, 2)),
        [b'\\', b'r', b'\\', b'n', ..] => Some((Artefact::SpeltLineBreak, 4)),
        [b'\\', b'n', ..] => Some((Artefact::SpeltLineBreak, 2)),
        [b'"', rest @ ..] => {
            // Between two strings of a master file, the white space belongs to neither.
            let blanks = rest.iter().take_while(|&&byte| byte == b' ').count();
            let joins = blanks > 0 && rest.get(blanks) == Some(&b'"');
            Some((Artefact::Quote, if joins { blanks + 2 } else { 1 }))
        }
        [b'&', rest @ ..] => entity(rest).map(|(char, length)| (Artefact::Entity(char), length + 1)),
        [b'-', b'-', b'-', b'-', b'-', rest @ ..] => armour(rest).map(|length| (Artefact::Armour, length + 5)),
        _ => None,
    }
}

/// The character of an entity whose text behind the `&` begins `text`, and its length with the semicolon.
fn entity(text: &[u8]) -> Option<(char, usize)> {
    const NAMED: [(&str, char); 9] = [
        ("quot", '"'),
        ("amp", '&'),
        ("apos", '\''),
        ("lt", '<'),
        ("gt", '>'),
        ("nbsp", '\u{A0}'),
        ("semi", ';'),
        ("equals", '='),
        ("plus", '+'),
    ];
    // The longest is `#x10FFFF`.
    let end = text.iter().take(9).position(|&byte| byte == b';')?;
    let name = std::str::from_utf8(&text[..end]).ok()?;
    let char = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => NAMED.into_iter().find(|(known, _)| *known == name)?.1,
    };
    Some((char, end + 1))
}

/// The length of `BEGIN …-----` or `END …-----`.
fn armour(text: &[u8]) -> Option<usize> {
    if !text.starts_with(b"BEGIN ") && !text.starts_with(b"END ") {
        return None;
    }
    // `RSA PRIVATE KEY` and its like are short: what is longer is something else.
    let label = text.iter().take(40).position(|&byte| byte == b'-')?;
    text[label..].starts_with(b"-----").then_some(label + 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_text(text: &str) -> Option<String> {
        plain(text.as_bytes()).map(|text| String::from_utf8_lossy(&text).into_owned())
    }

    #[test]
    fn a_text_without_artefacts_has_no_other_form() {
        assert_eq!(plain_text("v=DKIM1; p=AB/+=="), None);
    }

    #[test]
    fn each_artefact_goes() {
        let cases = [
            (r#""v=spf1 -all""#, "v=spf1 -all"),
            (r#""v=spf1 include:a.example" " -all""#, "v=spf1 include:a.example -all"),
            (r"v=DKIM1\; p=AB", "v=DKIM1; p=AB"),
            (r#"\"v=DKIM1\; p=AB\""#, "v=DKIM1; p=AB"),
            ("v=DKIM1&#59; p&#x3D;AB", "v=DKIM1; p=AB"),
            ("p=AB&amp;C", "p=AB&C"),
            ("p=-----BEGIN PUBLIC KEY-----AB-----END PUBLIC KEY-----", "p=AB"),
            (r"p=AB\nCD\r\nEF", "p=ABCDEF"),
            ("\u{201C}v=spf1\u{A0}\u{2013}all\u{201D}", "v=spf1 -all"),
        ];
        for (text, meant) in cases {
            assert_eq!(plain_text(text).as_deref(), Some(meant), "{text}");
        }
    }

    #[test]
    fn words_are_found_in_any_case_and_wherever_they_stand() {
        for text in ["spf", "SPF", "sspf", "a sPf", "spspf1"] {
            assert!(holds(text.as_bytes(), b"spf"), "{text}");
        }
        for text in ["", "sp", "s pf", "spspsf"] {
            assert!(!holds(text.as_bytes(), b"spf"), "{text}");
        }
        // These are letters with one bit less.
        assert!(!holds(b"S\x10F", b"spf") && !holds(b"PRIVATE\0KEY", b"PRIVATE KEY"));
        assert!(holds(b"a", b"A") && holds(b"a", b""));
    }

    #[test]
    fn what_stands_for_nothing_known_has_no_plain_form() {
        assert_eq!(plain_text("v=spf1 include:\u{E9}.example"), None);
        assert_eq!(plain_text("p=&euro;"), None);
    }
}

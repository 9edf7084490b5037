//! Structured fields in pieces: words, and comments, which may lie in each other (RFC 5322, section 3.2.2).

use std::net::IpAddr;

use mailvouch_providers::dns::Name;

/// A piece of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// What stands between blanks; quotes are taken off.
    Word(String),
    /// What stands between parentheses, without them.
    Comment(String),
    /// A semicolon.
    End,
}

/// The pieces of a field. One that is cut off in a comment or quotes ends there.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let (mut pieces, mut word) = (Vec::new(), String::new());
    let mut chars = text.chars();
    let close = |word: &mut String, pieces: &mut Vec<Piece>| {
        if !word.is_empty() {
            pieces.push(Piece::Word(std::mem::take(word)));
        }
    };
    while let Some(char) = chars.next() {
        match char {
            '(' => {
                close(&mut word, &mut pieces);
                pieces.push(Piece::Comment(comment(&mut chars)));
            }
            '"' => quoted(&mut chars, &mut word),
            ';' => {
                close(&mut word, &mut pieces);
                pieces.push(Piece::End);
            }
            _ if char.is_whitespace() => close(&mut word, &mut pieces),
            _ => word.push(char),
        }
    }
    close(&mut word, &mut pieces);
    pieces
}

fn comment(chars: &mut std::str::Chars<'_>) -> String {
    let (mut text, mut depth) = (String::new(), 1_usize);
    while let Some(char) = chars.next() {
        match char {
            '\\' => text.extend(chars.next()),
            '(' => {
                depth += 1;
                text.push(char);
            }
            ')' if depth == 1 => break,
            ')' => {
                depth -= 1;
                text.push(char);
            }
            _ => text.push(char),
        }
    }
    text
}

fn quoted(chars: &mut std::str::Chars<'_>, word: &mut String) {
    while let Some(char) = chars.next() {
        match char {
            '\\' => word.extend(chars.next()),
            '"' => break,
            _ => word.push(char),
        }
    }
}

/// An address as headers write it: `[203.0.113.10]`, `[IPv6:2001:db8::1]`, `203.0.113.10`, with a port behind it or not.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches(|char: char| matches!(char, ',' | ';' | '"'));
    let inside = match text.split_once('[') {
        Some((_, rest)) => rest.split(']').next()?,
        None => text,
    };
    let bare = match inside.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("ipv6:") => &inside[5..],
        _ => inside,
    };
    let address: IpAddr = bare.trim().parse().ok().or_else(|| Some(bare.parse::<std::net::SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

/// A host's name; not an address, and not what names nobody (`localhost`, `unknown`).
pub(super) fn host(text: &str) -> Option<Name> {
    let text = text.trim_matches(|char: char| matches!(char, '.' | ',' | ';' | '"' | '[' | ']'));
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    if !text.contains('.') || text.parse::<IpAddr>().is_ok() || !text.chars().all(is_name) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_quotes_are_whole() {
        let word = |text: &str| Piece::Word(text.to_owned());
        assert_eq!(
            pieces("a (b (c) \\) d) \"e f\";g"),
            [word("a"), Piece::Comment("b (c) ) d".to_owned()), word("e f"), Piece::End, word("g")]
        );
        assert_eq!(pieces("a (b"), [word("a"), Piece::Comment("b".to_owned())]);
    }

    #[test]
    fn addresses_are_read_in_all_their_forms() {
        for (text, expected) in [
            ("[203.0.113.10]", Some("203.0.113.10")),
            ("mail.example.com.[203.0.113.10]", Some("203.0.113.10")),
            ("[203.0.113.10]:41234", Some("203.0.113.10")),
            ("203.0.113.10:25", Some("203.0.113.10")),
            ("[IPv6:2001:db8::1]", Some("2001:db8::1")),
            ("[::ffff:203.0.113.10]", Some("203.0.113.10")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("mail.example.com", None),
            ("[mail]", None),
        ] {
            assert_eq!(address(text).map(|address| address.to_string()).as_deref(), expected, "{text}");
        }
    }
}

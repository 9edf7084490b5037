//! Names and texts as Route 53 writes them: with octal escapes, where master files have decimal ones
//! (<https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html>).

use crate::dns::{Name, Txt};

/// A name of an answer.
pub(super) fn name(text: &str) -> Option<Name> {
    let mut decimal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        decimal.push_str(&rest[..at]);
        let escape = rest.get(at + 1..at + 4)?;
        let octet = u8::from_str_radix(escape, 8).ok()?;
        decimal.push_str(&format!("\\{octet:03}"));
        rest = &rest[at + 4..];
    }
    decimal.push_str(rest);
    decimal.parse().ok()
}

/// A name as it is sent.
pub(super) fn written_name(name: &Name) -> String {
    let mut text = String::new();
    for label in name.labels() {
        for &octet in label {
            if octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'*') {
                text.push(char::from(octet));
            } else {
                text.push_str(&format!("\\{octet:03o}"));
            }
        }
        text.push('.');
    }
    if text.is_empty() { ".".to_owned() } else { text }
}

/// A text of an answer: character-strings in quotes.
pub(super) fn txt(text: &str) -> Option<Txt> {
    let mut strings: Vec<Vec<u8>> = Vec::new();
    let mut bytes = text.bytes().peekable();
    loop {
        match bytes.next() {
            None => break,
            Some(b' ' | b'\t') => {}
            Some(b'"') => {
                let mut string = Vec::new();
                loop {
                    match bytes.next()? {
                        b'"' => break,
                        b'\\' => string.push(escaped(&mut bytes)?),
                        octet => string.push(octet),
                    }
                }
                strings.push(string);
            }
            // The service takes none without quotes.
            Some(_) => return None,
        }
    }
    (!strings.is_empty()).then(|| Txt::from_strings(strings)).flatten()
}

/// What stands behind a backslash: three octal digits, or the character itself.
fn escaped(bytes: &mut std::iter::Peekable<std::str::Bytes<'_>>) -> Option<u8> {
    let first = bytes.next()?;
    if !(b'0'..=b'3').contains(&first) || !bytes.peek().is_some_and(|octet| (b'0'..=b'7').contains(octet)) {
        return Some(first);
    }
    let mut octet = first - b'0';
    for _ in 0..2 {
        let digit = bytes.next().filter(|digit| (b'0'..=b'7').contains(digit))?;
        octet = octet.checked_mul(8)?.checked_add(digit - b'0')?;
    }
    Some(octet)
}

/// A text as it is sent.
pub(super) fn written_txt(txt: &Txt) -> String {
    let quoted = |string: &[u8]| {
        let mut written = String::from("\"");
        for &octet in string {
            match octet {
                b'"' | b'\\' => written.extend(['\\', char::from(octet)]),
                b' '..=b'~' => written.push(char::from(octet)),
                _ => written.push_str(&format!("\\{octet:03o}")),
            }
        }
        written + "\""
    };
    txt.strings().iter().map(|each| quoted(each)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_have_octal_escapes() {
        let wildcard: Name = "*.example.com".parse().expect("a name");
        assert_eq!(name("\\052.example.com."), Some(wildcard.clone()));
        assert_eq!(name(&written_name(&wildcard)), Some(wildcard));
        let odd = Name::from_labels([&b"a.b\\c d\xff"[..], b"example"]).expect("a name");
        assert_eq!(name(&written_name(&odd)), Some(odd));
        assert_eq!(name("broken\\9"), None);
    }

    proptest! {
        #[test]
        fn every_text_comes_back(strings in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..256), 1..4)) {
            let strings: Vec<Vec<u8>> = strings.into_iter().map(|string| string.into_iter().take(255).collect()).collect();
            let text = Txt::from_strings(strings).expect("strings that fit");
            prop_assert_eq!(txt(&written_txt(&text)), Some(text));
        }

        #[test]
        fn no_text_is_too_odd(text in ".*") {
            let _ = (txt(&text), name(&text));
        }
    }
}

//! Nothing is lost: every octet is in a piece, whatever the text; and no text, however broken, does harm.

use proptest::prelude::*;

use super::super::{Fault, MasterText, Piece};
use super::{origin, records};

/// The pieces of a text put together again; they begin and end at line ends, and none is empty.
fn reprinted(text: &MasterText) -> Vec<u8> {
    let mut printed = Vec::new();
    for piece in text.pieces() {
        let span = match piece {
            Piece::Entry(entry) => entry.span.clone(),
            Piece::Gap(span) => span,
        };
        assert!(!span.is_empty());
        assert!(span.start == 0 || text.text()[span.start - 1] == b'\n');
        printed.extend_from_slice(&text.text()[span]);
    }
    printed
}

/// Lines that mostly mean something, so that what is put together from them often is a zone.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        6 => prop::sample::select(&[
            "@ 300 IN SOA ns h 1 2 3 4 5", "a 300 TXT \"x;\" y", "\tIN 1h MX 10 @", " ( TXT ; c", "  \"b\" )", "; ()\"",
            "$ORIGIN b", "$TTL 1w2d", "$INCLUDE f", "", "  ", "\\@ 5 A 192.0.2.1", "c 5 TYPE7000 \\# 1 ff", "$GENERATE",
            "d\\032e 5 CNAME a.\\.b.", "f 5 TXT (\"\"\"\")",
        ][..]).prop_map(|line| line.as_bytes().to_vec()),
        1 => prop::collection::vec(prop::sample::select(&b" \t();\"\\\r@$.aIN5\x00\xff"[..]), 0..12),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ];
    let end = prop::sample::select(&["\n", "\r\n", ""][..]);
    prop::collection::vec((line, end), 0..8)
        .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end.as_bytes().to_vec()].concat()).collect())
}

proptest! {
    #[test]
    fn any_octets_are_read_or_refused(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(text) = MasterText::parse(octets.clone(), Some(&origin())) {
            prop_assert_eq!(reprinted(&text), octets);
        }
    }

    #[test]
    fn what_is_read_is_printed_as_it_was(octets in lines()) {
        match MasterText::parse(octets.clone(), Some(&origin())) {
            Ok(text) => prop_assert_eq!(reprinted(&text), octets),
            Err(error) => {
                let place = error.place.expect("a place");
                let line = octets.split(|&byte| byte == b'\n').nth(place.line - 1).expect("a line of the text");
                prop_assert!(place.column <= line.len() + 1, "{}", error);
            }
        }
    }

    #[test]
    fn records_written_out_are_read_as_the_same(octets in lines()) {
        if let Ok(text) = MasterText::parse(octets, Some(&origin())) {
            let written = records(&text);
            let again = MasterText::parse(written.join("\n"), None).expect("absolute records");
            prop_assert_eq!(records(&again), written);
        }
    }
}

#[test]
fn nothing_is_looked_at_again_and_again() {
    // A reader that looks back at each line, or at each field, would not come to an end with these.
    const SIZE: usize = 4_000_000;
    let texts = [
        "a 5 TXT x\n".repeat(SIZE / 10),
        "\n".repeat(SIZE),
        "(".repeat(SIZE),
        format!("a 5 TXT {}", "x ".repeat(SIZE / 2)),
        format!("a 5 TXT ( {} )", ";\n".repeat(SIZE / 2)),
        format!("{} 5 TXT x", "a".repeat(SIZE)),
        format!("a 5 TXT {}", "\"\"".repeat(SIZE / 2)),
    ];
    let entries = texts.map(|text| MasterText::parse(text, Some(&origin())).map_or(0, |text| text.entries().len()));
    assert_eq!(entries, [SIZE / 10, 0, 0, 1, 0, 0, 1]);
}

#[test]
fn a_text_over_the_limit_is_refused() {
    let text = vec![b'\n'; usize::try_from(super::super::MAX_FILE).expect("it fits") + 1];
    let error = MasterText::parse(text, None).expect_err("too large");
    assert!(matches!(error.fault, Fault::TooLarge(67_108_865)), "{error}");
}

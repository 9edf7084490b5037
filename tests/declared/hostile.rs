//! Whatever stands in the file, reading it ends, and ends with words.

use std::fmt::Write as _;
use std::path::Path;

use mailvouch::declared::{Declaration, DeclarationError, Disk};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

use super::{folder, read, render_error};

/// Reads bytes, and holds what is said to what every error keeps.
fn survives(bytes: &[u8]) {
    let Err(error) = Declaration::from_bytes(Path::new("mailvouch.toml"), bytes, &folder(), &Disk) else {
        return;
    };
    let DeclarationError::Invalid { file, problems, .. } = &error else { panic!("{error}") };
    assert!(!problems.is_empty());
    assert!(problems.is_sorted_by_key(|problem| problem.span.start));
    for problem in problems {
        let related = problem.related.iter().map(|related| &related.span);
        for span in related.chain([&problem.span]) {
            assert!(file.text().get(span.clone()).is_some(), "{span:?} in {:?}", file.text());
        }
        assert!(!problem.message.is_empty() && !problem.message.contains('\n'), "{}", problem.message);
    }
    assert!(!error.to_string().is_empty());
    if problems.len() < 10 && bytes.len() < 4000 {
        render_error(&error);
    }
}

const VALID: &str = include_str!("complete.toml");

/// Pieces that mean something to TOML or to the reader.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "\"",
            "'",
            "\"\"\"",
            "[",
            "]",
            "[[",
            "{",
            "}",
            "=",
            ".",
            ",",
            "\n",
            "#",
            "\\",
            "\u{feff}",
            "\u{0}",
            "é",
            "“",
            "0",
            "-1",
            "1e9",
            "nan",
            "true",
            "false",
            "2026-12-01",
            "2026-12-01T00:00:00",
            "9999-12-31",
            "10.0.0.1",
            "::",
            "/0",
            "/129",
            "key = \"x\"",
            "token=",
            "[egress.x]",
            "[domains.\"a.example\"]",
            "p=",
            "xn--",
            "%{d}",
            "mailto:",
            "-----BEGIN ",
            "*",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        Just(String::new()),
    ]
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survives(&bytes);
    }

    #[test]
    fn any_text(pieces in prop::collection::vec(piece(), 0..60)) {
        survives(pieces.concat().as_bytes());
    }

    #[test]
    fn any_change_of_a_valid_one(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, piece()), 1..6),
    ) {
        let mut text: Vec<char> = VALID.chars().collect();
        for (at, length, piece) in changes {
            let start = at.index(text.len() + 1);
            let end = (start + length).min(text.len());
            text.splice(start..end, piece.chars());
        }
        survives(text.into_iter().collect::<String>().as_bytes());
    }

    #[test]
    fn any_two_lines_exchanged(from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let mut lines: Vec<&str> = VALID.lines().collect();
        let (from, to) = (from.index(lines.len()), to.index(lines.len()));
        lines.swap(from, to);
        survives(lines.join("\n").as_bytes());
    }
}

/// Some 6,500 tables in each other, in a few kilobytes: the parser allows it.
#[test]
fn tables_nested_by_the_thousand() {
    let path = vec!["a"; 79].join(".");
    let mut text = format!("version = 1\n[{path}]\n{path}.x = ");
    for _ in 0..79 {
        write!(text, "{{{path}=").expect("a text");
    }
    text.push('1');
    text.push_str(&"}".repeat(79));
    survives(text.as_bytes());
    survives(format!("{text}\n{}", text.lines().last().unwrap_or_default()).as_bytes());
    survives(format!("version = 1\nx = {}", "[".repeat(100_000)).as_bytes());
    survives(format!("version = 1\n[{}]\n", vec!["a"; 100_000].join(".")).as_bytes());
    survives(format!("version = 1\n{} = 1\n", vec!["domains"; 100_000].join(".")).as_bytes());
}

#[test]
fn megabytes_of_mistakes() {
    let mut text = "version = 1\n[egress.hq]\naddresses = [\"8.8.8.8\"]\n".to_owned();
    for number in 0..20_000 {
        write!(text, "[domains.\"d{number}.example\"]\negress = [\"h{number}\"]\nsendres = []\n").expect("a text");
    }
    let error = read(&text).expect_err("40,000 mistakes");
    let DeclarationError::Invalid { problems, omitted, .. } = &error else { panic!("{error}") };
    assert_eq!(problems.len() + omitted, 40_000);
    assert_eq!(problems.len(), 1000);
    assert!(error.to_string().ends_with("and 39999 more problems"), "{error}");
    survives("=\n".repeat(1 << 20).as_bytes());
    survives("=".repeat(1 << 20).as_bytes());
    survives("\u{0}".repeat(1 << 20).as_bytes());
    survives(format!("version = 1\n{} = 1", "k".repeat(1 << 20)).as_bytes());
    survives(format!("version = 1\n[domains.\"{}\"]\n", "ü".repeat(1 << 20)).as_bytes());
}

#[test]
fn ten_thousand_domains() {
    let mut text = "version = 1\n[egress.hq]\naddresses = [\"8.8.8.8\", \"2a00:1450::/32\"]\n".to_owned();
    for number in 0..10_000 {
        write!(
            text,
            "[domains.\"d{number}.example\"]\negress = [\"hq\"]\nsenders = [\"microsoft-365\"]\nspf = {{ all = \"softfail\" }}\n\
             dmarc = {{ policy = \"quarantine\", rua = [\"mailto:dmarc@d{number}.example\"] }}\n\
             [domains.\"d{number}.example\".dkim]\ns1 = {{ key-file = \"keys/rsa2048.pub.pem\" }}\n"
        )
        .expect("a text");
    }
    let declaration = read(&text).expect("a declaration");
    assert_eq!(declaration.domains.len(), 10_000);
    assert!(declaration.notes.is_empty(), "{:?}", declaration.notes);
    for number in [0, 4711, 9_999] {
        let name = format!("d{number}.example").parse().expect("a name");
        let domain = declaration.domain(&name).expect("a domain");
        assert_eq!(domain.dkim[0].owner.to_string(), format!("s1._domainkey.d{number}.example"));
    }
}

//! The file itself.

use std::path::Path;

use mailvouch::declared::{Declaration, DeclarationError, Disk};

use super::{check, render_error, snapshots};

#[test]
fn the_text_as_a_whole() {
    check(&[
        ("empty", ""),
        ("only-comments", "\u{feff}# nothing yet\n\n"),
        ("version-missing", "[domains.\"example.com\"]\nsends = true\n"),
        ("version-unknown", "version = 2\nmotto = \"new keys everywhere\"\n"),
        ("version-text", "version = \"1\"\n"),
        ("section-unknown", "version = 1\n[egres.hq]\naddresses = []\n[zone]\n"),
        ("section-list", "version = 1\n[[domains]]\nname = \"example.com\"\n"),
        ("section-text", "version = 1\negress = \"203.0.113.10\"\n"),
        ("section-inner-text", "version = 1\nsenders.newsletter = \"_spf.news.example\"\n"),
        ("section-name-empty", "version = 1\n[egress.\"\"]\naddresses = [\"203.0.113.10\"]\n"),
    ]);
}

#[test]
fn text_that_is_no_toml() {
    check(&[
        ("toml-header-open", "version = 1\n[egress.hq\naddresses = [\"203.0.113.10\"]\n"),
        ("toml-quote-missing", "version = 1\n[egress.hq]\naddresses = [\"203.0.113.10, \"203.0.113.11\"]\n"),
        ("toml-curly-quotes", "version = 1\n[senders.news]\ninclude = “_spf.news.example”\n"),
        (
            "toml-unquoted",
            "version = 1\n[domains.\"example.com\"]\nprovider = dns\nttl = 3600\nsenders = microsoft-365\n",
        ),
        ("toml-key-twice", "version = 1\n[domains.\"example.com\"]\nttl = 3600\nttl = 60\n"),
        (
            "toml-section-twice",
            "version = 1\n[domains.\"example.com\"]\nttl = 3600\n[domains.\"example.com\"]\nbulk = true\n",
        ),
        ("toml-date", "version = 1\n[egress.hq]\naddresses = [\"203.0.113.10\"]\nfrom = 2026-2-30\n"),
        ("toml-secret", "version = 1\n[providers.dns]\nkind = \"cloudflare\"\ntoken = hunter2\n"),
        ("toml-deep", &format!("version = 1\nx = {}1{}\n", "[".repeat(100), "]".repeat(100))),
    ]);
}

#[test]
fn bytes_that_are_no_text() {
    let _guard = snapshots("declared");
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("version".bytes().flat_map(|byte| [byte, 0])).collect();
    for (name, bytes) in [("latin-1", b"version = 1\n# M\xfcnchen\n".as_slice()), ("utf-16", &utf16)] {
        let error = Declaration::from_bytes(Path::new("mailvouch.toml"), bytes, Path::new(""), &Disk);
        insta::assert_snapshot!(name, render_error(&error.expect_err(name)));
    }
}

#[test]
fn a_byte_order_mark_is_taken() {
    assert!(super::read("\u{feff}version = 1\n").is_ok());
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = Declaration::load(&folder.path().join("mailvouch.toml")).expect_err("no file");
    assert!(
        matches!(&missing, DeclarationError::Unreadable { source, .. } if source.kind() == std::io::ErrorKind::NotFound)
    );
    assert!(missing.to_string().ends_with("mailvouch.toml cannot be read"), "{missing}");
    assert!(matches!(Declaration::load(folder.path()), Err(DeclarationError::Unreadable { .. })));

    let large = folder.path().join("large.toml");
    let file = std::fs::File::create(&large).expect("a file");
    file.set_len((64 << 20) + 1).expect("a large file");
    let error = Declaration::load(&large).expect_err("too large");
    assert!(error.to_string().ends_with("is larger than 64 MiB: that is no declaration"), "{error}");
}

#[test]
fn the_first_problem_and_how_many_there_are() {
    let error =
        super::read("version = 1\n[egress.hq]\naddresses = [\"10.0.0.1\"]\nhelo = [\"mail\"]\nunti = 2026-01-01\n");
    let error = error.expect_err("three problems");
    assert_eq!(
        error.to_string(),
        "mailvouch.toml:3:14: `10.0.0.1` is a private address (RFC 1918): no mail comes from there; and 2 more problems"
    );
}

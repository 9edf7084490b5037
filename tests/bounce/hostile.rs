//! Any bytes at all: no panic, no hang, and nothing in them acts on the terminal or the report.

use std::path::Path;
use std::time::{Duration, Instant};

use mailvouch::observed::bounce::{BounceError, MAX_BYTES, read};
use mailvouch::output::bounce;
use proptest::collection::vec;
use proptest::prelude::*;

/// Time that a reading may take; generous, since the machine may be busy, and far below what a bad algorithm takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads and prints, in both forms.
fn survives(bytes: &[u8]) {
    let begin = Instant::now();
    if let Ok(mail) = read(bytes) {
        let human = bounce::human(&mail);
        assert!(!anstream::adapter::strip_str(&human).to_string().contains('\u{1b}'));
        let document: serde_json::Value = serde_json::from_str(&bounce::json(&mail)).expect("JSON");
        assert_eq!(document["version"], 1);
    }
    assert!(begin.elapsed() < PATIENCE, "{:?} for {} bytes", begin.elapsed(), bytes.len());
}

/// Pieces that bounces are made of, to be put together in any way.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<&'static [u8]> = vec![
        b"From MAILER-DAEMON Thu Apr 29 23:34:45 2015\n",
        b"From: MAILER-DAEMON@x.example\n",
        b"Content-Type: multipart/report; boundary=b\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Type: message/delivery-status\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: quoted-printable\n",
        b"Content-Type: text/plain; charset=iso-2022-jp\n",
        b"\n",
        b"\n--b\n",
        b"\n--b--\n",
        b"Final-Recipient: rfc822; a@b.example\n",
        b"Status: 5.7.1\n",
        b"Diagnostic-Code: smtp; 550 5.7.1 x\n",
        b" folded",
        b"<a@b.example>: ",
        b"550-5.7.26 ",
        b"421",
        b" 4.7.0 ",
        b"[192.0.2.1]",
        b"[::1]",
        b"@",
        b"<<< 550 ",
        b">>> RCPT TO:<a@b.example>\n",
        b"554 <a@b.example>... ",
        b"=?utf-8?Q?=FF?=",
        b"\x1b$B$3$N\x1b(B",
        b"\xff\xfe",
        b"\0",
        b"{\"bouncedRecipients\":[{",
        b"spf=",
        b"SPF [",
        b"Received: from a by b.protection.outlook.com (",
        b"\xe2\x80\xae",
        b"::error::x\n",
        b"#<h #5.7.1 smtp;550 x> #SMTP#",
        b"----- Transcript -----\n",
        b"<html><td>",
        b"D\xd0\xcf\x11\xe0",
        b"+3D",
        b"\\x{1F600}",
        b"AS(",
        b"(AS1",
        b"[x.outlook.com ",
    ];
    prop_oneof![4 => prop::sample::select(words).prop_map(<[u8]>::to_vec), 1 => vec(any::<u8>(), 0..20)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..600)) {
        survives(&bytes);
    }

    #[test]
    fn any_heap_of_pieces_is_read_or_refused(pieces in vec(piece(), 0..40)) {
        survives(&pieces.concat());
    }
}

#[test]
fn messages_that_end_anywhere_are_read() {
    for entry in
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bounce/messages")).expect("messages")
    {
        let path = entry.expect("an entry").path();
        let whole = std::fs::read(&path).expect("a message");
        for end in 0..whole.len() {
            let _ = read(&whole[..end]);
        }
        survives(&whole);
    }
}

#[test]
fn what_is_no_message_is_named_with_what_to_do() {
    for (bytes, words) in [
        (&b""[..], "nothing to read"),
        (b" \r\n\t ", "nothing to read"),
        (b"PK\x03\x04abc", "a zip archive"),
        (b"\x1f\x8b\x08abc", "gzip"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0", "binary data"),
        (&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0], "Outlook"),
    ] {
        let error = read(bytes).expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
    }
    let error = read(&vec![b'a'; MAX_BYTES + 1]).expect_err("too long");
    assert_eq!(error, BounceError::TooLong);
}

#[test]
fn bombs_are_refused() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(200_000);
    let multiparts: String =
        (0..5_000).map(|depth| format!("Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n")).collect();
    let parts =
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n".to_owned() + &"--b\n\nx\n".repeat(1_000_000);
    let empty_boundary =
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=\"\"\n\n".to_owned() + &"--\n\nx\n".repeat(100_000);
    for (bomb, words) in [
        (nested, "inside each other"),
        (multiparts, "inside each other"),
        (parts, "1000 parts"),
        (empty_boundary, "1000 parts"),
    ] {
        let begin = Instant::now();
        let error = read(bomb.as_bytes()).expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
        assert!(begin.elapsed() < PATIENCE);
    }
}

#[test]
fn long_texts_take_no_longer_than_they_are() {
    let head = "From: MAILER-DAEMON@b.example\nTo: a@b.example\n\n";
    for piece in [
        "<a@b.example>: 550 5.7.1 x\n",
        "@",
        "550 ",
        "5.7.",
        "<<< 550 x\n",
        ">>> RCPT TO:<a@b.example>\n<<< 550 x\n",
        "Final-Recipient: rfc822; a@b.example\n",
        "a@b.example ",
        "\n\n",
        "From: a\n",
        "[",
        "spf=",
        "192.0.2.1 ",
        "-----\n",
        "Received: from x\n",
        "=?utf-8?Q?",
        "<",
        "&lt;",
        "(AS",
        "554 <a@b.example>... x\n",
        "x-a: b\n\n",
    ] {
        survives((head.to_owned() + &piece.repeat(2_000_000 / piece.len())).as_bytes());
    }
    survives(&vec![b'a'; MAX_BYTES]);
    let subjects = "Subject: x\n".repeat(3_000_000);
    survives(subjects.as_bytes());
}

/// What would act on a terminal, a log of a pipeline, or the direction of a line.
const EVIL: &str = "\u{1b}]0;owned\u{7}\u{1b}[31m\u{202e}gnp.exe\u{2066}\u{200b}\r\n::error file=x::y\u{9b}2J";

#[test]
fn text_of_the_message_acts_on_nothing() {
    let evil = EVIL.replace(['\r', '\n'], " ");
    let text = format!(
        "From: MAILER-DAEMON@mail.example.com {evil}\nTo: alice@example.com\nSubject: {evil}\nX-Failed-Recipients: bob@example.org{evil}\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n{EVIL}\n--b\nContent-Type: message/delivery-status; charset=utf-8\n\nReporting-MTA: dns; {evil}\nFinal-Recipient: rfc822; bob{evil}@example.org\nOriginal-Recipient: rfc822; {evil}\nAction: failed\nStatus: 5.7.1 {evil}\nRemote-MTA: dns; mx{evil}\nDiagnostic-Code: smtp; 550 5.7.1 {evil} sending domain [{evil}] (AS1) [a.outlook.com {evil}]\n--b\nContent-Type: message/rfc822\n\nFrom: {evil}@example.com\nDKIM-Signature: d={evil}; s={evil}\nMessage-ID: {evil}\n--b\nContent-Type: application/{evil}zip\n\n--b--\n"
    );
    let mail = read(text.as_bytes()).expect("a bounce");
    let human = anstream::adapter::strip_str(&bounce::human(&mail)).to_string();
    let raw = bounce::human(&mail);
    for evil in ['\u{202e}', '\u{2066}', '\u{200b}', '\u{9b}', '\u{7}', '\r'] {
        assert!(!raw.contains(evil), "{raw:?}");
    }
    // What is left of escapes are our own styles.
    assert!(!human.contains('\u{1b}') && !raw.contains("\u{1b}]") && human.contains("\\u{1b}"), "{raw:?}");
    assert!(human.lines().all(|line| !line.starts_with("::")), "{human}");
    let json = bounce::json(&mail);
    assert!(!json.contains('\u{1b}') && !json.contains('\u{7}'), "control characters are escapes in JSON");
}

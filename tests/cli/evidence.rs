//! `--evidence`: what goes to somebody else says all that they need, nothing of recipients, nothing of this machine; the
//! same again is the same to the octet.

use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use mailvouch::observed::bounce::{Mail, copies, read};
use zip::ZipArchive;

use super::{Folder, snapshots};

const ZONE: &str = r#"$ORIGIN .
$TTL 300
. SOA a.root hostmaster.root 1 7200 900 1209600 300
example.com. TXT "v=spf1 ip4:203.0.113.25 -all"
example.com. MX 10 mail.example.com.
mail.example.com. A 203.0.113.25
_dmarc.example.com. TXT "v=DMARC1; p=reject"
25.113.0.203.in-addr.arpa. PTR mail.example.com.
"#;
const ANSWER: &str = "550 5.7.606 Access denied, banned sending IP [203.0.113.25]. To request removal from this list please \
                      visit https://sender.office.com/ AS(1430)";

/// A bounce that names its recipients in every way that there is: in headers, in base64, in quoted-printable, in HTML, in
/// fields, in a return path, in the message.
fn bounce() -> String {
    let text = format!(
        "This is the mail system at host mail.example.com.\n\n<jane.doe@example.net>: host mx.example.net[192.0.2.36] said: {ANSWER}\n"
    );
    let page = "<html><p>Dear mailto:jane.doe%40example.net and jane.doe&#64;example.net</p>"
        .replace('=', "=3D")
        .replace("example.net", "exam=\nple.net");
    let returned = "Return-Path: <alice@example.com>\nFrom: Alice <alice@example.com>\nTo: =?utf-8?B?SmFuZSBEb2U=?= <Jane.Doe@example.net>,\n \
                    \"Max Roe\" <max.roe@example.org>\nSubject: =?utf-8?Q?for_jane=2Edoe=40example=2Enet?=\nMessage-ID: <1@example.com>\n\
                    Received: from desk by mail.example.com for <jane.doe@example.net>; Thu, 5 Nov 2026 08:30:09 +0100\n\nSecret words for Jane\n";
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mail.example.com\nTo: alice@example.com\nDate: Thu, 5 Nov 2026 08:30:11 +0100\n\
         Subject: Undelivered Mail to jane.doe@example.net\nX-Failed-Recipients: jane.doe@example.net\nX-Verp: bounce-jane.doe=example.net@example.com\n\
         MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
         --b\nContent-Type: multipart/alternative; boundary=\"c\"\n\n\
         --c\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{}\n\
         --c\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n{page}\n--c--\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example.com\n\n\
         Original-Recipient: rfc822;jane.doe+40example.net\nFinal-Recipient: rfc822; jane.doe@example.net\nAction: failed\nStatus: 5.7.606\n\
         X-Display-Name: Jane Doe\nRemote-MTA: dns; mx.example.net\nDiagnostic-Code: smtp; {ANSWER}\n\n\
         --b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n{}\n\
         --b\nContent-Type: message/rfc822\n\n{returned}\n--b--\n",
        BASE64_STANDARD.encode(text),
        BASE64_STANDARD.encode("jane.doe@example.net")
    )
}

fn folder() -> Folder {
    Folder::with(&[("world.zone", ZONE), ("bounce.eml", &bounce())])
}

const LINE: &str =
    "bounce bounce.eml --zone-file world.zone --dated 2026-11-28T13:00:00Z --changed the-firewall --evidence";

fn unpacked(path: &Path) -> Vec<(String, String)> {
    let mut zip = ZipArchive::new(Cursor::new(std::fs::read(path).expect("a zip"))).expect("a zip");
    (0..zip.len())
        .map(|index| {
            let mut file = zip.by_index(index).expect("a file");
            let mut text = String::new();
            file.read_to_string(&mut text).expect("text");
            let name = file.name().expect("a name").into_owned();
            assert!(!name.contains("..") && !name.starts_with('/') && !name.contains('\\'), "{name}");
            (name, text)
        })
        .collect()
}

#[test]
fn a_support_case_has_what_it_needs_and_no_recipient() {
    let _area = snapshots();
    let folder = folder();
    let ran = folder.mailvouch(&format!("{LINE} case-1")).exits(0);
    assert_eq!(ran.stderr, "evidence: case-1 and case-1.zip\n");
    let here = folder.path().join("case-1");
    let read = |name: &str| std::fs::read_to_string(here.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    insta::assert_snapshot!("evidence-report", read("REPORT.md"));
    insta::assert_snapshot!("evidence-form", read("form.txt"));
    insta::assert_snapshot!("evidence-bounce", read("bounce.eml"));
    let packed = unpacked(&folder.path().join("case-1.zip"));
    let names: Vec<&str> = packed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["REPORT.html", "REPORT.md", "answers.json", "bounce.eml", "form.txt", "headers.txt", "results.json"]
            .map(|name| format!("case-1/{name}"))
    );
    for (name, text) in &packed {
        assert_eq!(*text, read(name.strip_prefix("case-1/").expect("the folder")));
        let lower = text.to_lowercase();
        for word in ["jane", "max.roe", "max roe", "secret words", "deskjane", &folder.path().display().to_string()] {
            assert!(!lower.contains(word), "{name} holds {word:?}:\n{text}");
        }
        for encoded in ["jane.doe@example.net", "<jane.doe@example.net>"] {
            assert!(!text.contains(&BASE64_STANDARD.encode(encoded)), "{name}");
        }
        assert!(text.contains("203.0.113.25") || name.ends_with("headers.txt"), "{name}");
    }
    // What was given away tells the same, also without DNS.
    let given = folder.path().join("given");
    std::fs::create_dir(&given).expect("a folder");
    for name in ["bounce.eml", "answers.json"] {
        std::fs::copy(here.join(name), given.join(name)).expect("a copy");
    }
    let again = folder.mailvouch("bounce bounce.eml --answers answers.json --format json").inside(&given).exits(0);
    assert_eq!(again.stdout, read("results.json"));
}

#[test]
fn the_same_again_is_the_same_to_the_octet() {
    let folder = folder();
    let octets = |case: &str| {
        let place = folder.path().join(case);
        std::fs::create_dir(&place).expect("a folder");
        std::fs::copy(folder.path().join("world.zone"), place.join("world.zone")).expect("a copy");
        std::fs::copy(folder.path().join("bounce.eml"), place.join("bounce.eml")).expect("a copy");
        folder.mailvouch(&format!("{LINE} case")).inside(&place).exits(0);
        std::fs::read(place.join("case.zip")).expect("a zip")
    };
    assert_eq!(octets("one"), octets("two"));
}

#[test]
fn recipients_stay_where_they_are_asked_for() {
    let folder = folder();
    folder.mailvouch(&format!("{LINE} case --show-recipients")).exits(0);
    let text = folder.read("case/bounce.eml");
    assert!(
        text.contains("jane.doe@example.net") && text.contains("Jane Doe") && !text.contains("Secret words"),
        "{text}"
    );
    // Without DNS there is nothing to replay.
    folder.mailvouch("bounce bounce.eml --no-dns --evidence dry").exits(0);
    assert!(!folder.path().join("dry/answers.json").exists() && folder.path().join("dry.zip").exists());
}

#[test]
fn nothing_is_overwritten() {
    let folder = folder();
    folder.write("a/file", "mine");
    folder.write("b.zip", "mine");
    let before = folder.files();
    for name in ["a", "b"] {
        folder.mailvouch(&format!("{LINE} {name}")).exits(2).says("exists, and evidence overwrites nothing");
    }
    folder.mailvouch(&format!("{LINE} nowhere/c")).exits(2).says("cannot make the folder nowhere/c");
    folder.mailvouch(&format!("{LINE} ..")).exits(2).says("takes the name of a new folder");
    folder.mailvouch("bounce bounce.eml --no-dns --changed x").exits(2).says("--evidence");
    folder
        .mailvouch("bounce bounce.eml --no-dns --evidence d --dated yesterday")
        .exits(2)
        .says("a time with its offset");
    assert_eq!(folder.files(), before);
}

#[test]
fn hostile_words_do_nothing_in_the_report() {
    let folder = folder();
    let hostile =
        "550 5.7.606 <script>alert(1)</script> | `x` [a](javascript:b) \u{1b}[31m banned sending IP [203.0.113.25] --b";
    folder.write("bounce.eml", bounce().replace(&BASE64_STANDARD.encode("x"), "").replace(ANSWER, hostile));
    folder.mailvouch(&format!("{LINE} case")).exits(0);
    let page = folder.read("case/REPORT.html");
    assert!(
        !page.contains("<script") && !page.contains('\u{1b}') && page.contains("default-src &#39;none&#39;"),
        "{page}"
    );
    let report = folder.read("case/REPORT.md");
    assert!(!report.contains('\u{1b}'), "{report}");
    let rendered = comrak::markdown_to_html(&report, &comrak::Options::default());
    assert!(!rendered.contains("<script") && !rendered.contains("href="), "{rendered}");
}

/// Bounces of many systems: written anew, each says what it said.
#[test]
fn a_copy_says_what_the_bounce_says() {
    let Some(vectors) = std::env::var_os("MAILVOUCH_VECTORS").map(PathBuf::from) else { return };
    let told = |mail: &Mail| -> Vec<String> {
        let reports = mail.messages.iter().flat_map(|message| &message.reports);
        let told = reports.map(|report| {
            let code = report.enhanced.map(|(code, _)| code.to_string());
            format!(
                "{} {code:?} {:?} {:?} {:?}",
                report.cause.reason, report.smtp_code, report.recipient, report.sender_ip
            )
        });
        told.collect()
    };
    let (mut judged, mut wrong) = (0, Vec::new());
    for folder in ["bounces/own", "bounces/messages"] {
        for entry in std::fs::read_dir(vectors.join(folder)).expect("bounces") {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a bounce");
            let mail = read(&bytes).expect("a bounce");
            let copies = copies(&bytes, &str::to_owned).expect("copies");
            let again =
                copies.iter().flat_map(|copy| read(copy.text.as_bytes()).map(|mail| told(&mail)).unwrap_or_default());
            let again: Vec<String> = again.collect();
            if told(&mail) != again {
                wrong.push(format!("{}: {:?} became {again:?}", path.display(), told(&mail)));
            }
            judged += 1;
        }
    }
    assert!(judged >= 300 && wrong.is_empty(), "of {judged}:\n{}", wrong.join("\n"));
}

#[test]
fn a_check_is_given_away_too() {
    let folder = folder();
    folder.write(
        "mailvouch.toml",
        "version = 1\n[egress.a]\naddresses = [\"203.0.113.26\"]\n[domains.\"example.com\"]\negress = [\"a\"]\n",
    );
    let config = folder.path().join("mailvouch.toml").display().to_string();
    let line = format!("check --zone-file world.zone --evidence case --dated 2026-11-28T13:00:00Z --config {config}");
    folder.mailvouch(&line).exits(1).says("evidence: case and case.zip");
    let packed = unpacked(&folder.path().join("case.zip"));
    assert_eq!(packed.len(), 4);
    for (name, text) in &packed {
        assert!(!text.contains(&folder.path().display().to_string()), "{name}: {text}");
    }
    let again = folder.mailvouch("check --answers case/answers.json --format json").exits(1);
    assert_eq!(again.stdout, folder.read("case/results.json"));
    assert!(folder.read("case/REPORT.md").contains("egress-not-authorised"));
}

//! `bounce` with what DNS says: each check says what it has to do with this bounce, and no more.

use serde_json::Value;

use super::{Folder, snapshots};
use crate::servers::http::Http;

const ZONE: &str = r#"$ORIGIN .
$TTL 300
. SOA a.root hostmaster.root 1 7200 900 1209600 300
example.com. TXT "v=spf1 ip4:203.0.113.10 -all"
example.com. MX 10 mail.example.com.
mail.example.com. A 203.0.113.25
mail.example.com. TXT "v=spf1 a -all"
_dmarc.example.com. TXT "v=DMARC1; p=reject"
s2026._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7"
25.113.0.203.in-addr.arpa. PTR mail.example.com.
25.113.0.203.bl.example. A 127.0.0.2
25.113.0.203.bl.example. TXT "spam seen; see \027[31mhttps://bl.example/"
25.113.0.203.refuses.example. A 127.255.255.254
25.113.0.203.parked.example. A 198.51.100.1
"#;

/// A bounce by Postfix, of mail from this address, with this answer.
fn bounce(answer: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mail.example.com\nTo: alice@example.com\nSubject: Undelivered Mail Returned to Sender\n\
         Date: Thu, 5 Nov 2026 08:30:11 +0100\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\n\
         This is the mail system at host mail.example.com.\n\n<bob@example.net>: host mx.example.net[192.0.2.36] said:\n    \
         {answer} (in reply to RCPT TO command)\n\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mail.example.com\nArrival-Date: Thu, 5 Nov 2026 08:30:09 +0100\n\n\
         Final-Recipient: rfc822; bob@example.net\nAction: failed\nStatus: 5.7.1\nRemote-MTA: dns; mx.example.net\n\
         Diagnostic-Code: smtp; {answer}\n\n--b\nContent-Type: message/rfc822\n\nReturn-Path: <alice@example.com>\n\
         DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s2026; h=from; bh=x; b=y\nFrom: Alice <alice@example.com>\n\
         To: Bob <bob@example.net>\nSubject: hello\nMessage-ID: <1@example.com>\n\nHello\n--b--\n"
    )
}

const BANNED: &str = "550 5.7.606 Access denied, banned sending IP [203.0.113.25]. To request removal from this list please \
                      visit https://sender.office.com/ AS(1430)";
const DMARC: &str = "550 5.7.509 Access denied, sending domain [example.com] does not pass DMARC verification and has a DMARC \
                     policy of reject. ip=[203.0.113.25]";

/// What each check has to do with the bounce.
fn bearings(document: &Value) -> Vec<String> {
    let checks = document["checks"].as_array().expect("checks");
    checks.iter().map(|check| format!("{} {}", check["id"], check["bearing"]).replace('"', "")).collect()
}

fn folder() -> Folder {
    Folder::with(&[("world.zone", ZONE)])
}

#[test]
fn a_block_of_the_address_is_not_lifted_by_records() {
    let _area = snapshots();
    let folder = folder();
    let ran = folder.mailvouch("bounce --zone-file world.zone --dnsbl bl.example").reading(bounce(BANNED)).exits(0);
    insta::assert_snapshot!("bounce-checks-banned", ran);
    assert!(!ran.stdout.contains('\u{1b}'), "{ran}");
    let document = folder
        .mailvouch("bounce --zone-file world.zone --dnsbl bl.example --format json")
        .reading(bounce(BANNED))
        .exits(0)
        .json();
    assert_eq!(
        bearings(&document),
        ["spf says-nothing", "dkim says-nothing", "dmarc says-nothing", "ptr helps", "mx says-nothing", "dnsbl hurts"]
    );
}

#[test]
fn what_failed_is_named_where_it_is_the_cause() {
    let folder = folder();
    let document =
        folder.mailvouch("bounce --zone-file world.zone --format json").reading(bounce(DMARC)).exits(0).json();
    assert_eq!(bearings(&document)[..3], ["spf hurts", "dkim hurts", "dmarc hurts"], "{document:#}");
    let found = document["checks"][0]["found"].as_str().expect("words");
    assert_eq!(found, "SPF for example.com from 203.0.113.25: `fail`, by `-all` at example.com");
    // The same once the address is in the record.
    folder.write("world.zone", ZONE.replace("203.0.113.10", "203.0.113.25"));
    let document =
        folder.mailvouch("bounce --zone-file world.zone --format json").reading(bounce(DMARC)).exits(0).json();
    assert_eq!(bearings(&document)[..3], ["spf helps", "dkim hurts", "dmarc helps"], "{document:#}");
}

#[test]
fn a_list_that_does_not_answer_us_has_listed_nobody() {
    let folder = folder();
    let line = "bounce --zone-file world.zone --format json --dnsbl refuses.example --dnsbl parked.example --dnsbl clean.example";
    let document = folder.mailvouch(line).reading(bounce(BANNED)).exits(0).json();
    let lists: Vec<&Value> =
        document["checks"].as_array().expect("checks").iter().filter(|check| check["id"] == "dnsbl").collect();
    let told: Vec<(&str, &str)> = lists
        .iter()
        .map(|check| (check["bearing"].as_str().expect("a word"), check["found"].as_str().expect("words")))
        .collect();
    assert!(
        told[0].0 == "unknown" && told[0].1.contains("does not answer your resolver (127.255.255.254)"),
        "{told:?}"
    );
    assert!(told[1].0 == "unknown" && told[1].1.contains("198.51.100.1"), "{told:?}");
    assert_eq!(told[2], ("helps", "203.0.113.25 is not on clean.example"));
    folder
        .mailvouch("bounce --zone-file world.zone --dnsbl")
        .arg("a..b")
        .reading(bounce(BANNED))
        .exits(2)
        .says("`--dnsbl a..b`");
}

#[test]
fn nothing_is_asked_where_nobody_wants_it() {
    let folder = Folder::new();
    let document = folder.mailvouch("bounce --no-dns --format json").reading(bounce(BANNED)).exits(0).json();
    assert_eq!(document["checks"], serde_json::json!([]));
    folder.mailvouch("bounce --no-dns --dnsbl bl.example").reading(bounce(BANNED)).exits(2).says("cannot be used with");
    folder.mailvouch("bounce --no-dns --rdap").reading(bounce(BANNED)).exits(2).says("cannot be used with");
}

#[test]
fn what_could_not_be_looked_up_is_no_sign_of_anything() {
    let folder = Folder::with(&[("seen.json", "{\"version\": 1, \"answers\": []}")]);
    let document = folder
        .mailvouch("bounce --answers seen.json --format json --dnsbl bl.example")
        .reading(bounce(DMARC))
        .exits(3)
        .json();
    let checks = document["checks"].as_array().expect("checks");
    assert!(checks.len() >= 6 && checks.iter().all(|check| check["bearing"] == "unknown"), "{document:#}");
    assert!(checks.iter().all(|check| check["failed"][0]["reason"].is_string()), "{document:#}");
}

#[test]
fn answers_are_kept_and_replayed() {
    let folder = folder();
    let line = "bounce --format json --dnsbl bl.example";
    let first = folder
        .mailvouch(&format!("{line} --zone-file world.zone --save-answers seen.json"))
        .reading(bounce(DMARC))
        .exits(0);
    let again = folder.mailvouch(&format!("{line} --answers seen.json")).reading(bounce(DMARC)).exits(0);
    assert_eq!(first.stdout, again.stdout);
}

#[test]
fn the_age_of_the_domain_is_asked_only_on_demand() {
    let answer = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/rdap+json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let domain = r#"{"objectClassName":"domain","ldhName":"example.com","events":[{"eventAction":"registration","eventDate":"2026-11-01T00:00:00Z"}]}"#;
    let huge = format!("{{\"objectClassName\":\"domain\",\"x\":\"{}\"}}", "x".repeat(5 << 20));
    for (path, reply, words) in [
        ("good", answer(domain), "example.com was registered on 2026-11-01"),
        (
            "none",
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "the registry does not know example.com",
        ),
        (
            "often",
            "HTTP/1.1 429 Too Many\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "asked too often (HTTP status 429); it asks to wait 17 seconds",
        ),
        (
            "moved",
            "HTTP/1.1 302 Found\r\nLocation: /good/domain/example.com\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "was registered on 2026-11-01",
        ),
        (
            "circle",
            "HTTP/1.1 302 Found\r\nLocation: /circle/domain/example.com\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "more than 5 redirections",
        ),
        (
            "plain",
            "HTTP/1.1 302 Found\r\nLocation: http://rdap.example/x\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "registries are asked over https",
        ),
        ("dateless", answer(r#"{"objectClassName":"domain"}"#), "does not say when example.com was registered"),
        ("huge", answer(&huge), "its answer is larger than 4 MiB"),
        ("page", answer("<html>"), "its answer is no RDAP"),
        ("broken", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".to_owned(), "could not be had"),
        ("slow", String::new(), "no answer in time"),
    ] {
        let server = Http::serve([(path.to_owned(), reply), ("good".to_owned(), answer(domain))]);
        let list = format!(r#"{{"version":"1.0","services":[[["com"],["{}/{path}/"]]]}}"#, server.url());
        let folder = Folder::with(&[("world.zone", ZONE), ("rdap.json", &list)]);
        let line = "bounce --zone-file world.zone --rdap --rdap-bootstrap rdap.json --timeout 1";
        folder.mailvouch(line).reading(bounce(BANNED)).exits(0).says(words);
    }
    // The list itself may come from a server; and without being asked for, nobody is asked.
    let server = Http::serve([("list".to_owned(), answer(r#"{"version":"1.0","services":[]}"#))]);
    let line = format!("bounce --zone-file world.zone --rdap --rdap-bootstrap {}/list", server.url());
    folder()
        .mailvouch(&line)
        .reading(bounce(BANNED))
        .exits(0)
        .says("no registry is known that could be asked about example.com");
    folder().mailvouch("bounce --zone-file world.zone").reading(bounce(BANNED)).exits(0);
    assert_eq!(server.requests(), 1);
    let line = "bounce --zone-file world.zone --rdap --rdap-bootstrap http://rdap.example/list";
    folder().mailvouch(line).reading(bounce(BANNED)).exits(2).says("asked over https");
}

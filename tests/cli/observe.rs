//! `observe`: which address a delivered message left from, and whether that is the declared one.

use std::path::Path;

use serde_json::{Value, json};

use super::runner::Ran;
use super::{Folder, snapshots};

const DECLARED: &str = r#"version = 1

[egress.hq]
addresses = ["203.0.113.10"]
helo = ["mail.example.com"]

[egress.new-fw]
addresses = ["198.51.100.7"]
from = 2099-01-01

[senders.news]
include = "_spf.news.example"

[domains."example.com"]
egress = ["hq", "new-fw"]
senders = ["news"]
dmarc = { policy = "quarantine" }

[domains."example.com".dkim]
s2026 = { present = true }
old = { revoked = true }

[domains."example.net"]
egress = ["hq"]
"#;
const ZONE: &str = r#"$ORIGIN .
$TTL 300
. SOA a.root hostmaster.root 1 7200 900 1209600 300
example.com. TXT "v=spf1 ip4:203.0.113.10 ip4:198.51.100.7 ip4:192.0.2.201 include:_spf.news.example -all"
example.com. MX 10 mail.example.com.
_dmarc.example.com. TXT "v=DMARC1; p=quarantine"
_spf.news.example. TXT "v=spf1 ip4:192.0.2.64/28 -all"
"#;

fn delivered(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/delivered").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder() -> Folder {
    Folder::with(&[("mailvouch.toml", DECLARED), ("world.zone", ZONE)])
}

fn observe(folder: &Folder, message: &str, exit: i32) -> Ran {
    folder.mailvouch("observe - --zone-file world.zone").reading(message).exits(exit)
}

fn json_of(folder: &Folder, message: &str, exit: i32) -> Value {
    folder.mailvouch("observe - --zone-file world.zone --format json").reading(message).exits(exit).json()
}

/// Subject and standing of each finding.
fn standings(document: &Value) -> Vec<String> {
    let findings = document["findings"].as_array().expect("findings");
    findings.iter().map(|found| format!("{} {}", found["subject"], found["standing"]).replace('"', "")).collect()
}

#[test]
fn a_message_that_left_as_declared() {
    let _area = snapshots();
    let folder = folder();
    let message = delivered("gmail.eml");
    insta::assert_snapshot!("observe-as-declared", observe(&folder, &message, 0));
    let document = json_of(&folder, &message, 0);
    assert_eq!(
        document["address"],
        json!({"address": "203.0.113.10", "field": "Received-SPF", "certainty": "certain"})
    );
    assert_eq!(document["place"]["group"], "hq");
    assert_eq!(standings(&document), ["address matches", "helo matches", "spf note", "dkim matches", "dmarc matches"]);
    // A file says the same as standard input, and the declaration is enough where no DNS is asked.
    folder.write("test.eml", &message);
    folder.mailvouch("observe test.eml --no-dns").exits(0).says("203.0.113.10 is declared, in the group `hq`");
}

#[test]
fn a_message_that_left_through_another_firewall() {
    let _area = snapshots();
    let folder = folder();
    let message = delivered("microsoft.eml");
    insta::assert_snapshot!("observe-differs", observe(&folder, &message, 1));
    let document = json_of(&folder, &message, 1);
    assert_eq!(document["address"]["address"], "198.51.100.7");
    assert_eq!((&document["place"]["group"], &document["place"]["state"]), (&json!("new-fw"), &json!("planned")));
    assert_eq!(document["front_door"], 2);
    insta::assert_snapshot!("observe-json", serde_json::to_string_pretty(&document).expect("JSON"));
}

#[test]
fn what_stands_below_the_front_door_is_not_believed() {
    let _area = snapshots();
    let folder = folder();
    let ran = observe(&folder, &delivered("forged.eml"), 1);
    insta::assert_snapshot!("observe-forged", ran);
    let document = json_of(&folder, &delivered("forged.eml"), 1);
    assert_eq!(document["address"], json!({"address": "192.0.2.200", "field": "Received", "certainty": "likely"}));
    assert_eq!(document["results"], json!([]));
    // Nor is it where its author wrote it in the recipient's own name.
    let worse = delivered("forged.eml").replace("mx.elsewhere.example", "mx.rcpt.example");
    let document = json_of(&folder, &worse, 1);
    assert_eq!((&document["address"]["address"], &document["results"]), (&json!("192.0.2.200"), &json!([])));
}

#[test]
fn a_sender_is_known_by_its_record() {
    let folder = folder();
    let document = json_of(&folder, &delivered("service.eml"), 1);
    assert_eq!(
        document["place"],
        json!({"kind": "sender", "group": null, "state": null, "sender": "news", "record": "_spf.news.example"})
    );
    // It signs with a selector that nobody declared: that is what differs.
    assert_eq!(standings(&document), ["address matches", "spf note", "dkim differs", "dkim note", "dmarc matches"]);
    let signatures = document["signatures"].as_array().expect("signatures");
    assert_eq!((&signatures[0]["result"], &signatures[1]["result"]), (&json!("pass"), &json!("fail")));
    folder.write("mailvouch.toml", DECLARED.replace("s2026 =", "news1 = { present = true }\ns2026 ="));
    observe(&folder, &delivered("service.eml"), 0);
    // Without DNS nobody can tell whose it is.
    let ran = folder.mailvouch("observe - --no-dns").reading(delivered("service.eml")).exits(3);
    ran.says("192.0.2.70 is in no egress group; DNS was not asked");
}

#[test]
fn each_way_to_differ_is_told() {
    let folder = folder();
    let from = |address: &str| delivered("gmail.eml").replace("203.0.113.10", address);
    for (message, exit, words) in [
        (from("192.0.2.201"), 1, "192.0.2.201 is not declared. SPF lets it pass, by `ip4:192.0.2.201` at example.com"),
        (from("192.0.2.222"), 1, "192.0.2.222 is not declared, and SPF does not let it pass"),
        (delivered("gmail.eml").replace("s=s2026", "s=old"), 1, "declared as withdrawn"),
        (delivered("gmail.eml").replace("dmarc=pass", "dmarc=fail"), 1, "fails DMARC for example.com"),
        (delivered("gmail.eml").replace("dkim=pass", "dkim=fail"), 1, "does not verify"),
        (
            delivered("gmail.eml").replace("from mail.example.com (", "from other.example.com ("),
            1,
            "greeted as other.example.com, which `helo`",
        ),
        (
            delivered("gmail.eml").replace("news@example.com>", "news@example.org>"),
            3,
            "example.org is not declared in mailvouch.toml",
        ),
        (
            delivered("gmail.eml").replace("@example.com>\nTo", "@example.net>\nTo"),
            0,
            "203.0.113.10 is declared, in the group `hq`",
        ),
        (delivered("sent.eml"), 3, "a copy from the sender's own folder has none"),
    ] {
        observe(&folder, &message, exit).says(words);
    }
    Folder::new()
        .mailvouch("observe - --no-dns")
        .reading(from("203.0.113.10"))
        .exits(3)
        .says("there is no declaration");
    let unseen =
        Folder::with(&[("mailvouch.toml", DECLARED), ("a.zone", "$ORIGIN a.example.\n@ 60 SOA n h 1 2 3 4 5\n")]);
    let ran = unseen.mailvouch("observe - --zone-file a.zone").reading(from("192.0.2.222")).exits(3);
    ran.says("example.com. TXT could not be looked up");
}

#[test]
fn what_is_no_message_is_refused() {
    let folder = folder();
    for message in [&b""[..], b"hello", b"\xff\xfe\x00\x01", b"\n\n\n", b"Subject: x\n\nFrom: a@b.example\n"] {
        folder.mailvouch("observe - --no-dns").reading(message).exits(2).says("this is no message");
    }
    folder.mailvouch("observe nowhere.eml").exits(2).says("cannot read nowhere.eml");
    let bounce =
        "From: a@example.com\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x--\n";
    folder.mailvouch("observe -").reading(bounce).exits(2).says("this is a report about a message that did not arrive");
    folder.mailvouch("observe - --no-dns --resolver 127.0.0.1").exits(2).says("cannot be used with");
}

#[test]
fn nothing_in_a_message_acts_on_the_terminal() {
    let folder = folder();
    let message = delivered("gmail.eml")
        .replace("from mail.example.com (mail", "from \u{1b}]0;x\u{7}\u{202e}mail.example.com (mail")
        .replace("spf=pass", "spf=\u{1b}[31mpass\u{9b}31m");
    let ran = folder.mailvouch("observe - --zone-file world.zone --color always").reading(message.clone()).exits(1);
    let plain = folder.mailvouch("observe - --zone-file world.zone").reading(message).exits(1);
    assert!(!ran.stdout.contains(['\u{202e}', '\u{7}', '\u{9b}']) && !ran.stdout.contains("\u{1b}]"), "{ran}");
    assert!(!plain.stdout.contains('\u{1b}'), "{plain}");
}

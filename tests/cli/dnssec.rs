//! A zone whose signatures do not hold, behind a resolver that validates.

use std::fs;
use std::process::Command;

use hickory_proto::op::ResponseCode;
use mailvouch_providers::dns::RrType;
use serde_json::Value;

use super::Folder;
use crate::servers::{Setup, bind, unbound};
use crate::support::dns_server::{Act, DnsServer, Script};

const ZONE: &str = r#"
$ORIGIN example.com.
$TTL 300
@ SOA ns host 1 7200 900 1209600 300
@ NS ns
@ MX 10 mail
@ TXT "v=spf1 mx -all"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
ns A 192.0.2.53
mail A 192.0.2.25
"#;

/// The zone signed with a new key, and the DS record of that key.
fn signed() -> (String, String) {
    let folder = Folder::new();
    folder.write("zone", ZONE);
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).current_dir(folder.path()).args(arguments).output();
        let output = output.unwrap_or_else(|error| panic!("{program} (apt-get install bind9-utils): {error}"));
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run("dnssec-keygen", &["-q", "-a", "ECDSAP256SHA256", "-f", "KSK", "example.com"]);
    run("dnssec-signzone", &["-q", "-z", "-S", "-o", "example.com", "-f", "signed", "zone"]);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect(name);
    (read("signed"), read("dsset-example.com."))
}

/// The findings of a check by way of a resolver that validates.
fn findings(zone: &str, anchor: &str, exit: i32) -> Vec<Value> {
    let authority = bind::start_with(&Setup::new("example.com", zone));
    let resolver = unbound::start("example.com", anchor, authority.address());
    let command = format!("check example.com --format json --timeout 10 --resolver {}", resolver.address());
    let ran = Folder::new().mailvouch(&command).exits(exit);
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    report["domains"][0]["diagnostics"].as_array().expect("findings").clone()
}

#[test]
fn a_record_that_was_changed_behind_the_signature_is_seen_by_nobody_who_validates() {
    let (zone, anchor) = signed();
    let tampered = zone.replace("v=spf1 mx -all", "v=spf1 +all");
    assert_ne!(tampered, zone);
    let found = findings(&tampered, &anchor, 1);
    let of = |rule: &str| found.iter().filter(|found| found["rule"] == rule).collect::<Vec<_>>();
    let [bogus] = of("dnssec-bogus")[..] else { panic!("{found:#?}") };
    assert_eq!(bogus["labels"][0]["source"], "example.com. TXT");
    let note = bogus["labels"][0]["note"].as_str().expect("a note");
    assert!(note.contains("TXT (a record)") && !note.contains("_dmarc"), "{note}");
    for rule in ["lookup-failed", "spf-missing", "spf-all-pass"] {
        assert!(of(rule).is_empty(), "{rule}: {found:#?}");
    }
}

#[test]
fn a_key_that_the_parent_does_not_know_takes_the_whole_zone_away() {
    let ((zone, _), (_, other)) = (signed(), signed());
    let found = findings(&zone, &other, 1);
    let rules: Vec<&Value> = found.iter().map(|found| &found["rule"]).collect();
    assert_eq!(rules, ["dnssec-bogus"], "{found:#?}");
    let note = found[0]["labels"][0]["note"].as_str().expect("a note");
    for question in ["example.com. MX (a record)", "example.com. TXT (a record)", "_dmarc.example.com. TXT (a record)"]
    {
        assert!(note.contains(question), "{question}: {note}");
    }
}

#[test]
fn signatures_that_hold_are_nothing_to_tell_of() {
    let (zone, anchor) = signed();
    let found = findings(&zone, &anchor, 0);
    assert!(found.iter().all(|found| found["severity"] != "error"), "{found:#?}");
    assert!(found.iter().all(|found| found["rule"] != "lookup-failed"), "{found:#?}");
}

#[test]
fn a_resolver_that_fails_for_a_moment_proves_nothing_about_signatures() {
    let script = Script::resolver().records(
        "example.com MX 10 mail.example.com.
        mail.example.com A 192.0.2.25
        example.com TXT \"v=spf1 mx -all\"
        _dmarc.example.com TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\"",
    );
    let resolver = DnsServer::start(script.act("example.com", RrType::TXT, Act::RcodeOnce(ResponseCode::ServFail)));
    let (folder, address) = (Folder::new(), resolver.address());
    let command =
        format!("check example.com --format json --timeout 10 --resolver {address} --save-answers saved.json");
    // With checking disabled it answers, and asked once more, too.
    let live = folder.mailvouch(&command).exits(3);
    let report: Value = serde_json::from_str(&live.stdout).expect("JSON");
    let found = report["domains"][0]["diagnostics"].as_array().expect("findings");
    let about = |rule: &str| found.iter().filter(|found| found["rule"] == rule).collect::<Vec<_>>();
    assert!(about("dnssec-bogus").is_empty(), "{found:#?}");
    let [failed] = about("lookup-failed")[..] else { panic!("{found:#?}") };
    assert_eq!(failed["labels"][0]["source"], "example.com. TXT");
    assert!(about("spf-missing").is_empty(), "{found:#?}");
    assert_eq!(report["domains"][0]["verdict"], "unknown");
    // What was saved says the same, with the second answer in it.
    let replayed = folder.mailvouch("check example.com --format json --answers saved.json").exits(3);
    let again: Value = serde_json::from_str(&replayed.stdout).expect("JSON");
    assert_eq!(again["domains"][0]["diagnostics"], report["domains"][0]["diagnostics"]);
    let saved: Value = serde_json::from_str(&folder.read("saved.json")).expect("JSON");
    let saved = saved["answers"].as_array().expect("answers");
    let of_spf =
        |via: &str| saved.iter().filter(|answer| answer["name"] == "example.com" && answer["via"] == via).count();
    assert_eq!((of_spf("again"), of_spf("unchecked")), (1, 1));
}

//! `record`: one text, and no network.

use super::{Folder, snapshots};

#[test]
fn texts() {
    let _area = snapshots();
    let folder = Folder::new();
    for (case, exit, options, text) in [
        ("spf-sound", 0, "", "v=spf1 ip4:203.0.113.10 include:_spf.google.com ~all"),
        ("spf-broken", 1, "", "v=spf1 include:_spf.google.com ipv4:192.0.2.1 ip4:192.0.2.256 -all"),
        ("spf-near-miss", 1, "", "\"v=spf1 -all\""),
        ("spf-at-owner", 1, "--owner mail.example.net", "v=spf1 a,mx -all"),
        ("dmarc-sound", 0, "", "v=DMARC1; p=quarantine; rua=mailto:a@example.com; fo=1:d"),
        ("dmarc-lower-case", 1, "", "v=dmarc1; p=none"),
        ("dmarc-not-usable", 1, "--owner example.net --type dmarc", "v=DMARC1; p=rejct"),
        ("dkim-revoked", 0, "", "v=DKIM1; p="),
        ("dkim-cut", 1, "--owner s1._domainkey.example.net", "v=DKIM1; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgK"),
        ("neither", 2, "", "hello"),
        ("no-selector", 2, "--type dkim --owner example.net", "v=DKIM1; p="),
    ] {
        let ran = folder.mailvouch(&format!("record {options} --")).arg(text).exits(exit);
        insta::assert_snapshot!(format!("record-{case}"), ran);
    }
}

#[test]
fn the_json_says_what_the_text_says() {
    let folder = Folder::new();
    let json = |text: &str, exit| folder.mailvouch("record --format json --").arg(text).exits(exit).json();
    let spf = json("v=spf1 a mx -all ptr", 0);
    assert_eq!((&spf["type"], &spf["usable"], &spf["revoked"]), (&"spf".into(), &true.into(), &false.into()));
    assert_eq!((&spf["facts"]["all"], &spf["facts"]["lookups"]), (&"fail".into(), &2.into()));
    let dmarc = json("v=DMARC1; p=reject; sp=none; t=y", 0);
    assert_eq!((&dmarc["facts"]["sp"], &dmarc["facts"]["np"]), (&"none".into(), &"none".into()));
    assert_eq!((&dmarc["facts"]["t"], &dmarc["facts"]["adkim"]), (&"y".into(), &"r".into()));
    let dkim = json("v=DKIM1; k=ed25519; t=s:y; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", 0);
    assert_eq!((&dkim["facts"]["k"], &dkim["facts"]["bits"]), (&"ed25519".into(), &256.into()));
    assert_eq!(dkim["facts"]["t"], serde_json::json!(["s", "y"]));
    assert_eq!(json("v=DKIM1; p=", 0)["revoked"], true);
    let broken = json("v=spf1 a:mail.example inlcude:a.example -all", 1);
    let label = &broken["diagnostics"][0]["labels"][0];
    assert_eq!((&label["source"], &label["text"]), (&"example.com. TXT".into(), &"inlcude".into()));
    assert_eq!((&label["start"], &label["end"]), (&22.into(), &29.into()));
}

#[test]
fn a_text_comes_from_standard_input_octet_for_octet() {
    let folder = Folder::new();
    let json = |input: &[u8], exit| folder.mailvouch("record --format json -").reading(input).exits(exit).json();
    assert_eq!(json(b"v=spf1 -all\r\n", 0)["usable"], true);
    let foreign = json(b"v=spf1 a\xa0-all\n", 1);
    assert_eq!(foreign["diagnostics"][0]["labels"][0]["value"], "v=spf1 a\\160-all");
    folder.mailvouch("record -").reading(vec![b'a'; 70_000]).exits(2).says("longer than a TXT record can be");
}

#[test]
fn a_record_full_of_mistakes_is_told_in_bounded_space() {
    let text = format!("v=spf1{} -all", " ip4:192.0.2.256".repeat(4000));
    let ran = Folder::new().mailvouch("record --format json -").reading(text.into_bytes()).exits(1);
    let json = ran.json();
    let findings = json["diagnostics"].as_array().expect("findings");
    let alike: Vec<_> = findings.iter().filter(|finding| finding["rule"] == "spf-syntax").collect();
    assert_eq!(alike.len(), 100);
    let help = |finding: &serde_json::Value| finding["help"].as_str().unwrap_or_default().to_owned();
    assert!(help(alike[99]).contains("3900 more like it in this record are not listed"), "{}", alike[99]["help"]);
    assert!(!help(alike[98]).contains("not listed"), "{}", alike[98]["help"]);
}

#[test]
fn rules_can_be_chosen() {
    let folder = Folder::new();
    let record = |options: &str, text: &str, exit| {
        let ran = folder.mailvouch(&format!("record --format json {options} --")).arg(text).exits(exit).json();
        let rules = ran["diagnostics"].as_array().cloned().unwrap_or_default();
        rules.iter().map(|found| found["rule"].as_str().expect("a rule").to_owned()).collect::<Vec<_>>()
    };
    let text = "v=spf1 ptr +all";
    assert_eq!(record("", text, 1), ["spf-ptr", "spf-all-pass"]);
    assert_eq!(record("--ignore spf-all-pass", text, 0), ["spf-ptr"]);
    assert_eq!(record("--select spf-all-pass", text, 1), ["spf-all-pass"]);
    folder.mailvouch("record --select spf-al-pass v=spf1").exits(2).says("did you mean `spf-all-pass`?");
    // What is not usable fails all the same.
    assert_eq!(record("--ignore spf-unknown-mechanism", "v=spf1 ipv4:192.0.2.1", 1), [""; 0]);
}

#[test]
fn only_a_text_with_an_owner_leads_back_to_it() {
    let folder = Folder::new();
    let text = "v=spf1 include:example.com -all";
    folder.mailvouch("record --").arg(text).exits(0);
    folder.mailvouch("record --owner example.com --").arg(text).exits(1).says("spf-include-loop");
}

#[test]
fn how_it_ends_can_be_chosen() {
    let folder = Folder::new();
    let text = "v=spf1 ipv4:192.0.2.1 -all";
    folder.mailvouch("record --exit-zero --").arg(text).exits(0);
    folder.mailvouch("record --fail-on never --").arg(text).exits(0);
    folder.mailvouch("record --format ndjson --").arg(text).exits(2);
}

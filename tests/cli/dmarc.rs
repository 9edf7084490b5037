//! `dmarc`: the policy that receivers find, and who takes reports.

use serde_json::json;

use super::runner::Ran;
use super::{Folder, snapshots};

const ZONE: &str = r#"$ORIGIN example.com.
$TTL 300
@ SOA ns hostmaster 1 7200 3600 1209600 3600
@ NS ns
ns A 203.0.113.53
@ MX 10 mail
mail A 203.0.113.25
_dmarc TXT "v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; rua=mailto:a@vendor.example"
_dmarc.test TXT "v=DMARC1; p=reject; t=y"
_dmarc.broken TXT "v=DMARC1; p=rejct"
_dmarc.two TXT "v=DMARC1; p=reject"
_dmarc.two TXT "v=DMARC1; p=none"
"#;

const VENDOR: &str = r#"$ORIGIN vendor.example.
$TTL 300
@ SOA ns hostmaster 1 7200 3600 1209600 3600
@ NS ns
ns A 203.0.113.53
_dmarc TXT "v=DMARC1; p=reject"
example.com._report._dmarc TXT "v=DMARC1"
"#;

const ZONES: &str = "--zone-file example.com.zone --zone-file vendor.example.zone";

fn dmarc(arguments: &str, exit: i32) -> Ran {
    let folder = Folder::with(&[("example.com.zone", ZONE), ("vendor.example.zone", VENDOR)]);
    folder.mailvouch(&format!("dmarc {arguments} {ZONES}")).exits(exit)
}

#[test]
fn the_result_comes_first_then_the_questions_then_what_follows() {
    let _area = snapshots();
    insta::assert_snapshot!("dmarc-policy", dmarc("policy example.com", 0));
    insta::assert_snapshot!("dmarc-policy-inherited", dmarc("policy mail.example.com --spf-pass other.example.com", 0));
    let fails = "policy gone.example.com --spf-pass vendor.example --dkim-pass example.com";
    insta::assert_snapshot!("dmarc-policy-fail", dmarc(fails, 0));
    insta::assert_snapshot!("dmarc-policy-testing", dmarc("policy test.example.com", 0));
    insta::assert_snapshot!("dmarc-policy-broken", dmarc("policy broken.example.com", 0));
    insta::assert_snapshot!("dmarc-policy-two", dmarc("policy two.example.com", 0));
    insta::assert_snapshot!("dmarc-policy-json", dmarc(&format!("{fails} --format json"), 0));
    insta::assert_snapshot!("dmarc-policy-outside", dmarc("policy example.net", 3));
    insta::assert_snapshot!("dmarc-reports", dmarc("reports example.com vendor.example", 0));
    insta::assert_snapshot!("dmarc-reports-missing", dmarc("reports example.com example.net", 3));
    insta::assert_snapshot!("dmarc-reports-json", dmarc("reports example.com vendor.example --format json", 0));
}

#[test]
fn the_document_has_what_was_promised() {
    let found = dmarc("policy Mail.Example.COM. --spf-pass= --dkim-pass=mail.example.com --format json", 0).json();
    assert_eq!((&found["result"], &found["policy"]), (&json!("pass"), &json!("quarantine")));
    assert_eq!((&found["aligned_spf"], &found["aligned_dkim"]), (&json!(false), &json!(true)));
    assert_eq!(found["policy_domain"], json!("example.com"));
    assert_eq!(found["organizational_domain"], json!("example.com"));
    assert_eq!(found["rfc7489"]["policy"], json!("quarantine"));
    let queries: Vec<_> = found["queries"].as_array().expect("questions").iter().map(|asked| &asked["owner"]).collect();
    assert_eq!(queries, ["_dmarc.mail.example.com", "_dmarc.example.com", "_dmarc.com"]);
    let accepts = |destination: &str, exit| {
        dmarc(&format!("reports example.com {destination} --format json"), exit).json()["accepts"].clone()
    };
    assert_eq!((accepts("vendor.example", 0), accepts("mail.example.com", 0)), (json!(true), json!(true)));
    let about = dmarc("reports example.org vendor.example --format json", 3).json();
    assert_eq!((&about["accepts"], &about["status"]), (&json!(false), &json!("temperror")));
}

#[test]
fn an_author_without_a_domain_is_a_permerror_for_programs_and_an_error_for_people() {
    let found = dmarc("policy a..example --format json", 2).json();
    assert_eq!((&found["result"], &found["policy"]), (&json!("permerror"), &json!(null)));
    dmarc("policy a..example", 2);
    dmarc("policy example.com --spf-pass a..example", 2);
    dmarc("policy example.com --format ndjson", 2);
}

#[test]
fn a_saved_snapshot_gives_the_same_result() {
    let folder = Folder::with(&[("example.com.zone", ZONE), ("vendor.example.zone", VENDOR)]);
    let who = "dmarc policy mail.example.com --dkim-pass example.com --format json";
    let first = folder.mailvouch(&format!("{who} {ZONES} --save-answers a.json")).exits(0);
    let second = folder.mailvouch(&format!("{who} --answers a.json")).exits(0);
    assert_eq!(first.json(), second.json());
    folder.mailvouch("dmarc policy gone.example.com --answers a.json").exits(3);
}

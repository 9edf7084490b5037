//! `spf eval`: one message, its result, and every step that led there.

use serde_json::json;

use super::runner::Ran;
use super::{Folder, snapshots};

const ZONE: &str = r#"$ORIGIN example.com.
$TTL 300
@ SOA ns hostmaster 1 7200 3600 1209600 3600
@ NS ns
ns A 203.0.113.53
@ TXT "v=spf1 ip4:203.0.113.10 ip4:203.0.113.11 ip4:203.0.113.12 ip4:203.0.113.13 ip4:203.0.113.14 mx " "include:_spf.example.com exists:%{ir}.list.example.com -all exp=why.example.com"
@ MX 10 mail
mail A 203.0.113.25
_spf TXT "v=spf1 ip4:198.51.100.0/24 ~all"
why TXT "%{c} is not ours: see http://www.example.com/mail?who=%{S}"
broken TXT "v=spf1 ip4:203.0.113.0/33 -all"
far TXT "v=spf1 include:_spf.news.example -all"
three TXT "v=spf1 a:gone.example.com a:lost.example.com mx:why.example.com -all"
"#;

fn eval(arguments: &str, exit: i32) -> Ran {
    let folder = Folder::with(&[("example.com.zone", ZONE)]);
    folder.mailvouch(&format!("spf eval --zone-file example.com.zone {arguments}")).exits(exit)
}

#[test]
fn the_result_comes_first_then_what_decided_then_every_step() {
    let _area = snapshots();
    insta::assert_snapshot!("spf-eval-pass", eval("--ip 203.0.113.25 --mail-from a@example.com", 0));
    insta::assert_snapshot!("spf-eval-include", eval("--ip 198.51.100.7 --mail-from a@example.com", 0));
    insta::assert_snapshot!("spf-eval-fail", eval("--ip 192.0.2.1 --mail-from a+b@example.com", 0));
    insta::assert_snapshot!("spf-eval-permerror", eval("--ip 203.0.113.10 --mail-from a@broken.example.com", 0));
    insta::assert_snapshot!("spf-eval-voids", eval("--ip 203.0.113.10 --mail-from a@three.example.com", 0));
    insta::assert_snapshot!("spf-eval-none", eval("--ip 203.0.113.10 --helo mail.example.com", 0));
    insta::assert_snapshot!("spf-eval-json", eval("--ip 203.0.113.25 --mail-from a@example.com --format json", 0));
}

#[test]
fn what_this_run_could_not_ask_is_no_result() {
    let _area = snapshots();
    insta::assert_snapshot!("spf-eval-outside", eval("--ip 203.0.113.10 --mail-from a@far.example.com", 3));
}

#[test]
fn the_document_has_what_was_promised() {
    let found = eval("--ip ::ffff:192.0.2.1 --mail-from <a+b@example.com> --format json", 0).json();
    assert_eq!(found["result"], json!("fail"));
    assert_eq!(found["domain"], json!("example.com"));
    assert_eq!(found["ip"], json!("192.0.2.1"));
    assert_eq!((&found["lookups"], &found["voids"]), (&json!(3), &json!(1)));
    assert_eq!(found["problem"], json!(null));
    let said = "192.0.2.1 is not ours: see http://www.example.com/mail?who=a%2Bb%40example.com";
    assert_eq!(found["explanation"], json!(said));
    let trace = found["trace"].as_array().expect("a trace");
    let exists = trace.iter().find(|step| step["term"] == json!("exists:%{ir}.list.example.com")).expect("a step");
    assert_eq!(exists["target"], json!("1.2.0.192.list.example.com"));
    assert_eq!(exists["questions"][0]["reason"], json!("nxdomain"));
    assert_eq!(exists["outcome"], json!("no-match"));
}

#[test]
fn a_bounce_is_checked_by_its_helo_name() {
    for mail_from in ["--mail-from <>", "--mail-from=", ""] {
        let found = eval(&format!("--ip 203.0.113.25 --helo example.com {mail_from} --format json"), 0).json();
        assert_eq!((&found["result"], &found["domain"]), (&json!("pass"), &json!("example.com")));
    }
    eval("--ip 203.0.113.25 --mail-from <>", 2);
    eval("--ip 203.0.113.25", 2);
    eval("--ip mail.example.com --helo x.example", 2);
    eval("--ip 203.0.113.25 --helo x.example --format ndjson", 2);
}

#[test]
fn a_saved_snapshot_gives_the_same_result() {
    let folder = Folder::with(&[("example.com.zone", ZONE)]);
    let who = "--ip 192.0.2.1 --mail-from a@example.com --format json";
    let first =
        folder.mailvouch(&format!("spf eval --zone-file example.com.zone --save-answers a.json {who}")).exits(0);
    let second = folder.mailvouch(&format!("spf eval --answers a.json {who}")).exits(0);
    assert_eq!(first.json(), second.json());
    // Another message asks what the snapshot does not hold.
    folder.mailvouch("spf eval --answers a.json --ip 192.0.2.2 --mail-from a@example.com").exits(3);
}

//! A zone at Cloudflare, from a declaration to records: the provider as the program opens it.

use serde_json::{Value as Json, json};

use super::Folder;
use super::runner::Ran;
use super::scene::{DECLARED, OFFICE_FAILS, zone};
use crate::servers::cloudflare::{FakeCloudflare, TOKEN};

/// The same zone as a master file and at Cloudflare, and the declaration that is to be met. No name server runs: what is
/// looked at here is what Cloudflare holds.
fn stage(fake: &FakeCloudflare) -> Folder {
    let nobody = "127.0.0.1:1";
    let provider = format!(
        "kind = \"cloudflare\"\nurl = \"{}\"\ntoken-env = \"CLOUDFLARE_API_TOKEN\"\nauthoritative = [\"{nobody}\"]",
        fake.url(),
    );
    let declared = DECLARED.replace("kind = \"zone-file\"\nfile = \"example.com.zone\"", &provider);
    for (name, rtype, content) in [
        ("example.com", "TXT", "\"v=spf1 -all\""),
        ("example.com", "TXT", "verification=9b2f"),
        ("example.com", "MX", "mail.example.com"),
        ("example.com", "CAA", "0 issue \"ca.example\""),
        ("mail.example.com", "A", "203.0.113.10"),
        ("_dmarc.example.com", "TXT", "\"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\""),
    ] {
        let record = json!({"name": name, "type": rtype, "content": content, "ttl": 1, "comment": "by hand"});
        fake.state().put("example.com", record);
    }
    Folder::with(&[("mailvouch.toml", &declared), ("example.com.zone", &zone(&[OFFICE_FAILS]))])
}

/// Runs a command with the token, which is shown nowhere, nor written anywhere.
fn run(folder: &Folder, command: &str, code: i32) -> Ran {
    let ran = folder.mailvouch(command).env("CLOUDFLARE_API_TOKEN", TOKEN).exits(code);
    let files: String =
        folder.files().into_iter().map(|(_, octets)| String::from_utf8_lossy(&octets).into_owned()).collect();
    assert!(!format!("{ran}{files}").contains(TOKEN), "the token is shown: {ran}");
    ran
}

/// What stands at the apex, as far as somebody at the panel sees it.
fn apex(fake: &FakeCloudflare) -> Vec<Json> {
    let records = fake.state().at("example.com", "example.com");
    let seen = |record: &Json| json!([record["id"], record["content"], record["ttl"], record["comment"]]);
    records.iter().map(seen).collect()
}

#[test]
fn a_plan_is_carried_out_and_taken_back() {
    let fake = FakeCloudflare::start(&["example.com"]);
    let folder = stage(&fake);
    let before = apex(&fake);
    run(&folder, "plan --zone-file example.com.zone --out plan.json", 1);
    assert!(fake.writes().is_empty());
    run(&folder, "apply plan.json --yes --journal journal --wait 1", 0)
        .says("1 change written, and read back at the provider");
    let after = apex(&fake);
    assert_eq!(after[0][1], "\"v=spf1 ip4:203.0.113.10 -all\"");
    assert_eq!(after[1..], before[1..]);
    run(&folder, "rollback journal --yes", 0).says("1 change taken back, and read back at the provider");
    assert_eq!(apex(&fake), before, "with its id, its comment and its automatic TTL");
    assert_eq!(fake.writes().len(), 2, "{:?}", fake.writes());
}

#[test]
fn a_token_that_is_not_known_writes_nothing() {
    let fake = FakeCloudflare::start(&["example.com"]);
    let folder = stage(&fake);
    run(&folder, "plan --zone-file example.com.zone --out plan.json", 1);
    let ran = folder.mailvouch("apply plan.json --yes").env("CLOUDFLARE_API_TOKEN", "hunter2-of-the-test").exits(3);
    assert!(!ran.to_string().contains("hunter2"), "{ran}");
    ran.says("Authentication error (code 10000): the token needs Zone.Zone Read and Zone.DNS Edit");
    assert!(fake.writes().is_empty());
}

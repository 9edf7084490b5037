//! Google's own client, in Python, asks the stand-in, and holds each answer against the API's description.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::super::fixture::TTL;
use crate::servers::google::{self, PROJECT};
use crate::servers::program_of_peers;

#[test]
fn it_understands_the_stand_in() {
    let fake = google::start("example.com.");
    for (rtype, data) in [
        ("SOA", "ns-cloud-a1.googledomains.com. cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300"),
        ("NS", "ns-cloud-a1.googledomains.com."),
        ("TXT", "\"v=spf1 -all\""),
        ("MX", "10 mx.example.com."),
        ("CAA", "0 issue \"ca.example\""),
    ] {
        fake.state().put("example.com.", rtype, TTL, data);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key.json");
    std::fs::write(&key, google::key_file(&fake)).expect("a file");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/google_dns_sdk.py");
    let output = Command::new(program_of_peers("python"))
        .args([script, &fake.url(), PROJECT])
        .arg(&key)
        .output()
        .expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = json!({
        "zones": [["inside", "private"], ["mail-zone", "public"]], "of the name": 2,
        "sets": ["CAA", "MX", "NS", "SOA", "TXT"], "in pages of one": 5,
        "changed": "pending", "at last": "done", "after it": ["\"v=spf1 a -all\"", "\"x\" \"y\""],
        "stale": [412, "conditionNotMet"], "there already": [409, "alreadyExists"], "gone": [404, "notFound"],
        "beside an alias": [400, "cnameResourceRecordSetConflict"], "empty": [400, "required"],
        "no zone": [404, "notFound"], "no project": [403, "forbidden"], "no token": [401, "authError"],
        "left": 5,
    });
    assert_eq!(told, expected);
}

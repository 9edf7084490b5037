//! The vendor's own client, in Python, reads what the stand-in answers, and writes to it.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::running;
use crate::servers::hetzner::TOKEN;
use crate::servers::program_of_peers;

#[test]
fn it_understands_the_stand_in() {
    let (_provider, fake) = running();
    fake.state().host.zone("example.net").mode = "secondary";
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/hetzner_client.py");
    let mut command = Command::new(program_of_peers("python"));
    let output = command.args([script, &fake.url("/v1"), TOKEN]).output().expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = json!({
        "zones": ["example.com", "example.net", "other.example.com"], "zone": ["example.com", "primary", "ok"],
        "made": ["add_rrset_records", "success"], "texts": ["\"MS=ms1\"", "\"v=spf1 -all\""],
        "comments": ["kept", null], "ttl": 7200, "in pages of one": 3, "actions": 5,
        "made again": "uniqueness_error", "there already": "uniqueness_error", "not there": "not_found",
        "too short": "invalid_input", "beside an alias": "invalid_input", "secondary": "incorrect_zone_mode",
        "missing": "not_found", "no token": "unauthorized", "left": 0,
    });
    assert_eq!(told, expected);
}

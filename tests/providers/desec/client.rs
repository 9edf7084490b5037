//! The best-known client for deSEC reads what the stand-in answers, and writes to it.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::running;
use crate::servers::desec::TOKEN;
use crate::servers::program_of_peers;

#[test]
fn it_understands_the_stand_in() {
    let (_provider, fake) = running();
    fake.state().host.page = 2;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/desec_client.py");
    let mut command = Command::new(program_of_peers("python"));
    let output = command.args([script, &fake.url("/api/v1"), TOKEN]).output().expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = json!({
        "domains": ["example.com", "example.net", "other.example.com"],
        "minimum": 3600,
        "made": ["\"MS=ms1\""], "made again": "ParameterError",
        "changed": ["\"MS=ms1\"", "\"v=spf1 -all\""],
        "bulk": 3, "in pages of two": 4, "bulk with a fault": "ParameterError", "after it": 4,
        "long": [255, 45],
        "too short": "ParameterError", "missing": "NotFoundError", "no token": "AuthenticationError", "left": 0,
    });
    assert_eq!(told, expected);
}

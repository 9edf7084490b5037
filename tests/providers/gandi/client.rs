//! The client of octoDNS for Gandi reads what the stand-in answers, and writes to it.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::{owned, running};
use crate::servers::gandi::TOKEN;
use crate::servers::program_of_peers;

#[test]
fn it_understands_the_stand_in() {
    let (_provider, fake) = running();
    fake.state().host.domain("example.com").put("www", "CNAME", Some((7200, owned(&["web"]))));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/gandi_client.py");
    let mut command = Command::new(program_of_peers("python"));
    let output = command.args([script, &fake.url("/v5"), TOKEN]).output().expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = json!({
        "domains": ["example.com", "example.net", "other.example.com"], "zone": "example.com",
        "relative": ["web.example.com."], "in pages of two": 4,
        "texts": ["\"MS=ms1\"", "\"v=spf1 -all\""], "long": [255, 45],
        "too short": "GandiClientBadRequest", "made again": 409, "missing": "GandiClientNotFound",
        "no token": "GandiClientUnauthorized", "left": 0,
    });
    assert_eq!(told, expected);
}

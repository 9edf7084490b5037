//! DigitalOcean's own client, in Python, asks the stand-in.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::put;
use crate::servers::digitalocean::{self, TOKEN};
use crate::servers::program_of_peers;

#[test]
fn it_understands_the_stand_in() {
    let fake = digitalocean::start(&["example.com", "example.net"]);
    put(&fake, "@", "v=spf1 -all");
    let alias = json!({"type": "CNAME", "name": "www", "data": "@", "ttl": 1800});
    fake.state().put("example.com", alias);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/digitalocean_sdk.py");
    let output = Command::new(program_of_peers("python")).args([script, &fake.url(), TOKEN]).output().expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = json!({
        "domains": ["example.com", "example.net"], "records": ["CNAME", "TXT"], "in pages of one": 2,
        "made": ["sdk", "made by the client", 60, null], "patched": ["sdk", "patched", 60],
        "updated": ["sdk", "updated", 120], "mx": ["mx.example.net", 10], "of the name": 1,
        "deleted": null, "gone": [404, "not_found"], "no domain": [404, "not_found"],
        "no dot": [422, "unprocessable_entity"], "empty": [422, "unprocessable_entity"],
        "beside an alias": [422, "unprocessable_entity"], "no token": [401, "Unauthorized"], "left": 3,
    });
    assert_eq!(told, expected);
}

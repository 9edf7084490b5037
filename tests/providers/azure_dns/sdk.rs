//! Microsoft's own client, in Python, asks the stand-in, and reads its answers into its models.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::super::fixture::TTL;
use super::put;
use crate::servers::azure::{self, CLIENT, GROUP, SECRET, SUBSCRIPTION, TENANT};
use crate::servers::program_of_peers;

#[test]
fn it_understands_the_stand_in() {
    let fake = azure::start("example.com");
    put(&fake, "@", "v=spf1 -all");
    fake.state().put("example.com", "@", "MX", TTL, json!({"preference": 10, "exchange": "mx.example.com."}));
    fake.state().put("example.com", "@", "CAA", TTL, json!({"flags": 0, "tag": "issue", "value": "ca.example"}));
    fake.state().put("example.com", "www", "CNAME", TTL, json!({"cname": "example.net"}));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/azure_dns_sdk.py");
    let output = Command::new(program_of_peers("python"))
        .args([script, &fake.url(), SUBSCRIPTION, GROUP, TENANT, CLIENT, SECRET])
        .output()
        .expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = json!({
        "zones": [["example.com", "Private"], ["example.com", "Public"]], "of the group": 1,
        "sets": ["@/CAA", "@/MX", "@/TXT", "www/CNAME"], "in pages of one": 4,
        "got": ["v=spf1 -all", TTL, {"by": "hand"}, "example.com."],
        "changed": [["v=spf1 a -all"], ["cut ", "in two"]], "another etag": true,
        "stale": [412, "PreconditionFailed"], "there already": [412, "PreconditionFailed"],
        "made": ["sdk", "Succeeded"], "stale deletion": [412, "PreconditionFailed"], "deleted": null,
        "gone": [404, "NotFound"], "beside an alias": [409, "Conflict"], "empty": [400, "BadRequest"],
        "no group": [404, "ResourceGroupNotFound"], "no token": [401, "InvalidAuthenticationToken"], "left": 4,
    });
    assert_eq!(told, expected);
}

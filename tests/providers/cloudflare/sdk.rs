//! The vendor's own client, in Python, reads what the stand-in answers, and checks each answer against its models.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::super::fixture::TTL;
use super::{TOKEN, text};
use crate::servers::cloudflare::{FakeCloudflare, Fault};
use crate::servers::program_of_peers;

fn client(fake: &FakeCloudflare, part: &str) -> Json {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/cloudflare_sdk.py");
    let mut command = Command::new(program_of_peers("python"));
    let output = command.args([script, &fake.url(), TOKEN, part]).output().expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn it_understands_the_stand_in() {
    let fake = FakeCloudflare::start(&["example.com", "example.net"]);
    for record in [
        text("example.com", "v=spf1 -all"),
        json!({"name": "example.com", "type": "MX", "content": "mx.example.com", "priority": 10, "ttl": TTL}),
        json!({"name": "www.example.com", "type": "CNAME", "content": "example.com", "ttl": 1, "proxied": true}),
        json!({"name": "example.com", "type": "CAA", "content": "0 issue \"ca.example\"", "ttl": 1,
            "data": {"flags": 0, "tag": "issue", "value": "ca.example"}}),
        json!({"name": "example.com", "type": "HTTPS", "content": "1 . alpn=\"h3\"", "ttl": 1,
            "data": {"priority": 1, "target": ".", "value": "alpn=\"h3\""}}),
        json!({"name": "example.com", "type": "TXT", "content": "locked", "ttl": 1, "comment": "not ours",
            "meta": {"email_routing": true, "read_only": true}}),
    ] {
        fake.state().put("example.com", record);
    }
    let expected = json!({
        "zones": ["example.com", "example.net"],
        "records": ["CAA", "CNAME", "HTTPS", "MX", "TXT", "TXT"], "in pages of two": 6,
        "created": {"content": "\"made by the client\"", "comment": "kept"},
        "edited": {"content": "\"changed\"", "comment": "kept"},
        "updated": {"content": "\"overwritten\"", "comment": null},
        "batch": [1, 1, 1, 1], "failed batch": 81044, "after it": 9,
        "identical": ["BadRequestError", 81058], "missing": ["NotFoundError", 81044],
        "beside an alias": ["BadRequestError", 81054], "no ttl": ["BadRequestError", 9021],
        "no token": ["AuthenticationError", 10000], "left": 6,
    });
    assert_eq!(client(&fake, "records"), expected);
}

#[test]
fn it_understands_that_there_are_too_many_requests() {
    let fake = FakeCloudflare::start(&["example.com"]);
    fake.faults([Some(Fault::TooMany(7))]);
    assert_eq!(client(&fake, "limited"), json!({"refused": "RateLimitError", "retry-after": "7"}));
}

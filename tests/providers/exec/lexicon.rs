//! The program of `examples/05-any-provider`: dns-lexicon, in front of a real PowerDNS.

use std::path::Path;

use mailvouch_providers::dns::Name;
use mailvouch_providers::exec::Exec;

use super::super::fixture::skeleton;
use super::kit::judged;
use crate::servers::{powerdns, program_of_peers};

/// Clauses that lexicon cannot keep with PowerDNS, each with its reason.
const BEYOND_LEXICON: [(&str, &str); 0] = [];

#[tokio::test]
async fn lexicon_keeps_what_it_can_of_the_contract() {
    let apex: Name = "example.com".parse().expect("a name");
    let line = |(owner, value): (Name, mailvouch_providers::Value)| {
        format!("{} {} IN {} {}\n", owner.absolute(), value.ttl, value.rdata.rtype(), value.rdata)
    };
    let text: String = skeleton(&apex).into_iter().map(line).collect();
    let server = powerdns::start("example.com", &text);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/05-any-provider/lexicon-dns");
    let command = [
        "env".to_owned(),
        format!("LEXICON_POWERDNS_PDNS_SERVER={}", powerdns::api(&server)),
        format!("LEXICON_POWERDNS_AUTH_TOKEN={}", powerdns::API_KEY),
        program_of_peers("python").display().to_string(),
        script.to_owned(),
        "powerdns".to_owned(),
    ];
    let program = Exec::new(command.to_vec(), Path::new("."), None);
    let judged = judged(program, apex).await;
    let failed: Vec<&str> = judged.iter().filter(|(_, why)| why.is_some()).map(|(name, _)| *name).collect();
    let known: Vec<&str> = BEYOND_LEXICON.iter().map(|(name, _)| *name).collect();
    assert_eq!(failed, known, "{judged:#?}");
}

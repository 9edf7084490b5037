//! The program of `examples/05-any-provider`: dns-lexicon, in front of a real PowerDNS.

use std::path::Path;

use mailvouch_providers::dns::Name;
use mailvouch_providers::exec::Exec;

use super::super::fixture::skeleton;
use super::kit::judged;
use crate::servers::{powerdns, program_of_peers};

/// The clauses that say most. Each look starts a Python of its own: all of them take minutes.
const TELLING: [&str; 7] = [
    "finds_the_zone_of_an_owner",
    "absent_owner_reads_as_empty",
    "creates_at_a_new_owner",
    "deletes_the_last_value",
    "leaves_siblings_alone",
    "refuses_to_remove_what_is_gone",
    "refuses_to_add_what_is_there",
];

#[tokio::test]
async fn lexicon_keeps_the_clauses_that_say_most() {
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
    let judged = judged(program, apex, &TELLING).await;
    assert_eq!(judged.len(), TELLING.len());
    assert!(judged.iter().all(|(_, why)| why.is_none()), "{judged:#?}");
}

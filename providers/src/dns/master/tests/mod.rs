//! Master files, read.

mod lossless;
mod meaning;
mod on_disk;

use super::{MasterError, MasterText};
use crate::dns::Name;

fn origin() -> Name {
    "example.com".parse().expect("a name")
}

fn parse(text: &str) -> Result<MasterText, MasterError> {
    MasterText::parse(text, Some(&origin()))
}

/// Every record as a line: owner, TTL, type, data, all absolute.
fn records(text: &MasterText) -> Vec<String> {
    let shown = text
        .records()
        .map(|record| format!("{} {} {} {}", record.owner.absolute(), record.ttl, record.rdata.rtype(), record.rdata));
    shown.collect()
}

//! A record's data as the one text that offsets count in.

use mailvouch_providers::dns::{Rdata, escape_joined_text};

/// The joined text of a TXT record, the presentation form of any other.
pub(super) fn octets(rdata: &Rdata) -> Vec<u8> {
    match rdata {
        Rdata::Txt(txt) => txt.joined(),
        other => other.to_string().into_bytes(),
    }
}

/// The same for people and for JSON: what is not printable ASCII as `\DDD`.
pub(super) fn shown(rdata: &Rdata) -> String {
    escape_joined_text(&octets(rdata))
}

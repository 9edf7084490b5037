//! Texts at a selector that were never meant as a DKIM key. Who may delete them is not decided here.

use super::record::DkimRecord;
use crate::record::artefact::{holds, plain};
use crate::record::dmarc::{self, DmarcRecord};
use crate::record::spf::{self, SpfRecord};

/// What a text at a selector was meant as, where that is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// An SPF record, sound or not.
    Spf,
    /// A DMARC record, sound or not.
    Dmarc,
    /// The value of a DKIM-Signature header field (RFC 6376, section 3.5).
    Signature,
    /// Anything else, such as a token that proves control of a domain.
    Other,
}

impl Stranger {
    /// What `record` was meant as; none where that is a key, be it ever so broken, or where it is blank.
    pub fn of(record: &DkimRecord) -> Option<Self> {
        let text = record.text();
        // A key as it should be, with no word of anything else: nearly all are.
        if text.starts_with(b"v=DKIM1") && record.is_dkim_like() && !holds(text, b"spf") && !holds(text, b"dmarc") {
            let is_signature = record.tag("b").is_some() && record.tag("bh").is_some();
            return is_signature.then_some(Self::Signature);
        }
        if SpfRecord::parse(text).is_some() || spf::near_miss(text).is_some() {
            return Some(Self::Spf);
        }
        if DmarcRecord::parse(text).is_some() || dmarc::near_miss(text).is_some() {
            return Some(Self::Dmarc);
        }
        if record.tag("b").is_some() && record.tag("bh").is_some() {
            return Some(Self::Signature);
        }
        let is_key = text.iter().all(u8::is_ascii_whitespace)
            || record.is_dkim_like()
            || holds(text, b"DKIM1")
            || holds(text, b"PRIVATE KEY")
            || holds(text, b"PUBLIC KEY")
            || super::mend::bare_key(text).is_some()
            || plain(text).is_some_and(|plain| DkimRecord::parse(&plain).is_dkim_like());
        if is_key { None } else { Some(Self::Other) }
    }
}

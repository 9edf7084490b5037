//! What several rules write at selectors.

use mailvouch_providers::dns::{Rdata, Txt};

use crate::declared::PublicKey;

/// The record that publishes a key. One over 255 octets is cut into strings by [`Txt::from_text`].
pub(super) fn key_record(key: &PublicKey) -> Rdata {
    let text = format!("v=DKIM1; k={}; p={}", key.algorithm.tag_value(), key.base64());
    Rdata::Txt(Txt::from_text(text.as_bytes()))
}

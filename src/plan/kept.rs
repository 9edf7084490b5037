//! Values that stand somewhere already, as files of plans and journals keep them: what is wrong with them is no reason
//! not to read that they go. Values that come are read strictly, never by this.

use mailvouch_providers::Value;
use mailvouch_providers::dns::{Rdata, RrType};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A value as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    rdata: WrittenData,
    ttl: u32,
    #[serde(default)]
    handle: Option<String>,
}

/// Its type and presentation form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenData {
    r#type: RrType,
    data: String,
}

/// Values, with character-strings of over 255 octets as a zone file may hold them (RFC 1035, section 3.3).
pub(super) fn values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    let written = Vec::<Written>::deserialize(deserializer)?;
    let value = |Written { rdata, ttl, handle }: Written| {
        let rdata = Rdata::parse_source(rdata.r#type, &rdata.data).map_err(D::Error::custom)?;
        Ok(Value { rdata, ttl, handle })
    };
    written.into_iter().map(value).collect()
}

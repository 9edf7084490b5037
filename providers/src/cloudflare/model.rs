//! Answers, as far as they are needed; what else stands in them is passed over.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

/// The envelope of every answer.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope {
    #[serde(default)]
    pub(super) success: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) errors: Vec<Problem>,
    #[serde(default)]
    pub(super) result: Json,
    #[serde(default)]
    pub(super) result_info: Option<Paging>,
}

/// Why something was refused. The codes of DNS pass the 16 bits that the crate has for them.
#[derive(Debug, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub(super) code: u32,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) message: String,
}

/// Where in a list an answer stands.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Paging {
    #[serde(default)]
    pub(super) total_pages: Option<u32>,
    #[serde(default)]
    pub(super) total_count: Option<u64>,
}

/// An item of a list.
pub(super) trait Item: for<'de> Deserialize<'de> + Send {
    fn id(&self) -> &str;
}

/// A zone of the list.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Listed {
    #[serde(deserialize_with = "plain")]
    pub(super) id: String,
    pub(super) name: String,
    /// `active`, `pending`, `initializing`, `moved`.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) status: String,
    /// `full`, `partial`, `secondary`, `internal`.
    #[serde(default, rename = "type", deserialize_with = "or_default")]
    pub(super) kind: String,
}

/// A record.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Record {
    #[serde(deserialize_with = "plain")]
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) rtype: String,
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) content: String,
    #[serde(default)]
    pub(super) priority: Option<u16>,
    pub(super) ttl: u32,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) proxied: bool,
    #[serde(default, deserialize_with = "or_default")]
    locked: bool,
    #[serde(default, deserialize_with = "or_default")]
    meta: Meta,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) settings: Settings,
}

/// Who else has a hand in a record.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct Meta {
    #[serde(deserialize_with = "or_default")]
    read_only: bool,
    #[serde(deserialize_with = "or_default")]
    email_routing: bool,
}

/// How a record is served.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    #[serde(deserialize_with = "or_default")]
    pub(super) flatten_cname: bool,
}

impl Item for Listed {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Item for Record {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Record {
    /// Who keeps it from being changed.
    pub(super) fn keeper(&self) -> Option<&'static str> {
        match (self.locked || self.meta.read_only, self.meta.email_routing) {
            (true, true) => Some("Email Routing"),
            (true, false) => Some("another product of Cloudflare"),
            (false, _) => None,
        }
    }
}

/// What is null is as if it were not there.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// An id. It becomes a part of paths, so it may not be able to lead elsewhere.
fn plain<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    let is_plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_plain { Ok(id) } else { Err(D::Error::custom(format!("`{}` is no id", id.escape_debug()))) }
}

//! Answers, as far as they are needed; what else stands in them is passed over.

use serde::Deserialize;
use serde_json::Value as Json;

/// The envelope of every answer.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope {
    pub(super) success: bool,
    #[serde(default)]
    pub(super) errors: Vec<Problem>,
    #[serde(default)]
    pub(super) result: Json,
    #[serde(default)]
    pub(super) result_info: Option<Paging>,
}

/// Why something was refused.
#[derive(Debug, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub(super) code: u32,
    #[serde(default)]
    pub(super) message: String,
}

/// Where in a list an answer stands.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Paging {
    #[serde(default)]
    pub(super) total_pages: u32,
    #[serde(default)]
    pub(super) total_count: u64,
}

/// A zone of the list.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) name: String,
    /// `active`, `pending`, `initializing`, `moved`, `deleted`, `deactivated`.
    #[serde(default)]
    pub(super) status: String,
    /// `full`, `partial`, `secondary`, `internal`.
    #[serde(default, rename = "type")]
    pub(super) kind: String,
}

/// A record.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) rtype: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) content: String,
    #[serde(default)]
    pub(super) priority: Option<u16>,
    #[serde(default)]
    pub(super) ttl: u32,
    #[serde(default)]
    pub(super) proxied: bool,
    #[serde(default)]
    pub(super) locked: bool,
    #[serde(default)]
    pub(super) meta: Meta,
    #[serde(default)]
    pub(super) settings: Settings,
}

/// Who else has a hand in a record.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Meta {
    pub(super) read_only: bool,
    pub(super) email_routing: bool,
}

/// How a record is served.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    pub(super) flatten_cname: bool,
}

impl Record {
    /// Who keeps it from being changed.
    pub(super) fn keeper(&self) -> Option<&'static str> {
        if self.meta.email_routing && (self.locked || self.meta.read_only) {
            Some("Email Routing: change it there")
        } else if self.locked || self.meta.read_only {
            Some("another product of Cloudflare: change it there")
        } else {
            None
        }
    }
}

//! The documents of the API, as far as they are needed; what else stands in them is passed over.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// One page of the list of zones.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ZonesPage {
    #[serde(default)]
    pub(super) hosted_zones: HostedZones,
    #[serde(default)]
    pub(super) is_truncated: bool,
    pub(super) next_marker: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct HostedZones {
    #[serde(default, rename = "HostedZone")]
    pub(super) all: Vec<HostedZone>,
}

/// A zone.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct HostedZone {
    /// `/hostedzone/Z…`.
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) config: Config,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Config {
    #[serde(default)]
    pub(super) private_zone: bool,
}

/// One page of the record sets of a zone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SetsPage {
    #[serde(default)]
    pub(super) resource_record_sets: Sets,
    #[serde(default)]
    pub(super) is_truncated: bool,
    pub(super) next_record_name: Option<String>,
    pub(super) next_record_type: Option<String>,
    pub(super) next_record_identifier: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Sets {
    #[serde(default, rename = "ResourceRecordSet")]
    pub(super) all: Vec<RrSet>,
}

/// A record set.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct RrSet {
    #[serde(rename = "Name")]
    pub(super) name: String,
    #[serde(rename = "Type")]
    pub(super) rtype: String,
    #[serde(rename = "TTL")]
    pub(super) ttl: Option<u32>,
    /// One of several that are answered by weight, place or health.
    #[serde(rename = "SetIdentifier")]
    pub(super) identifier: Option<String>,
    #[serde(default, rename = "ResourceRecords")]
    pub(super) records: Records,
    /// It leads to another service of Amazon's.
    #[serde(rename = "AliasTarget")]
    pub(super) alias: Option<IgnoredAny>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Records {
    #[serde(default, rename = "ResourceRecord")]
    pub(super) all: Vec<RecordValue>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct RecordValue {
    #[serde(rename = "Value")]
    pub(super) value: String,
}

/// What was said of a change.
#[derive(Debug, Deserialize)]
pub(super) struct ChangeDocument {
    #[serde(rename = "ChangeInfo")]
    pub(super) info: ChangeInfo,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeInfo {
    /// `/change/C…`.
    pub(super) id: String,
    /// `PENDING` or `INSYNC`.
    pub(super) status: String,
}

/// Why something was refused, in either of two shapes.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ErrorDocument {
    pub(super) error: Option<Problem>,
    pub(super) messages: Option<Messages>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Problem {
    #[serde(default)]
    pub(super) code: String,
    #[serde(default)]
    pub(super) message: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Messages {
    #[serde(default, rename = "Message")]
    pub(super) all: Vec<String>,
}

//! The documents of the API, as far as they are needed; what else stands in them is passed over.

use serde::{Deserialize, Serialize};

use crate::dns::Name;
use crate::hosted::HostedSet;

/// A zone.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ZoneDocument {
    pub(super) id: u64,
    pub(super) name: String,
    /// `primary` or `secondary`.
    pub(super) mode: String,
    /// The TTL of the sets that have none of their own.
    pub(super) ttl: u32,
    /// `ok`, `updating` or `error`: whether the name servers have it.
    pub(super) status: String,
}

/// A record set.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct RrSet {
    pub(super) id: String,
    /// Relative to the zone; `@` for the zone itself.
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) rtype: String,
    pub(super) ttl: Option<u32>,
    #[serde(default)]
    pub(super) protection: Protection,
    pub(super) records: Vec<Record>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Protection {
    /// Whether the set may not be changed.
    #[serde(default)]
    pub(super) change: bool,
}

/// A record of a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

impl RrSet {
    /// The set; none for a name that DNS does not know.
    pub(super) fn hosted(&self, apex: &Name, usual_ttl: u32) -> Option<HostedSet> {
        let owner = match self.name.as_str() {
            "@" | "" => apex.clone(),
            name => Name::parse_relative(name.as_bytes(), apex).ok()?,
        };
        let records = self.records.iter().map(|record| record.value.clone()).collect();
        Some(HostedSet { owner, rtype: self.rtype.clone(), ttl: self.ttl.unwrap_or(usual_ttl), records })
    }
}

/// What is done, or was, to a zone.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Action {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) command: String,
    /// `running`, `success` or `error`.
    pub(super) status: String,
    #[serde(default)]
    pub(super) error: Option<Problem>,
}

/// An error, of a request or of an action.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub(super) code: String,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    details: Option<Details>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Details {
    #[serde(default)]
    fields: Vec<Field>,
}

#[derive(Clone, Debug, Deserialize)]
struct Field {
    name: String,
    #[serde(default)]
    messages: Vec<String>,
}

impl Problem {
    /// In the words of the service, with those about single fields.
    pub(super) fn words(&self) -> String {
        let mut words = format!("{}: {}", self.code, self.message);
        for Field { name, messages } in self.details.iter().flat_map(|details| &details.fields) {
            words.push_str(&format!("; {name}: {}", messages.join(", ")));
        }
        words
    }
}

/// The documents as they come.
#[derive(Debug, Deserialize)]
pub(super) struct Failed {
    pub(super) error: Problem,
}

#[derive(Debug, Deserialize)]
pub(super) struct OneZone {
    pub(super) zone: ZoneDocument,
}

#[derive(Debug, Deserialize)]
pub(super) struct OneAction {
    pub(super) action: Action,
}

/// A page of a list.
pub(super) trait Page: for<'de> Deserialize<'de> + Send {
    type Item: Send;
    fn into_parts(self) -> (Vec<Self::Item>, Option<Meta>);
    /// What no other item of the list is.
    fn id(item: &Self::Item) -> String;
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Meta {
    pub(super) pagination: Pagination,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Pagination {
    pub(super) next_page: Option<u32>,
    #[serde(default)]
    pub(super) total_entries: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Zones {
    zones: Vec<ZoneDocument>,
    meta: Option<Meta>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RrSets {
    rrsets: Vec<RrSet>,
    meta: Option<Meta>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Actions {
    pub(super) actions: Vec<Action>,
}

impl Page for Zones {
    type Item = ZoneDocument;

    fn into_parts(self) -> (Vec<ZoneDocument>, Option<Meta>) {
        (self.zones, self.meta)
    }

    fn id(item: &ZoneDocument) -> String {
        item.id.to_string()
    }
}

impl Page for RrSets {
    type Item = RrSet;

    fn into_parts(self) -> (Vec<RrSet>, Option<Meta>) {
        (self.rrsets, self.meta)
    }

    fn id(item: &RrSet) -> String {
        item.id.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_in_its_own_words() {
        let text = r#"{"error": {"code": "invalid_input", "message": "invalid input in field 'ttl'",
            "details": {"fields": [{"name": "ttl", "messages": ["too low"]}]}}}"#;
        let failed: Failed = serde_json::from_str(text).expect("an error");
        assert_eq!(failed.error.words(), "invalid_input: invalid input in field 'ttl'; ttl: too low");
        let bare: Failed =
            serde_json::from_str(r#"{"error": {"code": "x", "message": "y", "details": null}}"#).expect("it");
        assert_eq!(bare.error.words(), "x: y");
    }
}

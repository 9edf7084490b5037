//! The documents of the API, as far as they are needed; what else stands in them is passed over.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::dns::Name;
use crate::hosted::{After, HostedSet};

/// What a set has that does not say its TTL: three hours, as the web panel gives it.
const USUAL_TTL: u32 = 10_800;

/// A domain of the list.
#[derive(Debug, Deserialize)]
pub(super) struct Domain {
    pub(super) fqdn: String,
}

/// A record set, which the API calls a record.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    /// Relative to the domain; `@` for the domain itself.
    #[serde(rename = "rrset_name")]
    pub(super) name: String,
    #[serde(rename = "rrset_type")]
    pub(super) rtype: String,
    #[serde(default, rename = "rrset_ttl")]
    ttl: Option<u32>,
    #[serde(rename = "rrset_values")]
    values: Vec<String>,
}

/// A snapshot of the list.
#[derive(Debug, Deserialize)]
pub(super) struct Snapshot {
    pub(super) id: String,
}

/// A snapshot with what the domain held.
#[derive(Debug, Deserialize)]
pub(super) struct SnapshotData {
    pub(super) zone_data: Vec<Record>,
}

impl Record {
    /// The set; none for a name that DNS does not know.
    pub(super) fn hosted(self, apex: &Name) -> Option<HostedSet> {
        let owner = match self.name.as_str() {
            "@" | "" => apex.clone(),
            name => Name::parse_relative(name.as_bytes(), apex).ok()?,
        };
        let ttl = self.ttl.unwrap_or(USUAL_TTL);
        Some(HostedSet { owner, rtype: self.rtype, ttl, records: self.values })
    }
}

/// A set as it is written at a path that says its name, and mostly its type.
#[derive(Debug, Serialize)]
pub(super) struct Written {
    #[serde(rename = "rrset_type", skip_serializing_if = "Option::is_none")]
    rtype: Option<String>,
    #[serde(rename = "rrset_ttl")]
    ttl: u32,
    #[serde(rename = "rrset_values")]
    values: Vec<String>,
}

impl Written {
    pub(super) fn of(set: After) -> Self {
        Self { rtype: None, ttl: set.ttl, values: set.records }
    }

    pub(super) fn with_type(set: After) -> Self {
        Self { rtype: Some(set.rtype.clone()), ..Self::of(set) }
    }
}

/// All sets of a name, written at once.
#[derive(Debug, Serialize)]
pub(super) struct AllOfName {
    pub(super) items: Vec<Written>,
}

/// What an error document says: a message, or a list of what is wrong with the fields.
pub(super) fn words(document: &Json) -> String {
    let text = |value: &Json, key: &str| value[key].as_str().map(str::to_owned);
    let fault = |fault: &Json| {
        let words = text(fault, "description")?;
        Some(text(fault, "name").map_or_else(|| words.clone(), |name| format!("{name}: {words}")))
    };
    let faults: Vec<String> = document["errors"].as_array().into_iter().flatten().filter_map(fault).collect();
    if faults.is_empty() { text(document, "message").unwrap_or_default() } else { faults.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_error_is_told_in_its_own_words() {
        let plain =
            json!({"code": 404, "message": "The domain was not found.", "object": "HTTPNotFound", "cause": "x"});
        assert_eq!(words(&plain), "The domain was not found.");
        let fields =
            json!({"status": "error", "errors": [{"location": "body", "name": "rrset_ttl", "description": "too low"}]});
        assert_eq!(words(&fields), "rrset_ttl: too low");
        assert_eq!(words(&json!([])), "");
    }
}

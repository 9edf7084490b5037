//! The documents of the API, as far as they are needed; what else stands in them is passed over.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::hosted::{After, HostedSet};

/// A domain (<https://desec.readthedocs.io/en/latest/dns/domains.html#domain-field-reference>).
#[derive(Debug, Deserialize)]
pub(super) struct Domain {
    pub(super) name: String,
    pub(super) minimum_ttl: u32,
    /// When one of its sets was last written, to the microsecond.
    #[serde(default)]
    pub(super) touched: Option<String>,
}

/// A record set (<https://desec.readthedocs.io/en/latest/dns/rrsets.html#rrset-field-reference>).
#[derive(Debug, Deserialize)]
pub(super) struct RrSet {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) rtype: String,
    pub(super) ttl: u32,
    pub(super) records: Vec<String>,
}

impl RrSet {
    /// The set; none for a name that DNS does not know.
    pub(super) fn hosted(self) -> Option<HostedSet> {
        let owner = self.name.parse().ok()?;
        Some(HostedSet { owner, rtype: self.rtype, ttl: self.ttl, records: self.records })
    }
}

/// A set as it is written; without records it goes.
#[derive(Debug, Serialize)]
pub(super) struct Written {
    /// Empty for the apex.
    pub(super) subname: String,
    #[serde(rename = "type")]
    pub(super) rtype: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ttl: Option<u32>,
    pub(super) records: Vec<String>,
}

impl Written {
    pub(super) fn of(subname: String, set: After) -> Self {
        let ttl = (!set.records.is_empty()).then_some(set.ttl);
        Self { subname, rtype: set.rtype, ttl, records: set.records }
    }
}

/// What an error document says: `{"detail": …}`, or lists of words by the field that they are about, one document for each
/// part of a bulk request and an empty one for a part without fault.
pub(super) fn words(document: &Json) -> String {
    fn gather(document: &Json, field: Option<&str>, words: &mut Vec<String>) {
        match document {
            Json::String(text) => words.push(match field {
                Some(field) if field != "detail" && field != "non_field_errors" => format!("{field}: {text}"),
                _ => text.clone(),
            }),
            Json::Array(parts) => parts.iter().for_each(|part| gather(part, field, words)),
            Json::Object(fields) => fields.iter().for_each(|(field, part)| gather(part, Some(field), words)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
    let mut all = Vec::new();
    gather(document, None, &mut all);
    all.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_error_is_told_in_its_own_words() {
        assert_eq!(words(&json!({"detail": "Invalid token."})), "Invalid token.");
        let bulk = json!([{}, {"records": ["Cannot parse it."]}, {"non_field_errors": ["Another RRset"]}]);
        assert_eq!(words(&bulk), "records: Cannot parse it.; Another RRset");
    }
}

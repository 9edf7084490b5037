//! The documents of the API, as far as they are needed; what else stands in them is passed over.

use serde::{Deserialize, Serialize};

use crate::dns::{Name, Rdata, RrType};
use crate::{ProviderError, Value};

/// A zone of the list.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) name: String,
}

/// A zone with what it holds.
#[derive(Debug, Deserialize)]
pub(super) struct ZoneDocument {
    /// `Native`, `Master`, `Slave`, `Producer`, `Consumer`; newer servers may say `Primary` and `Secondary`.
    pub(super) kind: String,
    #[serde(default)]
    pub(super) dnssec: bool,
    #[serde(default)]
    pub(super) api_rectify: bool,
    #[serde(default)]
    pub(super) soa_edit_api: String,
    #[serde(default)]
    pub(super) rrsets: Vec<RrSet>,
}

/// A record set.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct RrSet {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) rtype: String,
    pub(super) ttl: u32,
    pub(super) records: Vec<Record>,
}

/// One record of a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) content: String,
    /// It is kept and not served.
    #[serde(default)]
    pub(super) disabled: bool,
}

/// A metadata item.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    #[serde(default)]
    pub(super) metadata: Vec<String>,
}

/// What is sent to change a zone: all of it is done, or none.
#[derive(Debug, Serialize)]
pub(super) struct Patch {
    pub(super) rrsets: Vec<PatchedSet>,
}

/// A set that comes in the place of the one that is there. Its comments, which are left out here, stay.
#[derive(Debug, Serialize)]
pub(super) struct PatchedSet {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) rtype: String,
    pub(super) ttl: u32,
    pub(super) changetype: &'static str,
    pub(super) records: Vec<Record>,
}

impl RrSet {
    /// The owner; none for a name that DNS does not know.
    pub(super) fn owner(&self) -> Option<Name> {
        self.name.parse().ok()
    }

    /// What of it the server serves.
    pub(super) fn values(&self) -> Result<Vec<Value>, ProviderError> {
        let served: Vec<&Record> = self.records.iter().filter(|record| !record.disabled).collect();
        // No record of DNS: addresses are looked up elsewhere and served as A and AAAA.
        if self.rtype == "ALIAS" || served.is_empty() {
            return Ok(Vec::new());
        }
        if self.rtype == "LUA" {
            let message = format!("{} holds a LUA record: what it answers cannot be told from here", self.name);
            return Err(ProviderError::Unsupported(message));
        }
        let rtype = self.rtype()?;
        let value = |record: &Record| Ok(Value::new(parsed(&self.name, rtype, &record.content)?, self.ttl));
        served.into_iter().map(value).collect()
    }

    pub(super) fn rtype(&self) -> Result<RrType, ProviderError> {
        let unknown = |_| ProviderError::Unsupported(format!("{} holds records of a type {}", self.name, self.rtype));
        self.rtype.parse().map_err(unknown)
    }
}

fn parsed(owner: &str, rtype: RrType, content: &str) -> Result<Rdata, ProviderError> {
    Rdata::parse(rtype, content).map_err(|error| {
        ProviderError::Unavailable(format!("the API gave {owner} {rtype} `{content}`, which cannot be read: {error}"))
    })
}

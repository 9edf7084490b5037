//! The documents of the API, as far as they are needed; what else stands in them is passed over.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::dns::{Name, Rdata, RrType};
use crate::held::Listed;
use crate::{ProviderError, Value};

/// Types that can be written; of their values each has to be understood.
pub(super) const WRITABLE: &[RrType] =
    &[RrType::A, RrType::AAAA, RrType::CNAME, RrType::MX, RrType::PTR, RrType::SPF, RrType::TXT];

/// One page of the list of zones.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ZonesPage {
    #[serde(default)]
    pub(super) managed_zones: Vec<ManagedZone>,
    pub(super) next_page_token: Option<String>,
}

/// A zone.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ManagedZone {
    /// What its owner calls it, and requests name it by.
    pub(super) name: String,
    /// The apex, with its dot.
    pub(super) dns_name: String,
    /// `public` or `private`; public where it is not said.
    #[serde(default)]
    pub(super) visibility: String,
}

/// One page of the record sets of a zone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetsPage {
    #[serde(default)]
    pub(super) rrsets: Vec<RrSet>,
    pub(super) next_page_token: Option<String>,
}

/// A record set, as it is listed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RrSet {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) rtype: String,
    #[serde(default)]
    pub(super) ttl: u32,
    /// In the form of a master file (RFC 1035, section 5.1).
    #[serde(default)]
    pub(super) rrdatas: Vec<String>,
    /// It is answered by place, weight or health.
    pub(super) routing_policy: Option<IgnoredAny>,
}

/// A record set, as it is sent.
#[derive(Debug, Serialize)]
pub(super) struct SentSet {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) rtype: String,
    pub(super) ttl: u32,
    pub(super) rrdatas: Vec<String>,
}

/// What is to be done, all of it or nothing.
#[derive(Debug, Default, Serialize)]
pub(super) struct SentChange {
    pub(super) additions: Vec<SentSet>,
    pub(super) deletions: Vec<SentSet>,
}

/// What became of a change.
#[derive(Debug, Deserialize)]
pub(super) struct DoneChange {
    pub(super) id: String,
    /// `pending` or `done`.
    pub(super) status: String,
}

/// Why something was refused.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorDocument {
    #[serde(default)]
    pub(super) error: Problem,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) errors: Vec<Detail>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Detail {
    #[serde(default)]
    pub(super) reason: String,
}

impl Listed for RrSet {
    fn owner(&self) -> Option<Name> {
        self.name.parse().ok()
    }

    fn rtype(&self) -> Option<RrType> {
        // `ALIAS` is none: addresses are looked up elsewhere, and served as A and AAAA.
        self.rtype.parse().ok()
    }

    fn ttl(&self) -> u32 {
        self.ttl
    }

    fn values(&self) -> Result<Vec<Value>, ProviderError> {
        let Some(rtype) = self.rtype() else { return Ok(Vec::new()) };
        let (name, is_ours) = (&self.name, WRITABLE.contains(&rtype));
        if self.routing_policy.is_some() {
            // Addresses may be answered as they like: no step of ours speaks of them.
            if !is_ours || matches!(rtype, RrType::A | RrType::AAAA) {
                return Ok(Vec::new());
            }
            let message = format!(
                "{name} {rtype} is answered by place, weight or health (a routing policy): there is no one set to judge \
                 or to change"
            );
            return Err(ProviderError::Unsupported(message));
        }
        let value = |text: &String| {
            let rdata = Rdata::parse(rtype, text).map_err(|error| {
                let message = format!("Google gave {name} {rtype} `{text}`, which cannot be read: {error}");
                ProviderError::Unavailable(message)
            })?;
            Ok(Value::new(rdata, self.ttl))
        };
        let values = self.rrdatas.iter().map(value);
        // What cannot be read of other types is no record for mail.
        if is_ours || rtype == RrType::NS { values.collect() } else { Ok(values.filter_map(Result::ok).collect()) }
    }
}

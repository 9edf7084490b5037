//! The documents of the API. What is not needed of them is kept, since a set is always written whole.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::dns::{Name, Rdata, RrType, Txt};
use crate::held::{Listed, Swap};
use crate::{ProviderError, Value, plain_relative};

/// Types that can be written. Azure has no SPF type.
pub(super) const WRITABLE: &[RrType] = &[RrType::A, RrType::AAAA, RrType::CNAME, RrType::MX, RrType::PTR, RrType::TXT];
const CAA: RrType = RrType(257);
const SRV: RrType = RrType(33);
/// Characters of one TXT record
/// (<https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/azure-subscription-service-limits>).
const LONGEST: usize = 4096;
/// What the service says itself of a set, and does not want to be told.
const ITS_OWN: [&str; 2] = ["fqdn", "provisioningState"];

/// One page of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    #[serde(default = "Vec::new")]
    pub(super) value: Vec<T>,
    pub(super) next_link: Option<String>,
}

/// A zone.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ListedZone {
    /// `/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/dnszones/…`.
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) properties: ZoneProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ZoneProperties {
    /// `Public` or `Private`; public where it is not said.
    #[serde(default)]
    pub(super) zone_type: String,
}

impl ListedZone {
    pub(super) fn is_public(&self) -> bool {
        !self.properties.zone_type.eq_ignore_ascii_case("private")
    }
}

/// The resource group in a resource id, whose words may have any case.
pub(super) fn resource_group(id: &str) -> Option<&str> {
    let mut parts = id.split('/').skip_while(|part| !part.eq_ignore_ascii_case("resourcegroups"));
    parts.nth(1).filter(|group| !group.is_empty())
}

/// A record set, as it is listed.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct RrSet {
    /// Relative to the zone; `@` for the apex.
    pub(super) name: String,
    /// `Microsoft.Network/dnszones/TXT`.
    #[serde(rename = "type")]
    kind: String,
    pub(super) etag: Option<String>,
    properties: Map<String, Json>,
}

/// What is sent in the place of a set.
#[derive(Debug, Serialize)]
pub(super) struct SentSet {
    properties: Map<String, Json>,
}

/// Why something was refused, in either of two shapes.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorDocument {
    error: Option<Problem>,
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

#[derive(Debug, Deserialize)]
struct Problem {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

impl ErrorDocument {
    /// The code, and what is said.
    pub(super) fn into_parts(self) -> (String, String) {
        self.error.map_or((self.code, self.message), |error| (error.code, error.message))
    }
}

impl RrSet {
    /// A property by its name, whose case differs between versions of the API.
    fn property(&self, name: &str) -> Option<&Json> {
        self.properties.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The last word of its type.
    pub(super) fn type_word(&self) -> &str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it can be told at which name it stands. A set about which that is not known could be any.
    pub(super) fn is_placed(&self) -> bool {
        self.owner().is_some()
    }

    /// The resource of Azure whose addresses, or alias, it answers.
    fn target(&self) -> Option<&str> {
        self.property("targetResource")?.get("id")?.as_str()
    }

    /// Its records, one by one.
    fn records(&self, rtype: RrType) -> Vec<&Json> {
        let Some(held) = key(rtype).and_then(|key| self.property(key)) else { return Vec::new() };
        match held {
            Json::Array(all) => all.iter().collect(),
            Json::Null => Vec::new(),
            one => vec![one],
        }
    }
}

/// The property that holds the records of a type.
fn key(rtype: RrType) -> Option<&'static str> {
    Some(match rtype {
        RrType::A => "ARecords",
        RrType::AAAA => "AAAARecords",
        RrType::CNAME => "CNAMERecord",
        RrType::MX => "MXRecords",
        RrType::NS => "NSRecords",
        RrType::PTR => "PTRRecords",
        RrType::SOA => "SOARecord",
        RrType::TXT => "TXTRecords",
        CAA => "caaRecords",
        SRV => "SRVRecords",
        _ => return None,
    })
}

impl Listed for RrSet {
    fn owner(&self) -> Option<Name> {
        self.property("fqdn")?.as_str()?.parse().ok()
    }

    fn rtype(&self) -> Option<RrType> {
        self.type_word().parse().ok()
    }

    fn ttl(&self) -> u32 {
        self.property("TTL").and_then(Json::as_u64).and_then(|ttl| u32::try_from(ttl).ok()).unwrap_or_default()
    }

    fn values(&self) -> Result<Vec<Value>, ProviderError> {
        // Of types that come later nothing is known, and none of them is for mail.
        let Some(rtype) = self.rtype().filter(|rtype| key(*rtype).is_some()) else { return Ok(Vec::new()) };
        if let Some(target) = self.target() {
            if rtype != RrType::CNAME {
                // Addresses may come from where they like: no step of ours speaks of them.
                return Ok(Vec::new());
            }
            let message = format!(
                "{} {rtype} is an alias inside Azure, of {target}: what it answers cannot be told from here",
                self.name
            );
            return Err(ProviderError::Unsupported(message));
        }
        let value = |record: &Json| {
            let rdata = read(rtype, record).ok_or_else(|| {
                let message = format!("Azure gave {} {rtype} `{record}`, which cannot be read", self.name);
                ProviderError::Unavailable(message)
            })?;
            Ok(Value::new(rdata, self.ttl()))
        };
        let values = self.records(rtype).into_iter().map(value);
        // What cannot be read of other types is no record for mail.
        let matters = WRITABLE.contains(&rtype) || rtype == RrType::NS;
        if matters { values.collect() } else { Ok(values.filter_map(Result::ok).collect()) }
    }
}

/// What a record says in DNS.
fn read(rtype: RrType, record: &Json) -> Option<Rdata> {
    let text = |key: &str| record.get(key)?.as_str().map(str::to_owned);
    let number = |key: &str| record.get(key)?.as_u64();
    // Names stand there as somebody wrote them, with the last dot or without.
    let name = |key: &str| text(key).map(|name| if name.ends_with('.') { name } else { name + "." });
    let line = match rtype {
        RrType::A => text("ipv4Address")?,
        RrType::AAAA => text("ipv6Address")?,
        RrType::CNAME => name("cname")?,
        RrType::NS => name("nsdname")?,
        RrType::PTR => name("ptrdname")?,
        RrType::MX => format!("{} {}", number("preference")?, name("exchange")?),
        SRV => format!("{} {} {} {}", number("priority")?, number("weight")?, number("port")?, name("target")?),
        CAA => {
            let value = crate::dns::escape_character_string(text("value")?.as_bytes());
            format!("{} {} {value}", number("flags")?, text("tag")?)
        }
        RrType::SOA => format!(
            "{} {} {} {} {} {} {}",
            name("host")?,
            name("email")?,
            number("serialNumber")?,
            number("refreshTime")?,
            number("retryTime")?,
            number("expireTime")?,
            number("minimumTTL")?
        ),
        RrType::TXT => {
            let strings = record.get("value")?.as_array()?.iter().map(|string| string.as_str());
            let strings: Vec<&str> = strings.collect::<Option<_>>()?;
            return Txt::from_strings(strings.into_iter().map(|string| string.as_bytes().to_vec())).map(Rdata::Txt);
        }
        _ => return None,
    };
    Rdata::parse(rtype, &line).ok()
}

/// A value as it is sent.
fn written(rdata: &Rdata) -> Option<Json> {
    Some(match rdata {
        Rdata::A(address) => json!({"ipv4Address": address.to_string()}),
        Rdata::Aaaa(address) => json!({"ipv6Address": address.to_string()}),
        Rdata::Cname(target) => json!({"cname": target.absolute()}),
        Rdata::Ptr(target) => json!({"ptrdname": target.absolute()}),
        Rdata::Mx { preference, exchange } => json!({"preference": preference, "exchange": exchange.absolute()}),
        Rdata::Txt(txt) => {
            let strings: Vec<&str> =
                txt.strings().iter().map(|string| std::str::from_utf8(string).ok()).collect::<Option<_>>()?;
            json!({"value": strings})
        }
        _ => return None,
    })
}

/// Why a value could not be held as it is. What the API says of texts is that they are strings of JSON, as they are: how
/// octets beyond ASCII come to be served is not said, and of empty strings users report that they are refused.
pub(super) fn unholdable(rdata: &Rdata) -> Option<String> {
    let txt = rdata.as_txt()?;
    let octets = || txt.strings().iter().flat_map(|string| string.iter());
    if txt.strings().iter().any(|string| string.is_empty()) {
        return Some("Azure takes no empty character-string".to_owned());
    }
    if octets().any(|octet| !(b' '..=b'~').contains(octet)) {
        return Some("Azure's API has no way to say octets that are no printable ASCII".to_owned());
    }
    (octets().count() > LONGEST).then(|| format!("Azure takes {LONGEST} characters in a TXT record"))
}

/// The set as it shall be: all that stays of it as it was listed, and what is added.
pub(super) fn after(swap: &Swap<'_, RrSet>) -> Result<SentSet, ProviderError> {
    let unwritable = || ProviderError::Unsupported(format!("{} {} cannot be written there", swap.owner, swap.rtype));
    let key = key(swap.rtype).ok_or_else(unwritable)?;
    let mut properties = Map::new();
    let mut records: Vec<Json> = Vec::new();
    if let Some(held) = swap.held {
        if let Some(target) = held.target() {
            let message = format!("{} {} is an alias inside Azure, of {target}", swap.owner, swap.rtype);
            return Err(ProviderError::Unsupported(message));
        }
        let is_other = |name: &str| !ITS_OWN.into_iter().chain([key, "TTL"]).any(|own| own.eq_ignore_ascii_case(name));
        let others = held.properties.iter().filter(|(name, _)| is_other(name));
        properties.extend(others.map(|(name, value)| (name.clone(), value.clone())));
        let listed = held.records(swap.rtype);
        records.extend(swap.stays.iter().filter_map(|at| listed.get(*at).map(|record| (*record).clone())));
    }
    for value in &swap.added {
        records.push(written(&value.rdata).ok_or_else(unwritable)?);
    }
    properties.insert("TTL".to_owned(), swap.ttl.into());
    // An alias is one record, not a list.
    let records = if swap.rtype == RrType::CNAME { records.pop().unwrap_or(Json::Null) } else { records.into() };
    properties.insert(key.to_owned(), records);
    Ok(SentSet { properties })
}

/// The name of a set, relative to its zone, as requests have it.
pub(super) fn relative(owner: &Name, apex: &Name) -> Result<String, ProviderError> {
    plain_relative(owner, apex, "Azure")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_their_zone() {
        let name = |text: &str| text.parse::<Name>().expect("a name");
        let apex = name("example.com");
        for (owner, relative_to_it) in
            [("example.com", "@"), ("a.b.example.com", "a.b"), ("*.example.com", "*"), ("_dmarc.example.com", "_dmarc")]
        {
            assert_eq!(relative(&name(owner), &apex).as_deref(), Ok(relative_to_it));
        }
        assert!(relative(&name(r"a\.b.example.com"), &apex).is_err());
    }

    #[test]
    fn a_group_is_found_in_an_id_of_any_case() {
        let id = "/subscriptions/s/resourcegroups/Mail/providers/Microsoft.Network/dnszones/example.com";
        assert_eq!(resource_group(id), Some("Mail"));
        assert_eq!(resource_group("/subscriptions/s/resourceGroups"), None);
        assert_eq!(resource_group(""), None);
    }
}

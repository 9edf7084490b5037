//! The documents of the API, as far as they are needed, and what its records say in DNS.

use serde::{Deserialize, Serialize};

use crate::dns::{Name, Rdata, RrType, Txt, escape_character_string};
use crate::{ProviderError, Value, plain_relative};

/// Types that can be written. DigitalOcean has neither PTR records in a zone, nor the type SPF.
pub(super) const WRITABLE: &[RrType] = &[RrType::A, RrType::AAAA, RrType::CNAME, RrType::MX, RrType::TXT];
const CAA: RrType = RrType(257);
/// What a text may come to in the form of a master file, quotes and all. The service says no number; this is what users
/// found (<https://github.com/DNSControl/dnscontrol/issues/370>).
const LONGEST: usize = 509;

/// An item of a list.
pub(super) trait Item {
    /// What tells it from the others.
    fn key(&self) -> String;
}

/// One page of a list: the items stand under a key that differs.
#[derive(Debug, Deserialize)]
pub(super) struct Page<T> {
    #[serde(alias = "domains", alias = "domain_records")]
    pub(super) items: Vec<T>,
    #[serde(default)]
    pub(super) links: Links,
    pub(super) meta: Meta,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Links {
    #[serde(default)]
    pub(super) pages: Pages,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Pages {
    /// The URL of the next page; only that there is one matters.
    pub(super) next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Meta {
    pub(super) total: u64,
}

/// A zone.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Domain {
    pub(super) name: String,
}

impl Item for Domain {
    fn key(&self) -> String {
        self.name.clone()
    }
}

/// A record.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Record {
    pub(super) id: u64,
    #[serde(rename = "type")]
    pub(super) rtype: String,
    /// Relative to the zone; `@` for the apex.
    pub(super) name: String,
    pub(super) data: String,
    pub(super) priority: Option<u16>,
    pub(super) port: Option<u16>,
    pub(super) ttl: Option<u32>,
    pub(super) weight: Option<u16>,
    pub(super) flags: Option<u8>,
    pub(super) tag: Option<String>,
}

impl Item for Record {
    fn key(&self) -> String {
        self.id.to_string()
    }
}

/// A record as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Sent {
    #[serde(rename = "type")]
    pub(super) rtype: String,
    pub(super) name: String,
    pub(super) data: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) priority: Option<u16>,
    pub(super) ttl: u32,
}

/// What was made of a request.
#[derive(Debug, Deserialize)]
pub(super) struct Done {
    pub(super) domain_record: Record,
}

/// Why something was refused.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub(super) id: String,
    #[serde(default)]
    pub(super) message: String,
}

impl Record {
    /// The name at which it stands; none for one that DNS does not know.
    pub(super) fn owner(&self, apex: &Name) -> Option<Name> {
        if self.name == "@" { Some(apex.clone()) } else { format!("{}.{apex}", self.name).parse().ok() }
    }

    pub(super) fn rtype(&self) -> Option<RrType> {
        self.rtype.parse().ok()
    }

    /// What it says in DNS; none where that is nothing, or of no type that matters here.
    pub(super) fn value(&self, apex: &Name) -> Result<Option<Value>, ProviderError> {
        let Some(rtype) = self.rtype() else { return Ok(None) };
        match (self.rdata(rtype, apex), WRITABLE.contains(&rtype) || rtype == RrType::NS) {
            (Some(rdata), _) => {
                let handle = Some(self.id.to_string());
                Ok(Some(Value { rdata, ttl: self.ttl.unwrap_or_default(), handle }))
            }
            // What cannot be read of other types is no record for mail.
            (None, false) => Ok(None),
            (None, true) => Err(ProviderError::Unavailable(format!(
                "DigitalOcean gave {} {rtype} `{}`, which cannot be read",
                self.name, self.data
            ))),
        }
    }

    fn rdata(&self, rtype: RrType, apex: &Name) -> Option<Rdata> {
        // Names stand there in full and without the last dot; the apex is `@`.
        let name = || match self.data.as_str() {
            "@" => apex.absolute(),
            "." => ".".to_owned(),
            name => format!("{}.", name.trim_end_matches('.')),
        };
        let line = match rtype {
            // The text as it is; it is cut where it has to be when it is served.
            RrType::TXT => return Some(Rdata::Txt(Txt::from_text(self.data.as_bytes()))),
            RrType::CNAME | RrType::NS | RrType::PTR => name(),
            RrType::MX => format!("{} {}", self.priority?, name()),
            RrType(33) => format!("{} {} {} {}", self.priority?, self.weight?, self.port?, name()),
            CAA => {
                let value = escape_character_string(self.data.as_bytes());
                format!("{} {} {value}", self.flags.unwrap_or_default(), self.tag.as_deref()?)
            }
            _ => self.data.clone(),
        };
        Rdata::parse(rtype, &line).ok()
    }
}

impl Sent {
    /// A value at this name.
    pub(super) fn new(owner: &Name, apex: &Name, value: &Value) -> Result<Self, ProviderError> {
        let rtype = value.rdata.rtype();
        let unwritable = || ProviderError::Unsupported(format!("{owner} {rtype} cannot be written there"));
        // A name with a dot at its end is one in full.
        let (data, priority) = match &value.rdata {
            Rdata::A(address) => (address.to_string(), None),
            Rdata::Aaaa(address) => (address.to_string(), None),
            Rdata::Cname(target) => (target.absolute(), None),
            Rdata::Mx { preference, exchange } => (exchange.absolute(), Some(*preference)),
            Rdata::Txt(txt) => (String::from_utf8(txt.joined()).map_err(|_| unwritable())?, None),
            _ => return Err(unwritable()),
        };
        Ok(Self { rtype: rtype.to_string(), name: relative(owner, apex)?, data, priority, ttl: value.ttl })
    }
}

/// Why a value could not be held as it is. The service has one text for a record and no word for where it is cut; that it
/// takes no empty one, and loses backslashes, and that it takes no MX of `.`, is what users found
/// (dnscontrol, `providers/digitalocean/auditrecords.go`).
pub(super) fn unholdable(rdata: &Rdata) -> Option<String> {
    if matches!(rdata, Rdata::Mx { exchange, .. } if *exchange == Name::root()) {
        return Some("DigitalOcean takes no MX that leads nowhere (`.`)".to_owned());
    }
    let txt = rdata.as_txt()?;
    let joined = txt.joined();
    let why = if joined.is_empty() {
        "DigitalOcean takes no empty text".to_owned()
    } else if joined.contains(&b'\\') {
        "DigitalOcean does not keep backslashes".to_owned()
    } else if joined.iter().any(|octet| !(b' '..=b'~').contains(octet)) {
        "DigitalOcean's API has no way to say octets that are no printable ASCII".to_owned()
    } else if joined.len() > 1 && joined.starts_with(b"\"") && joined.ends_with(b"\"") {
        "DigitalOcean may take the quotes around a text for none of it".to_owned()
    } else if *txt != Txt::from_text(&joined) {
        "DigitalOcean cuts a text by itself, after each 255 characters".to_owned()
    } else if txt.to_string().len() > LONGEST {
        format!("DigitalOcean takes {LONGEST} characters of text, quotes and all")
    } else {
        return None;
    };
    Some(why)
}

/// The name of a record, relative to its zone.
fn relative(owner: &Name, apex: &Name) -> Result<String, ProviderError> {
    plain_relative(owner, apex, "DigitalOcean")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_as_it_was_cut_or_is_refused() {
        for (text, holds) in [
            ("\"v=spf1 -all\"", true),
            ("\"a \\\"quoted\\\" text\"", true),
            ("\"trailing \"", true),
            ("\"\"", false),
            ("\"a\" \"b\"", false),
            ("\"back\\\\slash\"", false),
            ("\"\\195\\188\"", false),
            ("\"\\\"all of it\\\"\"", false),
        ] {
            let rdata = Rdata::parse(RrType::TXT, text).expect("a text");
            assert_eq!(unholdable(&rdata).is_none(), holds, "{text}");
        }
        let text = |length: usize| Rdata::Txt(Txt::from_text(&vec![b'k'; length]));
        assert!(unholdable(&text(504)).is_none() && unholdable(&text(505)).is_some(), "two strings, with their quotes");
        assert!(unholdable(&Rdata::parse(RrType::MX, "0 .").expect("an MX")).is_some());
    }
}

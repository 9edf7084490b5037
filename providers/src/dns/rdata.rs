//! The data of a record.

use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::presentation::Field;
use super::{Name, NameError, RrType, Txt, generic};

/// The start of a zone of authority (RFC 1035, section 3.3.13).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the field names are the RFC's")]
pub struct Soa {
    pub mname: Name,
    pub rname: Name,
    pub serial: u32,
    pub refresh: u32,
    pub retry: u32,
    pub expire: u32,
    pub minimum: u32,
}

/// The data of one record. Types that mail does not need are kept as they came.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the mnemonics say it")]
pub enum Rdata {
    A(Ipv4Addr),
    Aaaa(Ipv6Addr),
    Cname(Name),
    Mx {
        preference: u16,
        exchange: Name,
    },
    Ns(Name),
    Ptr(Name),
    Soa(Soa),
    Txt(Txt),
    /// Any other type: the fields of the master file, or wire octets in the form of RFC 3597.
    Other {
        rtype: RrType,
        text: String,
    },
}

/// Why fields are no rdata of their type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RdataError {
    /// A word that names no record type.
    #[error("not a record type")]
    UnknownType,
    /// Too few or too many fields.
    #[error("a record of type {rtype} has {wants}; here are {got}")]
    Fields {
        /// The type.
        rtype: RrType,
        /// What it takes, for people.
        wants: &'static str,
        /// How many there are.
        got: usize,
    },
    /// A field that is not what its place asks for.
    #[error("`{text}` is no {wants}")]
    Field {
        /// The field.
        text: String,
        /// What belongs there.
        wants: &'static str,
    },
    /// A field that is no domain name.
    #[error("`{text}` is no domain name: {source}")]
    Name {
        /// The field.
        text: String,
        /// Why.
        source: NameError,
    },
    /// A `\\#` field that no fitting octets follow.
    #[error("the octets behind `\\#` are no rdata of type {0} (RFC 3597, section 5)")]
    Generic(RrType),
    /// A character-string of over 255 octets.
    #[error("a character-string has {0} octets; 255 is the most (RFC 1035, section 3.3)")]
    LongString(usize),
}

impl Rdata {
    /// The type of this data.
    pub fn rtype(&self) -> RrType {
        match self {
            Self::A(_) => RrType::A,
            Self::Aaaa(_) => RrType::AAAA,
            Self::Cname(_) => RrType::CNAME,
            Self::Mx { .. } => RrType::MX,
            Self::Ns(_) => RrType::NS,
            Self::Ptr(_) => RrType::PTR,
            Self::Soa(_) => RrType::SOA,
            Self::Txt(_) => RrType::TXT,
            Self::Other { rtype, .. } => *rtype,
        }
    }

    /// The TXT data, if it is that.
    pub fn as_txt(&self) -> Option<&Txt> {
        match self {
            Self::Txt(txt) => Some(txt),
            _ => None,
        }
    }

    /// Where it points, if it is an alias.
    pub fn as_cname(&self) -> Option<&Name> {
        match self {
            Self::Cname(target) => Some(target),
            _ => None,
        }
    }

    /// Reads the fields of a master-file record; names without a final dot stand below `origin`. The generic form of
    /// RFC 3597 (`\\# 4 c0000201`) is taken for every type.
    pub fn from_fields(rtype: RrType, fields: &[Field<'_>], origin: &Name) -> Result<Self, RdataError> {
        if fields.first().is_some_and(|field| field.raw == br"\#" && !field.quoted) {
            return generic::from_fields(rtype, &fields[1..]);
        }
        let count = |wants, n| {
            let error = RdataError::Fields { rtype, wants, got: fields.len() };
            if fields.len() == n { Ok(()) } else { Err(error) }
        };
        let name = |index: usize| {
            let raw = fields[index].raw;
            Name::parse_relative(raw, origin).map_err(|source| RdataError::Name { text: lossy(raw), source })
        };
        Ok(match rtype {
            RrType::A => {
                count("one address", 1)?;
                Self::A(parse_field(&fields[0], "IPv4 address")?)
            }
            RrType::AAAA => {
                count("one address", 1)?;
                Self::Aaaa(parse_field(&fields[0], "IPv6 address")?)
            }
            RrType::CNAME | RrType::NS | RrType::PTR => {
                count("one name", 1)?;
                match rtype {
                    RrType::CNAME => Self::Cname(name(0)?),
                    RrType::NS => Self::Ns(name(0)?),
                    _ => Self::Ptr(name(0)?),
                }
            }
            RrType::MX => {
                count("a preference and a name", 2)?;
                let preference = parse_field(&fields[0], "preference (0 to 65535)")?;
                Self::Mx { preference, exchange: name(1)? }
            }
            RrType::SOA => {
                count("two names and five numbers", 7)?;
                let number = |index: usize| parse_ttl(&fields[index]);
                Self::Soa(Soa {
                    mname: name(0)?,
                    rname: name(1)?,
                    serial: parse_field(&fields[2], "serial number")?,
                    refresh: number(3)?,
                    retry: number(4)?,
                    expire: number(5)?,
                    minimum: number(6)?,
                })
            }
            RrType::TXT => {
                let txt = character_strings(rtype, fields)?;
                let long = txt.long_strings().next().map(|(_, string)| string.len());
                match long {
                    Some(octets) => return Err(RdataError::LongString(octets)),
                    None => Self::Txt(txt),
                }
            }
            // An address prefix list is the only one that may be empty (RFC 3123, section 5).
            _ if fields.is_empty() && rtype != RrType(42) => {
                return Err(RdataError::Fields { rtype, wants: "data", got: 0 });
            }
            _ => {
                let mut texts = fields.iter().map(field_text).collect::<Vec<_>>();
                for &index in name_fields(rtype).iter().filter(|index| **index < fields.len()) {
                    texts[index] = name(index)?.absolute();
                }
                Self::Other { rtype, text: texts.join(" ") }
            }
        })
    }

    /// As [`Self::from_fields`], for what somebody wrote and nobody serves yet: of TXT data, strings of over 255 octets
    /// are kept ([`Txt::from_source`]).
    pub fn from_source_fields(rtype: RrType, fields: &[Field<'_>], origin: &Name) -> Result<Self, RdataError> {
        match Self::from_fields(rtype, fields, origin) {
            Err(RdataError::LongString(_)) => Ok(Self::Txt(character_strings(rtype, fields)?)),
            read => read,
        }
    }

    /// As [`Self::parse`], with what [`Self::from_source_fields`] takes.
    pub fn parse_source(rtype: RrType, text: &str) -> Result<Self, RdataError> {
        let fields = super::presentation::fields(text.as_bytes());
        Self::from_source_fields(rtype, &fields, &Name::root())
    }

    /// Reads presentation form (as [`fmt::Display`] writes it); names are absolute.
    pub fn parse(rtype: RrType, text: &str) -> Result<Self, RdataError> {
        Self::parse_below(rtype, text, &Name::root())
    }

    /// As [`Self::parse`]; names without a dot at the end stand below `origin`.
    pub fn parse_below(rtype: RrType, text: &str, origin: &Name) -> Result<Self, RdataError> {
        let fields = super::presentation::fields(text.as_bytes());
        Self::from_fields(rtype, &fields, origin)
    }
}

/// Fields that are one character-string each, of whatever length.
fn character_strings(rtype: RrType, fields: &[Field<'_>]) -> Result<Txt, RdataError> {
    let string = |field: &Field<'_>| {
        field.unescaped().ok_or_else(|| field_error(field, "character-string: a backslash is broken"))
    };
    let strings = fields.iter().map(string).collect::<Result<Vec<_>, _>>()?;
    let none = RdataError::Fields { rtype, wants: "at least one character-string", got: 0 };
    Txt::from_source(strings).ok_or(none)
}

/// Which fields of a record of this type are names that may be relative to the origin.
pub(super) fn name_fields(rtype: RrType) -> &'static [usize] {
    match rtype.0 {
        // NS, MD, MF, CNAME, MB, MG, MR, PTR, DNAME, NSEC: the only or the first field.
        2..=5 | 7..=9 | 12 | 39 | 47 => &[0],
        // SOA, MINFO, RP.
        6 | 14 | 17 => &[0, 1],
        // MX, AFSDB, RT, KX, SVCB, HTTPS, LP: behind a number.
        15 | 18 | 21 | 36 | 64 | 65 | 107 => &[1],
        // PX, SRV, NAPTR, RRSIG.
        26 => &[1, 2],
        33 => &[3],
        35 => &[5],
        46 => &[7],
        _ => &[],
    }
}

/// A TTL or SOA timer: seconds, or BIND's `1w2d3h4m5s`.
pub(super) fn parse_ttl(field: &Field<'_>) -> Result<u32, RdataError> {
    let wants = "number of seconds";
    let text = std::str::from_utf8(field.raw).map_err(|_| field_error(field, wants))?;
    ttl_seconds(text).ok_or_else(|| field_error(field, wants))
}

/// Seconds meant by `3600` or `1h30m`; none if it is neither or over 2³¹−1 (RFC 2181, section 8).
pub(super) fn ttl_seconds(text: &str) -> Option<u32> {
    const MAX: u64 = 0x7fff_ffff;
    let (mut total, mut number, mut unit_seen) = (0_u64, None::<u64>, false);
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            let digit = u64::from(byte - b'0');
            number = Some(number.unwrap_or(0) * 10 + digit).filter(|number| *number <= MAX);
            number?;
        } else {
            let unit = match byte.to_ascii_lowercase() {
                b's' => 1,
                b'm' => 60,
                b'h' => 3600,
                b'd' => 86_400,
                b'w' => 604_800,
                _ => return None,
            };
            total += number.take()? * unit;
            unit_seen = true;
        }
    }
    let total = match number {
        Some(number) if !unit_seen => number,
        None if unit_seen => total,
        // `1h30` is refused: nobody agrees on what it means.
        Some(_) | None => return None,
    };
    u32::try_from(total).ok().filter(|_| total <= MAX)
}

fn parse_field<T: FromStr>(field: &Field<'_>, wants: &'static str) -> Result<T, RdataError> {
    let text = std::str::from_utf8(field.raw).ok();
    text.and_then(|text| text.parse().ok()).ok_or_else(|| field_error(field, wants))
}

fn field_error(field: &Field<'_>, wants: &'static str) -> RdataError {
    RdataError::Field { text: lossy(field.raw), wants }
}

fn lossy(raw: &[u8]) -> String {
    super::escape_joined_text(raw)
}

/// The field as it stood, its quotes put back and octets beyond ASCII escaped: the same value, and text.
fn field_text(field: &Field<'_>) -> String {
    let text: String = field
        .raw
        .iter()
        .map(|&byte| match byte {
            0x80.. => Cow::from(format!("\\{byte:03}")),
            _ => char::from(byte).to_string().into(),
        })
        .collect();
    if field.quoted { format!("\"{text}\"") } else { text }
}

impl fmt::Display for Rdata {
    /// Presentation form, names absolute: what a master file would hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(address) => write!(f, "{address}"),
            Self::Aaaa(address) => write!(f, "{address}"),
            Self::Cname(name) | Self::Ns(name) | Self::Ptr(name) => f.write_str(&name.absolute()),
            Self::Mx { preference, exchange } => write!(f, "{preference} {}", exchange.absolute()),
            Self::Soa(soa) => {
                let Soa { mname, rname, serial, refresh, retry, expire, minimum } = soa;
                let (mname, rname) = (mname.absolute(), rname.absolute());
                write!(f, "{mname} {rname} {serial} {refresh} {retry} {expire} {minimum}")
            }
            Self::Txt(txt) => write!(f, "{txt}"),
            Self::Other { text, .. } => f.write_str(text),
        }
    }
}

/// Type and presentation form, as files keep it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    r#type: RrType,
    data: String,
}

impl Serialize for Rdata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { r#type: self.rtype(), data: self.to_string() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rdata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { r#type, data } = Written::deserialize(deserializer)?;
        Self::parse(r#type, &data).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presentation_form_is_read_back() {
        let cases = [
            (RrType::A, "192.0.2.1"),
            (RrType::AAAA, "2001:db8::1"),
            (RrType::CNAME, "a.example."),
            (RrType::MX, "0 ."),
            (RrType::SOA, "ns.example. host.example. 1 2 3 4 5"),
            (RrType::TXT, r#""a \"quoted\" \\ ; \000\255" "second""#),
            (RrType(257), r#"0 issue "ca.example""#),
            (RrType(65280), r"\# 2 0102"),
        ];
        for (rtype, text) in cases {
            let rdata = Rdata::parse(rtype, text).expect(text);
            assert_eq!(rdata.to_string(), text);
            assert_eq!(rdata.rtype(), rtype);
        }
    }

    #[test]
    fn wrong_fields_are_named() {
        let error = |rtype, text| Rdata::parse(rtype, text).expect_err(text).to_string();
        assert_eq!(error(RrType::A, "192.0.2"), "`192.0.2` is no IPv4 address");
        assert_eq!(error(RrType::MX, "a.example."), "a record of type MX has a preference and a name; here are 1");
        let long = format!("\"{}\"", "a".repeat(256));
        assert!(error(RrType::TXT, &long).contains("256 octets"));
        assert_eq!(Rdata::parse_source(RrType::TXT, &long).expect("as written").to_string(), long);
        assert!(Rdata::parse_source(RrType::MX, "a.example.").is_err());
    }

    #[test]
    fn times_have_units() {
        for (text, seconds) in [("0", 0), ("3600", 3600), ("1h", 3600), ("1h30m", 5400), ("2W", 1_209_600)] {
            assert_eq!(ttl_seconds(text), Some(seconds), "{text}");
        }
        for text in ["", "h", "1h30", "1x", "-1", "2147483648", "99999999999999999999", "4000w"] {
            assert_eq!(ttl_seconds(text), None, "{text}");
        }
    }
}

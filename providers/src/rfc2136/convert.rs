//! Between our words and those of the wire. Nothing is lost on the way: octets of TXT, letter case aside in names.

use hickory_proto::rr::rdata::{self, MX, NULL, TXT};
use hickory_proto::rr::{Name as WireName, RData, Record, RecordType};

use crate::dns::{Name, Rdata, RrType, Soa, Txt};
use crate::{ProviderError, Value};

pub(super) fn to_wire_name(name: &Name) -> Result<WireName, ProviderError> {
    let wire = WireName::from_labels(name.labels());
    wire.map_err(|error| ProviderError::Unsupported(format!("{name} cannot be put into a DNS message: {error}")))
}

/// None for what no server can have sent: the limits of both sides are those of RFC 1035.
pub(super) fn from_wire_name(wire: &WireName) -> Option<Name> {
    Name::from_labels(wire.iter()).ok()
}

pub(super) fn to_wire_type(rtype: RrType) -> RecordType {
    RecordType::from(rtype.0)
}

/// The data of one of the types that this provider writes.
pub(super) fn to_wire_rdata(data: &Rdata) -> Result<RData, ProviderError> {
    Ok(match data {
        Rdata::Txt(txt) => RData::TXT(TXT::from_bytes(txt.strings().iter().map(AsRef::as_ref).collect())),
        Rdata::Cname(name) => RData::CNAME(rdata::CNAME(to_wire_name(name)?)),
        Rdata::Mx { preference, exchange } => RData::MX(MX::new(*preference, to_wire_name(exchange)?)),
        Rdata::Other { rtype: RrType::SPF, text } => {
            let Ok(Rdata::Txt(txt)) = Rdata::parse(RrType::TXT, text) else { return Err(unwritable(data)) };
            RData::Unknown { code: to_wire_type(RrType::SPF), rdata: NULL::with(to_character_strings(&txt)) }
        }
        other => return Err(unwritable(other)),
    })
}

fn unwritable(data: &Rdata) -> ProviderError {
    ProviderError::Unsupported(format!("{} {data} cannot be put into a DNS message", data.rtype()))
}

/// The value that a record holds; none where the data are not what their type asks for.
pub(super) fn from_wire_record(record: &Record) -> Option<Value> {
    let rtype = RrType(record.record_type().into());
    let data = match &record.data {
        RData::A(address) => Rdata::A(address.0),
        RData::AAAA(address) => Rdata::Aaaa(address.0),
        RData::CNAME(name) => Rdata::Cname(from_wire_name(name)?),
        RData::NS(name) => Rdata::Ns(from_wire_name(name)?),
        RData::PTR(name) => Rdata::Ptr(from_wire_name(name)?),
        RData::MX(mx) => Rdata::Mx { preference: mx.preference, exchange: from_wire_name(&mx.exchange)? },
        RData::TXT(txt) => Rdata::Txt(Txt::from_strings(txt.txt_data.iter().cloned())?),
        RData::SOA(soa) => Rdata::Soa(Soa {
            mname: from_wire_name(&soa.mname)?,
            rname: from_wire_name(&soa.rname)?,
            serial: soa.serial,
            refresh: soa.refresh.cast_unsigned(),
            retry: soa.retry.cast_unsigned(),
            expire: soa.expire.cast_unsigned(),
            minimum: soa.minimum,
        }),
        RData::Update0(_) => return None,
        RData::Unknown { rdata, .. } => Rdata::Other { rtype, text: unknown(rtype, &rdata.anything) },
        known => Rdata::Other { rtype, text: known.to_string() },
    };
    Some(Value::new(data, record.ttl))
}

/// Data of a type that the codec does not know: type 99 is written as TXT is, any other as RFC 3597 has it.
fn unknown(rtype: RrType, octets: &[u8]) -> String {
    let strings = if rtype == RrType::SPF { from_character_strings(octets) } else { None };
    if let Some(txt) = strings.and_then(Txt::from_strings) {
        return txt.to_string();
    }
    let mut text = format!("\\# {} ", octets.len());
    for octet in octets {
        text.push_str(&format!("{octet:02x}"));
    }
    text
}

fn to_character_strings(txt: &Txt) -> Vec<u8> {
    let mut octets = Vec::with_capacity(txt.wire_len());
    for string in txt.strings() {
        // No string is longer than its length octet can say.
        octets.extend(u8::try_from(string.len()));
        octets.extend_from_slice(string);
    }
    octets
}

fn from_character_strings(mut octets: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut strings = Vec::new();
    while let Some((&length, rest)) = octets.split_first() {
        let (string, rest) = rest.split_at_checked(usize::from(length))?;
        strings.push(string.to_vec());
        octets = rest;
    }
    Some(strings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let odd = Txt::from_strings([&b"cut"[..], b"", b" \x00\xff\"\\"]).expect("strings");
        let values = [
            Rdata::Txt(odd),
            Rdata::Cname(r"a\.b.\000.example".parse().expect("a name")),
            Rdata::Mx { preference: 0, exchange: Name::root() },
            Rdata::parse(RrType::SPF, "\"v=spf1 \" \"-all\"").expect("type 99"),
        ];
        for data in values {
            let wire = to_wire_rdata(&data).expect("writable");
            let record = Record::from_rdata(WireName::root(), 300, wire);
            assert_eq!(from_wire_record(&record), Some(Value::new(data, 300)));
        }
    }

    #[test]
    fn types_that_are_not_written_are_refused() {
        let address = Rdata::A("192.0.2.1".parse().expect("an address"));
        assert!(matches!(to_wire_rdata(&address), Err(ProviderError::Unsupported(_))));
    }

    #[test]
    fn unknown_types_are_kept() {
        assert_eq!(unknown(RrType::SPF, b"\x02v=\x01x"), "\"v=\" \"x\"");
        assert_eq!(unknown(RrType::SPF, b"\x09v="), "\\# 3 09763d");
        assert_eq!(unknown(RrType(65280), b"\x01\xfe"), "\\# 2 01fe");
    }
}

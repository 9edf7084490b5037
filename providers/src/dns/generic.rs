//! The form that fits every type (RFC 3597, section 5): `\# length hex`, and the octets it stands for.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::presentation::Field;
use super::{Name, Rdata, RdataError, RrType, Soa, Txt};

/// Reads the fields behind `\#`. Types known here are decoded, so that one value has one form; others stay opaque.
pub(super) fn from_fields(rtype: RrType, fields: &[Field<'_>]) -> Result<Rdata, RdataError> {
    let octets = octets(fields).ok_or(RdataError::Generic(rtype))?;
    decode(rtype, &octets).ok_or(RdataError::Generic(rtype))
}

/// A length, and as many octets in hexadecimal, in any number of fields.
fn octets(fields: &[Field<'_>]) -> Option<Vec<u8>> {
    let (length, hex) = fields.split_first()?;
    let length: u16 = std::str::from_utf8(length.raw).ok()?.parse().ok()?;
    let digits: Vec<u8> = hex.iter().flat_map(|field| field.raw).copied().collect();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = digits.as_chunks::<2>();
    let octets: Vec<u8> =
        pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect::<Option<_>>()?;
    (rest.is_empty() && octets.len() == usize::from(length)).then_some(octets)
}

/// The value that these octets are; none if they are no rdata of that type. Names are not compressed here (RFC 3597,
/// section 4).
fn decode(rtype: RrType, octets: &[u8]) -> Option<Rdata> {
    let mut rest = octets;
    let rdata = match rtype {
        RrType::A => Rdata::A(Ipv4Addr::from(take(&mut rest)?)),
        RrType::AAAA => Rdata::Aaaa(Ipv6Addr::from(take::<16>(&mut rest)?)),
        RrType::CNAME => Rdata::Cname(take_name(&mut rest)?),
        RrType::NS => Rdata::Ns(take_name(&mut rest)?),
        RrType::PTR => Rdata::Ptr(take_name(&mut rest)?),
        RrType::MX => {
            let preference = u16::from_be_bytes(take(&mut rest)?);
            Rdata::Mx { preference, exchange: take_name(&mut rest)? }
        }
        RrType::SOA => {
            let (mname, rname) = (take_name(&mut rest)?, take_name(&mut rest)?);
            let mut number = || take(&mut rest).map(u32::from_be_bytes);
            let (serial, refresh, retry) = (number()?, number()?, number()?);
            Rdata::Soa(Soa { mname, rname, serial, refresh, retry, expire: number()?, minimum: number()? })
        }
        RrType::TXT => {
            let mut strings = Vec::new();
            while !rest.is_empty() {
                strings.push(take_counted(&mut rest)?);
            }
            Rdata::Txt(Txt::from_strings(strings)?)
        }
        _ => {
            rest = &[];
            let mut text = format!(r"\# {}", octets.len());
            for (index, octet) in octets.iter().enumerate() {
                text.push_str(if index == 0 { " " } else { "" });
                text.push_str(&format!("{octet:02x}"));
            }
            Rdata::Other { rtype, text }
        }
    };
    rest.is_empty().then_some(rdata)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*taken)
}

/// Octets behind their number.
fn take_counted<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let [length] = take(rest)?;
    let (taken, tail) = rest.split_at_checked(usize::from(length))?;
    *rest = tail;
    Some(taken)
}

fn take_name(rest: &mut &[u8]) -> Option<Name> {
    let mut labels = Vec::new();
    loop {
        match take_counted(rest)? {
            [] => return Name::from_labels(labels).ok(),
            label => labels.push(label),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_types_are_decoded() {
        let cases = [
            (RrType::A, r"\# 4 C0000201", "192.0.2.1"),
            (RrType::AAAA, r"\# 16 20010db8 0000 0000 0000 0000 0000 0001", "2001:db8::1"),
            (RrType::CNAME, r"\# 3 016100", "a."),
            (RrType::MX, r"\# 3 0000 00", "0 ."),
            (RrType::TXT, r"\# 5 0161 00 01ff", r#""a" "" "\255""#),
            (RrType(65280), r"\# 2 0A0b", r"\# 2 0a0b"),
            (RrType(65280), r"\# 0", r"\# 0"),
        ];
        for (rtype, text, means) in cases {
            assert_eq!(Rdata::parse(rtype, text).expect(text).to_string(), means);
        }
        let soa = r"\# 22 00 00 00000001 00000002 00000003 00000004 00000005";
        assert_eq!(Rdata::parse(RrType::SOA, soa).expect("an SOA").to_string(), ". . 1 2 3 4 5");
    }

    #[test]
    fn octets_that_do_not_fit_are_refused() {
        for text in [r"\#", r"\# 4", r"\# 4 C00002", r"\# 4 C00002010", r"\# 4 C000020g", r"\# 5 C000020101", r"\# -1"]
        {
            assert_eq!(Rdata::parse(RrType::A, text), Err(RdataError::Generic(RrType::A)), "{text}");
        }
        for text in [r"\# 0", r"\# 2 0261", r"\# 1 ff"] {
            assert_eq!(Rdata::parse(RrType::TXT, text), Err(RdataError::Generic(RrType::TXT)), "{text}");
        }
    }
}

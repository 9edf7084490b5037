//! Between hickory's wire types and our words. Octets are carried over as they are, never through text.

use hickory_resolver::proto::rr::{Name as WireName, RData};
use hickory_resolver::proto::serialize::binary::{BinEncodable, BinEncoder, NameEncoding};
use mailvouch_providers::dns::{Name, NameError, Rdata, RrType, Soa, Txt};

use crate::published::{Question, Via};

/// Our name, as hickory sends it.
pub(super) fn to_wire(name: &Name) -> Option<WireName> {
    let mut wire = WireName::from_labels(name.labels()).ok()?;
    wire.set_fqdn(true);
    Some(wire)
}

/// Whether it is this name that was received.
pub(super) fn is(wire: &WireName, name: &Name) -> bool {
    let mut labels = name.labels();
    let same = |label: &[u8]| labels.next().is_some_and(|other| other.eq_ignore_ascii_case(label));
    wire.iter().all(same) && labels.next().is_none()
}

/// A query with the id zero, and with an EDNS option that offers room for so many octets (RFC 6891) or none.
///
/// The message that hickory writes for the question, octet for octet: long lists ask by the million.
pub(super) fn query(question: &Question, recursion_desired: bool, edns: Option<u16>) -> Vec<u8> {
    // RFC 4035, section 3.2.2.
    let checking_disabled = if question.via == Via::Unchecked { 1 << 4 } else { 0 };
    let mut octets = Vec::with_capacity(HEADER_AND_OPTION + question.name.wire_len());
    // Id, flags, and the counts of the four sections (RFC 1035, section 4.1.1).
    octets.extend([0, 0, recursion_desired.into(), checking_disabled, 0, 1, 0, 0, 0, 0, 0, edns.is_some().into()]);
    question.name.emit(&mut octets);
    octets.extend(question.rtype.0.to_be_bytes());
    octets.extend(IN);
    if let Some(payload) = edns {
        // The root, OPT, the room; no flags, and no options (RFC 6891, section 6.1.2).
        let [high, low] = payload.to_be_bytes();
        octets.extend([0, 0, 41, high, low, 0, 0, 0, 0, 0, 0]);
    }
    octets
}

/// The class (RFC 1035, section 3.2.4).
const IN: [u8; 2] = [0, 1];
/// Octets of a header (RFC 1035, section 4.1.1).
pub(super) const HEADER: usize = 12;
/// Octets of a query beside its name.
const HEADER_AND_OPTION: usize = HEADER + 4 + 11;

/// The name that was received, label by label: a dot inside a label stays inside.
pub(super) fn from_wire(wire: &WireName) -> Result<Name, NameError> {
    Name::from_labels(wire.iter())
}

/// The data of a record that was received; none if it is not what its type asks for.
pub(super) fn rdata(data: &RData) -> Option<Rdata> {
    Some(match data {
        RData::A(address) => Rdata::A(address.0),
        RData::AAAA(address) => Rdata::Aaaa(address.0),
        RData::CNAME(target) => Rdata::Cname(from_wire(&target.0).ok()?),
        RData::MX(mx) => Rdata::Mx { preference: mx.preference, exchange: from_wire(&mx.exchange).ok()? },
        RData::NS(server) => Rdata::Ns(from_wire(&server.0).ok()?),
        RData::PTR(target) => Rdata::Ptr(from_wire(&target.0).ok()?),
        RData::SOA(soa) => Rdata::Soa(Soa {
            mname: from_wire(&soa.mname).ok()?,
            rname: from_wire(&soa.rname).ok()?,
            serial: soa.serial,
            // hickory has the timers signed; on the wire they are 32 bits.
            refresh: soa.refresh.cast_unsigned(),
            retry: soa.retry.cast_unsigned(),
            expire: soa.expire.cast_unsigned(),
            minimum: soa.minimum,
        }),
        RData::TXT(txt) => Rdata::Txt(Txt::from_strings(txt.txt_data.iter().cloned())?),
        other => {
            let rtype = RrType(other.record_type().into());
            let octets = octets(other)?;
            // Type 99 has the rdata of TXT (RFC 4408, section 3.1.1), and is read by people.
            let spf = (rtype == RrType::SPF).then(|| character_strings(&octets)).flatten();
            let text = spf.map_or_else(|| generic(&octets), |txt| txt.to_string());
            Rdata::Other { rtype, text }
        }
    })
}

/// The rdata on the wire, names in it uncompressed.
fn octets(data: &RData) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    let mut encoder = BinEncoder::new(&mut octets);
    encoder.set_name_encoding(NameEncoding::Uncompressed);
    data.emit(&mut encoder).ok()?;
    Some(octets)
}

/// Rdata that is a row of character-strings and nothing else.
fn character_strings(mut octets: &[u8]) -> Option<Txt> {
    let mut strings: Vec<Box<[u8]>> = Vec::new();
    while let Some((&length, rest)) = octets.split_first() {
        let (string, rest) = rest.split_at_checked(usize::from(length))?;
        strings.push(string.into());
        octets = rest;
    }
    Txt::from_strings(strings)
}

/// Rdata of any type (RFC 3597, section 5).
fn generic(octets: &[u8]) -> String {
    let mut text = format!("\\# {}", octets.len());
    for (index, octet) in octets.iter().enumerate() {
        let gap = if index == 0 { " " } else { "" };
        text.push_str(&format!("{gap}{octet:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::proto::op::{DnsRequest, DnsRequestOptions, Query};
    use hickory_resolver::proto::rr::RecordType;
    use hickory_resolver::proto::rr::rdata::{CAA, NULL, SRV, TXT};

    #[test]
    fn labels_survive_octet_by_octet() {
        for text in [r"a\.b.example", r"\000\255.example", "xn--bcher-kva.example", "."] {
            let name: Name = text.parse().expect("a name");
            assert_eq!(from_wire(&to_wire(&name).expect("a wire name")), Ok(name), "{text}");
        }
    }

    #[test]
    fn a_query_is_the_one_that_hickory_writes() {
        for (text, via) in
            [("_dmarc.example.com", Via::Resolver), (r"a\.b.example", Via::Unchecked), (".", Via::Resolver)]
        {
            let question = Question::new(&text.parse().expect("a name"), RrType::TXT).via(via);
            for (desired, edns) in [(true, Some(1232)), (false, None)] {
                let mut options = DnsRequestOptions::default();
                (options.recursion_desired, options.use_edns) = (desired, edns.is_some());
                options.edns_payload_len = edns.unwrap_or_default();
                let name = to_wire(&question.name).expect("a wire name");
                let mut request = DnsRequest::from_query(Query::query(name, RecordType::TXT), options);
                request.metadata.id = 0;
                request.metadata.checking_disabled = via == Via::Unchecked;
                let octets = request.to_vec().expect("a message");
                assert_eq!(query(&question, desired, edns), octets, "{text}");
            }
        }
    }

    #[test]
    fn a_received_name_is_compared_without_regard_to_case() {
        let wire = |text: &str| to_wire(&text.parse().expect("a name")).expect("a wire name");
        let name: Name = "mail.example".parse().expect("a name");
        assert!(is(&WireName::from_ascii("MAIL.eXample.").expect("a name"), &name));
        for other in ["example", "mail.example.com", "x.mail.example", "mai.lexample", "."] {
            assert!(!is(&wire(other), &name), "{other}");
        }
    }

    #[test]
    fn strings_keep_their_boundaries() {
        let data = RData::TXT(TXT::from_bytes(vec![b"v=spf1 ", b"", b"\x00\xff -all"]));
        let txt = Txt::from_strings([&b"v=spf1 "[..], b"", b"\x00\xff -all"]).expect("strings");
        assert_eq!(rdata(&data), Some(Rdata::Txt(txt)));
        assert_eq!(rdata(&RData::TXT(TXT::from_bytes(Vec::new()))), None, "no string at all is no TXT");
    }

    #[test]
    fn other_types_are_kept_in_the_generic_form() {
        let unknown = |code: u16, octets: &[u8]| RData::Unknown {
            code: RecordType::from(code),
            rdata: NULL::with(octets.to_vec()),
        };
        let text = |data: &RData| rdata(data).expect("rdata").to_string();
        assert_eq!(text(&unknown(65280, &[1, 2, 255])), r"\# 3 0102ff");
        assert_eq!(text(&unknown(99, b"\x04v=sp\x02f1")), r#""v=sp" "f1""#);
        assert_eq!(text(&unknown(99, b"\x09short")), r"\# 6 0973686f7274", "strings that overrun are no strings");
        let target = to_wire(&"a.example".parse().expect("a name")).expect("a wire name");
        assert_eq!(text(&RData::SRV(SRV::new(1, 2, 25, target))), r"\# 17 0001000200190161076578616d706c6500");
        let caa = text(&RData::CAA(CAA::new_issue(false, None, Vec::new())));
        assert!(caa.starts_with(r"\# "), "{caa}");
    }
}

//! Between our words and those of the wire.

use hickory_proto::op::Message;
use hickory_proto::rr::rdata::{A, AAAA, CNAME, MX, NS, NULL, PTR, SOA, TXT};
use hickory_proto::rr::{Name as WireName, RData, RecordType};
use mailvouch_providers::dns::{Name, Rdata, RrType};

/// What a query asks for.
pub(super) fn asked(request: &Message) -> (Name, RrType) {
    let query = request.queries.first().expect("a question");
    let name = Name::from_labels(query.name.iter()).expect("a name");
    (name, RrType(query.query_type.into()))
}

/// The name that a text means.
pub(crate) fn name(text: &str) -> Name {
    text.parse().expect(text)
}

/// The name as it is sent.
pub(crate) fn wire(name: &Name) -> WireName {
    let mut wire = WireName::from_labels(name.labels()).expect("a name");
    wire.set_fqdn(true);
    wire
}

/// The data as it is sent.
pub(super) fn wire_data(data: &Rdata) -> RData {
    match data {
        Rdata::A(address) => RData::A(A(*address)),
        Rdata::Aaaa(address) => RData::AAAA(AAAA(*address)),
        Rdata::Cname(target) => RData::CNAME(CNAME(wire(target))),
        Rdata::Mx { preference, exchange } => RData::MX(MX::new(*preference, wire(exchange))),
        Rdata::Ns(server) => RData::NS(NS(wire(server))),
        Rdata::Ptr(target) => RData::PTR(PTR(wire(target))),
        Rdata::Soa(soa) => {
            let timer = |seconds: u32| seconds.cast_signed();
            let (refresh, retry, expire) = (timer(soa.refresh), timer(soa.retry), timer(soa.expire));
            RData::SOA(SOA::new(wire(&soa.mname), wire(&soa.rname), soa.serial, refresh, retry, expire, soa.minimum))
        }
        Rdata::Txt(txt) => RData::TXT(TXT::from_bytes(txt.strings().iter().map(|string| &**string).collect())),
        Rdata::Other { rtype, text } => {
            let hex: String = text.split(' ').skip(2).collect();
            let octet = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal");
            let octets = (0..hex.len()).step_by(2).map(octet).collect();
            RData::Unknown { code: RecordType::from(rtype.0), rdata: NULL::with(octets) }
        }
    }
}

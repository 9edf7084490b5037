//! Questions to an authoritative server, and what its answers mean for the name that was asked about.

use hickory_proto::op::{Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{DNSClass, Record, RecordType};

use super::convert::{from_wire_name, to_wire_name, to_wire_type};
use crate::ProviderError;
use crate::dns::{Name, RrType};

/// What a server says about one name and type.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// The records of that type that stand at the name, or that a wildcard makes up there.
    Records(Vec<Record>),
    /// The name is an alias. What the server adds about the alias's target is left out.
    Alias(Box<Record>),
    /// No such record. `exists`: the name holds others, or names below it. `zone`: the apex named in the SOA record.
    Nothing { exists: bool, zone: Option<Name> },
    /// The name is delegated at `cut` to these NS records.
    Referral { cut: Name, servers: Vec<Record> },
    /// The name stands below this owner of a DNAME record: no record of its own can be there (RFC 6672).
    Redirected(Name),
    /// The server does not answer for the name: it refuses, or has no authority. For people, why.
    NotHere(String),
}

/// The question for one name and type. RD is clear: no cache may answer.
pub(super) fn question(name: &Name, rtype: RrType) -> Result<Message, ProviderError> {
    let mut message = Message::new(0, MessageType::Query, OpCode::Query);
    message.add_query(Query::query(to_wire_name(name)?, to_wire_type(rtype)));
    Ok(message)
}

/// What `message`, the answer to a question for `name` and `rtype`, says. That a name or type is not there is said by
/// NXDOMAIN and by an empty answer with authority, and by nothing else.
pub(super) fn understand(name: &Name, rtype: RrType, message: Message) -> Result<Answer, ProviderError> {
    let Message { answers, authorities, metadata, .. } = message;
    let (code, has_authority) = (metadata.response_code, metadata.authoritative);
    // Before the code is looked at: it speaks of where an alias leads to (RFC 6604, section 3).
    if has_authority && let Some(answer) = leads_elsewhere(name, rtype, &answers) {
        return Ok(answer);
    }
    match code {
        ResponseCode::NoError | ResponseCode::NXDomain => {}
        ResponseCode::Refused | ResponseCode::NotAuth => {
            return Ok(Answer::NotHere(format!("the server answers {} for {name}", mnemonic(code))));
        }
        ResponseCode::ServFail => {
            return Err(ProviderError::Unavailable(format!("the server answers SERVFAIL for {name} {rtype}")));
        }
        _ => return Err(rejected(code, format!("the server answers {} for {name} {rtype}", mnemonic(code)))),
    }
    if !has_authority {
        return Ok(refer(name, code, authorities));
    }
    let wanted = to_wire_type(rtype);
    let is_wanted = |record: &Record| is_at(record, name) && record.record_type() == wanted;
    let records: Vec<Record> = answers.into_iter().filter(is_wanted).collect();
    if !records.is_empty() {
        return Ok(Answer::Records(records));
    }
    let soa = authorities.iter().find(|record| record.record_type() == RecordType::SOA);
    let zone = soa.and_then(|record| from_wire_name(&record.name)).filter(|zone| name.is_at_or_below(zone));
    Ok(Answer::Nothing { exists: code == ResponseCode::NoError, zone })
}

/// Where the name is an alias, or stands below one of a whole tree.
fn leads_elsewhere(name: &Name, rtype: RrType, answers: &[Record]) -> Option<Answer> {
    let of_type = |wanted| answers.iter().filter(move |record: &&Record| record.record_type() == wanted);
    let mut above = of_type(RecordType::DNAME).filter_map(|record| from_wire_name(&record.name));
    if let Some(owner) = above.find(|owner| owner != name && name.is_at_or_below(owner)) {
        return Some(Answer::Redirected(owner));
    }
    let alias = of_type(RecordType::CNAME).find(|record| is_at(record, name))?;
    (rtype != RrType::CNAME).then(|| Answer::Alias(Box::new(alias.clone())))
}

/// An answer without authority is a referral downwards, or nothing that counts here.
fn refer(name: &Name, code: ResponseCode, authorities: Vec<Record>) -> Answer {
    let servers: Vec<Record> =
        authorities.into_iter().filter(|record| record.record_type() == RecordType::NS).collect();
    let cut = servers.first().and_then(|record| from_wire_name(&record.name));
    match cut.filter(|cut| code == ResponseCode::NoError && !cut.is_root() && name.is_at_or_below(cut)) {
        Some(cut) => Answer::Referral { cut, servers },
        None => Answer::NotHere(format!("the server has no authority for {name}")),
    }
}

fn is_at(record: &Record, name: &Name) -> bool {
    record.dns_class == DNSClass::IN && from_wire_name(&record.name).as_ref() == Some(name)
}

/// The code's mnemonic: NXDOMAIN, REFUSED, ….
pub(super) fn mnemonic(code: ResponseCode) -> String {
    format!("{code:?}").to_ascii_uppercase()
}

/// A refusal with the server's code and words about it.
pub(super) fn rejected(code: ResponseCode, message: String) -> ProviderError {
    ProviderError::Rejected { code: u16::from(code).into(), message }
}

//! What one message says about one question. Pure: the network is elsewhere.
//!
//! The default is that a message says nothing. Absence is concluded only where the message claims it and its sender is
//! one who can know (RFC 2308, section 2; RFC 6604 for the end of a chain of aliases).

use hickory_resolver::proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_resolver::proto::rr::{DNSClass, RData, Record};
use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType};

use super::{Recursion, wire};
use crate::published::{Absence, Question, Reason, Reply, State};

/// What a message says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The aliases that it names, in order.
    pub(super) chain: Vec<Name>,
    /// For how long it may be kept, in seconds; none where it does not say.
    pub(super) lifetime: Option<u32>,
    /// What stands at the end of them.
    pub(super) end: End,
}

impl Answer {
    /// All there is to know, if it is that: where it ends at an alias, there is more to be asked.
    pub(super) fn into_reply(self) -> Option<Reply> {
        let Self { chain, lifetime, end } = self;
        let state = match end {
            End::Found(set) => State::Found(set),
            End::Absent(absence) => State::Absent(absence),
            End::Alias | End::Loop => return None,
        };
        Some(Reply { chain: chain.into(), lifetime, ..Reply::from(state) })
    }
}

/// Where an answer ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// At records.
    Found(RecordSet),
    /// At nothing, which the server knows.
    Absent(Absence),
    /// At an alias whose target the server said nothing about.
    Alias,
    /// At an alias that leads back into the chain.
    Loop,
}

/// Why a message says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// For this reason.
    Told(Reason),
    /// The answer did not fit.
    Truncated,
    /// What came cannot be read; a datagram may have been cut on its way.
    Unreadable,
    /// The server does not understand the query; it may be the EDNS in it (RFC 6891, section 7).
    NotUnderstood,
}

impl From<Reason> for Fault {
    fn from(reason: Reason) -> Self {
        Self::Told(reason)
    }
}

/// Reads the answer to `question`, which was asked with or without recursion.
pub(super) fn read(question: &Question, message: &Message, recursion: Recursion) -> Result<Answer, Fault> {
    let flags = &message.metadata;
    if flags.message_type != MessageType::Response || flags.op_code != OpCode::Query || !repeats(question, message) {
        return Err(Reason::Garbage.into());
    }
    if message.metadata.truncation {
        return Err(Fault::Truncated);
    }
    let nxdomain = match message.metadata.response_code {
        ResponseCode::NoError => false,
        ResponseCode::NXDomain => true,
        ResponseCode::ServFail => return Err(Reason::ServFail.into()),
        ResponseCode::Refused => return Err(Reason::Refused.into()),
        ResponseCode::FormErr | ResponseCode::NotImp | ResponseCode::BADVERS => return Err(Fault::NotUnderstood),
        _ => return Err(Reason::Garbage.into()),
    };

    let mut chain: Vec<Name> = Vec::new();
    let mut shortest = u32::MAX;
    loop {
        let at = chain.last().unwrap_or(&question.name);
        if let Some(set) = set(&message.answers, at, question.rtype)? {
            // RFC 1034, section 3.6.2: whoever asks for CNAME gets it, and it is not followed.
            return Ok(Answer { chain, lifetime: Some(shortest.min(set.ttl)), end: End::Found(set) });
        }
        let Some(alias) = set(&message.answers, at, RrType::CNAME)? else {
            break;
        };
        let [Rdata::Cname(target)] = alias.values.as_slice() else {
            // Two aliases at one name (RFC 2181, section 10.1): nobody knows which one a receiver follows.
            return Err(Reason::Garbage.into());
        };
        let seen = *target == question.name || chain.contains(target);
        shortest = shortest.min(alias.ttl);
        chain.push(target.clone());
        if seen {
            return Ok(Answer { chain, lifetime: None, end: End::Loop });
        }
    }
    if recursion == Recursion::No
        && let Some(set) = delegated(question, message)?
    {
        return Ok(Answer { chain, lifetime: Some(set.ttl), end: End::Found(set) });
    }
    let end = absence(question, message, recursion, &chain, nxdomain)?;
    let lifetime = match end {
        // The rest of the chain is asked for, and has its own.
        End::Alias => Some(shortest),
        _ => negative_ttl(message).map(|ttl| ttl.min(shortest)),
    };
    Ok(Answer { chain, lifetime, end })
}

/// For how long an absence may be kept: as the zone's SOA says, if the message has one (RFC 2308, section 5).
fn negative_ttl(message: &Message) -> Option<u32> {
    let of = |record: &Record| match &record.data {
        RData::SOA(soa) => Some(seconds(record.ttl).min(soa.minimum)),
        _ => None,
    };
    message.authorities.iter().find_map(of)
}

/// The servers to which a parent delegates the name, where it is asked for just those: it says so in a referral, and in no
/// answer (RFC 1034, section 4.3.2, step 3b).
fn delegated(question: &Question, message: &Message) -> Result<Option<RecordSet>, Fault> {
    if question.rtype != RrType::NS || !message.answers.is_empty() || message.metadata.authoritative {
        return Ok(None);
    }
    set(&message.authorities, &question.name, RrType::NS)
}

/// Whether the message repeats the question, and no other (RFC 5452, section 4.2).
fn repeats(question: &Question, message: &Message) -> bool {
    let [query] = message.queries.as_slice() else {
        return false;
    };
    query.query_class == DNSClass::IN
        && u16::from(query.query_type) == question.rtype.0
        && wire::is(&query.name, &question.name)
}

/// What it means that no record of the type stands at the end of `chain`.
fn absence(
    question: &Question,
    message: &Message,
    recursion: Recursion,
    chain: &[Name],
    nxdomain: bool,
) -> Result<End, Fault> {
    let flags = &message.metadata;
    let absence = if nxdomain { Absence::NxDomain } else { Absence::NoData };
    let Some(last) = chain.last() else {
        // Only a server of the zone knows of absence by itself; one that was asked without recursion and does not
        // answer with authority refers to others, or has a name delegated to it that it does not serve.
        let may_know = match recursion {
            Recursion::No => flags.authoritative,
            Recursion::Desired => flags.authoritative || flags.recursion_available || !refers(&question.name, message),
        };
        // Records, but of another name or type.
        let beside_the_point = !nxdomain && !message.answers.is_empty();
        return if may_know && !beside_the_point { Ok(End::Absent(absence)) } else { Err(Reason::Garbage.into()) };
    };
    // The code is that of the last name in the chain (RFC 6604, section 3), if the server got that far. A server of
    // the alias's zone alone did not, and then the SOA of the target's zone is missing.
    let names_zone = soa_owners(message).any(|zone| last.is_at_or_below(&zone));
    let followed_by_resolver = nxdomain && recursion == Recursion::Desired;
    Ok(if names_zone || followed_by_resolver { End::Absent(absence) } else { End::Alias })
}

/// Whether the authority section refers to the servers of a zone instead of naming the zone's SOA (RFC 2308, 2.2).
fn refers(name: &Name, message: &Message) -> bool {
    let delegates = |record: &Record| {
        rtype(record) == RrType::NS && wire::from_wire(&record.name).is_ok_and(|zone| name.is_at_or_below(&zone))
    };
    soa_owners(message).next().is_none() && message.authorities.iter().any(delegates)
}

/// The owners of the SOA records in the authority section.
fn soa_owners(message: &Message) -> impl Iterator<Item = Name> {
    let soas = message.authorities.iter().filter(|record| rtype(record) == RrType::SOA);
    soas.filter_map(|record| wire::from_wire(&record.name).ok())
}

/// The records of one owner and type; none if there is none, an error if one cannot be understood.
fn set(records: &[Record], owner: &Name, wanted: RrType) -> Result<Option<RecordSet>, Fault> {
    let mut found: Option<RecordSet> = None;
    for record in records {
        let matches = record.dns_class == DNSClass::IN && rtype(record) == wanted && wire::is(&record.name, owner);
        if !matches {
            continue;
        }
        let value = wire::rdata(&record.data).ok_or(Reason::Garbage)?;
        let ttl = seconds(record.ttl);
        let set = found.get_or_insert_with(|| RecordSet { ttl, values: Vec::new() });
        // One TTL for a set: where servers err, the least (RFC 2181, section 5.2).
        set.ttl = set.ttl.min(ttl);
        // A set holds no record twice (RFC 2181, section 5).
        if !set.values.contains(&value) {
            set.values.push(value);
        }
    }
    Ok(found)
}

fn rtype(record: &Record) -> RrType {
    RrType(record.record_type().into())
}

/// A TTL whose highest bit is set counts as zero (RFC 2181, section 8).
pub(super) fn seconds(ttl: u32) -> u32 {
    if ttl > u32::MAX >> 1 { 0 } else { ttl }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A message that begins as an answer to the question does, and goes on with anything.
        #[test]
        fn no_octets_make_it_panic(flags: [u8; 2], counts: [u8; 3], rest in prop::collection::vec(any::<u8>(), 0..80)) {
            let question = Question::new(&"a.b".parse().expect("a name"), RrType::TXT);
            let [answers, authorities, additionals] = counts.map(|count| count % 4);
            let header = [0, 1, flags[0] | 0x80, flags[1], 0, 1, 0, answers, 0, authorities, 0, additionals];
            let octets = [&header[..], b"\x01a\x01b\x00\x00\x10\x00\x01", &rest].concat();
            if let Ok(message) = Message::from_vec(&octets) {
                for recursion in [Recursion::Desired, Recursion::No] {
                    let told = read(&question, &message, recursion);
                    // Without a record, nothing is found, and a code of failure is no absence.
                    if answers == 0 && flags[1] & 0xf != 0 && flags[1] & 0xf != 3 {
                        prop_assert!(told.is_err(), "{told:?}");
                    }
                }
            }
        }
    }
}

//! The one UPDATE message of a group: what must still stand, what goes, what comes (RFC 2136, sections 2.4 and 2.5).
//!
//! RFC 2136 knows no "this value exists". It knows "the set is exactly this", so the sets that a change touches are
//! given whole, as they were read a moment before. Values go one by one, by content; whole sets never do.

use std::collections::BTreeSet;

use hickory_proto::op::{Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{DNSClass, Name as WireName, Record, RecordType};

use super::answer::{mnemonic, rejected};
use super::convert::{to_wire_name, to_wire_rdata, to_wire_type};
use super::fault::Fault;
use super::read::{Reading, TYPES};
use super::transport::Session;
use crate::dns::{Name, RrType};
use crate::{Change, ProviderError};

/// An UPDATE of the zone that does nothing yet.
fn update_of(zone: &Name) -> Result<Message, ProviderError> {
    let mut message = Message::new(0, MessageType::Query, OpCode::Update);
    message.add_query(Query::query(to_wire_name(zone)?, RecordType::SOA));
    Ok(message)
}

/// A record of a class that gives it another meaning, without data (RFC 2136, section 2.4).
fn empty(name: WireName, class: DNSClass, rtype: RecordType) -> Record {
    let mut record = Record::update0(name, 0, rtype);
    record.dns_class = class;
    record
}

/// Asks whether the name itself is in use, and changes nothing (RFC 2136, section 2.4.4).
pub(super) fn is_in_use(zone: &Name, owner: &Name) -> Result<Message, ProviderError> {
    let mut message = update_of(zone)?;
    message.add_answer(empty(to_wire_name(owner)?, DNSClass::ANY, RecordType::ANY));
    Ok(message)
}

/// What the server says to updates that change nothing: of each, whether its prerequisites hold. All else is an error.
pub(super) async fn probe(
    session: &mut Session<'_>,
    zone: &Name,
    messages: Vec<Message>,
) -> Result<Vec<bool>, ProviderError> {
    let answers = match session.ask(messages).await {
        // The questions before it were answered: the key is known.
        Err(Fault::KeyRefused(_)) => return Err(refusal(ResponseCode::NotAuth, zone)),
        answers => answers.map_err(Fault::after_question)?,
    };
    let hold = |answer: &Message| match answer.metadata.response_code {
        ResponseCode::NoError => Ok(true),
        code if is_unmet(code) => Ok(false),
        code => Err(refusal(code, zone)),
    };
    answers.iter().map(hold).collect()
}

/// Whether a prerequisite did not hold (RFC 2136, section 3.2).
pub(super) fn is_unmet(code: ResponseCode) -> bool {
    use ResponseCode::{NXDomain, NXRRSet, YXDomain, YXRRSet};
    matches!(code, NXDomain | NXRRSet | YXDomain | YXRRSet)
}

/// What the server's answer to an update means where nothing was done.
pub(super) fn refusal(code: ResponseCode, zone: &Name) -> ProviderError {
    match code {
        ResponseCode::Refused | ResponseCode::NotAuth => ProviderError::Unauthorized(format!(
            "the server answers questions, but takes no updates of {zone} ({}): either it does not allow them to \
             the key, or for these names; or it is a secondary that does not pass updates on: give the primary as \
             `server`",
            mnemonic(code)
        )),
        ResponseCode::ServFail => {
            ProviderError::Unavailable(format!("the server failed to update {zone} (SERVFAIL): its log says why"))
        }
        code => rejected(code, format!("the server did not take the update of {zone}: {}", mnemonic(code))),
    }
}

/// The same update, and one more prerequisite that cannot hold: that the apex is not in use. The server says whether it
/// would take the update of the key, and does nothing.
pub(super) fn rehearsal(zone: &Name, update: &Message) -> Result<Message, ProviderError> {
    let mut message = update.clone();
    message.answers.insert(0, empty(to_wire_name(zone)?, DNSClass::NONE, RecordType::ANY));
    Ok(message)
}

/// Carries out these changes if what was read at their owners still stands.
pub(super) fn compose(zone: &Name, group: &[(&Change, &Reading)]) -> Result<Message, ProviderError> {
    let mut message = update_of(zone)?;
    for (change, reading) in group {
        let owner = to_wire_name(&change.owner)?;
        require_touched(&mut message, &owner, &touched(change), &reading.records_of_touched(change));
        require_room(&mut message, &owner, change, reading);
        for (value, record) in &reading.records {
            if change.remove.iter().any(|removed| removed.rdata == value.rdata) {
                // Class NONE: this very data (RFC 2136, section 2.5.4), with the names as the server spells them.
                let mut goes = Record::from_rdata(owner.clone(), 0, record.data.clone());
                goes.dns_class = DNSClass::NONE;
                message.add_authority(goes);
            }
        }
        for value in &change.add {
            message.add_authority(Record::from_rdata(owner.clone(), value.ttl, to_wire_rdata(&value.rdata)?));
        }
    }
    Ok(message)
}

/// Asks whether these changes, made to what was read, are what the zone holds now; changes nothing.
pub(super) fn is_made(zone: &Name, group: &[(&Change, &Reading)]) -> Result<Message, ProviderError> {
    let mut message = update_of(zone)?;
    for (change, reading) in group {
        let owner = to_wire_name(&change.owner)?;
        let mut after = Vec::new();
        for (value, record) in reading.records_of_touched(change) {
            if !change.remove.iter().any(|removed| removed.rdata == value) {
                after.push((value, record));
            }
        }
        for value in &change.add {
            after.push((value.rdata.clone(), Record::from_rdata(owner.clone(), 0, to_wire_rdata(&value.rdata)?)));
        }
        require_touched(&mut message, &owner, &touched(change), &after);
    }
    Ok(message)
}

/// The types of which values go or come.
fn touched(change: &Change) -> BTreeSet<RrType> {
    change.remove.iter().chain(&change.add).map(|value| value.rdata.rtype()).collect()
}

/// Each touched set is exactly these records (RFC 2136, section 2.4.2), or is not there (section 2.4.3).
fn require_touched(
    message: &mut Message,
    owner: &WireName,
    types: &BTreeSet<RrType>,
    records: &[(crate::dns::Rdata, Record)],
) {
    for (_, record) in records {
        message.add_answer(Record::from_rdata(owner.clone(), 0, record.data.clone()));
    }
    for rtype in types {
        if !records.iter().any(|(rdata, _)| rdata.rtype() == *rtype) {
            message.add_answer(empty(owner.clone(), DNSClass::NONE, to_wire_type(*rtype)));
        }
    }
}

/// No alias gets company, and company no alias. A server drops such an addition without a word (RFC 2136, section
/// 3.4.2.2), after it has done the rest of the message, so this is asked for beforehand.
fn require_room(message: &mut Message, owner: &WireName, change: &Change, reading: &Reading) {
    let touched = touched(change);
    let adds = |alias: bool| change.add.iter().any(|value| (value.rdata.rtype() == RrType::CNAME) == alias);
    if adds(false) && !touched.contains(&RrType::CNAME) {
        message.add_answer(empty(owner.clone(), DNSClass::NONE, RecordType::CNAME));
    }
    if !adds(true) {
        return;
    }
    if reading.records.is_empty() {
        // No record of any type (RFC 2136, section 2.4.5).
        message.add_answer(empty(owner.clone(), DNSClass::NONE, RecordType::ANY));
        return;
    }
    // The name is in use until the message is carried out: each other type has to be named.
    for rtype in TYPES.into_iter().filter(|rtype| !touched.contains(rtype)) {
        message.add_answer(empty(owner.clone(), DNSClass::NONE, to_wire_type(rtype)));
    }
}

impl Reading {
    /// What was read of the sets that the change touches.
    fn records_of_touched(&self, change: &Change) -> Vec<(crate::dns::Rdata, Record)> {
        let touched = touched(change);
        let records = self.records.iter().filter(|(value, _)| touched.contains(&value.rdata.rtype()));
        records.map(|(value, record)| (value.rdata.clone(), record.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Rdata, Txt};
    use crate::{Owner, Value};

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    fn txt(text: &str) -> Value {
        Value::new(Rdata::Txt(Txt::from_text(text.as_bytes())), 300)
    }

    fn cname(target: &str) -> Value {
        Value::new(Rdata::Cname(name(target)), 300)
    }

    fn reading(owner: &str, values: &[Value]) -> Reading {
        let wire = to_wire_name(&name(owner)).expect("a name");
        let record = |value: &Value| {
            let data = to_wire_rdata(&value.rdata).expect("writable");
            (value.clone(), Record::from_rdata(wire.clone(), value.ttl, data))
        };
        let owner = Owner { name: name(owner), values: values.to_vec(), delegated_at: None };
        Reading { owner, records: values.iter().map(record).collect() }
    }

    fn change(owner: &str, remove: &[Value], add: &[Value]) -> Change {
        Change { owner: name(owner), remove: remove.to_vec(), add: add.to_vec(), seen: vec![] }
    }

    /// Class, type and TTL of each record.
    fn shape(records: &[Record]) -> Vec<(DNSClass, RecordType, u32)> {
        records.iter().map(|record| (record.dns_class, record.record_type(), record.ttl)).collect()
    }

    #[test]
    fn the_whole_set_is_required_and_one_value_goes() {
        let reading = reading("example.com", &[txt("v=spf1 -all"), txt("token")]);
        let change = change("example.com", &[txt("v=spf1 -all")], &[txt("v=spf1 mx -all")]);
        let message = compose(&name("example.com"), &[(&change, &reading)]).expect("a message");
        let in_txt = (DNSClass::IN, RecordType::TXT, 0);
        assert_eq!(shape(&message.answers), [in_txt, in_txt, (DNSClass::NONE, RecordType::CNAME, 0)]);
        let written = [(DNSClass::NONE, RecordType::TXT, 0), (DNSClass::IN, RecordType::TXT, 300)];
        assert_eq!(shape(&message.authorities), written);
        assert_eq!(message.authorities[0].data, reading.records[0].1.data);
    }

    #[test]
    fn a_new_set_must_not_be_there_yet() {
        let nothing = reading("s1.example.com", &[]);
        let text = change("s1.example.com", &[], &[txt("v=DKIM1; p=")]);
        let message = compose(&name("example.com"), &[(&text, &nothing)]).expect("a message");
        let absent = |rtype| (DNSClass::NONE, rtype, 0);
        assert_eq!(shape(&message.answers), [absent(RecordType::TXT), absent(RecordType::CNAME)]);
        let alias = change("s1.example.com", &[], &[cname("elsewhere.test")]);
        let message = compose(&name("example.com"), &[(&alias, &nothing)]).expect("a message");
        assert_eq!(shape(&message.answers), [absent(RecordType::CNAME), absent(RecordType::ANY)]);
    }

    #[test]
    fn an_alias_takes_a_name_that_holds_nothing_else() {
        let reading = reading("s1.example.com", &[txt("old")]);
        let change = change("s1.example.com", &[txt("old")], &[cname("elsewhere.test")]);
        let message = compose(&name("example.com"), &[(&change, &reading)]).expect("a message");
        let required = shape(&message.answers);
        assert_eq!(required.len(), TYPES.len(), "each type is required to be as read, or absent");
        assert!(required.contains(&(DNSClass::IN, RecordType::TXT, 0)));
        for rtype in TYPES.into_iter().filter(|rtype| *rtype != RrType::TXT) {
            assert!(required.contains(&(DNSClass::NONE, to_wire_type(rtype), 0)), "{rtype}");
        }
    }
}

//! What stands at an owner: every type asked for on its own, and a wildcard's answers told from the owner's.
//!
//! One question for all types (ANY) would be shorter, and most servers answer it with a part (RFC 8482); a zone transfer
//! would be whole, and is often not allowed, or large. So the server is asked three times over, each time for all owners
//! at once: which zone a name is in and whether it is there; what it holds of each type, and whether there is a wildcard
//! above it; and, where there is, whether the name itself is in use. That last is put as an UPDATE of nothing but a
//! prerequisite: prerequisites look at the zone's own nodes and know no wildcards (RFC 2136, section 3.2).

use std::collections::BTreeSet;

use hickory_proto::rr::Record;

use super::answer::{Answer, question, understand};
use super::convert::from_wire_record;
use super::fault::Fault;
use super::locate::{Place, locate};
use super::transport::Session;
use super::update;
use crate::dns::{Name, RrType};
use crate::{Owner, ProviderError, Value};

/// The types that people put into zones. What a signer makes (RRSIG, NSEC, DNSKEY, …) is the server's own, stands
/// beside anything, and is left out.
pub(super) const TYPES: [RrType; 25] = [
    RrType::A,
    RrType::NS,
    RrType::CNAME,
    RrType::SOA,
    RrType::PTR,
    RrType(13), // HINFO
    RrType::MX,
    RrType::TXT,
    RrType(17), // RP
    RrType::AAAA,
    RrType(29), // LOC
    RrType(33), // SRV
    RrType(35), // NAPTR
    RrType(37), // CERT
    RrType::DNAME,
    RrType::DS,
    RrType(44), // SSHFP
    RrType(52), // TLSA
    RrType(53), // SMIMEA
    RrType(61), // OPENPGPKEY
    RrType(64), // SVCB
    RrType(65), // HTTPS
    RrType::SPF,
    RrType(256), // URI
    RrType(257), // CAA
];

/// What was read at one owner, and the records as they came, in which names have the server's letter case.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) owner: Owner,
    pub(super) records: Vec<(Value, Record)>,
}

/// Reads these owners of a zone that the server holds.
pub(super) async fn read(
    session: &mut Session<'_>,
    zone: &Name,
    owners: &[Name],
) -> Result<Vec<Reading>, ProviderError> {
    if let Some(outside) = owners.iter().find(|owner| !owner.is_at_or_below(zone)) {
        return Err(ProviderError::NoZone(outside.clone()));
    }
    let places = locate(session, owners, Some(zone)).await?;
    let mut readings = Vec::with_capacity(owners.len());
    for (owner, place) in owners.iter().zip(&places) {
        readings.push(first_reading(owner, place, zone)?);
    }
    let (mut asked, mut questions) = (Vec::new(), Vec::new());
    for (index, place) in places.iter().enumerate() {
        if readings[index].owner.delegated_at.is_none() && holds_more(place) {
            for rtype in TYPES {
                questions.push(question(&owners[index], rtype)?);
                asked.push((index, rtype));
            }
        }
    }
    let wildcards = wildcards_above(zone, &places, owners);
    for wildcard in &wildcards {
        questions.push(question(wildcard, RrType::TXT)?);
    }
    let mut messages = session.ask(questions).await.map_err(Fault::after_question)?.into_iter();
    for (index, rtype) in asked {
        let Some(message) = messages.next() else { break };
        let owner = &owners[index];
        let records = records_of(owner, rtype, understand(owner, rtype, message)?)?;
        readings[index].take_in(records)?;
    }
    let mut covering = BTreeSet::new();
    for (wildcard, message) in wildcards.into_iter().zip(messages) {
        if may_cover(&wildcard, understand(&wildcard, RrType::TXT, message)?)? {
            covering.insert(wildcard);
        }
    }
    drop_synthesized(session, zone, &covering, &mut readings).await?;
    for reading in &mut readings {
        // Servers rotate the records of a set; one order for all makes two readings comparable.
        reading.records.sort_by(|(a, _), (b, _)| a.rdata.cmp(&b.rdata));
        reading.owner.values.extend(reading.records.iter().map(|(value, _)| value.clone()));
    }
    Ok(readings)
}

/// What the SOA question for the owner has told already.
fn first_reading(owner: &Name, place: &Place, zone: &Name) -> Result<Reading, ProviderError> {
    let delegated_at = place.delegated_at(zone)?;
    // At the cut itself the zone holds the NS records that the referral showed; below it, nothing.
    let values = if delegated_at.as_ref() == Some(owner) { place.servers() } else { Vec::new() };
    let mut reading = Reading { owner: Owner { name: owner.clone(), values, delegated_at }, records: Vec::new() };
    if let (Answer::Alias(alias), None) = (&place.answer, &reading.owner.delegated_at) {
        reading.take_in(vec![Record::clone(alias)])?;
    }
    Ok(reading)
}

/// Whether there can be records beyond what the SOA question has shown. An alias stands alone (RFC 1034, section 3.6.2).
fn holds_more(place: &Place) -> bool {
    matches!(place.answer, Answer::Records(_) | Answer::Nothing { exists: true, .. })
}

/// The names of the wildcards whose records may be what was answered for these owners: `*` below each name from the
/// owner's parent up to the apex (RFC 4592, section 3.3.1). The apex is no wildcard's to cover.
fn wildcards_above(zone: &Name, places: &[Place], owners: &[Name]) -> BTreeSet<Name> {
    let mut wildcards = BTreeSet::new();
    for (owner, place) in owners.iter().zip(places) {
        if holds_more(place) || matches!(place.answer, Answer::Alias(_)) {
            wildcards.extend(wildcards_over(zone, owner));
        }
    }
    wildcards
}

fn wildcards_over(zone: &Name, owner: &Name) -> impl Iterator<Item = Name> {
    let parents = owner.ancestors().skip(1).take_while(|parent| parent.is_at_or_below(zone));
    // A name too long to stand in front of cannot be a wildcard's parent.
    parents.filter_map(|parent| parent.child("*").ok())
}

/// Whether there is, or may be, a wildcard of this name.
fn may_cover(wildcard: &Name, answer: Answer) -> Result<bool, ProviderError> {
    match answer {
        Answer::Nothing { exists, .. } => Ok(exists),
        Answer::Records(_) | Answer::Alias(_) => Ok(true),
        other => Err(changed_meanwhile(wildcard, &other)),
    }
}

/// The records of one answer about an owner that is in the zone and no alias.
fn records_of(owner: &Name, rtype: RrType, answer: Answer) -> Result<Vec<Record>, ProviderError> {
    match answer {
        Answer::Records(records) => Ok(records),
        Answer::Nothing { .. } => Ok(Vec::new()),
        // It became one just now; the question for CNAME brings it.
        Answer::Alias(_) if rtype != RrType::CNAME => Ok(Vec::new()),
        other => Err(changed_meanwhile(owner, &other)),
    }
}

/// The server said a moment before that it holds the name.
fn changed_meanwhile(name: &Name, answer: &Answer) -> ProviderError {
    let what = match answer {
        Answer::NotHere(why) => why.clone(),
        _ => "another zone answers for it now".to_owned(),
    };
    ProviderError::Unavailable(format!("{name} cannot be read: {what}"))
}

/// Takes away what was answered for names that are not in use themselves.
async fn drop_synthesized(
    session: &mut Session<'_>,
    zone: &Name,
    covering: &BTreeSet<Name>,
    readings: &mut [Reading],
) -> Result<(), ProviderError> {
    let is_doubtful = |reading: &&mut Reading| {
        !reading.records.is_empty() && wildcards_over(zone, &reading.owner.name).any(|name| covering.contains(&name))
    };
    let doubtful: Vec<&mut Reading> = readings.iter_mut().filter(is_doubtful).collect();
    let probes =
        doubtful.iter().map(|reading| update::is_in_use(zone, &reading.owner.name)).collect::<Result<_, _>>()?;
    let in_use = update::probe(session, zone, probes).await?;
    for (reading, in_use) in doubtful.into_iter().zip(in_use) {
        if !in_use {
            reading.records.clear();
        }
    }
    Ok(())
}

impl Reading {
    fn take_in(&mut self, records: Vec<Record>) -> Result<(), ProviderError> {
        for record in records {
            let Some(value) = from_wire_record(&record) else {
                let (name, rtype) = (&self.owner.name, record.record_type());
                return Err(ProviderError::Unavailable(format!("a record at {name} is no sound {rtype} record")));
            };
            self.records.push((value, record));
        }
        Ok(())
    }
}

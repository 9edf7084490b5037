//! Makes a group of changes, all or none, and looks whether they were made.

use std::borrow::Cow;
use std::time::Duration;

use hickory_proto::op::ResponseCode;
use tokio::time::{Instant, sleep};

use super::fault::Fault;
use super::read::{Reading, read};
use super::transport::{Session, Transport};
use super::update::{self, is_unmet};
use crate::dns::{Name, RrType};
use crate::{
    Change, CompareAndSwap, Limits, Owner, ProviderError, Receipt, Value, Zone, check_group, refused_together,
    was_made_all_the_same,
};

pub(super) const LIMITS: Limits = Limits {
    cas: CompareAndSwap::Atomic,
    // One message holds the touched sets too: this leaves each change some 1,300 octets.
    batch: 50,
    min_ttl: 0,
    per_value_ttl: false,
    types: Cow::Borrowed(&[RrType::TXT, RrType::CNAME, RrType::MX, RrType::SPF]),
    rate: None,
};
/// How often a group is tried again because others changed a set between our reading and our writing.
const ATTEMPTS: usize = 5;
/// First pause before the zone is looked at again after a write; each next one is twice as long, up to [`LAST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LAST_PAUSE: Duration = Duration::from_millis(500);

/// Codes for what no answer of its own says.
const NOERROR: u32 = 0;
const NXRRSET: u32 = 8;

/// The answers to a group, one each.
type Answers = Vec<Result<Receipt, ProviderError>>;

/// Makes the changes of a group to a zone.
pub(super) async fn write(transport: &Transport, zone: &Zone, group: &[Change]) -> Answers {
    if group.is_empty() {
        return Vec::new();
    }
    match attempt(transport, zone, group).await {
        Ok(refused) => refused,
        Err(error) => group.iter().map(|_| Err(error.clone())).collect(),
    }
}

/// An error is one for the whole group.
async fn attempt(transport: &Transport, zone: &Zone, group: &[Change]) -> Result<Answers, ProviderError> {
    check_group(zone, &LIMITS, group)?;
    let mut session = transport.session();
    let apex = &zone.name;
    let owners: Vec<Name> = group.iter().map(|change| change.owner.clone()).collect();
    let mut before: Option<Vec<Owner>> = None;
    for _ in 0..ATTEMPTS {
        let is_sent = before.is_some();
        let readings = match read(&mut session, apex, &owners).await {
            // That it was refused says nothing of a first copy of it.
            Err(_) if is_sent => return Err(ProviderError::Indeterminate),
            readings => readings?,
        };
        if is_sent && was_made_all_the_same(group.iter().zip(readings.iter().map(|reading| &reading.owner))) {
            return Err(ProviderError::Indeterminate);
        }
        let checks: Vec<_> =
            group.iter().zip(&readings).map(|(change, reading)| check(change, &reading.owner)).collect();
        if let Some(refused) = refused_together(&checks) {
            return Ok(refused);
        }
        let pairs: Vec<(&Change, &Reading)> = group.iter().zip(&readings).collect();
        let message = update::compose(apex, &pairs)?;
        // First without effect: that the key may not do it, some servers say unsigned, and such an answer is believed
        // only while nothing can have happened.
        let rehearsal = update::rehearsal(apex, &message)?;
        if update::probe(&mut session, apex, vec![rehearsal]).await? == [true] {
            // It does not look at prerequisites, and has done it.
            return Err(ProviderError::Indeterminate);
        }
        let answer = transport.send_once(&message).await.map_err(Fault::after_update)?;
        match answer.metadata.response_code {
            ResponseCode::NoError => {
                confirm(&mut session, transport.timeout, apex, &pairs).await?;
                return Ok(owners.into_iter().map(|owner| Ok(Receipt { owner, id: None })).collect());
            }
            code if is_unmet(code) => {}
            code => return Err(update::refusal(code, apex)),
        }
        // Nothing was done: something is not as it was read. If it is ours, the next look finds the change stale.
        let seen: Vec<Owner> = readings.into_iter().map(|reading| reading.owner).collect();
        if before.as_ref() == Some(&seen) {
            let message = "the server does not find the sets as it serves them: it may be a secondary that lags behind \
                           its primary, or a record of an unusual type stands at one of these names";
            return Err(ProviderError::Rejected { code: NXRRSET, message: message.to_owned() });
        }
        before = Some(seen);
    }
    // Others write without a pause. Which of their values came last does not help anybody.
    Err(ProviderError::Stale(Vec::new()))
}

/// Whether the change can be made to what stands there now.
fn check(change: &Change, now: &Owner) -> Result<(), ProviderError> {
    change.check(now)?;
    change.check_one_ttl(now)?;
    // Also among those that come: servers give all values of a set the TTL that came last (RFC 2181, section 5.2).
    for (index, added) in change.add.iter().enumerate() {
        let same_set = |value: &&Value| value.rdata.rtype() == added.rdata.rtype() && value.ttl != added.ttl;
        if let Some(other) = change.add[..index].iter().find(same_set) {
            let (owner, rtype) = (&change.owner, added.rdata.rtype());
            let message =
                format!("the {rtype} records at {owner} have one TTL: not both {} and {}", other.ttl, added.ttl);
            return Err(ProviderError::Unsupported(message));
        }
    }
    Ok(())
}

/// Looks until what the server serves agrees with the changes, which it says it has made.
async fn confirm(
    session: &mut Session<'_>,
    patience: Duration,
    zone: &Name,
    group: &[(&Change, &Reading)],
) -> Result<(), ProviderError> {
    let owners: Vec<Name> = group.iter().map(|(change, _)| change.owner.clone()).collect();
    let deadline = Instant::now() + patience;
    let mut pause = FIRST_PAUSE;
    let missing = loop {
        // That it was made was said, and signed; only what came of it is not known.
        let readings = read(session, zone, &owners).await.map_err(|_| ProviderError::Indeterminate)?;
        let missing = group.iter().zip(&readings).find_map(|((change, _), now)| first_missing(change, &now.owner));
        let Some(missing) = missing else { return Ok(()) };
        if Instant::now() >= deadline {
            break missing;
        }
        sleep(pause).await;
        pause = (pause * 2).min(LAST_PAUSE);
    };
    // A secondary passes updates and prerequisites on to its primary, and serves what it has not fetched yet.
    let question = update::is_made(zone, group)?;
    match update::probe(session, zone, vec![question]).await {
        Ok(made) if made == [true] => Ok(()),
        Ok(_) => {
            let message = format!("the server says that it has updated {zone}, and it has not: {missing}");
            Err(ProviderError::Rejected { code: NOERROR, message })
        }
        Err(_) => Err(ProviderError::Indeterminate),
    }
}

/// In words, the first thing at the owner that is not as the change makes it.
fn first_missing(change: &Change, now: &Owner) -> Option<String> {
    let there = |wanted: &Value| now.values.iter().find(|value| value.rdata == wanted.rdata);
    let is_added = |wanted: &Value| change.add.iter().any(|value| value.rdata == wanted.rdata);
    let is_removed = |wanted: &Value| change.remove.iter().any(|value| value.rdata == wanted.rdata);
    for added in &change.add {
        let told = |what: &str| Some(format!("{} {} {} {what}", change.owner, added.rdata.rtype(), added.rdata));
        match there(added) {
            None => return told("is not there"),
            // Where the TTL is all that changes, it has to be the new one; else servers may have limits of their own.
            Some(value) if value.ttl != added.ttl && is_removed(added) => return told("has its old TTL"),
            Some(_) => {}
        }
    }
    let kept = change.remove.iter().find(|removed| !is_added(removed) && there(removed).is_some())?;
    Some(format!("{} {} {} is still there", change.owner, kept.rdata.rtype(), kept.rdata))
}

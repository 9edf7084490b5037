//! From changes to what is sent: whether they can be made, and the fewest operations that make them.

use super::content::{AUTOMATIC, AUTOMATIC_SECONDS, fields};
use super::endpoints::{Fields, Id, Operations, Unflattened};
use super::held::{Entry, Held};
use crate::dns::{Rdata, RrType};
use crate::{Change, ProviderError, Value};

/// Largest TTL, in seconds.
const MAX_TTL: u32 = 86400;

/// What must hold at an owner.
pub(super) fn check(change: &Change, held: &Held) -> Result<(), ProviderError> {
    let owner = &change.owner;
    let now = held.owner(owner)?;
    change.check(&now)?;
    change.check_one_ttl(&now)?;
    if let Some(value) = change.add.iter().find(|value| value.ttl > MAX_TTL) {
        let message = format!("a TTL of {} at {owner}: {MAX_TTL} is the most at Cloudflare", value.ttl);
        return Err(ProviderError::Unsupported(message));
    }
    for removed in &change.remove {
        for entry in held.records_of(owner, removed)? {
            if let Some(keeper) = entry.record.keeper() {
                let (rtype, data) = (removed.rdata.rtype(), &removed.rdata);
                let message =
                    format!("{owner} {rtype} {data} is managed and locked by {keeper}: it can only be changed there");
                return Err(ProviderError::Unsupported(message));
            }
        }
    }
    check_alias(change, held)
}

/// An alias that comes has to be one in DNS.
fn check_alias(change: &Change, held: &Held) -> Result<(), ProviderError> {
    let owner = &change.owner;
    let Some(alias) = change.add.iter().find(|value| value.rdata.rtype() == RrType::CNAME) else { return Ok(()) };
    if owner == held.apex() {
        let message = format!("a CNAME at the apex {owner} would be flattened: DNS would answer addresses, not it");
        return Err(ProviderError::Unsupported(message));
    }
    let Some(hidden) = held.hidden(owner) else { return Ok(()) };
    let (how, target) = (hidden.why_hidden(), hidden.rdata()?);
    if let Some(keeper) = hidden.record.keeper() {
        let message = format!("the CNAME at {owner} is {how}, and managed and locked by {keeper}");
        return Err(ProviderError::Unsupported(message));
    }
    if target != alias.rdata {
        let message = format!(
            "{owner} holds a CNAME to {target} that is {how}: DNS answers addresses there and no CNAME. Take it away at \
             Cloudflare if it is not needed, or set it to \"DNS only\" if it is meant"
        );
        return Err(ProviderError::Unsupported(message));
    }
    Ok(())
}

/// Adds what makes one change. A value that goes gives its record, with comment and tags, to one of its type that comes.
pub(super) fn plan(change: &Change, held: &Held, operations: &mut Operations) -> Result<(), ProviderError> {
    let owner = &change.owner;
    let mut come: Vec<&Value> = change.add.iter().collect();
    for removed in &change.remove {
        let is_next = |same: fn(&Rdata, &Rdata) -> bool| {
            // What another value of the change keeps for itself is not taken from it.
            let taken = |value: &Value| change.remove.iter().any(|other| other.rdata == value.rdata);
            come.iter()
                .position(|value| same(&value.rdata, &removed.rdata) && (value.rdata == removed.rdata || !taken(value)))
        };
        let next = is_next(|new, old| new == old).or_else(|| is_next(|new, old| new.rtype() == old.rtype()));
        let records = held.records_of(owner, removed)?;
        let Some((first, twins)) = records.split_first() else {
            return Err(ProviderError::Stale(vec![removed.clone()]));
        };
        match next {
            Some(index) => operations.patches.push(patch(change, come.remove(index), first, held)?),
            None => operations.deletes.push(delete(first)),
        }
        operations.deletes.extend(twins.iter().map(|twin| delete(twin)));
    }
    for added in come {
        let hidden = held.hidden(owner).filter(|_| added.rdata.rtype() == RrType::CNAME);
        match hidden {
            // The alias that is wanted is there, and only has to be shown.
            Some(entry) => operations.patches.push(patch(change, added, entry, held)?),
            None => operations.posts.push(fields(owner, added, written_ttl(change, added, held), None)?),
        }
    }
    Ok(())
}

fn delete(entry: &Entry) -> Id {
    Id { id: entry.record.id.clone() }
}

/// A record that changes. What is left out stays: comment and tags, and whether an address is behind the proxy.
fn patch(change: &Change, new: &Value, entry: &Entry, held: &Held) -> Result<Fields, ProviderError> {
    let id = Some(entry.record.id.clone());
    let settings = entry.record.settings.flatten_cname.then_some(Unflattened { flatten_cname: false });
    Ok(Fields { settings, ..fields(&change.owner, new, written_ttl(change, new, held), id)? })
}

/// The TTL as it is written: "automatic" where all of the set are, and the value asks for no other.
fn written_ttl(change: &Change, new: &Value, held: &Held) -> u32 {
    let automatic = new.ttl == AUTOMATIC_SECONDS && held.is_automatic(&change.owner, new.rdata.rtype());
    if automatic { AUTOMATIC } else { new.ttl }
}

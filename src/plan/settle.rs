//! What became of a change that was sent, and how it is taken back. The provider is asked, never assumed.

use std::time::Duration;

use mailvouch_providers::{Change, CompareAndSwap, Owner, ProviderError, Receipt, Value};
use tokio::time::{Instant, sleep};

use super::promises;
use super::ready::{Ready, as_held, data};

/// What became of a change.
pub(super) enum Fate {
    /// It stands, and the provider shows it; what had to follow it may have failed.
    Made { unfinished: Option<String> },
    /// Nothing of it was written.
    NotMade(ProviderError),
    /// All of it may stand, a part of it, or nothing.
    Unsure(ProviderError),
}

/// What a provider shows of a change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    All,
    /// What it held before.
    Nothing,
    /// Neither.
    Part,
    Unreadable,
}

/// Finds out what became of a change.
pub(super) async fn fate(
    ready: &Ready<'_>,
    change: &Change,
    result: Result<Receipt, ProviderError>,
    until: Instant,
) -> Fate {
    let (unfinished, error) = match result {
        Ok(receipt) => {
            let settled = ready.provider.settled(&receipt).await.err();
            let message = "the provider took the change, and does not show it".to_owned();
            (settled.map(|error| error.to_string()), ProviderError::Unavailable(message))
        }
        Err(ProviderError::Unfinished(what)) => (Some(what.clone()), ProviderError::Unfinished(what)),
        Err(ProviderError::Indeterminate) => {
            return match read_back(ready, change, until).await {
                Shown::All => Fate::Made { unfinished: None },
                Shown::Nothing => {
                    let message = "the provider's answer was lost, and it holds what it held before".to_owned();
                    Fate::NotMade(ProviderError::Unavailable(message))
                }
                Shown::Part | Shown::Unreadable => Fate::Unsure(ProviderError::Indeterminate),
            };
        }
        Err(error) => {
            // Said before anything is sent, whichever way the provider works.
            let is_refusal =
                matches!(error, ProviderError::Stale(_) | ProviderError::Unsupported(_) | ProviderError::NoZone(_));
            if is_refusal || ready.provider.limits().cas == CompareAndSwap::Atomic {
                return Fate::NotMade(error);
            }
            // Value by value, it may have come half way.
            return match ready.read().await.map(|now| shown(change, &now)) {
                Ok(Shown::Nothing) => Fate::NotMade(error),
                _ => Fate::Unsure(error),
            };
        }
    };
    match read_back(ready, change, until).await {
        Shown::All => Fate::Made { unfinished },
        Shown::Nothing | Shown::Part | Shown::Unreadable => Fate::Unsure(error),
    }
}

/// Waits until the provider shows the change, or the time is up.
async fn read_back(ready: &Ready<'_>, change: &Change, until: Instant) -> Shown {
    let mut pause = Duration::from_millis(50);
    loop {
        let shown = ready.read().await.map_or(Shown::Unreadable, |now| shown(change, &now));
        if matches!(shown, Shown::All) || Instant::now() + pause > until {
            return shown;
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
    }
}

/// What of a change stands there now.
pub(super) fn shown(change: &Change, now: &Owner) -> Shown {
    if change.is_made(now) {
        Shown::All
    } else if change.check(now).is_ok() {
        Shown::Nothing
    } else {
        Shown::Part
    }
}

/// How sure it is that a change was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sure {
    /// The provider showed it: where it does not stand now, somebody else has been there.
    Made,
    /// A part of it may stand: whatever does, is ours.
    Perhaps,
}

/// What takes a change back, in the set as it is now: our own values only, all others stay. None where nothing of it
/// stands; an error where ours were changed meanwhile, or where it would do harm.
pub(super) async fn inverse(ready: &Ready<'_>, change: &Change, sure: Sure) -> Result<Option<Change>, ProviderError> {
    let now = ready.read().await?;
    let is_in = |values: &[Value], value: &Value| values.iter().any(|other| other.rdata == value.rdata);
    let moved = |value: &&Value| sure == Sure::Made || is_in(&now.values, value);
    let gone = |value: &&Value| sure == Sure::Made || !is_in(&now.values, value);
    let remove: Vec<Value> = change.add.iter().filter(moved).cloned().collect();
    let add = change.remove.iter().filter(gone).map(|value| Value { handle: None, ..value.clone() });
    let inverse = Change {
        owner: change.owner.clone(),
        remove: as_held(&remove, &now),
        add: add.collect(),
        seen: now.values.clone(),
    };
    if inverse.remove.is_empty() && inverse.add.is_empty() {
        return Ok(None);
    }
    inverse.check(&now)?;
    if !promises::adds_no_second(&data(&now.values), &data(&inverse.after(&now.values))) {
        let others = now.values.iter().filter(|value| promises::is_record(&value.rdata));
        return Err(ProviderError::Stale(others.cloned().collect()));
    }
    Ok(Some(inverse))
}

/// Carries an inverse out. An answer that is lost is asked after.
pub(super) async fn take_back(ready: &Ready<'_>, inverse: &Change, patience: Duration) -> Result<(), ProviderError> {
    let mut results = ready.provider.write(&ready.zone, std::slice::from_ref(inverse)).await;
    match results.pop().unwrap_or(Err(ProviderError::Indeterminate)) {
        Ok(_) | Err(ProviderError::Indeterminate | ProviderError::Unfinished(_)) => {}
        Err(error) => return Err(error),
    }
    match read_back(ready, inverse, Instant::now() + patience).await {
        Shown::All => Ok(()),
        Shown::Nothing | Shown::Part | Shown::Unreadable => Err(ProviderError::Indeterminate),
    }
}

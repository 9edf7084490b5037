//! Carries a plan out: only its own values, inside the sets that it has just read.
//!
//! Every change is checked before the first one is written, and journalled before it is sent. A provider that refuses
//! part-way makes us take back what we wrote: our own values only, in sets that are read again. An answer that was lost
//! is asked after, never assumed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use mailvouch_providers::dns::{Name, Rdata};
use mailvouch_providers::{Change, Owner, Provider, ProviderError, Value, Zone};
use tokio::time::{Instant, sleep};

use super::journal::{Entry, Journal, JournalError};
use super::set_draft::keeps_promises;
use super::{Plan, Step};

/// How long a provider may take to show what it took.
const READ_BACK: Duration = Duration::from_secs(20);

/// How an apply ended.
#[derive(Debug)]
pub enum Outcome {
    /// Everything is written, and the provider holds it.
    Done,
    /// Nothing was written: the world is not as the plan has it, or the provider cannot do it safely.
    Refused {
        /// The owner whose change was refused.
        owner: Name,
        /// Why.
        error: ProviderError,
    },
    /// Nothing was written: the provider could not be reached, or did not let us in.
    Failed {
        /// The owner whose change could not be made.
        owner: Name,
        /// Why.
        error: ProviderError,
    },
    /// It stopped part-way.
    Stopped {
        /// The owner at which it stopped.
        owner: Name,
        /// Why.
        error: ProviderError,
        /// Owners whose change was made and taken back.
        taken_back: Vec<Name>,
        /// Owners whose change stands, or may stand, with the reason.
        left: Vec<(Name, String)>,
    },
}

/// What was applied, and how it ended.
#[derive(Debug)]
pub struct Applied {
    /// The end.
    pub outcome: Outcome,
    /// How many steps were written and still stand.
    pub written: usize,
    /// Owners whose change stands, but what had to follow it failed: a reload, for one.
    pub unfinished: Vec<(Name, String)>,
}

impl Applied {
    /// The end of an apply that wrote nothing, because of this error at this owner.
    pub fn nothing_written(owner: Name, error: ProviderError) -> Self {
        let outcome = match error {
            ProviderError::Stale(_) | ProviderError::Unsupported(_) | ProviderError::Rejected { .. } => {
                Outcome::Refused { owner, error }
            }
            ProviderError::Indeterminate
            | ProviderError::Unfinished(_)
            | ProviderError::Unauthorized(_)
            | ProviderError::NoZone(_)
            | ProviderError::RateLimited(_)
            | ProviderError::Unavailable(_) => Outcome::Failed { owner, error },
        };
        Self { outcome, written: 0, unfinished: Vec::new() }
    }
}

/// The providers that a plan may need, by their names in the declaration.
pub type Providers = BTreeMap<String, Arc<dyn Provider>>;

/// A step, ready to be written.
struct Ready<'a> {
    index: usize,
    step: &'a Step,
    provider: &'a dyn Provider,
    zone: Zone,
}

/// Carries a plan out. An error is the journal's: without one nothing is written.
pub async fn apply(plan: &Plan, providers: &Providers, journal: &mut Journal) -> Result<Applied, JournalError> {
    let mut ready = Vec::new();
    for (index, step) in plan.steps.iter().enumerate() {
        match prepare(index, step, providers).await {
            Ok(step) => ready.push(step),
            Err(error) => return Ok(Applied::nothing_written(step.owner.clone(), error)),
        }
    }
    let at = jiff::Timestamp::now().to_string();
    journal.write(&Entry::Begin { version: Journal::VERSION, at, steps: plan.steps.len() })?;
    let mut done: Vec<&Ready<'_>> = Vec::new();
    let mut unfinished = Vec::new();
    for group in groups(&ready) {
        if let Err((failed, error)) = write_group(group, journal, &mut unfinished).await? {
            let certain = !matches!(error, ProviderError::Indeterminate);
            let mut left = Vec::new();
            if !certain {
                left.push((failed.step.owner.clone(), error.to_string()));
            }
            if done.is_empty() && certain {
                journal.write(&Entry::End { complete: false })?;
                return Ok(Applied::nothing_written(failed.step.owner.clone(), error));
            }
            let mut taken_back = Vec::new();
            for step in done.iter().rev() {
                match take_back(step).await {
                    Ok(()) => {
                        journal.write(&Entry::TakenBack { step: step.index })?;
                        taken_back.push(step.step.owner.clone());
                    }
                    Err(error) => {
                        journal.write(&Entry::NotTakenBack { step: step.index, error: error.to_string() })?;
                        left.push((step.step.owner.clone(), error.to_string()));
                    }
                }
            }
            journal.write(&Entry::End { complete: false })?;
            let owner = failed.step.owner.clone();
            let written = left.len();
            return Ok(Applied { outcome: Outcome::Stopped { owner, error, taken_back, left }, written, unfinished });
        }
        done.extend(group);
    }
    journal.write(&Entry::End { complete: true })?;
    Ok(Applied { outcome: Outcome::Done, written: done.len(), unfinished })
}

/// Finds the step's provider and zone, reads the owner, and checks that the change can be made as it is planned.
async fn prepare<'a>(index: usize, step: &'a Step, providers: &'a Providers) -> Result<Ready<'a>, ProviderError> {
    let Some(name) = &step.provider else {
        let message = format!("{} has no provider: declare one, or make the change by hand", step.domain);
        return Err(ProviderError::Unsupported(message));
    };
    let Some(provider) = providers.get(name) else {
        return Err(ProviderError::Unsupported(format!("provider `{name}` is not in the declaration")));
    };
    let zone = provider.zone_of(&step.owner).await?;
    if step.zone.as_ref().is_some_and(|planned| *planned != zone.name) {
        let message = format!("{} is now in the zone {}, not in the one that was planned for", step.owner, zone.name);
        return Err(ProviderError::Unsupported(message));
    }
    let ready = Ready { index, step, provider: provider.as_ref(), zone };
    change_now(&ready).await?;
    Ok(ready)
}

/// The change against what stands there now; an error where it cannot be made.
async fn change_now(ready: &Ready<'_>) -> Result<Change, ProviderError> {
    let now = read_owner(ready).await?;
    let step = ready.step;
    let as_held = |value: &Value| {
        let held = now.values.iter().find(|held| held.rdata == value.rdata);
        held.cloned().unwrap_or_else(|| Value { handle: None, ..value.clone() })
    };
    let change = Change {
        owner: step.owner.clone(),
        // With the ids and TTLs of now: those of the plan may be old.
        remove: step.remove.iter().map(as_held).collect(),
        add: step.add.clone(),
        seen: now.values.clone(),
    };
    change.check(&now)?;
    let data = |values: &[Value]| values.iter().map(|value| value.rdata.clone()).collect::<Vec<Rdata>>();
    if !keeps_promises(&data(&now.values), &data(&change.after(&now.values))) {
        // Somebody put another SPF or DMARC record there since.
        return Err(ProviderError::Stale(
            now.values.into_iter().filter(|value| value.rdata.as_txt().is_some()).collect(),
        ));
    }
    Ok(change)
}

async fn read_owner(ready: &Ready<'_>) -> Result<Owner, ProviderError> {
    let mut owners = ready.provider.read(&ready.zone, std::slice::from_ref(&ready.step.owner)).await?;
    owners.pop().ok_or_else(|| ProviderError::Unavailable("the provider gave no answer for the name".into()))
}

/// Steps of one zone that follow each other, as many as the provider takes at once.
fn groups<'a, 'b>(ready: &'b [Ready<'a>]) -> impl Iterator<Item = &'b [Ready<'a>]> {
    let mut rest = ready;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        let same = |step: &&Ready<'_>| step.step.provider == first.step.provider && step.zone == first.zone;
        let most = first.provider.limits().batch.max(1);
        let (group, tail) = rest.split_at(rest.iter().take_while(same).count().min(most));
        rest = tail;
        Some(group)
    })
}

type Failed<'a, 'b> = (&'b Ready<'a>, ProviderError);

/// Writes a group and waits until the provider shows it. On failure everything that this group wrote is taken back.
async fn write_group<'a, 'b>(
    group: &'b [Ready<'a>],
    journal: &mut Journal,
    unfinished: &mut Vec<(Name, String)>,
) -> Result<Result<(), Failed<'a, 'b>>, JournalError> {
    let mut changes = Vec::new();
    for ready in group {
        match change_now(ready).await {
            Ok(change) => changes.push(change),
            Err(error) => return Ok(Err((ready, error))),
        }
    }
    for (ready, change) in group.iter().zip(&changes) {
        journal.write(&Entry::Intent {
            step: ready.index,
            provider: ready.step.provider.clone().unwrap_or_default(),
            zone: ready.zone.name.clone(),
            owner: change.owner.clone(),
            remove: change.remove.clone(),
            add: change.add.clone(),
        })?;
    }
    let Some(first) = group.first() else { return Ok(Ok(())) };
    let results = first.provider.write(&first.zone, &changes).await;
    let mut failure: Option<Failed<'a, 'b>> = None;
    let mut written = Vec::new();
    for ((ready, change), result) in group.iter().zip(&changes).zip(results) {
        let settled = match result {
            Ok(receipt) => {
                let settled = ready.provider.settled(&receipt).await;
                match settled {
                    Ok(()) => read_back(ready, change).await,
                    Err(error) => Err(error),
                }
            }
            Err(ProviderError::Indeterminate) => read_back(ready, change).await,
            Err(ProviderError::Unfinished(what)) => {
                unfinished.push((change.owner.clone(), what));
                read_back(ready, change).await
            }
            Err(error) => Err(error),
        };
        match settled {
            Ok(()) => {
                journal.write(&Entry::Written { step: ready.index })?;
                written.push(ready);
            }
            Err(error) => {
                let (step, message) = (ready.index, error.to_string());
                journal.write(&match error {
                    ProviderError::Indeterminate => Entry::Lost { step, error: message },
                    _ => Entry::Refused { step, error: message },
                })?;
                failure.get_or_insert((ready, error));
            }
        }
    }
    let Some((failed, mut error)) = failure else { return Ok(Ok(())) };
    for ready in written.into_iter().rev() {
        match take_back(ready).await {
            Ok(()) => journal.write(&Entry::TakenBack { step: ready.index })?,
            Err(left) => {
                journal.write(&Entry::NotTakenBack { step: ready.index, error: left.to_string() })?;
                // Something of ours stands there: the caller may not say that nothing does.
                error = ProviderError::Indeterminate;
            }
        }
    }
    Ok(Err((failed, error)))
}

/// Waits until the provider shows the change. If it never does, the error says whether anything of it stands there.
async fn read_back(ready: &Ready<'_>, change: &Change) -> Result<(), ProviderError> {
    let until = Instant::now() + READ_BACK;
    let mut pause = Duration::from_millis(50);
    loop {
        let now = read_owner(ready).await;
        if now.as_ref().is_ok_and(|now| is_made(change, now)) {
            return Ok(());
        }
        if Instant::now() + pause > until {
            return Err(match now {
                Ok(now) if change.check(&now).is_ok() => {
                    let message = "the provider was asked to make the change, and holds what it held before".to_owned();
                    ProviderError::Rejected { code: 0, message }
                }
                _ => ProviderError::Indeterminate,
            });
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
    }
}

fn is_made(change: &Change, now: &Owner) -> bool {
    let there = |value: &Value| now.values.iter().any(|held| held.rdata == value.rdata);
    let re_added = |value: &Value| change.add.iter().any(|added| added.rdata == value.rdata);
    change.add.iter().all(there) && change.remove.iter().all(|value| re_added(value) || !there(value))
}

/// Takes our own values back, in the set as it is now; everything else stays. Stops where ours were changed meanwhile.
async fn take_back(ready: &Ready<'_>) -> Result<(), ProviderError> {
    let now = read_owner(ready).await?;
    let inverse = Change {
        owner: ready.step.owner.clone(),
        remove: ready.step.add.clone(),
        add: ready.step.remove.iter().map(|value| Value { handle: None, ..value.clone() }).collect(),
        seen: now.values.clone(),
    };
    inverse.check(&now)?;
    let results = ready.provider.write(&ready.zone, std::slice::from_ref(&inverse)).await;
    results.into_iter().collect::<Result<Vec<_>, _>>()?;
    read_back(ready, &inverse).await
}

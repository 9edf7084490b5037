//! Goes on with an apply that was cut off. What became of the request in flight is asked, never assumed.

use mailvouch_providers::dns::Name;
use mailvouch_providers::{Change, ProviderError, Value};

use super::apply::{Applied, Work};
use super::journal::{Entry, Journal, JournalError};
use super::past::{Past, Told, Trace};
use super::ready::{Failed, Providers, Ready, placed};
use super::settle::{Shown, shown};
use super::wait::Watch;
use super::{Plan, Step};

/// What is left to do of a run that was cut off.
#[derive(Debug)]
pub struct Remaining {
    /// The steps that are left, in order; of one that was made in part, what is missing.
    pub plan: Plan,
    /// Where each of them stands in the plan of the run.
    places: Vec<usize>,
    /// The names at which all stands already.
    pub standing: Vec<Name>,
}

/// Looks what stands of a run, and what is left of it. An error names the owner whose change cannot be gone on with.
pub async fn remaining(past: &Past, providers: &Providers) -> Result<Remaining, (Name, ProviderError)> {
    let all: Vec<Step> = past.planned.iter().map(Step::from).collect();
    let places: Vec<usize> = (0..all.len()).collect();
    let told = |failed: Failed| (failed.owner, failed.error);
    let mut left = Remaining { plan: Plan::new(Vec::new(), Vec::new()), places: Vec::new(), standing: Vec::new() };
    for ready in placed(&all, &places, providers).await.map_err(told)? {
        let ready = ready.map_err(told)?;
        let sent = past.sent.get(&ready.index).filter(|trace| trace.fate != Told::Nothing);
        let step = match sent {
            None => Some(ready.step.clone()),
            Some(trace) => rest(&ready, trace).await.map_err(|error| (ready.step.owner.clone(), error))?,
        };
        match step {
            None => left.standing.push(ready.step.owner.clone()),
            Some(step) => {
                left.plan.steps.push(step);
                left.places.push(ready.index);
            }
        }
    }
    Ok(left)
}

/// What is missing of a step that was sent; none where all of it stands.
async fn rest(ready: &Ready<'_>, trace: &Trace) -> Result<Option<Step>, ProviderError> {
    let now = ready.read().await?;
    let change = Change {
        owner: trace.owner.clone(),
        remove: trace.remove.clone(),
        add: trace.add.clone(),
        seen: now.values.clone(),
    };
    let is_there = |value: &Value| now.values.iter().any(|held| held.rdata == value.rdata);
    match shown(&change, &now) {
        Shown::All => Ok(None),
        // It was seen there, and is not there any more: somebody else has been at it, and knows why.
        _ if trace.fate == Told::Written => {
            Err(ProviderError::Stale(trace.add.iter().filter(|value| !is_there(value)).cloned().collect()))
        }
        Shown::Nothing => Ok(Some(ready.step.clone())),
        Shown::Part | Shown::Unreadable => {
            let mut step = ready.step.clone();
            let comes_again = |value: &Value| trace.add.iter().any(|added| added.rdata == value.rdata);
            step.remove.retain(|value| is_there(value) || comes_again(value));
            step.add.retain(|value| !is_there(value) || step.remove.iter().any(|gone| gone.rdata == value.rdata));
            Ok(Some(step))
        }
    }
}

impl Remaining {
    /// Does what is left, and writes it into the same journal.
    pub async fn carry_out(
        &self,
        past: &Past,
        providers: &Providers,
        watch: &Watch,
        journal: &mut Journal,
    ) -> Result<Applied, JournalError> {
        let all: Vec<Step> = past.planned.iter().map(Step::from).collect();
        let work = Work { steps: &self.plan.steps, places: &self.places, all: &all };
        let at = jiff::Timestamp::now().to_string();
        work.carry_out(&Entry::Resume { at }, providers, watch, journal).await
    }
}

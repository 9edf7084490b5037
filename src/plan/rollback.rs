//! Takes back what a run wrote: our own values only, the latest first; whatever others put there since stays.

use std::time::Duration;

use mailvouch_providers::dns::Name;
use mailvouch_providers::{Change, ProviderError, Value};
use tokio::time::sleep;

use super::Step;
use super::journal::{Entry, Journal, JournalError};
use super::lane::{self, Log};
use super::past::{Past, Told};
use super::ready::{Providers, Ready, placed};
use super::settle::{self, Sure};
use super::wait::Watch;

/// What a rollback would do, looked at before anything is written.
#[derive(Debug, Default)]
pub struct Reversal {
    /// The changes, in the order in which they will be made.
    pub changes: Vec<Reverse>,
    /// Names of which nothing stands any more.
    pub gone: Vec<Name>,
    /// Names whose change cannot be taken back, with the reason.
    pub blocked: Vec<(Name, ProviderError)>,
}

/// What takes one step back.
#[derive(Debug)]
pub struct Reverse {
    /// Its place in the plan of the run.
    place: usize,
    step: Step,
    sure: Sure,
    /// The name.
    pub owner: Name,
    /// Values that go again.
    pub remove: Vec<Value>,
    /// Values that come again.
    pub add: Vec<Value>,
    /// How long caches may hold what leads to these values, once what does is taken back, in seconds.
    pub waits: u32,
}

/// How a rollback ended.
#[derive(Debug, Default)]
pub struct RolledBack {
    /// Owners whose change was taken back.
    pub taken_back: Vec<Name>,
    /// Owners whose change stands, or may stand, with the reason.
    pub left: Vec<(Name, String)>,
}

/// Looks what taking a run back would do.
pub async fn reversal(past: &Past, providers: &Providers) -> Reversal {
    let mut reversal = Reversal::default();
    let steps: Vec<(usize, Step)> =
        past.standing().rev().map(|(place, trace)| (place, past.step(place, trace))).collect();
    for (place, step) in steps {
        let trace = &past.sent[&place];
        let sure = if trace.fate == Told::Written { Sure::Made } else { Sure::Perhaps };
        match inverse_of(place, &step, sure, providers).await {
            Err(error) => reversal.blocked.push((step.owner, error)),
            Ok(None) => reversal.gone.push(step.owner),
            Ok(Some(inverse)) => {
                // Whatever leads here is taken back before this, and lives on in caches.
                let leads_here =
                    |other: &&Reverse| other.step.waits.as_ref().is_some_and(|wait| wait.names.contains(&step.owner));
                let leading = reversal.changes.iter().filter(leads_here).flat_map(|other| &other.remove);
                let waits = leading.map(|value| value.ttl).max().unwrap_or(0);
                let owner = step.owner.clone();
                let Change { remove, add, .. } = inverse;
                reversal.changes.push(Reverse { place, step, sure, owner, remove, add, waits });
            }
        }
    }
    reversal
}

async fn inverse_of(
    place: usize,
    step: &Step,
    sure: Sure,
    providers: &Providers,
) -> Result<Option<Change>, ProviderError> {
    let ready = at(place, step, providers).await?;
    settle::inverse(&ready, &change_of(step), sure).await
}

async fn at<'a>(place: usize, step: &'a Step, providers: &'a Providers) -> Result<Ready<'a>, ProviderError> {
    let placed = placed(std::slice::from_ref(step), &[place], providers).await.map_err(|failed| failed.error)?;
    let none = || ProviderError::Unavailable("the provider gave no answer for the name".to_owned());
    placed.into_iter().next().ok_or_else(none)?.map_err(|failed| failed.error)
}

fn change_of(step: &Step) -> Change {
    Change { owner: step.owner.clone(), remove: step.remove.clone(), add: step.add.clone(), seen: Vec::new() }
}

impl Reversal {
    /// Takes back what can be. Each change is looked at once more in the set as it is then.
    pub async fn carry_out(
        &self,
        providers: &Providers,
        watch: &Watch,
        journal: &mut Journal,
    ) -> Result<RolledBack, JournalError> {
        let log = Log::new(journal);
        log.write(&Entry::Rollback { at: jiff::Timestamp::now().to_string() })?;
        let mut done = RolledBack::default();
        for reverse in &self.changes {
            let owner = reverse.owner.clone();
            if reverse.waits > 0 && !done.taken_back.is_empty() {
                (watch.tell)(&format!("{owner} waits {} s: so long may caches lead to it\n", reverse.waits));
                sleep(Duration::from_secs(reverse.waits.into())).await;
            }
            let undone = match at(reverse.place, &reverse.step, providers).await {
                Ok(ready) => lane::take_back(&ready, &change_of(&reverse.step), reverse.sure, watch, &log).await,
                Err(error) => Err(error.into()),
            };
            match undone {
                Ok(true) => done.taken_back.push(owner),
                // Somebody was faster, to the same end.
                Ok(false) => {}
                Err(error) => done.left.push((owner, error.to_string())),
            }
        }
        done.left.extend(self.blocked.iter().map(|(owner, error)| (owner.clone(), error.to_string())));
        log.write(&Entry::End { complete: false })?;
        Ok(done)
    }
}

//! One zone on its way: what is written there, group by group, and taken back where one fails.
//!
//! Zones know nothing of each other: what fails in one is taken back in that one, and the others go on.

use std::sync::{Mutex, PoisonError};

use mailvouch_providers::dns::Name;
use mailvouch_providers::{Change, ProviderError};
use tokio::time::Instant;

use super::Step;
use super::apply::{Applied, Outcome, StopReason};
use super::journal::{Entry, Journal, JournalError};
use super::ready::{Failed, Ready, changes_now, groups};
use super::settle::{self, Fate, Sure};
use super::verify::ServerView;
use super::wait::Watch;

/// The journal that all zones of a run share. Once it has not taken a line, nothing more is written anywhere.
pub(super) struct Log<'a> {
    journal: Mutex<(&'a mut Journal, bool)>,
}

impl<'a> Log<'a> {
    pub(super) fn new(journal: &'a mut Journal) -> Self {
        Self { journal: Mutex::new((journal, true)) }
    }

    pub(super) fn write(&self, entry: &Entry) -> Result<(), JournalError> {
        let mut held = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let (journal, may_write) = &mut *held;
        let written = journal.write(entry);
        *may_write &= written.is_ok();
        written
    }

    /// Whether it has taken every line so far.
    fn is_whole(&self) -> bool {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}

/// How one lane ended; an error of the journal where nothing was sent.
pub(super) type End = Result<Applied, JournalError>;

/// Carries the changes of one lane out. `all` are the steps of the whole plan, which barriers may speak of.
pub(super) async fn carry_out(lane: &[Ready<'_>], all: &[Step], watch: &Watch, log: &Log<'_>) -> End {
    let mut run = Run { log, watch, made: Vec::new(), unsure: Vec::new(), unfinished: Vec::new() };
    for group in groups(lane) {
        if let Some((first, wait)) = group.first().and_then(|first| Some((first, first.step.waits.as_ref()?))) {
            let (step, names, seconds) = (first.index, wait.names.clone(), wait.seconds);
            if let Err(halt) = run.note(first, &Entry::Waiting { step, names, seconds }) {
                return run.stop(halt).await;
            }
            if let Err(seen) = watch.until_seen(first.step, wait, all).await {
                return Ok(run.leave(first, seen));
            }
        }
        if let Err(halt) = run.write_group(group).await {
            return run.stop(halt).await;
        }
    }
    Ok(run.done())
}

/// Why a run cannot go on.
struct Halt {
    owner: Name,
    error: StopReason,
}

impl From<Failed> for Halt {
    fn from(failed: Failed) -> Self {
        Self { owner: failed.owner, error: failed.error.into() }
    }
}

/// A change that was sent.
struct Sent<'a> {
    ready: &'a Ready<'a>,
    change: Change,
}

/// A lane that is being carried out.
struct Run<'a, 'j> {
    log: &'a Log<'j>,
    watch: &'a Watch,
    /// What the provider has shown, in order.
    made: Vec<Sent<'a>>,
    /// What may stand, with the reason why nobody knows.
    unsure: Vec<(Sent<'a>, String)>,
    unfinished: Vec<(Name, String)>,
}

impl<'a> Run<'a, '_> {
    /// Writes a group, and waits until the provider shows it.
    async fn write_group(&mut self, group: &'a [Ready<'a>]) -> Result<(), Halt> {
        let changes = changes_now(group).await?;
        for (ready, change) in group.iter().zip(&changes) {
            self.note(ready, &intent(ready, change))?;
        }
        let Some(first) = group.first() else { return Ok(()) };
        let mut results = first.provider.write(&first.zone, &changes).await.into_iter();
        let until = Instant::now() + self.watch.read_back;
        let (mut failure, mut unwritten) = (None, None);
        for (ready, change) in group.iter().zip(changes) {
            let result = results.next().unwrap_or(Err(ProviderError::Indeterminate));
            let (step, sent) = (ready.index, Sent { ready, change });
            let entry = match settle::fate(ready, &sent.change, result, until).await {
                Fate::Made { unfinished } => {
                    self.unfinished.extend(unfinished.map(|what| (ready.step.owner.clone(), what)));
                    self.made.push(sent);
                    Entry::Written { step }
                }
                Fate::NotMade(error) => {
                    let entry = Entry::Refused { step, error: error.to_string() };
                    failure.get_or_insert(ready.failed(error));
                    entry
                }
                Fate::Unsure(error) => {
                    self.unsure.push((sent, error.to_string()));
                    let entry = Entry::Lost { step, error: error.to_string() };
                    failure.get_or_insert(ready.failed(error));
                    entry
                }
            };
            // What became of the others has to be known all the same.
            if unwritten.is_none() {
                unwritten = self.note(ready, &entry).err();
            }
        }
        match (unwritten, failure) {
            (Some(halt), _) => Err(halt),
            (None, Some(failed)) => Err(failed.into()),
            (None, None) => Ok(()),
        }
    }

    /// Ends a lane before a step that has to wait longer than anybody would: what is written stays.
    fn leave(self, ready: &Ready<'_>, seen: Vec<ServerView>) -> Applied {
        let outcome = Outcome::Waiting { owner: ready.step.owner.clone(), seen };
        Applied { outcome, ..self.done() }
    }

    fn done(self) -> Applied {
        Applied { outcome: Outcome::Done, written: self.made.len(), unfinished: self.unfinished, zones: Vec::new() }
    }

    fn note(&mut self, ready: &Ready<'_>, entry: &Entry) -> Result<(), Halt> {
        self.log.write(entry).map_err(|error| Halt { owner: ready.step.owner.clone(), error: error.into() })
    }

    /// Ends a lane part-way: what was written is taken back, the latest first, unless the journal failed or whoever
    /// runs it wants to look first.
    async fn stop(mut self, halt: Halt) -> End {
        let Halt { owner, error } = halt;
        if self.made.is_empty() && self.unsure.is_empty() {
            return match error {
                StopReason::Journal(error) => Err(error),
                StopReason::Provider(error) => Ok(Applied::nothing_written(owner, error)),
            };
        }
        let (mut taken_back, mut left, mut written) = (Vec::new(), Vec::new(), self.made.len());
        let unsure = std::mem::take(&mut self.unsure).into_iter().map(|(sent, why)| (sent, Sure::Perhaps, why));
        let stands = if self.log.is_whole() {
            "it was made, and `--no-rollback` leaves it".to_owned()
        } else {
            "it was made, and the journal could not be written any more".to_owned()
        };
        let made = std::mem::take(&mut self.made).into_iter().map(|sent| (sent, Sure::Made, stands.clone()));
        for (sent, sure, why) in made.chain(unsure).rev() {
            let owner = sent.change.owner.clone();
            let may_write = self.watch.take_back && self.log.is_whole();
            let undone = if may_write { self.take_back(&sent, sure).await } else { Ok(false) };
            match undone {
                Ok(true) => {
                    written -= usize::from(sure == Sure::Made);
                    taken_back.push(owner);
                }
                Ok(false) => left.push((owner, why)),
                Err(error) => left.push((owner, error.to_string())),
            }
        }
        self.unfinished.retain(|(owner, _)| !taken_back.contains(owner));
        let outcome = Outcome::Stopped { owner, error, taken_back, left };
        Ok(Applied { outcome, written, unfinished: self.unfinished, zones: Vec::new() })
    }

    /// Takes one change back; false where nothing of it is to be found.
    async fn take_back(&mut self, sent: &Sent<'_>, sure: Sure) -> Result<bool, StopReason> {
        take_back(sent.ready, &sent.change, sure, self.watch, self.log).await
    }
}

/// Takes one change back, and writes down that it does; false where nothing of it is to be found.
pub(super) async fn take_back(
    ready: &Ready<'_>,
    change: &Change,
    sure: Sure,
    watch: &Watch,
    log: &Log<'_>,
) -> Result<bool, StopReason> {
    let step = ready.index;
    let inverse = settle::inverse(ready, change, sure).await;
    let undone = match inverse {
        Ok(None) => return Ok(false),
        Ok(Some(inverse)) => {
            log.write(&Entry::TakeBack { step })?;
            settle::take_back(ready, &inverse, watch.read_back).await
        }
        Err(error) => Err(error),
    };
    let entry = match &undone {
        Ok(()) => Entry::TakenBack { step },
        Err(error) => Entry::NotTakenBack { step, error: error.to_string() },
    };
    // It is done or not, whether that could be written down or not.
    let _ = log.write(&entry);
    undone?;
    Ok(true)
}

fn intent(ready: &Ready<'_>, change: &Change) -> Entry {
    Entry::Intent {
        step: ready.index,
        provider: ready.step.provider.clone().unwrap_or_default(),
        zone: ready.zone.name.clone(),
        owner: change.owner.clone(),
        remove: change.remove.clone(),
        add: change.add.clone(),
    }
}

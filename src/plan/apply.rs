//! Carries a plan out: only its own values, inside the sets that it has just read.
//!
//! Every change is checked before the first one is written, and journalled before it is sent. Where one fails, what was
//! written is taken back: our own values only, in sets that are read again. Once the journal cannot be written, nothing
//! more is: neither on nor back.

use mailvouch_providers::dns::Name;
use mailvouch_providers::{Change, ProviderError};

use super::Plan;
use super::journal::{Entry, Journal, JournalError};
use super::ready::{Failed, Providers, Ready, changes_now, groups, prepare};
use super::settle::{self, Fate, Sure};
use super::verify::ServerView;
use super::wait::Watch;

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
    /// What was written is not seen by everybody yet, and the rest has to wait for that. Nothing is taken back.
    Waiting {
        /// The owner whose change waits.
        owner: Name,
        /// What the servers serve of what it waits for.
        seen: Vec<ServerView>,
    },
    /// It stopped part-way.
    Stopped {
        /// The owner at which it stopped.
        owner: Name,
        /// Why.
        error: StopReason,
        /// Owners whose change was made, as a whole or in part, and taken back.
        taken_back: Vec<Name>,
        /// Owners whose change stands, or may stand, with the reason.
        left: Vec<(Name, String)>,
    },
}

/// Why an apply stopped part-way.
#[derive(Debug, thiserror::Error)]
pub enum StopReason {
    /// A provider did not do what it was asked to.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// What was done could not be written down.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// What was applied, and how it ended.
#[derive(Debug)]
pub struct Applied {
    /// The end.
    pub outcome: Outcome,
    /// How many steps were written, were seen at the provider, and still stand.
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

/// Carries a plan out. An error is the journal's, and means that nothing was written.
///
/// Between steps it waits where the plan says so: until the servers of `watch` serve what the next one leads to, and as
/// long again as caches may hold that it is not there.
pub async fn apply(
    plan: &Plan,
    providers: &Providers,
    watch: &Watch,
    journal: &mut Journal,
) -> Result<Applied, JournalError> {
    let ready = match prepare(plan, providers).await {
        Ok(ready) => ready,
        Err(failed) => return Ok(Applied::nothing_written(failed.owner, failed.error)),
    };
    let at = jiff::Timestamp::now().to_string();
    journal.write(&Entry::Begin { version: Journal::VERSION, at, steps: plan.steps.len() })?;
    let mut run = Run { journal, may_write: true, made: Vec::new(), unsure: Vec::new(), unfinished: Vec::new() };
    for group in groups(&ready) {
        if let Some((first, wait)) = group.first().and_then(|first| Some((first, first.step.waits.as_ref()?))) {
            let (step, names, seconds) = (first.index, wait.names.clone(), wait.seconds);
            if let Err(halt) = run.note(first, &Entry::Waiting { step, names, seconds }) {
                return run.stop(halt).await;
            }
            if let Err(seen) = watch.until_seen(first.step, wait, plan).await {
                return run.leave(first, seen);
            }
        }
        if let Err(halt) = run.write_group(group).await {
            return run.stop(halt).await;
        }
    }
    run.finish().await
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

/// A plan that is being carried out.
struct Run<'a> {
    journal: &'a mut Journal,
    /// Whether the journal has taken every line so far: else nothing more is written.
    may_write: bool,
    /// What the provider has shown, in order.
    made: Vec<Sent<'a>>,
    /// What may stand, with the reason why nobody knows.
    unsure: Vec<(Sent<'a>, String)>,
    unfinished: Vec<(Name, String)>,
}

impl<'a> Run<'a> {
    /// Writes a group, and waits until the provider shows it.
    async fn write_group(&mut self, group: &'a [Ready<'a>]) -> Result<(), Halt> {
        let changes = changes_now(group).await?;
        for (ready, change) in group.iter().zip(&changes) {
            self.note(ready, &intent(ready, change))?;
        }
        let Some(first) = group.first() else { return Ok(()) };
        let mut results = first.provider.write(&first.zone, &changes).await.into_iter();
        let until = settle::deadline();
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

    /// Ends a run before a step that has to wait longer than anybody would: what is written stays.
    fn leave(self, ready: &Ready<'_>, seen: Vec<ServerView>) -> Result<Applied, JournalError> {
        self.journal.write(&Entry::End { complete: false })?;
        let outcome = Outcome::Waiting { owner: ready.step.owner.clone(), seen };
        Ok(Applied { outcome, written: self.made.len(), unfinished: self.unfinished })
    }

    fn note(&mut self, ready: &Ready<'_>, entry: &Entry) -> Result<(), Halt> {
        self.journal.write(entry).map_err(|error| {
            self.may_write = false;
            Halt { owner: ready.step.owner.clone(), error: error.into() }
        })
    }

    /// Ends a run that wrote everything.
    async fn finish(mut self) -> Result<Applied, JournalError> {
        let Some(last) = self.made.last().map(|sent| sent.ready) else {
            self.journal.write(&Entry::End { complete: true })?;
            return Ok(Applied { outcome: Outcome::Done, written: 0, unfinished: Vec::new() });
        };
        match self.note(last, &Entry::End { complete: true }) {
            Ok(()) => Ok(Applied { outcome: Outcome::Done, written: self.made.len(), unfinished: self.unfinished }),
            Err(halt) => self.stop(halt).await,
        }
    }

    /// Ends a run part-way: what was written is taken back, the latest first, unless the journal failed.
    async fn stop(mut self, halt: Halt) -> Result<Applied, JournalError> {
        let Halt { owner, error } = halt;
        if self.made.is_empty() && self.unsure.is_empty() {
            return match error {
                StopReason::Journal(error) => Err(error),
                StopReason::Provider(error) => {
                    self.journal.write(&Entry::End { complete: false })?;
                    Ok(Applied::nothing_written(owner, error))
                }
            };
        }
        let (mut taken_back, mut left, mut written) = (Vec::new(), Vec::new(), self.made.len());
        let unsure = std::mem::take(&mut self.unsure).into_iter().map(|(sent, why)| (sent, Sure::Perhaps, why));
        let stands = "it was made, and the journal could not be written any more".to_owned();
        let made = std::mem::take(&mut self.made).into_iter().map(|sent| (sent, Sure::Made, stands.clone()));
        for (sent, sure, why) in made.chain(unsure).rev() {
            let owner = sent.change.owner.clone();
            let undone = if self.may_write { self.take_back(&sent, sure).await } else { Ok(false) };
            match undone {
                Ok(true) => {
                    written -= usize::from(sure == Sure::Made);
                    taken_back.push(owner);
                }
                Ok(false) => left.push((owner, why)),
                Err(error) => left.push((owner, error.to_string())),
            }
        }
        if self.may_write {
            // Without this line the journal reads as that of a run that was cut off, which is asked after.
            let _ = self.journal.write(&Entry::End { complete: false });
        }
        self.unfinished.retain(|(owner, _)| !taken_back.contains(owner));
        let outcome = Outcome::Stopped { owner, error, taken_back, left };
        Ok(Applied { outcome, written, unfinished: self.unfinished })
    }

    /// Takes one change back; false where nothing of it is to be found.
    async fn take_back(&mut self, sent: &Sent<'_>, sure: Sure) -> Result<bool, StopReason> {
        let Sent { ready, change } = sent;
        let step = ready.index;
        let inverse = settle::inverse(ready, change, sure).await;
        let undone = match inverse {
            Ok(None) => return Ok(false),
            Ok(Some(inverse)) => {
                self.note(ready, &Entry::TakeBack { step }).map_err(|halt| halt.error)?;
                settle::take_back(ready, &inverse).await
            }
            Err(error) => Err(error),
        };
        let entry = match &undone {
            Ok(()) => Entry::TakenBack { step },
            Err(error) => Entry::NotTakenBack { step, error: error.to_string() },
        };
        // It is done or not, whether that could be written down or not.
        let _ = self.note(ready, &entry);
        undone?;
        Ok(true)
    }
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

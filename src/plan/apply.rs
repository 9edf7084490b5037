//! Carries a plan out: only its own values, inside the sets that it has just read.
//!
//! Every change is checked before the first one is written, and journalled before it is sent. Where one fails, what was
//! written in the same zone is taken back: our own values only, in sets that are read again; other zones go on. Once the
//! journal cannot be written, nothing more is: neither on nor back.

use futures::{StreamExt as _, stream};
use mailvouch_providers::ProviderError;
use mailvouch_providers::dns::Name;

use super::journal::{Entry, Journal, JournalError, Planned};
use super::lane::{self, End, Log};
use super::ready::{AT_ONCE, Failed, Providers, Ready, check, lanes, placed};
use super::verify::ServerView;
use super::wait::Watch;
use super::{Plan, Step};

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
    /// How each zone ended, in the order of the plan.
    pub zones: Vec<ZoneEnd>,
}

/// How an apply ended in one zone, or in several that wait for each other.
#[derive(Debug)]
pub struct ZoneEnd {
    /// The zones.
    pub zones: Vec<Name>,
    /// How many steps there are.
    pub steps: usize,
    /// How many of them were written, and still stand.
    pub written: usize,
    /// Why it went no further; none where it is done.
    pub problem: Option<String>,
    /// What stands or may stand of what was not finished.
    pub left: Vec<Name>,
}

impl Applied {
    /// The end of an apply whose journal failed when something stood already.
    fn stopped_by(owner: Option<Name>, error: JournalError, stand: Vec<Name>) -> Self {
        let owner = owner.unwrap_or_else(Name::root);
        let why = "it was made, and the journal could not be written any more".to_owned();
        let left = stand.into_iter().map(|owner| (owner, why.clone())).collect();
        let outcome = Outcome::Stopped { owner, error: error.into(), taken_back: Vec::new(), left };
        Self { outcome, written: 0, unfinished: Vec::new(), zones: Vec::new() }
    }

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
        Self { outcome, written: 0, unfinished: Vec::new(), zones: Vec::new() }
    }
}

/// Carries a plan out. An error is the journal's, and means that nothing was written.
///
/// Zones are written to beside each other. Between steps it waits where the plan says so: until the servers of `watch`
/// serve what the next one leads to, and as long again as caches may hold that it is not there.
pub async fn apply(
    plan: &Plan,
    providers: &Providers,
    watch: &Watch,
    journal: &mut Journal,
) -> Result<Applied, JournalError> {
    let begin = Entry::Begin {
        version: Journal::VERSION,
        at: jiff::Timestamp::now().to_string(),
        steps: plan.steps.len(),
        tool: concat!("mailvouch ", env!("CARGO_PKG_VERSION")).to_owned(),
        planned: plan.steps.iter().map(Planned::from).collect(),
    };
    let places: Vec<usize> = (0..plan.steps.len()).collect();
    let work = Work { steps: &plan.steps, places: &places, all: &plan.steps };
    work.carry_out(&begin, providers, watch, journal).await
}

/// What is to be done.
pub(super) struct Work<'a> {
    /// The steps.
    pub(super) steps: &'a [Step],
    /// Where each of them stands in the journal's plan.
    pub(super) places: &'a [usize],
    /// All steps of that plan, which barriers may speak of.
    pub(super) all: &'a [Step],
}

impl Work<'_> {
    /// Checks everything, then writes. `begin` is the first line that the journal is given.
    pub(super) async fn carry_out(
        &self,
        begin: &Entry,
        providers: &Providers,
        watch: &Watch,
        journal: &mut Journal,
    ) -> Result<Applied, JournalError> {
        let Checked { lanes, mut failed } = match self.checked(providers).await {
            Ok(checked) => checked,
            Err(failed) => return Ok(Applied::nothing_written(failed.owner, failed.error)),
        };
        if lanes.is_empty()
            && let Some(first) = failed.first()
        {
            return Ok(Applied::nothing_written(first.owner.clone(), first.error.clone()));
        }
        let log = Log::new(journal);
        log.write(begin)?;
        let total = lanes.len() + failed.len();
        let mut count = 0;
        let mut ends: Vec<LaneEnd> = Vec::new();
        for Failed { owner, error } in failed.drain(..) {
            let end =
                LaneEnd::new(vec![owner.clone()], vec![owner.clone()], Ok(Applied::nothing_written(owner, error)));
            count += 1;
            (watch.ended)(&end.told(), count, total);
            ends.push(end);
        }
        let running = lanes.iter().enumerate().map(async |(index, lane)| {
            let end = lane::carry_out(lane, self.all, watch, &log).await;
            (index, LaneEnd::new(zones_of(lane), lane.iter().map(|ready| ready.step.owner.clone()).collect(), end))
        });
        let mut running = stream::iter(running).buffer_unordered(AT_ONCE);
        let mut in_order: Vec<(usize, LaneEnd)> = Vec::new();
        while let Some((index, end)) = running.next().await {
            count += 1;
            (watch.ended)(&end.told(), count, total);
            in_order.push((index, end));
        }
        drop(running);
        in_order.sort_by_key(|(index, _)| *index);
        ends.extend(in_order.into_iter().map(|(_, end)| end));
        let complete = ends.iter().all(LaneEnd::is_done);
        finish(ends, log.write(&Entry::End { complete }), complete)
    }

    /// The lanes whose changes can all be made as things stand, and the zones that could not be asked. A change that
    /// cannot be made stops the whole plan: it is not the world that it was made for.
    async fn checked<'a>(&'a self, providers: &'a Providers) -> Result<Checked<'a>, Failed> {
        let (mut ready, mut failed) = (Vec::new(), Vec::new());
        for placed in placed(self.steps, self.places, providers).await? {
            match placed {
                Ok(step) => ready.push(step),
                Err(error) => failed.push(error.or_refused()?),
            }
        }
        let checks = lanes(ready).into_iter().map(async |lane| {
            let checked = check(&lane).await;
            (lane, checked)
        });
        let checks: Vec<_> = stream::iter(checks).buffered(AT_ONCE).collect().await;
        let mut good = Vec::new();
        for (lane, checked) in checks {
            match checked {
                Ok(()) => good.push(lane),
                Err(error) => failed.push(error.or_refused()?),
            }
        }
        // A zone of which one name could not be asked about is left alone as a whole.
        let is_failed = |lane: &Vec<Ready<'_>>| {
            failed.iter().any(|failed| {
                let zone =
                    self.steps.iter().find(|step| step.owner == failed.owner).and_then(|step| step.zone.as_ref());
                zone.is_some_and(|zone| lane.iter().any(|ready| ready.zone.name == *zone))
            })
        };
        good.retain(|lane| !is_failed(lane));
        Ok(Checked { lanes: good, failed })
    }
}

struct Checked<'a> {
    lanes: Vec<Vec<Ready<'a>>>,
    failed: Vec<Failed>,
}

impl Failed {
    /// Itself where a provider could not be asked; an error where the change cannot be made.
    fn or_refused(self) -> Result<Self, Self> {
        match Applied::nothing_written(self.owner.clone(), self.error.clone()).outcome {
            Outcome::Refused { .. } => Err(self),
            _ => Ok(self),
        }
    }
}

fn zones_of(lane: &[Ready<'_>]) -> Vec<Name> {
    let mut zones: Vec<Name> = lane.iter().map(|ready| ready.zone.name.clone()).collect();
    zones.dedup();
    zones
}

/// How one lane ended.
struct LaneEnd {
    zones: Vec<Name>,
    /// The names that were to be changed.
    owners: Vec<Name>,
    end: End,
}

impl LaneEnd {
    fn new(zones: Vec<Name>, owners: Vec<Name>, end: End) -> Self {
        Self { zones, owners, end }
    }

    fn is_done(&self) -> bool {
        matches!(&self.end, Ok(applied) if matches!(applied.outcome, Outcome::Done))
    }

    fn told(&self) -> ZoneEnd {
        let (written, problem, left) = match &self.end {
            Err(error) => (0, Some(error.to_string()), Vec::new()),
            Ok(applied) => {
                let (problem, left) = applied.outcome.told();
                (applied.written, problem, left)
            }
        };
        ZoneEnd { zones: self.zones.clone(), steps: self.owners.len(), written, problem, left }
    }
}

impl Outcome {
    /// Why it is not done, and what is left standing.
    fn told(&self) -> (Option<String>, Vec<Name>) {
        match self {
            Self::Done => (None, Vec::new()),
            Self::Refused { owner, error } | Self::Failed { owner, error } => {
                (Some(format!("nothing was written: {owner}: {error}")), Vec::new())
            }
            Self::Waiting { owner, .. } => {
                (Some(format!("{owner} waits: not every server serves what it would lead to")), Vec::new())
            }
            Self::Stopped { owner, error, left, .. } => {
                (Some(format!("{owner}: {error}")), left.iter().map(|(owner, _)| owner.clone()).collect())
            }
        }
    }
}

/// One end out of all. What one zone alone came to is told as it is.
fn finish(ends: Vec<LaneEnd>, ended: Result<(), JournalError>, complete: bool) -> Result<Applied, JournalError> {
    let zones: Vec<ZoneEnd> = ends.iter().map(LaneEnd::told).collect();
    let owners: Vec<Name> = ends.iter().flat_map(|end| end.owners.clone()).collect();
    let mut all: Vec<Applied> = Vec::new();
    let mut broken: Option<JournalError> = None;
    for end in ends {
        match end.end {
            Ok(applied) => all.push(applied),
            Err(error) => broken = broken.or(Some(error)),
        }
    }
    let written = all.iter().map(|applied| applied.written).sum();
    let unfinished: Vec<(Name, String)> = all.iter().flat_map(|applied| applied.unfinished.clone()).collect();
    let is_touched = |applied: &Applied| applied.written > 0 || matches!(applied.outcome, Outcome::Stopped { .. });
    let touched = all.iter().any(is_touched);
    if let Some(error) = broken {
        if !touched {
            return Err(error);
        }
        all.push(Applied::stopped_by(owners.first().cloned(), error, Vec::new()));
    } else if let (Err(error), true) = (ended, complete) {
        // All of it stands, and nothing says so.
        all.push(Applied::stopped_by(owners.last().cloned(), error, owners));
    }
    let outcome = merged(all.into_iter().map(|applied| applied.outcome).collect(), touched);
    Ok(Applied { outcome, written, unfinished, zones })
}

/// The worst of several outcomes, with what all of them left.
fn merged(outcomes: Vec<Outcome>, touched: bool) -> Outcome {
    let mut bad: Vec<Outcome> = outcomes.into_iter().filter(|outcome| !matches!(outcome, Outcome::Done)).collect();
    let stopped = bad.iter().any(|outcome| matches!(outcome, Outcome::Stopped { .. }));
    if bad.len() <= 1 || !stopped {
        // A zone that waits says more than one that was not touched.
        let waiting = bad.iter().position(|outcome| matches!(outcome, Outcome::Waiting { .. })).unwrap_or(0);
        if bad.is_empty() {
            return Outcome::Done;
        }
        return match bad.swap_remove(waiting) {
            Outcome::Refused { owner, error } | Outcome::Failed { owner, error } if touched => {
                Outcome::Stopped { owner, error: error.into(), taken_back: Vec::new(), left: Vec::new() }
            }
            outcome => outcome,
        };
    }
    let mut first: Option<(Name, StopReason)> = None;
    let (mut all_back, mut all_left) = (Vec::new(), Vec::new());
    for outcome in bad {
        if let Outcome::Stopped { owner, error, taken_back, left } = outcome {
            first.get_or_insert((owner, error));
            all_back.extend(taken_back);
            all_left.extend(left);
        }
    }
    match first {
        Some((owner, error)) => Outcome::Stopped { owner, error, taken_back: all_back, left: all_left },
        None => Outcome::Done,
    }
}

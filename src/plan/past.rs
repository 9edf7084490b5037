//! What a journal says of each step: what was sent, and what became of it as far as anybody wrote it down.

use std::collections::{BTreeMap, BTreeSet};

use mailvouch_providers::Value;
use mailvouch_providers::dns::Name;

use super::Step;
use super::journal::{Entry, Journal, JournalFileError, Planned};

/// A run, as its journal tells it.
#[derive(Clone, Debug)]
pub struct Past {
    /// The steps of its plan, in order.
    pub planned: Vec<Planned>,
    /// What was sent, by the step's place in the plan.
    pub sent: BTreeMap<usize, Trace>,
    /// Whether it came to an end with everything written, or to an end at all.
    pub ended: Option<bool>,
    /// Whether somebody asked for all of it to be taken back.
    pub rolled_back: bool,
}

/// What was sent for one step.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The provider's name in the declaration.
    pub provider: String,
    /// The zone.
    pub zone: Name,
    /// The owner.
    pub owner: Name,
    /// Values that went, or were to go.
    pub remove: Vec<Value>,
    /// Values that came, or were to come.
    pub add: Vec<Value>,
    /// What became of it.
    pub fate: Told,
}

/// What a journal tells of the last thing that was sent for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was about to be sent: it may have been made, in part or as a whole, or not.
    Begun,
    /// It was made.
    Written,
    /// Nothing of it was made, or what was is taken back.
    Nothing,
}

impl Past {
    /// Reads a journal.
    pub fn read(text: &str) -> Result<Self, JournalFileError> {
        let mut past = Self { planned: Vec::new(), sent: BTreeMap::new(), ended: None, rolled_back: false };
        for entry in Journal::read(text)? {
            past.take(entry);
        }
        Ok(past)
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Begin { planned, .. } => self.planned = planned,
            Entry::Resume { .. } => {
                self.ended = None;
                self.rolled_back = false;
            }
            Entry::Rollback { .. } => {
                self.ended = None;
                self.rolled_back = true;
            }
            Entry::Waiting { .. } => {}
            Entry::Intent { step, provider, zone, owner, remove, add } => {
                let trace = Trace { provider, zone, owner, remove, add, fate: Told::Begun };
                match self.sent.get_mut(&step).filter(|earlier| earlier.fate != Told::Nothing) {
                    // What was left of an earlier attempt: both together are the step.
                    Some(earlier) => earlier.join(trace),
                    None => {
                        self.sent.insert(step, trace);
                    }
                }
            }
            Entry::Written { step } => self.tell(step, Told::Written),
            Entry::Refused { step, .. } | Entry::TakenBack { step } => self.tell(step, Told::Nothing),
            Entry::Lost { step, .. } | Entry::TakeBack { step } | Entry::NotTakenBack { step, .. } => {
                self.tell(step, Told::Begun);
            }
            Entry::End { complete } => self.ended = Some(complete),
        }
    }

    fn tell(&mut self, step: usize, fate: Told) {
        if let Some(trace) = self.sent.get_mut(&step) {
            trace.fate = fate;
        }
    }

    /// The domains that the run was for.
    pub fn domains(&self) -> BTreeSet<Name> {
        self.planned.iter().map(|planned| planned.domain.clone()).collect()
    }

    /// What was sent and may stand, by its place in the plan.
    pub fn standing(&self) -> impl DoubleEndedIterator<Item = (usize, &Trace)> {
        self.sent.iter().filter(|(_, trace)| trace.fate != Told::Nothing).map(|(step, trace)| (*step, trace))
    }

    /// The step that a trace is of, as far as the journal knows it.
    pub(super) fn step(&self, place: usize, trace: &Trace) -> Step {
        let domain = self.planned.get(place).map_or_else(|| trace.owner.clone(), |planned| planned.domain.clone());
        let waits = self.planned.get(place).and_then(|planned| planned.waits.clone());
        let planned = Planned {
            domain,
            provider: Some(trace.provider.clone()),
            zone: Some(trace.zone.clone()),
            owner: trace.owner.clone(),
            remove: trace.remove.clone(),
            add: trace.add.clone(),
            guards: Vec::new(),
            waits,
        };
        Step::from(&planned)
    }
}

impl Trace {
    fn join(&mut self, later: Self) {
        let add = |to: &mut Vec<Value>, more: Vec<Value>| {
            for value in more {
                if !to.iter().any(|held| held.rdata == value.rdata) {
                    to.push(value);
                }
            }
        };
        add(&mut self.remove, later.remove);
        add(&mut self.add, later.add);
        self.fate = later.fate;
    }
}

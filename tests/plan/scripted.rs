//! A provider that does what a test tells it to: zones in memory, with faults at chosen writes.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use mailvouch::plan::{Entry, Journal, Sink};
use mailvouch_providers::dns::Name;
use mailvouch_providers::memory::Memory;
use mailvouch_providers::{Change, CompareAndSwap, Limits, Owner, Provider, ProviderError, Receipt, Zone};

/// What happens at a write.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// Nothing is written, and this is said.
    Refuse(ProviderError),
    /// The first change of the group is made; this is said about the others.
    RefuseAllButFirst(ProviderError),
    /// Of each change only the additions are made, and this is said.
    AddOnly(ProviderError),
    /// Of each change only the removals are made, and this is said.
    RemoveOnly(ProviderError),
    /// Everything is written, and this is said.
    WriteAndSay(ProviderError),
    /// Nothing is written, and all is said to be well.
    Pretend,
    /// Everything is written, and nothing is said about the last change.
    AnswerShort,
    /// Everything is written, and it never settles.
    Unsettled,
}

/// Somebody else's hand.
type Meddler = Box<dyn Fn(&Memory) + Send + Sync>;

/// What happened, in order: journal lines once they are on disk, and writes.
pub(super) type Log = Arc<Mutex<Vec<String>>>;

#[derive(Clone)]
pub(super) struct Scripted {
    state: Arc<State>,
}

struct State {
    memory: Memory,
    limits: Mutex<Limits>,
    /// By the number of the write, from 1.
    faults: Mutex<BTreeMap<usize, Fault>>,
    meddlers: Mutex<BTreeMap<usize, Meddler>>,
    writes: Mutex<usize>,
    /// Reads fail once this many writes were made.
    unreadable_from: Mutex<Option<usize>>,
    log: Log,
}

impl Scripted {
    pub(super) fn over(memory: Memory) -> Self {
        let limits = Mutex::new(memory.limits());
        let state = State {
            memory,
            limits,
            faults: Mutex::default(),
            meddlers: Mutex::default(),
            writes: Mutex::default(),
            unreadable_from: Mutex::default(),
            log: Log::default(),
        };
        Self { state: Arc::new(state) }
    }

    /// Changes in one group.
    pub(super) fn batch(self, batch: usize) -> Self {
        self.state.limits.lock().expect("no panic").batch = batch;
        self
    }

    pub(super) fn cas(self, cas: CompareAndSwap) -> Self {
        self.state.limits.lock().expect("no panic").cas = cas;
        self
    }

    pub(super) fn at_write(self, number: usize, fault: Fault) -> Self {
        self.state.faults.lock().expect("no panic").insert(number, fault);
        self
    }

    /// Lets somebody else in just before a write.
    pub(super) fn before_write(self, number: usize, meddle: impl Fn(&Memory) + Send + Sync + 'static) -> Self {
        self.state.meddlers.lock().expect("no panic").insert(number, Box::new(meddle));
        self
    }

    pub(super) fn unreadable(self) -> Self {
        self.unreadable_from(0)
    }

    pub(super) fn unreadable_from(self, writes: usize) -> Self {
        *self.state.unreadable_from.lock().expect("no panic") = Some(writes);
        self
    }

    /// The zones, without what a test would have happen to them.
    pub(super) fn into_memory(self) -> Memory {
        Arc::into_inner(self.state).expect("nobody else holds it").memory
    }

    pub(super) fn memory(&self) -> &Memory {
        &self.state.memory
    }

    pub(super) fn log(&self) -> Log {
        self.state.log.clone()
    }

    /// What happened so far.
    pub(super) fn events(&self) -> Vec<String> {
        self.state.log.lock().expect("no panic").clone()
    }
}

#[async_trait]
impl Provider for Scripted {
    fn limits(&self) -> Limits {
        self.state.limits.lock().expect("no panic").clone()
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        self.state.memory.zone_of(owner).await
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let writes = *self.state.writes.lock().expect("no panic");
        if self.state.unreadable_from.lock().expect("no panic").is_some_and(|from| writes >= from) {
            return Err(ProviderError::Unavailable("out of order".to_owned()));
        }
        self.state.memory.read(zone, owners).await
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        let number = {
            let mut writes = self.state.writes.lock().expect("no panic");
            *writes += 1;
            *writes
        };
        let owners: Vec<String> = group.iter().map(|change| change.owner.to_string()).collect();
        self.state.log.lock().expect("no panic").push(format!("write {}", owners.join(" ")));
        if let Some(meddle) = self.state.meddlers.lock().expect("no panic").get(&number) {
            meddle(&self.state.memory);
        }
        let fault = self.state.faults.lock().expect("no panic").get(&number).cloned();
        let memory = &self.state.memory;
        let only = |change: &Change, add: bool| Change {
            remove: if add { Vec::new() } else { change.remove.clone() },
            add: if add { change.add.clone() } else { Vec::new() },
            ..change.clone()
        };
        let all = |error: &ProviderError| group.iter().map(|_| Err(error.clone())).collect::<Vec<_>>();
        match fault {
            None => memory.write(zone, group).await,
            Some(Fault::Refuse(error)) => all(&error),
            Some(Fault::RefuseAllButFirst(error)) => {
                let mut results = memory.write(zone, &group[..1]).await;
                results.extend(group[1..].iter().map(|_| Err(error.clone())));
                results
            }
            Some(Fault::AddOnly(error)) => {
                let half: Vec<Change> = group.iter().map(|change| only(change, true)).collect();
                memory.write(zone, &half).await;
                all(&error)
            }
            Some(Fault::RemoveOnly(error)) => {
                let half: Vec<Change> = group.iter().map(|change| only(change, false)).collect();
                memory.write(zone, &half).await;
                all(&error)
            }
            Some(Fault::WriteAndSay(error)) => {
                let written = memory.write(zone, group).await;
                assert!(written.iter().all(Result::is_ok), "{written:?}");
                all(&error)
            }
            Some(Fault::Pretend) => {
                let receipt = |change: &Change| Ok(Receipt { owner: change.owner.clone(), id: None });
                group.iter().map(receipt).collect()
            }
            Some(Fault::AnswerShort) => {
                let mut results = memory.write(zone, group).await;
                results.pop();
                results
            }
            Some(Fault::Unsettled) => {
                let receipt =
                    |change: &Change| Ok(Receipt { owner: change.owner.clone(), id: Some("unsettled".into()) });
                memory.write(zone, group).await;
                group.iter().map(receipt).collect()
            }
        }
    }

    async fn settled(&self, receipt: &Receipt) -> Result<(), ProviderError> {
        match receipt.id {
            Some(_) => Err(ProviderError::Unavailable("still pending".to_owned())),
            None => Ok(()),
        }
    }
}

/// A journal whose lines go to the log; it fails from a line on.
#[derive(Debug)]
struct Lines {
    log: Log,
    pending: Vec<u8>,
    room: usize,
}

impl Write for Lines {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if self.room == 0 {
            return Err(io::Error::other("no space left on device"));
        }
        self.pending.extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Lines {
    fn sync(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.pending);
        let entry: Entry = serde_json::from_slice(&line).expect("one whole line at a time");
        self.log.lock().expect("no panic").push(short(&entry));
        self.room -= 1;
        Ok(())
    }
}

/// A journal beside the provider's log, with room for so many lines.
pub(super) fn journal(log: &Log, room: usize) -> Journal {
    Journal::on(Path::new("journal.jsonl"), Box::new(Lines { log: log.clone(), pending: Vec::new(), room }))
}

fn short(entry: &Entry) -> String {
    match entry {
        Entry::Resume { .. } => "resume".to_owned(),
        Entry::Rollback { .. } => "rollback".to_owned(),
        Entry::Begin { steps, .. } => format!("begin {steps}"),
        Entry::Intent { step, .. } => format!("intent {step}"),
        Entry::Waiting { step, seconds, .. } => format!("waiting {step} {seconds}"),
        Entry::Written { step } => format!("written {step}"),
        Entry::Refused { step, .. } => format!("refused {step}"),
        Entry::Lost { step, .. } => format!("lost {step}"),
        Entry::TakeBack { step } => format!("take-back {step}"),
        Entry::TakenBack { step } => format!("taken-back {step}"),
        Entry::NotTakenBack { step, .. } => format!("not-taken-back {step}"),
        Entry::End { complete } => format!("end {complete}"),
    }
}

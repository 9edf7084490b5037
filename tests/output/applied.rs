//! How an apply ended, as people read it: each end is brought about.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use mailvouch::output::plan;
use mailvouch::plan::{Journal, Plan, Providers, Watch, apply};
use mailvouch_providers::dns::{Name, Rdata, Txt};
use mailvouch_providers::memory::Memory;
use mailvouch_providers::{Change, Limits, Owner, Provider, ProviderError, Receipt, Value, Zone};

use super::changes::{memory, planned};
use super::plain;
use crate::support::snapshots;

/// Memory behind a provider that takes one change at a time, and refuses some.
struct Moody {
    memory: Arc<Memory>,
    writes: AtomicUsize,
    /// What it says to a write, counted from 0.
    mood: fn(usize) -> Option<ProviderError>,
    /// What it says when it is asked for a zone.
    door: fn() -> Option<ProviderError>,
}

#[async_trait]
impl Provider for Moody {
    fn limits(&self) -> Limits {
        Limits { batch: 1, ..self.memory.limits() }
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        match (self.door)() {
            Some(error) => Err(error),
            None => self.memory.zone_of(owner).await,
        }
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        self.memory.read(zone, owners).await
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        match (self.mood)(self.writes.fetch_add(1, Ordering::SeqCst)) {
            Some(error) => group.iter().map(|_| Err(error.clone())).collect(),
            None => self.memory.write(zone, group).await,
        }
    }
}

fn refusal() -> ProviderError {
    ProviderError::Rejected { code: 5, message: "not today\nexample.com: pass \u{1b}[31m".to_owned() }
}

/// Applies the plan to this memory, and says how it ended.
async fn ended(
    plan: &Plan,
    memory: Arc<Memory>,
    mood: fn(usize) -> Option<ProviderError>,
    door: fn() -> Option<ProviderError>,
) -> String {
    let provider = Moody { memory, writes: AtomicUsize::new(0), mood, door };
    let providers = Providers::from([("dns".to_owned(), Arc::new(provider) as Arc<dyn Provider>)]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut journal = Journal::create(&folder.path().join("journal")).expect("a journal");
    let applied =
        apply(plan, &providers, &Watch::default(), &mut journal).await.expect("a journal that can be written");
    plain(&plan::applied(&applied, plan, Path::new(".mailvouch/journal-1")))
}

#[tokio::test]
async fn done() {
    let _guard = snapshots("output");
    let memory = Arc::new(memory());
    let plan = planned(&memory).await;
    insta::assert_snapshot!("applied-done", ended(&plan, memory, |_| None, || None).await);
}

#[tokio::test]
async fn nothing_to_do() {
    let plan = Plan::new(Vec::new(), Vec::new());
    let text = ended(&plan, Arc::new(memory()), |_| None, || None).await;
    assert_eq!(text, "nothing to change, and nothing was written\n");
}

#[tokio::test]
async fn stale() {
    let _guard = snapshots("output");
    let memory = Arc::new(memory());
    let plan = planned(&memory).await;
    let apex: Name = "example.com".parse().expect("a name");
    let other = Value::new(Rdata::Txt(Txt::from_text(b"v=spf1 mx \x1b[31m ~all")), 3600);
    memory.overwrite(&apex, &apex, vec![other]);
    insta::assert_snapshot!("applied-stale", ended(&plan, memory, |_| None, || None).await);
}

#[tokio::test]
async fn refused_at_once() {
    let _guard = snapshots("output");
    let memory = Arc::new(memory());
    let plan = planned(&memory).await;
    insta::assert_snapshot!("applied-refused", ended(&plan, memory, |_| Some(refusal()), || None).await);
}

#[tokio::test]
async fn not_let_in() {
    let _guard = snapshots("output");
    let memory = Arc::new(memory());
    let plan = planned(&memory).await;
    let door = || Some(ProviderError::Unauthorized("the key is not known there".to_owned()));
    insta::assert_snapshot!("applied-unauthorized", ended(&plan, memory, |_| None, door).await);
}

#[tokio::test]
async fn stopped_and_taken_back() {
    let _guard = snapshots("output");
    let memory = Arc::new(memory());
    let plan = planned(&memory).await;
    let mood = |write| (write == 1).then(refusal);
    insta::assert_snapshot!("applied-taken-back", ended(&plan, memory, mood, || None).await);
}

#[tokio::test]
async fn stopped_and_left() {
    let _guard = snapshots("output");
    let memory = Arc::new(memory());
    let plan = planned(&memory).await;
    let mood = |write| (write >= 1).then(refusal);
    insta::assert_snapshot!("applied-left", ended(&plan, memory, mood, || None).await);
}

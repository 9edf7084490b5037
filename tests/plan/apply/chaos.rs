//! Applies among faults, intruders and crashes, each at a seeded point; then gone on with, or taken back.
//!
//! `MAILVOUCH_CHAOS=10000` runs more of them; `MAILVOUCH_CHAOS_SEED=7` begins elsewhere.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt as _;
use mailvouch::plan::{Outcome, Providers, Watch, apply, remaining, reversal};
use mailvouch_providers::dns::Name;
use mailvouch_providers::memory::Memory;
use mailvouch_providers::{Change, CompareAndSwap, Limits, Owner, Provider, ProviderError, Receipt, Value, Zone};
use tokio::sync::Notify;

use super::fixture::{plan, provider};
use crate::chaos::{Paper, Seeded, Seeds, Stands, assert_journal_is_true, stands};
use crate::support::world::{name, txt};

/// What happens at one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blow {
    /// The provider says no, and did nothing.
    Unavailable,
    TooMany,
    Rejected,
    /// The answer is lost: nothing, all or a part was done.
    LostUndone,
    LostDone,
    LostHalf,
    /// The process is gone, before or after what it asked for.
    KilledBefore,
    KilledAfter,
    /// Somebody puts a token beside ours.
    Token,
    /// Somebody changes what is ours.
    Ours,
}

const BLOWS: [Blow; 10] = [
    Blow::Unavailable,
    Blow::TooMany,
    Blow::Rejected,
    Blow::LostUndone,
    Blow::LostDone,
    Blow::LostHalf,
    Blow::KilledBefore,
    Blow::KilledAfter,
    Blow::Token,
    Blow::Ours,
];

/// A provider that is struck at some calls.
struct Struck {
    memory: Memory,
    limits: Limits,
    /// By the number of the call, from 0.
    blows: Vec<(usize, Blow)>,
    calls: AtomicUsize,
    killed: Arc<Notify>,
    happened: Mutex<Vec<Blow>>,
    healthy: std::sync::atomic::AtomicBool,
}

impl Struck {
    /// What happens now; somebody else has had his turn.
    fn blow(&self, is_write: bool) -> Option<Blow> {
        if self.healthy.load(Ordering::Relaxed) {
            return None;
        }
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let blow = self.blows.iter().find(|(at, _)| *at == call).map(|(_, blow)| *blow)?;
        let apex = name("example.com");
        match blow {
            Blow::Token => self.put(&apex, "intruder=1"),
            Blow::Ours if is_write => self.replace(&apex),
            Blow::LostHalf if self.limits.cas == CompareAndSwap::Atomic => return None,
            Blow::Ours => return None,
            _ => {}
        }
        self.happened.lock().expect("no panic").push(blow);
        Some(blow)
    }

    fn now(&self, owner: &Name) -> Vec<Value> {
        let zone = Zone { name: name("example.com"), id: None };
        let read = self.memory.read(&zone, std::slice::from_ref(owner)).now_or_never();
        read.expect("at once").expect("memory").remove(0).values
    }

    fn put(&self, owner: &Name, text: &str) {
        let mut values = self.now(owner);
        let value = Value::new(txt(text), 600);
        if !values.contains(&value) {
            values.push(value);
        }
        self.memory.overwrite(&name("example.com"), owner, values);
    }

    /// Somebody else's SPF record in the place of whichever stands.
    fn replace(&self, owner: &Name) {
        let mut values = self.now(owner);
        values.retain(|value| !value.rdata.to_string().contains("v=spf1"));
        values.push(Value::new(txt("v=spf1 include:theirs.example -all"), 600));
        self.memory.overwrite(&name("example.com"), owner, values);
    }

    async fn killed(&self) -> ! {
        self.killed.notify_one();
        std::future::pending().await
    }
}

#[async_trait]
impl Provider for Struck {
    fn limits(&self) -> Limits {
        self.limits.clone()
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        self.memory.zone_of(owner).await
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        match self.blow(false) {
            Some(Blow::KilledBefore | Blow::KilledAfter) => self.killed().await,
            Some(Blow::TooMany) => Err(ProviderError::RateLimited(None)),
            None | Some(Blow::Token | Blow::Ours) => self.memory.read(zone, owners).await,
            Some(_) => Err(ProviderError::Unavailable("struck".to_owned())),
        }
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        let all = |error: ProviderError| group.iter().map(|_| Err(error.clone())).collect();
        match self.blow(true) {
            Some(Blow::KilledBefore) => self.killed().await,
            Some(Blow::KilledAfter) => {
                self.memory.write(zone, group).await;
                self.killed().await
            }
            Some(Blow::Unavailable) => all(ProviderError::Unavailable("struck".to_owned())),
            Some(Blow::TooMany) => all(ProviderError::RateLimited(None)),
            Some(Blow::Rejected) => all(ProviderError::Rejected { code: 1, message: "struck".to_owned() }),
            Some(Blow::LostUndone) => all(ProviderError::Indeterminate),
            Some(Blow::LostDone) => {
                self.memory.write(zone, group).await;
                all(ProviderError::Indeterminate)
            }
            Some(Blow::LostHalf) => {
                for change in group {
                    let only_add = Change { remove: Vec::new(), ..change.clone() };
                    self.memory.write(zone, &[only_add]).await;
                }
                all(ProviderError::Indeterminate)
            }
            None | Some(Blow::Token | Blow::Ours) => self.memory.write(zone, group).await,
        }
    }
}

/// One run: what struck it, and whether it was gone on with.
struct Run {
    seed: u64,
    struck: Arc<Struck>,
    paper: Paper,
    providers: Providers,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut numbers = Seeded::new(seed);
        let cas = [CompareAndSwap::Atomic, CompareAndSwap::PerValue, CompareAndSwap::ReadThenWrite][numbers.below(3)];
        let blows = (0..=numbers.below(2)).map(|_| (numbers.below(14), BLOWS[numbers.below(10)])).collect();
        let memory = provider().into_memory();
        let limits = Limits { cas, batch: 1 + numbers.below(3), ..memory.limits() };
        let struck = Arc::new(Struck {
            memory,
            limits,
            blows,
            calls: AtomicUsize::new(0),
            killed: Arc::default(),
            happened: Mutex::default(),
            healthy: false.into(),
        });
        let providers = Providers::from([("dns".to_owned(), struck.clone() as Arc<dyn Provider>)]);
        Self { seed, struck, paper: Paper::default(), providers }
    }

    fn stands(&self) -> Vec<Stands> {
        let of = |step: &mailvouch::plan::Step| {
            let now = self.struck.now(&step.owner);
            stands(step, &now.into_iter().map(|value| value.rdata).collect::<Vec<_>>())
        };
        plan().steps.iter().map(of).collect()
    }

    /// Others' values are there, byte for byte.
    fn others_are_there(&self) {
        let apex = self.struck.now(&name("example.com"));
        let mut wanted = vec!["MS=ms1", "google-site-verification=x"];
        let happened = self.struck.happened.lock().expect("no panic").clone();
        if happened.contains(&Blow::Token) {
            wanted.push("intruder=1");
        }
        if happened.contains(&Blow::Ours) {
            wanted.push("v=spf1 include:theirs.example -all");
        }
        for text in wanted {
            let value = Value::new(txt(text), 600);
            assert!(apex.contains(&value), "seed {}: {text} is lost: {apex:?} {happened:?}", self.seed);
        }
    }

    fn is_tampered(&self) -> bool {
        self.struck.happened.lock().expect("no panic").contains(&Blow::Ours)
    }

    /// What the journal says of each step is so; of the apex it is not asked where somebody else changed what is ours.
    fn journal_is_true(&self) {
        let apex = name("example.com");
        let is_ours = |owner: &Name| *owner != apex || !self.is_tampered();
        let all: Vec<Option<Stands>> = plan()
            .steps
            .iter()
            .zip(self.stands())
            .map(|(step, stands)| is_ours(&step.owner).then_some(stands))
            .collect();
        assert_journal_is_true(&self.paper.past().expect("a journal"), &all);
    }
}

fn watch() -> Watch {
    Watch { read_back: Duration::from_millis(200), ..Watch::default() }
}

/// One seeded run; what struck it.
async fn run(seed: u64) -> Vec<Blow> {
    let run = Run::new(seed);
    let killed = run.struck.killed.clone();
    let plan = plan();
    let mut journal = run.paper.journal();
    let watch = watch();
    let outcome = tokio::select! {
        applied = apply(&plan, &run.providers, &watch, &mut journal) => Some(applied.expect("a journal")),
        () = killed.notified() => None,
    };
    run.others_are_there();
    let untouched = run.paper.text().is_empty();
    if !untouched {
        run.journal_is_true();
    }
    let stands = run.stands();
    let tampered = run.is_tampered();
    match outcome.as_ref().map(|applied| &applied.outcome) {
        Some(Outcome::Done) if !tampered => assert!(stands.iter().all(|each| *each == Stands::All), "seed {seed}"),
        Some(Outcome::Refused { .. } | Outcome::Failed { .. }) if !tampered => {
            assert!(stands.iter().all(|each| *each == Stands::Nothing), "seed {seed}: {stands:?}");
        }
        Some(Outcome::Stopped { left, .. }) if !tampered => {
            // Whatever stands is told.
            for (step, stands) in plan.steps.iter().zip(&stands) {
                let told = left.iter().any(|(owner, _)| *owner == step.owner);
                assert!(told || *stands == Stands::Nothing, "seed {seed}: {} {stands:?}", step.owner);
            }
        }
        _ => {}
    }
    if untouched {
        assert!(stands.iter().all(|each| *each == Stands::Nothing) || tampered, "seed {seed}");
    } else {
        recover(&run, tampered).await;
    }
    run.struck.happened.lock().expect("no panic").clone()
}

/// Goes on with what is there, or takes it back, with nothing in the way.
async fn recover(run: &Run, tampered: bool) {
    run.struck.healthy.store(true, Ordering::Relaxed);
    let seed = run.seed;
    let past = run.paper.past().expect("a journal");
    let mut journal = run.paper.journal();
    if seed.is_multiple_of(2) && past.ended != Some(true) {
        match remaining(&past, &run.providers).await {
            Ok(left) if left.plan.is_empty() => {}
            Ok(left) => {
                let applied = left.carry_out(&past, &run.providers, &watch(), &mut journal).await.expect("a journal");
                assert!(matches!(applied.outcome, Outcome::Done) || tampered, "seed {seed}: {:?}", applied.outcome);
            }
            Err((owner, error)) => assert!(tampered, "seed {seed}: {owner}: {error}"),
        }
        if !tampered {
            assert!(run.stands().iter().all(|each| *each == Stands::All), "seed {seed}: {:?}", run.stands());
        }
    } else {
        let reversal = reversal(&past, &run.providers).await;
        assert!(reversal.blocked.is_empty() || tampered, "seed {seed}: {:?}", reversal.blocked);
        let done = reversal.carry_out(&run.providers, &watch(), &mut journal).await.expect("a journal");
        if !tampered {
            assert!(done.left.is_empty(), "seed {seed}: {:?}", done.left);
            assert!(run.stands().iter().all(|each| *each == Stands::Nothing), "seed {seed}: {:?}", run.stands());
        }
    }
    run.others_are_there();
    run.journal_is_true();
}

#[tokio::test(start_paused = true)]
async fn whatever_strikes_nothing_of_others_is_lost_and_the_journal_is_true() {
    let seeds = Seeds::usual(2000);
    let mut counts = [0; BLOWS.len()];
    for seed in seeds.all() {
        for blow in run(seed).await {
            counts[BLOWS.iter().position(|each| *each == blow).expect("a blow")] += 1;
        }
    }
    // Every kind of blow fell, or the runs show nothing.
    assert!(!seeds.are_many() || counts.iter().all(|count| *count > 10), "{BLOWS:?} {counts:?}");
}

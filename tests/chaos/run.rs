//! One run: an apply that something strikes, what stands then, and how it is gone on with or taken back.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use mailvouch::plan::{Applied, Outcome, Plan, Providers, Watch, apply, remaining, reversal};
use mailvouch_providers::Provider;
use mailvouch_providers::dns::{Name, Rdata};

use super::blow::Blow;
use super::paper::Paper;
use super::seeded::{Seeded, Seeds};
use super::site::{InGroupsOf, Site, plan};
use super::truth::{Stands, assert_journal_is_true, stands};
use super::wire::{Length, Point, Wire};
use crate::servers::Record;
use crate::support::proxy::Proxy;
use crate::support::world::name;

/// Longest silence while something strikes. It is more than a busy machine takes for an answer: a request that is done
/// after we gave up *and* looked is nobody's to know, and would make the journal wrong.
const HASTY: Duration = Duration::from_secs(3);
/// The same with nothing in the way, on a machine that does much else.
const PATIENT: Duration = Duration::from_secs(20);
/// Most changes in a group.
const GROUPS: usize = 3;
/// One run.
struct Run {
    seed: u64,
    site: Arc<dyn Site>,
    apex: Name,
    plan: Plan,
    group: usize,
    before: BTreeSet<Record>,
    wire: Arc<Mutex<Wire>>,
    paper: Paper,
}

impl Run {
    fn new(site: &Arc<dyn Site>, apex: Name, seed: u64, group: usize, blows: Vec<(Point, Blow)>) -> Self {
        site.create(&apex);
        let wire = Arc::new(Mutex::new(Wire::new(site.clone(), apex.clone(), blows)));
        let (plan, before, paper) = (plan(&apex), site.records(&apex), Paper::default());
        Self { seed, site: site.clone(), apex, plan, group, before, wire, paper }
    }

    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.wire.lock().expect("no panic")
    }

    fn providers(&self, provider: Arc<dyn Provider>) -> Providers {
        let provider = InGroupsOf(self.group, provider);
        Providers::from([("dns".to_owned(), Arc::new(provider) as Arc<dyn Provider>)])
    }

    /// Applies through the wire; none where the process did not live to see the end.
    async fn apply(&self) -> Option<Applied> {
        let (wire, killed) = (self.wire.clone(), self.wire().killed.clone());
        let timeout = if self.wire().blows.is_empty() { PATIENT } else { HASTY };
        let proxy = self.site.speech().map(|speech| {
            Proxy::between(speech, self.site.address(&self.apex), move |message| {
                wire.lock().expect("no panic").decide(speech, message)
            })
        });
        let providers = match &proxy {
            Some(proxy) => self.providers(self.site.provider(&self.apex, proxy.address(), timeout)),
            None => self.providers(self.site.struck(&self.apex, self.wire.clone()).expect("a way")),
        };
        let mut journal = self.paper.journal();
        // What comes late comes while it is waited for. All else shows at once.
        let is_late = self.wire().blows.iter().any(|(_, blow)| *blow == Blow::Late);
        let read_back = if is_late { PATIENT } else { Duration::from_millis(500) };
        let watch = Watch { read_back, ..Watch::default() };
        let applied = tokio::select! {
            biased;
            () = killed.notified() => None,
            applied = apply(&self.plan, &providers, &watch, &mut journal) => Some(applied.expect("a journal")),
        };
        drop(providers);
        if let Some(proxy) = proxy {
            proxy.still().await;
        }
        self.wire().healed.store(true, Ordering::SeqCst);
        applied
    }

    /// Goes on with what is there, or takes it back, with nothing in the way; whether it went on.
    async fn recover(&self) {
        let Some(past) = self.paper.past() else { return };
        let provider = self.site.provider(&self.apex, self.site.address(&self.apex), PATIENT);
        let providers = self.providers(provider);
        let tampered = self.wire().is_tampered();
        let mut journal = self.paper.journal();
        let can_go_on = self.site.creates_again() || !self.paper.text().contains("taken-back");
        let goes_on = Seeded::new(self.seed).next().is_multiple_of(2) && past.ended != Some(true) && can_go_on;
        if goes_on {
            match remaining(&past, &providers).await {
                Ok(left) if left.plan.is_empty() => {}
                Ok(left) => {
                    let applied = left.carry_out(&past, &providers, &Watch::default(), &mut journal).await;
                    let outcome = applied.expect("a journal").outcome;
                    assert!(matches!(outcome, Outcome::Done) || tampered, "{outcome:?}");
                }
                Err((owner, error)) => assert!(tampered, "{owner}: {error}"),
            }
        } else {
            let reversal = reversal(&past, &providers).await;
            assert!(reversal.blocked.is_empty() || tampered, "{:?}", reversal.blocked);
            let done = reversal.carry_out(&providers, &Watch::default(), &mut journal).await.expect("a journal");
            assert!(done.left.is_empty() || tampered, "{:?}", done.left);
        }
        let (now, end) = (self.truth(), if goes_on { Stands::All } else { Stands::Nothing });
        for (stands, step) in now.iter().zip(&self.plan.steps) {
            // Where somebody else was at ours, a run that would go on is refused, and leaves things as they are.
            let is_end = stands.is_none_or(|stands| stands == end || (tampered && goes_on && stands != Stands::Part));
            assert!(is_end, "{}: {stands:?} and not {end:?}", step.owner);
        }
    }

    /// Holds the zone and the journal against each other, and against what was there; what stands of each step, but of
    /// one at which somebody else was.
    fn truth(&self) -> Vec<Option<Stands>> {
        let now = self.site.records(&self.apex);
        let wire = self.wire();
        let is_planned = |(owner, _, rdata): &&Record| {
            let of = |step: &&mailvouch::plan::Step| step.owner == *owner;
            let values = self.plan.steps.iter().filter(of).flat_map(|step| step.remove.iter().chain(&step.add));
            values.into_iter().any(|value| value.rdata == *rdata)
        };
        // Every record that no plan named, byte for byte, and what others added.
        let others: BTreeSet<Record> = now.iter().filter(|record| !is_planned(record)).cloned().collect();
        let kept: BTreeSet<Record> = self.before.iter().filter(|record| !is_planned(record)).cloned().collect();
        let stay: BTreeSet<Record> =
            wire.intrusions.iter().flat_map(|intrusion| intrusion.stays(&self.apex)).cloned().collect();
        let theirs: BTreeSet<Record> =
            wire.intrusions.iter().flat_map(|intrusion| &intrusion.put).cloned().chain(kept.clone()).collect();
        let lost: Vec<&Record> = kept.union(&stay).filter(|record| !others.contains(*record)).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        let strange: Vec<&Record> = others.difference(&theirs).collect();
        assert!(strange.is_empty(), "nobody put this there: {strange:?}");
        // What is ours has the TTL that it had.
        for (owner, ttl, rdata) in now.iter().filter(is_planned) {
            let old = self.before.iter().find(|(at, _, data)| at == owner && data == rdata);
            assert!(old.is_none_or(|(_, old, _)| old == ttl), "{owner} {rdata} has the TTL {ttl}");
        }
        let of = |step: &mailvouch::plan::Step| {
            let held: Vec<Rdata> =
                now.iter().filter(|(owner, ..)| *owner == step.owner).map(|(.., rdata)| rdata.clone()).collect();
            (step.owner != self.apex || !wire.is_tampered()).then(|| stands(step, &held))
        };
        let all: Vec<Option<Stands>> = self.plan.steps.iter().map(of).collect();
        match self.paper.past() {
            Some(past) => assert_journal_is_true(&past, &all),
            None => assert!(all.iter().flatten().all(|stands| *stands == Stands::Nothing), "{all:?} and no journal"),
        }
        all
    }

    /// What was told of the end is so.
    fn assert_told(&self, outcome: &Outcome) {
        for (stands, step) in self.truth().into_iter().zip(&self.plan.steps) {
            let Some(stands) = stands else { continue };
            let is_so = match outcome {
                Outcome::Done => stands == Stands::All,
                Outcome::Refused { .. } | Outcome::Failed { .. } => stands == Stands::Nothing,
                Outcome::Waiting { .. } => false,
                Outcome::Stopped { left, .. } => {
                    stands == Stands::Nothing || left.iter().any(|(owner, _)| *owner == step.owner)
                }
            };
            assert!(is_so, "{}: {stands:?} after {outcome:?}", step.owner);
        }
    }

    async fn whole(&self) {
        match self.apply().await {
            Some(applied) => self.assert_told(&applied.outcome),
            None => drop(self.truth()),
        }
        self.recover().await;
        self.site.forget(&self.apex);
    }
}

/// The name of the zone of a run.
pub(super) fn zone_of(seed: u64) -> Name {
    name(&format!("c{seed}.example"))
}

/// The zones of the runs in which nothing strikes.
pub(super) fn quiet_zones() -> impl Iterator<Item = Name> {
    (1..=GROUPS).map(|group| name(&format!("q{group}.example")))
}

/// The names of all zones that the runs need.
pub(super) fn zones(seeds: &Seeds) -> impl Iterator<Item = Name> {
    quiet_zones().chain(seeds.all().map(zone_of))
}

/// How many requests there are where nothing strikes, by the size of the groups.
fn lengths(site: &Arc<dyn Site>) -> [Length; GROUPS] {
    let mut lengths = [Length::default(); GROUPS];
    for ((index, zone), length) in quiet_zones().enumerate().zip(&mut lengths) {
        let run = Run::new(site, zone, 0, index + 1, Vec::new());
        let outcome = runtime().block_on(run.apply()).expect("an end").outcome;
        assert!(matches!(outcome, Outcome::Done), "{}: {outcome:?}", site.name());
        run.assert_told(&outcome);
        *length = run.wire().length;
        site.forget(&run.apex);
    }
    lengths
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// What strikes the run of a seed: each kind in turn, at a point of chance, and every other time one more.
fn struck(site: &dyn Site, seed: u64, numbers: &mut Seeded, length: Length) -> Vec<(Point, Blow)> {
    let blows = site.blows();
    let turn = usize::try_from(seed % blows.len() as u64).expect("small");
    let mut struck = vec![(length.point(numbers), blows[turn])];
    if numbers.below(2) == 0 {
        struck.push((length.point(numbers), blows[numbers.below(blows.len())]));
    }
    struck
}

/// Makes the runs of all seeds at a site. Every kind of blow has to fall.
pub(super) fn all(site: &Arc<dyn Site>, seeds: &Seeds) {
    let lengths = lengths(site);
    let (next, seeds_end) = (AtomicU64::new(seeds.all().start), seeds.all().end);
    let fallen = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..site.at_once() {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds_end {
                        return;
                    }
                    let blows = one(site, seed, &lengths);
                    fallen.lock().expect("no panic").extend(blows);
                }
            });
        }
    });
    let fallen = fallen.into_inner().expect("no panic");
    let count = |blow: Blow| fallen.iter().filter(|each| **each == blow).count();
    let counts: Vec<(Blow, usize)> = site.blows().into_iter().map(|blow| (blow, count(blow))).collect();
    let name = site.name();
    if let Some(path) = std::env::var_os("MAILVOUCH_CHAOS_COUNTS") {
        let line = format!("{name}: {} runs: {counts:?}\n", seeds.all().count());
        let path = std::path::Path::new(&path).join(name.replace(':', "-"));
        std::fs::write(path, line).expect("a file");
    }
    assert!(!seeds.are_many() || counts.iter().all(|(_, count)| *count > 0), "{name}: {counts:?}");
}

/// One seeded run; what struck it.
fn one(site: &Arc<dyn Site>, seed: u64, lengths: &[Length; GROUPS]) -> Vec<Blow> {
    let mut numbers = Seeded::new(seed);
    let group = 1 + numbers.below(GROUPS);
    let blows = struck(site.as_ref(), seed, &mut numbers, lengths[group - 1]);
    let run = Run::new(site, zone_of(seed), seed, group, blows);
    let ended = catch_unwind(AssertUnwindSafe(|| runtime().block_on(run.whole())));
    let wire = run.wire.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Err(why) = ended {
        let why = why.downcast_ref::<String>().map_or("see above", String::as_str);
        panic!(
            "{name}, seed {seed}, {group} changes at a time: {why}\nstruck: {:?} of {:?}\nothers: {:?}\njournal:\n{}\nthis one alone: \
             MAILVOUCH_CHAOS=1 MAILVOUCH_CHAOS_SEED={seed} tests/run {name}",
            wire.happened,
            wire.blows,
            wire.intrusions,
            run.paper.text(),
            name = site.name(),
        );
    }
    wire.happened.clone()
}

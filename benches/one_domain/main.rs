//! What one domain costs when all answers are there: each pure part by itself, and all of them as a run over a fleet has
//! them. `cargo bench --bench one_domain`.
//!
//! Two domains with two selectors, as they were saved from the world of `benches/fleet`: one in good order, with three
//! includes behind each other, and one whose record asks DNS too often, for which the way out is worked out, too.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::hint::black_box;
use std::time::Instant;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use mailvouch::lint::{self, Depth, Facts, Report, Selection, Severity, Subject};
use mailvouch::output::json;
use mailvouch::published::{Answers, Ask, State};
use mailvouch::record::{DkimRecord, DmarcRecord, SpfRecord};
use mailvouch::spf::{Class, Client, Coverage, Evaluation, Keep, Records, Tree};
use mailvouch_providers::dns::Txt;

/// How often all of it is done for the figure that is printed.
const RUNS: u32 = 200;

/// A domain, and all that DNS says about it.
struct World {
    title: &'static str,
    subject: Subject,
    answers: Answers,
    /// Every text there, whatever it is.
    texts: Vec<Vec<u8>>,
}

impl World {
    fn of(title: &'static str, domain: &str, saved: &str) -> Self {
        let answers = Answers::from_json(saved).expect("saved answers");
        let subject = Subject {
            domain: domain.parse().expect("a name"),
            declared: None,
            selectors: ["s1", "s2"].map(str::to_owned).to_vec(),
            now: jiff::Timestamp::UNIX_EPOCH,
            depth: Depth::Usual,
        };
        let found = |state: &State| match state {
            State::Found(set) => set.txts().map(Txt::joined).collect(),
            State::Absent(_) | State::Unknown(_) => Vec::new(),
        };
        let texts = answers.sorted().into_iter().flat_map(|(_, reply)| found(&reply.state)).collect();
        Self { title, subject, answers, texts }
    }

    /// Each text as what it is.
    fn parse(&self) {
        for text in &self.texts {
            if let Some(record) = SpfRecord::parse(text) {
                black_box(record);
            } else if let Some(record) = DmarcRecord::parse(text) {
                black_box(record);
            } else {
                black_box(DkimRecord::parse(text));
            }
        }
    }

    fn tree(&self) -> Tree {
        Tree::of(&Ask::new(&self.answers, None), &self.subject.domain)
    }

    fn evaluate(&self, client: &Client) -> Class {
        Evaluation::with(&Ask::new(&self.answers, None), &Records::default(), client, Keep::Verdict).result
    }

    fn facts(&self) -> Facts {
        Facts::of(&Ask::new(&self.answers, None), &self.subject).with_failures(&self.answers)
    }

    fn report(&self) -> Report {
        let facts = self.facts();
        let found = lint::check(&facts, &Selection::default());
        Report::of(facts, found)
    }
}

fn one_domain(criterion: &mut Criterion) {
    let worlds = [
        World::of("in good order", "deep.test", include_str!("sound.json")),
        World::of("too many look-ups", "quick-anchor-000016.test", include_str!("broken.json")),
    ];
    let mut group = criterion.benchmark_group("one domain");
    for world in &worlds {
        let report = world.report();
        let errors = report.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
        assert!(!report.facts.has_unknowns(), "everything that is asked was saved");
        assert_eq!(errors, usize::from(world.title != "in good order"), "{}", world.title);
        println!("{}: {:.0} µs for one pass, all rules and a line of JSON", world.title, whole(world));
        let mail_from = format!("somebody@{}", world.subject.domain);
        let address = "20.1.2.3".parse().expect("an address");
        let client = Client { ip: address, helo: "host.test".to_owned(), mail_from, receiver: None, time: 0 };
        let tree = world.tree();
        let id = |part| BenchmarkId::new(part, world.title);
        group.bench_function(id("parse"), |bencher| bencher.iter(|| world.parse()));
        group.bench_function(id("check_host"), |bencher| bencher.iter(|| black_box(world.evaluate(&client))));
        group.bench_function(id("SPF tree"), |bencher| bencher.iter(|| black_box(world.tree())));
        group.bench_function(id("coverage"), |bencher| bencher.iter(|| black_box(Coverage::of(&tree))));
        group.bench_function(id("facts"), |bencher| bencher.iter(|| black_box(world.facts())));
        let all = Selection::default();
        // Of fresh facts: what rules have in common is worked out by the first that needs it.
        group.bench_function(id("rules"), |bencher| {
            bencher.iter_batched(|| world.facts(), |facts| black_box(lint::check(&facts, &all)), BatchSize::SmallInput);
        });
        group.bench_function(id("line of JSON"), |bencher| bencher.iter(|| black_box(json::line(&report))));
    }
    group.finish();
}

/// Microseconds for all of it.
fn whole(world: &World) -> f64 {
    let begun = Instant::now();
    for _ in 0..RUNS {
        drop(black_box(json::line(&world.report())));
    }
    begun.elapsed().as_secs_f64() / f64::from(RUNS) * 1e6
}

criterion_group!(benches, one_domain);
criterion_main!(benches);

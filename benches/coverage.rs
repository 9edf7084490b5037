//! How long the coverage of 10,000 ranges takes, in ten includes with alternating qualifiers: the sweep over interval
//! ends against subtracting one range after the other. `cargo bench --bench coverage`.
//!
//! Both come to the same addresses, which is checked first. The ratio is measured in one run, so that it says the same
//! on every machine.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use ipnet::IpNet;
use mailvouch::published::{Answers, Ask, Question, Reply};
use mailvouch::record::spf::{Mechanism, Qualifier, Term};
use mailvouch::spf::{Branch, Class, Coverage, Family, Lead, RangeSet, Tree};
use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType, Txt};

const INCLUDES: usize = 10;
const RANGES: usize = 1000;

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

/// Ten includes of a thousand ranges each; those of all lie between each other, and some within.
fn tree() -> Tree {
    let includes: Vec<String> = (0..INCLUDES).map(|include| format!("include:i{include}.example")).collect();
    let mut records = vec![("example.com".to_owned(), format!("v=spf1 {} -all", includes.join(" ")))];
    for include in 0..INCLUDES {
        let range = |range: usize| {
            let number = range * INCLUDES + include;
            let qualifier = ["", "-", "~", "", "?"][range % 5];
            format!("{qualifier}ip4:10.{}.{}.0/{}", number / 256, number % 256, 22 + number % 5)
        };
        let ranges: Vec<String> = (0..RANGES).map(range).collect();
        records.push((format!("i{include}.example"), format!("v=spf1 {} ~all", ranges.join(" "))));
    }
    let reply = |(owner, text): (String, String)| {
        let values = vec![Rdata::Txt(Txt::from_text(text.as_bytes()))];
        (Question::new(&name(&owner), RrType::TXT), Arc::new(Reply::found(RecordSet { ttl: 300, values })))
    };
    let answers: Answers = records.into_iter().map(reply).collect();
    Tree::of(&Ask::new(&answers, None), &name("example.com"))
}

/// What passes, one range after the other.
fn subtracted(tree: &Tree, mut live: RangeSet) -> RangeSet {
    let mut passing = RangeSet::default();
    let Some(published) = tree.selection.one() else { return passing };
    for (term, branch) in published.record.terms().iter().zip(&tree.branches) {
        let Term::Directive(directive) = &term.node else { continue };
        let passes = directive.effective_qualifier() == Qualifier::Pass;
        let matched = match (&directive.mechanism, branch) {
            (Mechanism::Ip4(range), _) => {
                live.intersection(&RangeSet::from_networks(Family::V4, [&IpNet::from(range.network())]))
            }
            (Mechanism::All, _) => live.clone(),
            (Mechanism::Include(_), Branch::Record(Lead::Tree(below))) => subtracted(below, live.clone()),
            _ => RangeSet::default(),
        };
        live = live.difference(&matched);
        if passes {
            passing = passing.union(&matched);
        }
    }
    passing
}

/// The shortest of a few runs.
fn shortest(runs: usize, mut work: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..runs).map(time).min().unwrap_or_default()
}

fn coverage(criterion: &mut Criterion) {
    let tree = tree();
    let all = || RangeSet::everything(Family::V4);
    assert_eq!(Coverage::of(&tree).class(Family::V4, Class::Pass), subtracted(&tree, all()), "both are the same");
    let sweep = shortest(5, || drop(black_box(Coverage::of(black_box(&tree)))));
    let naive = shortest(3, || drop(black_box(subtracted(black_box(&tree), all()))));
    println!(
        "{} ranges: sweep {:.1} ms for all results, subtraction {:.1} ms for `pass` alone, ratio {:.0}",
        INCLUDES * RANGES,
        sweep.as_secs_f64() * 1e3,
        naive.as_secs_f64() * 1e3,
        naive.as_secs_f64() / sweep.as_secs_f64()
    );
    let mut group = criterion.benchmark_group("coverage of 10,000 ranges");
    group.sample_size(10);
    group.bench_function("sweep", |bencher| bencher.iter(|| Coverage::of(black_box(&tree))));
    group.bench_function("subtraction", |bencher| bencher.iter(|| subtracted(black_box(&tree), all())));
    group.finish();
}

criterion_group!(benches, coverage);
criterion_main!(benches);

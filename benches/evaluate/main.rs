//! How many times a second `check_host` runs, beside mail-auth, for the same records, senders and answers, all in
//! memory. `cargo bench --bench evaluate`.
//!
//! Twice. *Warm*: one snapshot and many clients, as a receiver has it, whose records are parsed before. *Cold*: each
//! evaluation parses the records that it comes to. Both come to the same results, which is checked first.
//! mail-auth keeps no account of its way. Ours is measured without one, which is the same work, and with the account of
//! every step that `spf eval` prints.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod peer;
mod world;

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use mailvouch::published::{Answers, Ask, Question, Reply};
use mailvouch::spf::{Class, Client, Evaluation, Keep, Records};
use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType, Txt};

use peer::Peer;

/// Measurements that take turns, so that whatever else the machine does strikes both alike.
const ROUNDS: usize = 41;
/// How often all senders are evaluated in one measurement.
const REPEATS: u32 = 100;
/// What ours keeps: as little as mail-auth, or all.
const KEPT: [(Keep, &str); 2] = [(Keep::Verdict, "verdict alone"), (Keep::Steps, "every step")];

struct Ours {
    answers: Answers,
    clients: Vec<Client>,
}

impl Ours {
    fn new() -> Self {
        let mut sets: HashMap<(Name, RrType), Vec<Rdata>> = HashMap::new();
        for (owner, rtype, data) in world::RECORDS {
            let rtype: RrType = rtype.parse().expect("a type");
            let data = match rtype {
                RrType::TXT => Rdata::Txt(Txt::from_text(data.as_bytes())),
                RrType::MX => Rdata::parse(rtype, &format!("{data}.")).expect("an exchange"),
                _ => Rdata::parse(rtype, data).expect("an address"),
            };
            sets.entry((owner.parse().expect("a name"), rtype)).or_default().push(data);
        }
        let reply = |((owner, rtype), values): ((Name, RrType), _)| {
            (Question::new(&owner, rtype), Arc::new(Reply::found(RecordSet { ttl: 300, values })))
        };
        let client = |(ip, mail_from)| {
            let helo = "host.example.net".to_owned();
            Client { ip, helo, mail_from, receiver: None, time: 0 }
        };
        Self {
            answers: sets.into_iter().map(reply).collect(),
            clients: world::senders().into_iter().map(client).collect(),
        }
    }

    fn cold(&self, keep: Keep) -> Vec<Class> {
        let one = |client| Evaluation::with(&Ask::new(&self.answers, None), &Records::default(), client, keep).result;
        self.clients.iter().map(one).collect()
    }

    fn warm(&self, records: &Records, keep: Keep) -> Vec<Class> {
        let ask = Ask::new(&self.answers, None);
        self.clients.iter().map(|client| Evaluation::with(&ask, records, client, keep).result).collect()
    }
}

fn main() {
    let (ours, theirs, records) = (Ours::new(), Peer::new(), Records::default());
    let results = theirs.cold();
    assert_eq!(theirs.warm(), results, "it does not matter who parsed a record");
    println!("{} evaluations, in times the rate of mail-auth:", results.len());
    for (keep, name) in KEPT {
        assert_eq!(ours.cold(keep), results, "both come to the same");
        assert_eq!(ours.warm(&records, keep), results, "both come to the same");
        let warm = ratio(&|| ours.warm(&records, keep), &|| theirs.warm());
        let cold = ratio(&|| ours.cold(keep), &|| theirs.cold());
        println!("{name}: warm {warm:.2}, cold {cold:.2}");
    }

    let mut criterion = Criterion::default().configure_from_args().without_plots();
    let mut group = criterion.benchmark_group("check_host");
    group.throughput(Throughput::Elements(ours.clients.len() as u64));
    group.measurement_time(Duration::from_secs(3));
    for (keep, name) in KEPT {
        let both = format!("mailvouch, {name}");
        group.bench_function(format!("warm/{both}"), |bencher| bencher.iter(|| black_box(ours.warm(&records, keep))));
        group.bench_function(format!("cold/{both}"), |bencher| bencher.iter(|| black_box(ours.cold(keep))));
    }
    group.bench_function("warm/mail-auth", |bencher| bencher.iter(|| black_box(theirs.warm())));
    group.bench_function("cold/mail-auth", |bencher| bencher.iter(|| black_box(theirs.cold())));
    group.finish();
}

/// How many times as fast the first is: the median of measurements that take turns.
fn ratio<T>(ours: &dyn Fn() -> T, theirs: &dyn Fn() -> T) -> f64 {
    let time = |work: &dyn Fn() -> T| {
        let start = Instant::now();
        for _ in 0..REPEATS {
            drop(black_box(work()));
        }
        start.elapsed().as_secs_f64()
    };
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let ours = time(ours);
            time(theirs) / ours
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ROUNDS / 2]
}

//! How long the HTML page of a thousand domains takes, and how large it is, against the JSON of the same reports.
//! `cargo bench --bench html`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mailvouch::lint::{self, Depth, Facts, Report, Selection, Subject};
use mailvouch::output::{html, json};
use mailvouch::published::{Gatherer, ZoneFiles};
use mailvouch_providers::dns::master;

const DOMAINS: usize = 1000;
const RUNS: usize = 7;

/// Three mail services of some size, and domains that use them well and badly.
fn zone() -> String {
    let mut zone = "$ORIGIN test.\n$TTL 3600\n@ SOA ns host 1 7200 900 1209600 300\n".to_owned();
    for service in 0..3 {
        let lists: String =
            (0..3).map(|list| format!("include:_n{list}.s{service}.test ")).collect::<Vec<_>>().concat();
        writeln!(zone, "_spf.s{service} TXT \"v=spf1 {lists}~all\"").expect("a text");
        for list in 0..3 {
            let ranges = (0..9).map(|range| format!("ip4:{}.{list}.{}.0/24 ", 20 + service, range * 8));
            let ranges = ranges.collect::<Vec<_>>().concat();
            writeln!(zone, "_n{list}.s{service} TXT \"v=spf1 {ranges}~all\"").expect("a text");
        }
    }
    for domain in 0..DOMAINS {
        let includes =
            ["include:_spf.s0.test", "include:_spf.s0.test include:_spf.s1.test", "a mx ptr", "include:no.test"];
        let (includes, policy) = (includes[domain % 4], ["none", "quarantine", "reject"][domain % 3]);
        let address = format!("62.9.{}.{}", domain % 250, domain / 250);
        writeln!(
            zone,
            "d{domain} TXT \"v=spf1 ip4:{address} {includes} ~all\"\nd{domain} TXT \"verification={domain:032}\"\n\
             d{domain} MX 10 mail.d{domain}\nmail.d{domain} A {address}\nd{domain} A {address}\n\
             _dmarc.d{domain} TXT \"v=DMARC1; p={policy}; rua=mailto:dmarc@d{domain}.test\""
        )
        .expect("a text");
    }
    zone
}

async fn reports() -> Vec<Report> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("test.zone");
    std::fs::write(&path, zone()).expect("a file");
    let source = Arc::new(ZoneFiles::from_loaded([&master::load(&path, None).expect("a zone")]).expect("zones"));
    let gatherer = Gatherer::new(source, 16, Duration::from_mins(1));
    let mut reports = Vec::new();
    for domain in 0..DOMAINS {
        let subject = Subject {
            domain: format!("d{domain}.test").parse().expect("a name"),
            declared: None,
            selectors: Vec::new(),
            now: jiff::Timestamp::UNIX_EPOCH,
            depth: Depth::Usual,
        };
        let run = gatherer.run(None, |ask| Facts::of(ask, &subject)).await;
        let facts = run.result.with_failures(&run.answers);
        let diagnostics = lint::check(&facts, &Selection::default());
        reports.push(Report::of(facts, diagnostics));
    }
    reports
}

fn timed(make: impl Fn() -> String) -> (f64, usize) {
    let start = Instant::now();
    let text = make();
    (start.elapsed().as_secs_f64(), text.len())
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let reports = runtime.block_on(reports());
    let mut ratios = Vec::new();
    for _ in 0..RUNS {
        let (page, size) = timed(|| html::document(&reports, &[]).expect("a page"));
        let (peer, other) = timed(|| json::document(&reports, &[]));
        println!(
            "HTML {:.0} ms, {size} octets; JSON {:.0} ms, {other} octets: {:.2} of the time",
            page * 1e3,
            peer * 1e3,
            page / peer
        );
        ratios.push(page / peer);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median {:.2} of the time of JSON", ratios[RUNS / 2]);
}

//! Records that organisations publish, held against what four other evaluators make of them.
//!
//! They are read where `MAILVOUCH_VECTORS` points to. Every name that they lead to stands in a zone made for it, so that
//! what an evaluation comes to does not depend on the day.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use mailvouch::published::{Ask, Gathered, Gatherer};
use mailvouch::record::SpfRecord;
use mailvouch::spf::{Class, Client, Coverage, Evaluation, Family, Tree};
use serde::Deserialize;
use serde_json::{Value, json};

use super::suite::Zone;
use super::vectors::of_others;
use crate::support::world::name;

#[derive(Deserialize)]
struct Line {
    id: String,
    input: Input,
    expect: Expect,
}

#[derive(Deserialize)]
struct Input {
    record: String,
}

#[derive(Deserialize)]
struct Expect {
    /// None where the two parsers that were asked disagree.
    parses: Option<bool>,
    oracle_parse: BTreeMap<String, bool>,
    eval: Vec<Judged>,
}

#[derive(Deserialize)]
struct Judged {
    ip: IpAddr,
    /// Evaluator to result.
    oracles: BTreeMap<String, String>,
}

/// Why an evaluator says something else, by the RFC's text.
struct Explained {
    reason: &'static str,
    evaluator: &'static str,
    /// The term that it is about.
    term: &'static str,
}

const EXPLAINED: &[Explained] = &[
    Explained {
        reason: "section 7.1: a domain-spec ends in a macro or in a dot and a top-level label, so a single label is a \
                 syntax error",
        evaluator: "mail-auth",
        term: "a:mail",
    },
    Explained {
        reason: "section 7.1: `:` and `/` are macro-literals, so this is a valid domain-spec, of a name with odd bytes",
        evaluator: "mail-auth",
        term: "include:://brevo.com",
    },
];

fn explain(evaluator: &str, record: &str) -> Option<&'static str> {
    let about = |explained: &&Explained| {
        explained.evaluator == evaluator && record.split(' ').any(|term| term == explained.term)
    };
    EXPLAINED.iter().find(about).map(|explained| explained.reason)
}

/// The records; none where nobody says where they are.
fn lines() -> Option<Vec<Line>> {
    let path = of_others("real/real-spf-open.jsonl")?;
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    let lines: Vec<Line> = lines.collect();
    assert!(lines.len() >= 100, "{} records", lines.len());
    Some(lines)
}

fn domain(place: usize) -> String {
    format!("r{place}.real.test")
}

/// The zone that the other evaluators saw: the records, one at a name of its own, and the same answers at any other name.
fn zone(lines: &[Line]) -> Zone {
    let mut owners = serde_json::Map::new();
    for (place, line) in lines.iter().enumerate() {
        let records = json!([{ "TXT": line.input.record }, { "A": "192.0.2.200" }, { "MX": [5, "mx.wild.test"] }]);
        owners.insert(domain(place), records);
    }
    let wild = json!([
        { "TXT": "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:51::/48 ~all" },
        { "A": "192.0.2.77" },
        { "AAAA": "2001:db8::77" },
        { "MX": [10, "mx.wild.test"] },
    ]);
    owners.insert("*".to_owned(), wild);
    let zone = serde_norway::to_value(Value::Object(owners)).expect("a zone");
    Zone::of(zone.as_mapping().expect("owners"))
}

fn client(domain: &str, ip: IpAddr) -> Client {
    Client { ip, helo: format!("mail.{domain}"), mail_from: format!("user@{domain}"), receiver: None, time: 0 }
}

async fn run<T>(zone: &Zone, analyse: impl Fn(&Ask<'_>) -> T) -> T {
    let gatherer = Gatherer::new(Arc::new(zone.clone()), 64, Duration::from_mins(1));
    let Gathered { result, passes, .. } = gatherer.run(None, analyse).await;
    assert!(passes < 24, "the passes ran out");
    result
}

#[test]
fn every_real_record_is_kept_to_the_byte_and_parses_where_others_parse_it() {
    let Some(lines) = lines() else { return };
    let mut differing = Vec::new();
    for line in &lines {
        let text = line.input.record.as_bytes();
        let record = SpfRecord::parse(text).unwrap_or_else(|| panic!("{} is no SPF record", line.id));
        assert_eq!(record.text(), text, "{}", line.id);
        // Every byte that no term holds is a space.
        let mut left = text.to_vec();
        for span in record.terms().iter().map(|term| &term.span).chain([&record.version()]) {
            left[span.clone()].fill(b' ');
        }
        assert!(left.iter().all(|byte| *byte == b' '), "{}: {}", line.id, String::from_utf8_lossy(&left));
        if let Some(parses) = line.expect.parses {
            assert!(line.expect.oracle_parse.values().all(|theirs| *theirs == parses), "{}", line.id);
        }
        for (parser, parses) in &line.expect.oracle_parse {
            if record.is_valid() != *parses && explain(parser, &line.input.record).is_none() {
                differing.push(format!("{}: {parser} says {parses}: {}", line.id, line.input.record));
            }
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[tokio::test]
async fn real_records_come_to_what_four_other_evaluators_say() {
    let Some(lines) = lines() else { return };
    let zone = zone(&lines);
    let mut unexplained = Vec::new();
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    let mut agreed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut results: BTreeMap<Class, usize> = BTreeMap::new();
    for (place, line) in lines.iter().enumerate() {
        for judged in &line.expect.eval {
            let domain = domain(place);
            let client = client(&domain, judged.ip);
            let ours = run(&zone, |ask| Evaluation::of(ask, &client)).await;
            *results.entry(ours.result).or_default() += 1;
            assert!(judged.oracles.len() >= 4, "{}: {:?}", line.id, judged.oracles);
            for (evaluator, theirs) in &judged.oracles {
                if ours.result.to_string() == *theirs {
                    *agreed.entry(evaluator).or_default() += 1;
                    continue;
                }
                match explain(evaluator, &line.input.record) {
                    Some(reason) => *shown.entry(reason).or_default() += 1,
                    None => unexplained.push(format!(
                        "{} for {}: ours {} ({:?}), {evaluator} {theirs}: {}",
                        line.id, judged.ip, ours.result, ours.problem, line.input.record
                    )),
                }
            }
        }
    }
    // The numbers are worth reading in every run.
    let said = format!("real records: ours {results:?}, in agreement {agreed:?}\nexplained: {shown:#?}\n");
    std::io::stderr().write_all(said.as_bytes()).expect("a line on stderr");
    assert!(unexplained.is_empty(), "{} differ:\n{}", unexplained.len(), unexplained.join("\n"));
    // A reason that no record shows is one that nobody checks.
    for explained in EXPLAINED {
        assert!(shown.contains_key(explained.reason), "no record shows: {}", explained.reason);
    }
}

#[tokio::test]
async fn the_coverage_of_real_records_is_what_their_evaluation_comes_to() {
    let Some(lines) = lines() else { return };
    let zone = zone(&lines);
    let (mut certain, mut uncertain) = (0, 0);
    for (place, line) in lines.iter().enumerate() {
        let domain = domain(place);
        let tree = run(&zone, |ask| Tree::of(ask, &name(&domain))).await;
        let coverage = Coverage::of(&tree);
        for judged in &line.expect.eval {
            let regions = coverage.regions(Family::of(judged.ip));
            let holding: Vec<_> = regions.iter().filter(|region| region.set.contains(judged.ip)).collect();
            let [region] = holding[..] else { panic!("{}: {} is in {} regions", line.id, judged.ip, holding.len()) };
            if !region.is_certain() {
                uncertain += 1;
                continue;
            }
            certain += 1;
            let client = client(&domain, judged.ip);
            let ours = run(&zone, |ask| Evaluation::of(ask, &client)).await;
            assert_eq!(region.class, ours.result, "{} for {}: {}", line.id, judged.ip, line.input.record);
            let limited = matches!(ours.result, Class::PermError | Class::TempError);
            let counts = (ours.lookups, ours.voids);
            assert!(limited || (region.lookups, region.voids) == counts, "{}: {region:?}, not {counts:?}", line.id);
        }
    }
    assert!(certain > 10 * uncertain, "{certain} of {} are certain", certain + uncertain);
}

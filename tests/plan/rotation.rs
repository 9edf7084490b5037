//! A DKIM key gives way to another, day by day: published before it signs, and withdrawn when all that it signed has
//! arrived.

use std::sync::Arc;
use std::time::Duration;

use mailvouch::declared::Guard;
use mailvouch::plan::{Draft, Journal, Outcome, Plan, Providers, Watch, apply};
use mailvouch::published::{Live, LiveOptions, Recursion, Transport};
use mailvouch_providers::Provider;
use mailvouch_providers::dns::Rdata;
use mailvouch_providers::rfc2136::Rfc2136;

use super::bench::{Bench, held, lines};
use crate::servers::{Server, Setup, bind, knot};
use crate::support::world::World;

const OLD: &str = "s2025._domainkey.example.com";
const NEW: &str = "s2026._domainkey.example.com";

/// The old key signs for the last time on the first of December.
const DECLARED: &str = r#"
[domains."example.com"]
ttl = 3600
[domains."example.com".dkim]
s2026 = { key-file = "rsa2048.pub.pem" }
s2025 = { key-file = "rsa1024.pub.pem", retire = 2026-12-01 }
"#;

/// What happens on a day, as the lines of its plan; each day stands for its noon unless it has a time.
struct Day {
    at: &'static str,
    plan: Vec<String>,
}

/// `p=` of one of the keys that the declaration names.
fn key(file: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/declared/keys").join(file);
    let text = std::fs::read_to_string(path).expect("a key");
    text.lines().filter(|line| !line.starts_with('-')).collect()
}

fn old_record() -> String {
    format!("v=DKIM1; k=rsa; p={}", key("rsa1024.pub.pem"))
}

/// As a value is shown: the record of the new key takes two strings.
fn new_record() -> String {
    let text = format!("v=DKIM1; k=rsa; p={}", key("rsa2048.pub.pem"));
    format!("\"{}\" \"{}\"", &text[..255], &text[255..])
}

/// The whole rotation, of a key whose record is kept for a day by caches.
fn calendar() -> Vec<Day> {
    let nothing = |at| Day { at, plan: Vec::new() };
    let publish = vec![NEW.to_owned(), format!("+ 3600 {}", new_record())];
    let revoke = vec![OLD.to_owned(), format!("- 86400 {}", old_record()), "+ 86400 v=DKIM1; k=rsa; p=".to_owned()];
    vec![
        // Long before: the new key is published, beside the old one.
        Day { at: "2026-11-23T12:00:00Z", plan: publish },
        nothing("2026-11-30T12:00:00Z"),
        // The day on which it signs for the last time, to its end.
        nothing("2026-12-01T00:00:00Z"),
        nothing("2026-12-01T23:59:59Z"),
        // A week, in which mail arrives that it signed.
        nothing("2026-12-02T00:00:00Z"),
        nothing("2026-12-03T12:00:00Z"),
        nothing("2026-12-04T12:00:00Z"),
        nothing("2026-12-05T12:00:00Z"),
        nothing("2026-12-06T12:00:00Z"),
        nothing("2026-12-07T12:00:00Z"),
        nothing("2026-12-08T23:59:59Z"),
        // The TTL, a day.
        nothing("2026-12-09T00:00:00Z"),
        nothing("2026-12-09T23:59:59Z"),
        Day { at: "2026-12-10T00:00:00Z", plan: revoke },
        // Never again.
        nothing("2026-12-10T12:00:00Z"),
        nothing("2026-12-11T12:00:00Z"),
        nothing("2027-06-01T12:00:00Z"),
    ]
}

fn guards(plan: &Plan) -> Vec<Guard> {
    plan.steps.iter().flat_map(|step| step.guards.iter().map(|guarded| guarded.guard)).collect()
}

/// What the rules say of DKIM on that day.
fn findings(draft: &Draft) -> Vec<&'static str> {
    draft.desired.remaining.iter().map(|found| found.rule).filter(|rule| rule.starts_with("dkim-")).collect()
}

/// Walks the calendar: each day's plan is the expected one, trips no guard, leaves no finding, and is carried out.
async fn walk(bench: &mut Bench, provider: Arc<dyn Provider>) {
    let folder = tempfile::tempdir().expect("a folder");
    let providers = Providers::from([("dns".to_owned(), provider.clone())]);
    for Day { at, plan: expected } in calendar() {
        let bench = bench.at(at);
        let draft = bench.draft(provider.as_ref()).await;
        // An RSA key of 1024 bits is taken, and called weak as long as it is there.
        let found: Vec<&str> = findings(&draft).into_iter().filter(|rule| *rule != "dkim-weak-key").collect();
        assert_eq!(found, Vec::<&str>::new(), "{at}");
        let plan = bench.plan(provider.as_ref()).await;
        assert_eq!(lines(&plan.steps), expected, "{at}");
        assert_eq!(guards(&plan), [], "{at}");
        if plan.is_empty() {
            continue;
        }
        let name = at.replace(':', "");
        let mut journal = Journal::create(&folder.path().join(name)).expect("a journal");
        let applied = apply(&plan, &providers, &Watch::default(), &mut journal).await.expect("a journal");
        assert!(matches!(applied.outcome, Outcome::Done), "{at}: {:?}", applied.outcome);
    }
    assert_eq!(held(provider.as_ref(), OLD).await, ["86400 v=DKIM1; k=rsa; p="]);
    assert_eq!(held(provider.as_ref(), NEW).await, [format!("3600 {}", new_record())]);
}

#[tokio::test]
async fn a_key_stays_for_a_week_and_its_ttl() {
    let world = World::of(&format!("{OLD} 86400 TXT {}", old_record()));
    let provider = world.at_provider("example.com");
    walk(&mut Bench::new(&world, DECLARED), Arc::new(provider)).await;
}

const ZONE: &str = "$ORIGIN example.com.\n$TTL 7200\n@ SOA ns hostmaster 1 3600 600 604800 300\n@ NS ns\n\
    ns A 192.0.2.53\n@ TXT \"google-site-verification=x\"\n_domainkey TXT \"o=~\"\n";

async fn walk_on(start: fn(&Setup) -> Server) {
    let zone = format!("{ZONE}{OLD}. 86400 TXT \"{}\"\n", old_record());
    let server = start(&Setup::new("example.com", &zone));
    let others = |server: &Server| -> Vec<String> {
        let dump = server.dump("example.com");
        let is_other = |line: &&str| !line.contains(" SOA ") && !line.starts_with(OLD) && !line.starts_with(NEW);
        let mut lines: Vec<String> = dump.lines().filter(is_other).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let before = others(&server);
    let (upstreams, timeout) = (vec![server.address()], Duration::from_secs(20));
    let mut bench = Bench::new(&World::default(), DECLARED);
    bench.source = Arc::new(
        Live::new(LiveOptions { upstreams, timeout, recursion: Recursion::No, transport: Transport::Own })
            .expect("somebody to ask"),
    );
    walk(&mut bench, Arc::new(Rfc2136::new(server.address(), server.key().tsig(), timeout, None))).await;
    assert_eq!(others(&server), before, "nothing else was touched");
    assert_eq!(before.len(), 4);
}

#[tokio::test]
async fn bind_is_led_through_a_rotation() {
    walk_on(bind::start_with).await;
}

#[tokio::test]
async fn knot_is_led_through_a_rotation() {
    walk_on(knot::start_with).await;
}

/// Long after the day, from this zone.
async fn late(zone: &str, declared: &str, accept: &[&str]) -> (Vec<String>, Vec<Guard>) {
    let world = World::of(zone);
    let mut bench = Bench::new(&world, declared).accepting(accept);
    let plan = bench.at("2027-01-01T00:00:00Z").plan(&world.at_provider("example.com")).await;
    (lines(&plan.steps), guards(&plan))
}

#[tokio::test]
async fn the_last_key_stays_until_somebody_says_otherwise() {
    let alone = r#"
[domains."example.com".dkim]
s2025 = { key-file = "rsa1024.pub.pem", retire = 2026-12-01 }
"#;
    let zone = format!("{OLD} 86400 TXT {}", old_record());
    assert_eq!(late(&zone, alone, &[]).await, (Vec::new(), Vec::new()));
    let (lines, guards) = late(&zone, alone, &["dkim-key-differs"]).await;
    assert_eq!(lines.last().map(String::as_str), Some("+ 86400 v=DKIM1; k=rsa; p="));
    assert_eq!(guards, [Guard::ReplacesDkimKey, Guard::RemovesLastDkimKey]);
}

#[tokio::test]
async fn a_successor_that_was_never_published_has_signed_nothing() {
    let zone = format!("{OLD} 86400 TXT {}", old_record());
    let (lines, guards) = late(&zone, DECLARED, &[]).await;
    assert_eq!(lines.iter().filter(|line| line.starts_with('+')).count(), 2, "{lines:?}");
    assert_eq!(guards, [Guard::ReplacesDkimKey]);
}

#[tokio::test]
async fn a_key_that_nobody_declared_is_not_withdrawn_unasked() {
    // The declared day is that of another key: somebody uses the selector again.
    let zone = format!(
        "{OLD} 86400 TXT v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n{NEW} TXT {}",
        new_record()
    );
    let (lines, guards) = late(&zone, DECLARED, &[]).await;
    assert_eq!(lines, Vec::<String>::new());
    assert_eq!(guards, []);
}

#[tokio::test]
async fn what_is_withdrawn_is_no_longer_than_it_was() {
    let world = World::of(&format!("{OLD} 60 TXT {}\n{NEW} TXT {}", old_record(), new_record()));
    let provider = world.at_provider("example.com");
    let mut bench = Bench::new(&world, DECLARED);
    // A short TTL is soon over.
    assert!(bench.at("2026-12-09T00:00:59Z").plan(&provider).await.is_empty());
    let plan = bench.at("2026-12-09T00:01:00Z").plan(&provider).await;
    let [step] = &plan.steps[..] else { panic!("{:?}", plan.steps) };
    assert_eq!((step.add.len(), step.add[0].ttl), (1, 60));
    assert!(matches!(&step.add[0].rdata, Rdata::Txt(txt) if txt.joined() == b"v=DKIM1; k=rsa; p="));
}

//! Records that are made to cost: what an evaluation asks, and how long it goes on, is bounded all the same.

use std::net::IpAddr;

use mailvouch::published::Gathered;
use mailvouch::spf::{Class, Client, Evaluation, LOOKUP_LIMIT, MX_LIMIT, Problem};

use super::vectors::evaluate;
use crate::support::world::World;

/// Passes that the chain of questions of the deepest evaluation may take.
const PASSES: usize = 20;

fn client(helo: &str) -> Client {
    Client {
        ip: IpAddr::from([192, 0, 2, 1]),
        helo: helo.to_owned(),
        mail_from: "a@d.example".to_owned(),
        receiver: None,
        time: 0,
    }
}

async fn run(world: &str) -> Gathered<Evaluation> {
    let found = evaluate(World::of(world), &client("h.example")).await;
    assert!(found.passes <= PASSES, "{} passes", found.passes);
    found
}

/// The record of a name, of these terms.
fn record(owner: &str, terms: impl Iterator<Item = String>) -> String {
    format!("{owner} TXT v=spf1 {} -all\n", terms.collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn records_that_all_include_each_other() {
    let all: Vec<String> = (0..40).map(|n| format!("n{n}.example")).chain(["d.example".to_owned()]).collect();
    let includes = || all.iter().rev().map(|name| format!("include:{name}"));
    let world: String = all.iter().map(|name| record(name, includes())).collect();
    let found = run(&world).await;
    assert_eq!(found.result.problem, Some(Problem::LookupLimit));
    assert_eq!((found.result.lookups, found.result.result), (LOOKUP_LIMIT + 1, Class::PermError));
    assert!(found.answers.len() <= LOOKUP_LIMIT + 1, "{} questions", found.answers.len());
    assert!(found.result.trace.len() <= LOOKUP_LIMIT + 1, "{} steps", found.result.trace.len());
}

#[tokio::test]
async fn a_thousand_terms_that_ask() {
    let world = record("d.example", (0..1000).map(|n| format!("a:h{n}.example")));
    let found = run(&(world + "h0.example A 198.51.100.1\nh1.example A 198.51.100.1\n")).await;
    assert_eq!(found.result.problem, Some(Problem::VoidLimit));
    assert_eq!(found.passes, 2 + 1, "all are asked at once");
    assert!(found.answers.len() <= LOOKUP_LIMIT + 1, "{} questions", found.answers.len());
}

#[tokio::test]
async fn a_record_as_large_as_dns_can_carry() {
    let world = record("d.example", (0..3900).map(|n| format!("ip4:10.{}.{}.0", n / 256, n % 256)));
    assert!(world.len() > 50_000, "{}", world.len());
    let found = run(&world).await;
    assert_eq!((found.result.result, found.result.trace.len()), (Class::Fail, 3901));
    assert_eq!(found.answers.len(), 1);
}

#[tokio::test]
async fn ten_mx_of_ten_exchanges() {
    let mut world = record("d.example", (0..30).map(|n| format!("mx:m{n}.example")));
    for n in 0..30 {
        for x in 0..MX_LIMIT {
            world += &format!("m{n}.example MX 1 x{x}.m{n}.example.\nx{x}.m{n}.example A 198.51.100.1\n");
        }
    }
    let found = run(&world).await;
    assert_eq!(found.result.problem, Some(Problem::LookupLimit));
    assert_eq!(found.answers.len(), 1 + LOOKUP_LIMIT * (1 + MX_LIMIT));
    assert_eq!(found.passes, 4, "records, exchanges, addresses, and the result");
}

#[tokio::test]
async fn a_chain_as_deep_as_the_limit() {
    let mut world = String::from("d.example TXT v=spf1 include:n1.example -all exp=%{p}.e.example\n");
    for n in 1..LOOKUP_LIMIT - 1 {
        world += &format!("n{n}.example TXT v=spf1 include:n{}.example\n", n + 1);
    }
    world += &format!("n{}.example TXT v=spf1 mx\n", LOOKUP_LIMIT - 1);
    world += &format!("n{}.example MX 1 x.example.\nx.example A 198.51.100.1\n", LOOKUP_LIMIT - 1);
    world += "1.2.0.192.in-addr.arpa PTR c.example.\nc.example A 192.0.2.1\nc.example.e.example TXT said\n";
    let found = run(&world).await;
    assert_eq!((found.result.result, found.result.lookups), (Class::Fail, LOOKUP_LIMIT));
    assert_eq!(found.result.explanation.as_deref(), Some("said"));
}

#[tokio::test]
async fn a_client_with_a_thousand_names() {
    let mut world = String::from("d.example TXT v=spf1 ptr exists:%{p}.x.example -all\n");
    for n in 0..1000 {
        world += &format!("1.2.0.192.in-addr.arpa PTR n{n}.d.example.\n");
    }
    let found = run(&world).await;
    assert_eq!(found.result.result, Class::Fail);
    assert!(found.answers.len() <= 1 + 1 + 10 + 1, "{} questions", found.answers.len());
}

#[tokio::test]
async fn macros_that_multiply() {
    let macros = "%{h}".repeat(5000);
    let world = format!("d.example TXT v=spf1 exists:{macros}.x.example -all exp={macros}.e.example\n");
    let helo = vec!["a".repeat(60); 4].join(".");
    let found = evaluate(World::of(&world), &client(&helo)).await;
    assert_eq!(found.result.result, Class::Fail);
    let targets: Vec<usize> = found.result.trace.steps().filter_map(|step| step.target().map(str::len)).collect();
    assert!(targets.iter().all(|length| *length <= 253), "{targets:?}");
    assert!(found.answers.len() <= 3);
    // An explanation that no receiver would send is none.
    let world = format!("d.example TXT v=spf1 -all exp=e.example\ne.example TXT {macros}\n");
    let found = evaluate(World::of(&world), &client(&helo)).await;
    assert_eq!((found.result.result, found.result.explanation), (Class::Fail, None));
}

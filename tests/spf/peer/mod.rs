//! Ours against pyspf, which is the evaluator that the community's suite comes from.
//!
//! Both judge the same seeded worlds. Where they differ, the reason is one of those listed in [`explained`], each with
//! the section that decides; what none of them explains fails the test.

mod explained;
mod worlds;

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use mailvouch::spf::{Class, Client, Evaluation};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use self::worlds::Check;
use crate::support::pyspf::Pyspf;
use crate::support::world::World;

/// Worlds, of a dozen clients each.
const WORLDS: usize = 400;

fn client(check: &Check) -> Client {
    Client {
        ip: check.ip.parse().expect("an address"),
        helo: check.helo.clone(),
        mail_from: check.mail_from.clone(),
        receiver: None,
        time: 0,
    }
}

fn word(class: Class) -> &'static str {
    match class {
        Class::None => "none",
        Class::Neutral => "neutral",
        Class::Pass => "pass",
        Class::Fail => "fail",
        Class::SoftFail => "softfail",
        Class::TempError => "temperror",
        Class::PermError => "permerror",
    }
}

#[test]
fn ours_and_pyspf_agree_but_for_what_the_rfc_decides() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut peer = Pyspf::start();
    let mut results: BTreeMap<&str, usize> = BTreeMap::new();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    let mut checks = 0;
    for _ in 0..WORLDS {
        let case = worlds::case().new_tree(&mut runner).expect("a case").current();
        let world = World::of(&case.lines());
        for (check, (theirs, words)) in case.checks.iter().zip(peer.judge(&case.json())) {
            checks += 1;
            let client = client(check);
            let (ours, _) = world.run(None, |ask| Evaluation::of(ask, &client));
            *results.entry(word(ours.result)).or_default() += 1;
            if word(ours.result) == theirs {
                continue;
            }
            match explained::reason(&ours, &theirs, &words) {
                Some(reason) => *reasons.entry(reason).or_default() += 1,
                None => unexplained.push(format!(
                    "{check:?}: ours {} ({:?}), theirs {theirs} ({words})\n{}",
                    word(ours.result),
                    ours.problem.as_ref().map(ToString::to_string),
                    case.lines()
                )),
            }
        }
    }
    // The numbers are worth reading in every run.
    let _ = writeln!(io::stderr(), "pyspf: {checks} evaluations, ours: {results:?}\nexplained: {reasons:#?}");
    assert!(
        unexplained.is_empty(),
        "{} of {checks}\n{}",
        unexplained.len(),
        unexplained[..unexplained.len().min(3)].join("\n")
    );
    for reason in explained::all() {
        assert!(reasons.contains_key(reason), "no case shows: {reason}");
    }
    // A comparison of errors with errors would prove little.
    assert!(["pass", "fail", "softfail", "neutral"].iter().all(|result| results[result] * 20 > checks), "{results:?}");
}

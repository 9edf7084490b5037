//! What a fix of each rule may do to the addresses that pass.

use mailvouch::lint::{ALL, Report};
use mailvouch::plan::Desired;
use mailvouch::spf::{Class, Coverage, Family, LOOKUP_LIMIT, VOID_LIMIT};

use super::fixture::Fixture;

/// What a fix may do to the addresses that pass.
#[derive(Clone, Copy, PartialEq)]
enum Effect {
    /// The same pass afterwards.
    Keeps,
    /// The same, unless the record is over a limit of look-ups: with fewer of them, more pass.
    KeepsWithinLimits,
    /// More may pass.
    MayWiden,
    /// Fewer may pass.
    MayShrink,
}

/// What the fixes of each rule about SPF records may do. Those without a fix keep everything.
const EFFECTS: &[(&str, Effect)] = &[
    ("spf-missing", Effect::MayWiden),
    ("spf-multiple-records", Effect::MayWiden),
    ("spf-near-miss", Effect::MayWiden),
    ("spf-non-ascii", Effect::MayWiden),
    ("spf-unknown-mechanism", Effect::MayWiden),
    ("spf-ignored-modifier", Effect::MayWiden),
    ("spf-unknown-modifier", Effect::Keeps),
    ("spf-syntax", Effect::MayWiden),
    ("spf-wrong-family", Effect::MayWiden),
    ("spf-mapped-address", Effect::MayWiden),
    ("spf-bad-prefix", Effect::MayWiden),
    ("spf-host-bits", Effect::Keeps),
    ("spf-duplicate-modifier", Effect::MayWiden),
    ("spf-lost-space", Effect::MayWiden),
    ("spf-term-after-all", Effect::Keeps),
    ("spf-redirect-ignored", Effect::Keeps),
    ("spf-duplicate-term", Effect::KeepsWithinLimits),
    ("spf-overlapping-range", Effect::Keeps),
    ("spf-bogon", Effect::MayShrink),
    ("spf-range-too-wide", Effect::MayShrink),
    ("spf-all-pass", Effect::MayShrink),
    ("spf-all-neutral", Effect::Keeps),
    ("spf-all-missing", Effect::Keeps),
    ("spf-ptr", Effect::MayShrink),
    ("spf-sender-macro", Effect::Keeps),
    ("spf-uppercase", Effect::Keeps),
    ("spf-trailing-dot", Effect::Keeps),
    ("spf-string-too-long", Effect::Keeps),
    ("spf-record-too-long", Effect::KeepsWithinLimits),
    ("spf-cname", Effect::Keeps),
    ("spf-type99", Effect::Keeps),
    ("spf-exp-broken", Effect::Keeps),
];

/// Whether somebody passes after, or before, who does not the other time.
fn differs(before: &Coverage, after: &Coverage) -> (bool, bool) {
    let more = |one: &Coverage, other: &Coverage| {
        Family::BOTH.iter().any(|family| {
            let passing = |coverage: &Coverage| coverage.class(*family, Class::Pass);
            !passing(one).difference(&passing(other)).is_empty()
        })
    };
    (more(after, before), more(before, after))
}

#[tokio::test]
async fn a_fix_changes_who_passes_only_as_its_rule_may() {
    let mut wrong = Vec::new();
    for (rule, effect) in EFFECTS {
        if !ALL.iter().any(|known| known.meta().id == *rule) {
            wrong.push(format!("{rule}: there is no such rule"));
        }
        for fixture in Fixture::all().into_iter().filter(|fixture| fixture.rule == *rule && fixture.fires()) {
            for (Report { facts, .. }, Desired { after, .. }) in fixture.analyse_alone().await {
                let (widens, shrinks) = differs(facts.spf.coverage(), after.spf.coverage());
                let place = format!("{rule}/{}", fixture.case);
                let cost = facts.spf.cost;
                let is_over = cost.lookups > LOOKUP_LIMIT || cost.voids > VOID_LIMIT;
                let may_widen = *effect == Effect::MayWiden || (*effect == Effect::KeepsWithinLimits && is_over);
                if widens && !may_widen {
                    wrong.push(format!("{place}: more pass"));
                }
                if shrinks && *effect != Effect::MayShrink {
                    wrong.push(format!("{place}: fewer pass"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} fixes are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Rules that say different things of the same bytes: how a term is written, where it reaches, what it comes to with
/// others.
const DIFFERENT: &[[&str; 2]] = &[
    ["spf-host-bits", "spf-range-too-wide"],
    ["spf-overlapping-range", "spf-range-too-wide"],
    ["spf-all-pass", "spf-overlapping-range"],
    ["spf-all-pass", "spf-range-too-wide"],
    ["spf-bogon", "spf-uppercase"],
];

#[tokio::test]
async fn no_two_rules_about_a_record_tell_the_same_bytes() {
    let mut wrong = Vec::new();
    let is_about_records = |rule: &str| EFFECTS.iter().any(|(known, _)| *known == rule);
    for fixture in Fixture::all() {
        for (report, _) in fixture.analyse().await {
            let found = report.diagnostics.iter().filter(|found| is_about_records(found.rule));
            // A finding about a whole record is one about all of its terms, or about none.
            let terms = found.filter_map(|found| {
                let label = found.labels.first()?;
                (label.span.len() < label.place.bytes().len() && !label.span.is_empty()).then_some((found.rule, label))
            });
            let terms: Vec<_> = terms.collect();
            for (index, (rule, label)) in terms.iter().enumerate() {
                for (other, beside) in &terms[index + 1..] {
                    let overlap = label.span.start < beside.span.end && beside.span.start < label.span.end;
                    let differ = DIFFERENT.iter().any(|pair| pair.contains(rule) && pair.contains(other));
                    if label.place == beside.place && overlap && !differ {
                        wrong.push(format!("{}/{}: {rule} and {other}", fixture.rule, fixture.case));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} defects are told twice:\n{}", wrong.len(), wrong.join("\n"));
}

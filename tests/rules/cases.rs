//! The cases, one test for each thing that has to hold of all of them.

use std::collections::BTreeSet;

use mailvouch::lint::{ALL, Report, Safety, Severity};
use mailvouch::output::json;

use super::fixture::Fixture;
use crate::support::snapshots;

/// The findings of one rule as the JSON of reports has them.
fn findings(report: &Report, rule: &str) -> Vec<serde_json::Value> {
    let document: serde_json::Value = serde_json::from_str(&json::line(report)).expect("JSON");
    let all = document["diagnostics"].as_array().cloned().unwrap_or_default();
    all.into_iter().filter(|found| found["rule"] == rule).collect()
}

#[tokio::test]
async fn each_rule_fires_where_it_should_and_says_the_same_as_ever() {
    let _guard = snapshots("rules");
    let mut wrong = Vec::new();
    for fixture in Fixture::all() {
        let analysed = fixture.analyse().await;
        let found: Vec<_> = analysed.iter().flat_map(|(report, _)| findings(report, &fixture.rule)).collect();
        let place = format!("{}/{}", fixture.rule, fixture.case);
        if fixture.fires() {
            if found.is_empty() {
                wrong.push(format!("{place}: silent"));
                continue;
            }
            let text = serde_json::to_string_pretty(&found).expect("JSON");
            insta::assert_snapshot!(format!("{}@{}", fixture.rule, fixture.case), text);
        } else if !found.is_empty() {
            wrong.push(format!("{place}: fires: {}", found[0]["message"]));
        }
    }
    assert!(wrong.is_empty(), "{} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn no_rule_finds_an_error_in_a_silent_case() {
    let mut wrong = Vec::new();
    for fixture in Fixture::all().into_iter().filter(|fixture| !fixture.fires()) {
        for (report, _) in fixture.analyse().await {
            let errors = report.diagnostics.iter().filter(|found| found.severity == Severity::Error);
            wrong.extend(
                errors.map(|found| format!("{}/{}: {}: {}", fixture.rule, fixture.case, found.rule, found.message)),
            );
        }
    }
    assert!(wrong.is_empty(), "{} findings are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn a_fix_that_is_taken_leaves_nothing_to_fix_and_breaks_nothing() {
    let mut wrong = Vec::new();
    for fixture in Fixture::all().into_iter().filter(Fixture::fires) {
        for (report, desired) in fixture.analyse().await {
            let place = format!("{}/{}", fixture.rule, fixture.case);
            let takes = |found: &&mailvouch::lint::Diagnostic| {
                found.rule == fixture.rule && found.fix.as_ref().is_some_and(|fix| fix.safety != Safety::Never)
            };
            wrong
                .extend(desired.remaining.iter().find(takes).map(|found| format!("{place}: still: {}", found.message)));
            let rules = |diagnostics: &[mailvouch::lint::Diagnostic]| {
                diagnostics.iter().map(|found| (found.severity, found.rule)).collect::<BTreeSet<_>>()
            };
            let (before, after) = (rules(&report.diagnostics), rules(&desired.remaining));
            let page = ALL.iter().map(|rule| rule.meta()).find(|meta| meta.id == fixture.rule).expect("a rule").docs;
            let new: Vec<_> = after
                .difference(&before)
                // What a page names may follow; an error never may. Addresses of fixtures are those for examples: once
                // a record can be read, that is seen too.
                .filter(|(severity, rule)| *severity == Severity::Error || !page.contains(&format!("`{rule}`")))
                .filter(|found| **found != (Severity::Info, "spf-bogon"))
                // A private key that is withdrawn leaves a selector without a key: that is what its fix is for.
                .filter(|(_, rule)| fixture.rule != "dkim-private-key" || *rule != "dkim-revoked")
                .map(|(_, rule)| *rule)
                .collect();
            if !new.is_empty() {
                wrong.push(format!("{place}: new findings: {}", new.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} fixes are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_has_both_kinds_of_cases_and_a_whole_page() {
    let fixtures = Fixture::all();
    let mut wrong = Vec::new();
    let mut ids = BTreeSet::new();
    for meta in ALL.iter().map(|rule| rule.meta()) {
        let of_rule = || fixtures.iter().filter(|fixture| fixture.rule == meta.id);
        let kebab =
            meta.id.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
        let checks = [
            (of_rule().any(Fixture::fires), "no firing case"),
            (of_rule().any(|fixture| !fixture.fires()), "no silent case"),
            (kebab, "its id is not in kebab case"),
            (ids.insert(meta.id), "its id is taken"),
            (meta.docs.starts_with(&format!("# {}\n", meta.id)), "its page begins with another heading"),
            (!meta.summary().is_empty(), "its page has no summary"),
        ];
        wrong.extend(checks.into_iter().filter(|(holds, _)| !holds).map(|(_, what)| format!("{}: {what}", meta.id)));
        for section in ["What", "Why", "Example", "Fix safety", "References"] {
            if !meta.docs.contains(&format!("\n## {section}\n")) {
                wrong.push(format!("{}: its page has no section `{section}`", meta.id));
            }
        }
    }
    wrong.extend(
        fixtures.iter().filter(|fixture| !ids.contains(fixture.rule.as_str())).map(|fixture| fixture.rule.clone()),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

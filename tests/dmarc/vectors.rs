//! Discovery and report destinations against material of others.

use mailvouch::dmarc::{Authorization, Evaluation, Identifier, IdentifierKind, Outcome, Reports};
use serde_json::{Value, json};

use crate::support::vectors::cases;
use crate::support::world::{World, name};

const FILE: &str = "dmarc/dmarc-discovery-open.jsonl";

/// What our results differ in, with the reason. A line that no longer differs is a failure.
const DIFFERENCES: &[(&str, &str)] = &[];

/// The zone data of a case, a record a line.
fn world(case: &Value) -> World {
    let mut lines = String::new();
    for (owner, records) in case["input"]["zonedata"].as_object().expect("zone data") {
        for record in records.as_array().expect("records") {
            let line = match record {
                Value::String(word) if word == "TIMEOUT" => format!("{owner} TXT !"),
                _ => {
                    let (rtype, data) = record.as_object().and_then(|record| record.iter().next()).expect("a record");
                    format!("{owner} {rtype} {}", presented(rtype, data))
                }
            };
            lines.push_str(&line);
            lines.push('\n');
        }
    }
    World::of(&lines)
}

fn presented(rtype: &str, data: &Value) -> String {
    let strings = |parts: &[Value]| {
        let quoted = parts.iter().map(|part| format!("{:?}", part.as_str().expect("a text")));
        quoted.collect::<Vec<_>>().join(" ")
    };
    match (rtype, data) {
        ("TXT", Value::Array(parts)) => strings(parts),
        ("TXT", part) => strings(std::slice::from_ref(part)),
        ("MX", Value::Array(parts)) => format!("{} {}.", parts[0], parts[1].as_str().expect("a name")),
        (_, text) => text.as_str().expect("a text").to_owned(),
    }
}

fn found(case: &Value) -> Value {
    let input = &case["input"];
    let world = world(case);
    if case["kind"] == "dmarc-external-report" {
        let [policy, report] = ["policy_domain", "report_domain"].map(|key| name(input[key].as_str().expect("a name")));
        let (reports, _) = world.run(None, |ask| Reports::of(ask, &policy, &report));
        return json!({ "accepts": matches!(reports.authorization, Authorization::Own | Authorization::Given) });
    }
    let identifiers = |key: &str, kind| {
        let domains = input[key].as_array().cloned().unwrap_or_default();
        domains.into_iter().map(move |domain| Identifier { kind, domain: name(domain.as_str().expect("a name")) })
    };
    let identifiers: Vec<Identifier> = identifiers("spf_pass_domains", IdentifierKind::Spf)
        .chain(identifiers("dkim_pass_domains", IdentifierKind::Dkim))
        .collect();
    let author = name(input["author_domain"].as_str().expect("a name"));
    let (evaluation, _) = world.run(None, |ask| Evaluation::of(ask, &author, &identifiers));
    json!({
        "result": match evaluation.outcome {
            Outcome::None => "none",
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::TempError => "temperror",
        },
        "policy": evaluation.discovery.policy().map(mailvouch::record::dmarc::Policy::as_str),
        "policy_domain": evaluation.discovery.record().map(|found| found.name.to_string()),
        "aligned_spf": evaluation.is_aligned(IdentifierKind::Spf),
        "aligned_dkim": evaluation.is_aligned(IdentifierKind::Dkim),
    })
}

#[test]
fn others_find_the_same() {
    let mut wrong = Vec::new();
    let cases = cases(FILE);
    for case in &cases {
        let id = case["id"].as_str().expect("an id");
        let found = found(case);
        let expected = case["expect"].as_object().expect("facts").iter();
        // The reason beside `accepts` is the source's own word.
        let differing: Vec<String> = expected
            .filter(|(fact, wanted)| *fact != "status" && found[fact.as_str()] != **wanted)
            .map(|(fact, wanted)| format!("{id}: {fact} is {}, not {wanted}", found[fact.as_str()]))
            .collect();
        match (DIFFERENCES.iter().any(|(known, _)| *known == id), differing.is_empty()) {
            (false, false) => wrong.extend(differing),
            (true, true) => wrong.push(format!("{id} differs no more: take it from the list")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

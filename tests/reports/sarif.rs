//! SARIF against the schema of OASIS, and what a log says.

use std::path::Path;

use jsonschema::Validator;
use mailvouch::lint::Report;
use mailvouch::output::sarif;
use serde_json::{Value, json};

use super::{HOSTILE, broken, saying, undeclared, unknown};

/// The schema of OASIS, compiled.
fn schema() -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/sarif/sarif-schema-2.1.0.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // A bracket too many in the pattern of languages, which no log of ours names: only the oldest expressions take it.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}?$");
    let schema: Value = serde_json::from_str(&text).expect("a schema");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
}

/// The log of these reports. It is valid against the schema.
fn log(reports: &[Report]) -> Value {
    let log: Value = serde_json::from_str(&sarif::document(reports, &[])).expect("JSON");
    let schema = schema();
    let errors: Vec<String> =
        schema.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, [""; 0]);
    log
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().expect("results")
}

#[tokio::test]
async fn a_log_is_valid_against_the_schema_whatever_is_found() {
    assert_eq!(results(&log(&[])), &[json!(null); 0]);
    for report in [broken().await, undeclared().await, unknown().await] {
        let found = report.diagnostics.len();
        let log = log(std::slice::from_ref(&report));
        assert!((1..=found).contains(&results(&log).len()), "{log}");
    }
    for text in HOSTILE {
        log(&[saying(text).await]);
    }
}

#[test]
fn the_schema_can_refuse() {
    let schema = schema();
    let mut log = log(&[]);
    assert!(schema.is_valid(&log));
    log["runs"][0]["tool"]["driver"]["named"] = json!("x");
    assert!(!schema.is_valid(&log));
}

#[tokio::test]
async fn a_result_stands_beside_the_declaration_and_names_the_bytes() {
    let log = log(&[broken().await]);
    let of = |rule: &str| results(&log).iter().find(|result| result["ruleId"] == rule).expect(rule);
    // A label of the finding points at the declared address.
    let egress = of("egress-not-authorised");
    let region = &egress["locations"][0]["physicalLocation"];
    assert_eq!(region["artifactLocation"]["uri"], "mailvouch.toml");
    assert_eq!(region["region"], json!({ "startLine": 3, "startColumn": 14, "endLine": 3, "endColumn": 28 }));
    // Else the line that names the domain.
    let syntax = of("spf-syntax");
    let location = &syntax["locations"][0];
    assert_eq!(
        location["physicalLocation"]["region"],
        json!({ "startLine": 4, "startColumn": 10, "endLine": 4, "endColumn": 23 })
    );
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "example.com. TXT");
    assert_eq!(location["properties"]["text"], "192.0.2.256");
    assert_eq!((&location["properties"]["start"], &location["properties"]["end"]), (&json!(11), &json!(22)));
    // What mends it, by the bytes.
    let fix = &of("dmarc-invalid-value")["fixes"][0]["artifactChanges"][0];
    assert_eq!(fix["artifactLocation"]["uri"], "dns:_dmarc.example.com?TYPE=TXT");
    assert_eq!(fix["properties"]["value"], "v=DMARC1; p=nonee");
    let replacement = &fix["replacements"][0];
    let region = &replacement["deletedRegion"];
    let (at, length) = (region["byteOffset"].as_u64().expect("a place"), region["byteLength"].as_u64().expect("bytes"));
    let (at, length) = (usize::try_from(at).expect("small"), usize::try_from(length).expect("small"));
    let mut value = "v=DMARC1; p=nonee".to_owned();
    value.replace_range(at..at + length, replacement["insertedContent"]["text"].as_str().expect("text"));
    assert!(value.starts_with("v=DMARC1; p=none"), "{value}");
    // Each rule is described, and each result leads to its own.
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in results(&log) {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
}

#[tokio::test]
async fn of_an_undeclared_domain_the_record_is_the_place() {
    let log = log(&[undeclared().await]);
    for result in results(&log) {
        let location = &result["locations"][0];
        assert_eq!(location.get("physicalLocation"), None);
        assert!(location["logicalLocations"][0]["fullyQualifiedName"].as_str().is_some_and(|name| !name.is_empty()));
    }
}

#[tokio::test]
async fn fingerprints_tell_results_apart_and_outlive_a_moved_line() {
    let prints = |log: &Value| -> Vec<String> {
        let print =
            |result: &Value| result["partialFingerprints"]["primaryLocationLineHash"].as_str().map(str::to_owned);
        results(log).iter().map(|result| print(result).expect("a fingerprint")).collect()
    };
    let first = prints(&log(&[broken().await]));
    let mut unique = first.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), first.len());
    let mut moved = broken().await;
    for found in &mut moved.diagnostics {
        found.labels.retain(|label| matches!(label.place, mailvouch::lint::Place::Record { .. }));
    }
    assert_eq!(prints(&log(&[moved])), first);
}

#[tokio::test]
async fn no_text_is_a_link() {
    let log = log(&[saying("[owned](https://owned.example)").await]);
    for result in results(&log) {
        let text = result["message"]["text"].as_str().expect("text");
        assert!(!text.replace("\\[", "").contains('['), "{text}");
    }
}

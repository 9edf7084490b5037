//! The pages of the formats: their examples are what the program writes and reads.

use std::path::Path;

use mailvouch::lint::Report;
use mailvouch::output::json;
use mailvouch::plan::{Journal, Plan};

use super::changes::{memory, planned};
use super::{Case, zone};

/// The version that the examples name, whatever this one is.
const VERSION: &str = "0.1.0";

/// The example of a page: its last block of JSON.
fn example(page: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats").join(page);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (_, example) = text.rsplit_once("```json\n").expect("an example");
    example.split_once("```").expect("the end of the example").0.to_owned()
}

const DECLARATION: &str = r#"version = 1
[egress.hq]
addresses = ["203.0.113.10"]
[domains."example.com"]
egress = ["hq"]
spf = { all = "softfail" }
"#;

async fn report() -> Report {
    let records = "@ TXT \"token=1\"\n@ TXT \"v=spf1 ip4:203.0.113.10 ?all\"\n@ A 203.0.113.10\n_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\"";
    Case::zones(&[&zone(records)]).declared(DECLARATION).report("example.com").await
}

#[tokio::test]
async fn the_example_of_check_is_what_the_program_writes() {
    let written = json::document(&[report().await], &[]).replace(env!("CARGO_PKG_VERSION"), VERSION);
    assert_eq!(example("check.md"), written);
}

#[tokio::test]
async fn the_example_of_a_plan_is_what_the_program_writes_and_reads() {
    let planned = planned(&memory()).await;
    let text = example("plan.md");
    assert_eq!(text, planned.to_json().expect("it can be written"));
    assert_eq!(Plan::from_json(&text).expect("it can be read"), planned);
}

#[test]
fn the_page_of_plans_knows_every_guard() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats/plan.md");
    let text = std::fs::read_to_string(path).expect("the page");
    let listed: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    for guard in mailvouch::declared::Guard::ALL {
        assert!(listed.contains(&guard.name()), "{guard}");
    }
}

#[test]
fn the_example_of_a_journal_can_be_read() {
    let text = example("journal.md");
    let entries = Journal::read(&text).expect("it can be read");
    assert_eq!(entries.len(), text.lines().count());
    // What is read is written again as it stood.
    let again: Vec<String> = entries.iter().map(|entry| serde_json::to_string(entry).expect("JSON")).collect();
    assert_eq!(again, text.lines().collect::<Vec<_>>());
    let word = |line: &String| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["entry"].clone();
    let words: Vec<serde_json::Value> = again.iter().map(word).collect();
    assert_eq!(words, ["begin", "intent", "written", "intent", "refused", "taken-back", "end"]);
}

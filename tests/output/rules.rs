//! The list of rules, and their pages.

use mailvouch::lint::ALL;
use mailvouch::output::rules;

use super::plain;
use crate::support::snapshots;

#[test]
fn every_rule_is_listed_once() {
    let text = plain(&rules::human());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), ALL.len());
    let document: serde_json::Value = serde_json::from_str(&rules::json()).expect("JSON");
    let listed = document["rules"].as_array().expect("a list");
    for ((rule, line), listed) in ALL.iter().zip(&lines).zip(listed) {
        let meta = rule.meta();
        assert_eq!(line.split_whitespace().next(), Some(meta.id));
        assert!(line.ends_with(meta.summary()) && !meta.summary().is_empty(), "{line}");
        let expected = serde_json::json!({"id": meta.id, "severity": meta.severity.name(), "summary": meta.summary()});
        assert_eq!(*listed, expected);
    }
}

#[test]
fn a_page_reads_well_in_a_terminal() {
    let _guard = snapshots("output");
    let page = rules::explain("spf-syntax").expect("a page");
    assert!(page.contains("\u{1b}[1mWhat\u{1b}[0m"), "headings are bold: {page:?}");
    insta::assert_snapshot!("explain", plain(&page));
}

#[test]
fn every_page_can_be_shown_and_loses_no_word() {
    for rule in ALL {
        let meta = rule.meta();
        let page = plain(&rules::explain(meta.id).expect("a page"));
        let words = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| !line.starts_with("```"));
            let words = lines.flat_map(str::split_whitespace).filter(|word| !word.starts_with('#'));
            words.map(|word| word.replace("**", "")).collect()
        };
        let severity = format!("({})", meta.severity.name());
        let mut shown = words(&page);
        let at = shown.iter().position(|word| *word == severity).expect("the severity");
        shown.remove(at);
        assert_eq!(shown, words(meta.docs), "{}", meta.id);
    }
    assert_eq!(rules::explain("no-such-rule"), None);
}

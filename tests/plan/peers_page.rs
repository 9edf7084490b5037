//! `docs/peers.md`: what hurt others, and the tests that it does not happen here. A test that is named there exists.

use std::fs;
use std::path::Path;

/// The rows of the page: the report, and what stands under "tests".
fn rows(page: &str) -> Vec<(String, String)> {
    let cells = |line: &str| {
        let cells: Vec<String> = line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        let [report, _, tests] = &cells[..] else { panic!("{line:?} has not three columns") };
        (report.clone(), tests.clone())
    };
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| report |");
    page.lines().filter(is_row).map(cells).collect()
}

/// Whether a source has a test of this name: a function with the attribute, or a clause of the contract.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let declared = format!("fn {name}(");
    let has_clauses = lines.iter().any(|line| line.starts_with("macro_rules! upholds_contract"));
    lines.iter().enumerate().any(|(number, line)| {
        let attribute =
            lines[..number].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("///"));
        let is_test = attribute.into_iter().any(|line| line.starts_with("#[") && line.contains("test"));
        line.contains(&declared) && (is_test || has_clauses)
    })
}

/// Why a cell names no test that exists; none where all do.
fn problem(cell: &str) -> Option<String> {
    let named: Vec<&str> = cell.split(", ").collect();
    let unnamed = |test: &&&str| !(test.starts_with('`') && test.ends_with('`') && test.contains("::"));
    if let Some(test) = named.iter().find(unnamed) {
        return Some(format!("{test:?} is no `file::test`"));
    }
    let missing = named.into_iter().find(|test| {
        let (path, name) = test.trim_matches('`').split_once("::").expect("it was looked at");
        let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
        !source.is_ok_and(|source| has_test(&source, name))
    });
    missing.map(|test| format!("{test} does not exist"))
}

#[test]
fn every_report_names_tests_that_exist() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/peers.md")).expect("the page");
    let rows = rows(&page);
    let problems: Vec<String> =
        rows.iter().filter_map(|(report, tests)| Some(format!("{report}: {}", problem(tests)?))).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(rows.len(), 35, "a report was added or left out");
}

#[test]
fn a_test_that_is_not_there_is_missed() {
    for cell in [
        "",
        "tested by hand",
        "`tests/plan/peers_page.rs::no_such_test`",
        "`tests/plan/no_such_file.rs::every_report_names_tests_that_exist`",
        // A function, and no test.
        "`tests/plan/peers_page.rs::has_test`",
        "`tests/plan/peers_page.rs::every_report_names_tests_that_exist`, `tests/plan/peers_page.rs::gone`",
    ] {
        assert!(problem(cell).is_some(), "{cell:?}");
    }
    assert_eq!(problem("`tests/plan/peers_page.rs::every_report_names_tests_that_exist`"), None);
}

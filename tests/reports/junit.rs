//! JUnit's XML, read by a parser.

use std::collections::BTreeSet;

use mailvouch::lint::Severity;
use mailvouch::output::junit;
use quick_junit::{NonSuccessKind, Report as Document, TestCaseStatus};

use super::{HOSTILE, broken, saying, undeclared, unknown};

fn read(text: &str) -> Document {
    Document::deserialize_from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test]
async fn what_fails_the_run_is_a_failure_and_nothing_else_is() {
    let report = broken().await;
    for (least, failing) in [
        (Some(Severity::Error), report.count(Severity::Error)),
        (Some(Severity::Warning), report.count(Severity::Error) + report.count(Severity::Warning)),
        (None, 0),
    ] {
        let document = read(&junit::document(std::slice::from_ref(&report), &[], least).expect("it can be written"));
        assert_eq!((document.failures, document.errors), (failing, 0));
        assert_eq!(document.tests, report.diagnostics.len() + 1);
        let [suite] = document.test_suites.as_slice() else { panic!("one domain, one suite") };
        assert_eq!(suite.name.as_str(), "example.com");
        let names: BTreeSet<&str> = suite.test_cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names.len(), suite.test_cases.len(), "names are unique");
    }
}

#[tokio::test]
async fn what_could_not_be_told_is_an_error() {
    let document = read(&junit::document(&[unknown().await], &[], Some(Severity::Error)).expect("it can be written"));
    assert_eq!(document.failures, 0);
    assert!(document.errors > 0);
    let verdict = &document.test_suites[0].test_cases[0];
    assert_eq!(verdict.name.as_str(), "verdict");
    assert!(matches!(verdict.status, TestCaseStatus::NonSuccess { kind: NonSuccessKind::Error, .. }), "{verdict:?}");
}

#[tokio::test]
async fn domains_are_suites_the_worst_first() {
    let mut sound = undeclared().await;
    sound.diagnostics.clear();
    let document =
        read(&junit::document(&[sound, broken().await], &[], Some(Severity::Error)).expect("it can be written"));
    let failures: Vec<usize> = document.test_suites.iter().map(|suite| suite.failures).collect();
    assert!(failures[0] > 0 && failures[1] == 0, "{failures:?}");
    assert_eq!(read(&junit::document(&[], &[], None).expect("it can be written")).tests, 0);
}

#[tokio::test]
async fn no_text_of_others_is_markup() {
    for text in HOSTILE {
        let report = saying(text).await;
        let written =
            junit::document(std::slice::from_ref(&report), &[], Some(Severity::Error)).expect("it can be written");
        assert_eq!(read(&written).tests, report.diagnostics.len() + 1, "{written}");
        for piece in ["<script", "<img", "<owned", "]]>", "<!--", "\u{1b}", "\u{202e}", "\u{0}"] {
            assert!(!written.contains(piece), "{piece:?} in {written}");
        }
    }
}

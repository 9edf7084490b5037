//! Findings as the results of tests, for pipelines that show those.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report as Document, SerializeError, TestCase, TestCaseStatus, TestSuite};

use crate::lint::{Diagnostic, Known, Report, Severity, Verdict};
use crate::output::Note;
use crate::output::human;
use crate::output::printable::printable;
use crate::output::told::{told, worst_first};

/// A suite for each domain, the worst first; a case for each finding, and one for the verdict.
///
/// What is at least as bad as `least` is a failure, a look-up that failed an error, since it is neither a failure nor a
/// success; every other finding is a case that succeeds and says what it is.
pub fn document(reports: &[Report], notes: &[Note], least: Option<Severity>) -> Result<String, SerializeError> {
    let mut document = Document::new("mailvouch");
    document.add_test_suites(worst_first(reports).into_iter().map(|report| suite(report, least)));
    if !notes.is_empty() {
        let mut suite = TestSuite::new("what may stand");
        suite.add_test_cases(notes.iter().map(|note| of_note(note, least)));
        document.add_test_suite(suite);
    }
    document.to_string()
}

/// An entry of a baseline, or of `ignore`, that has to be looked at.
fn of_note(Note { severity, file, line, column, message, help }: &Note, least: Option<Severity>) -> TestCase {
    let at = printable(&format!("{file}:{line}:{column}")).into_owned();
    let status = if least.is_some_and(|least| *severity <= least) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(printable(message)).set_type(severity.name());
        status.set_description(printable(help.as_deref().unwrap_or_default()));
        status
    } else {
        TestCaseStatus::success()
    };
    let mut case = TestCase::new(format!("{at}: {}", printable(message)), status);
    case.set_classname("what may stand");
    case
}

fn suite(report: &Report, least: Option<Severity>) -> TestSuite {
    let domain = printable(&report.facts.domain.to_string()).into_owned();
    let mut suite = TestSuite::new(domain.as_str());
    let cases = told(report).into_iter().map(|found| case(&found, report, least));
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for mut case in std::iter::once(verdict(report)).chain(cases).chain(report.known.iter().map(skipped)) {
        // Those who read the results take two cases of one name for one.
        let number = names.entry(case.name.as_str().to_owned()).or_default();
        *number += 1;
        if *number > 1 {
            case.name = format!("{} ({number})", case.name.as_str()).into();
        }
        case.set_classname(domain.as_str());
        suite.add_test_case(case);
    }
    suite
}

/// Whether the domain's mail is believed: what fails it has a case of its own, so this one errs only where it cannot be
/// told.
fn verdict(report: &Report) -> TestCase {
    if report.verdict() != Verdict::Unknown {
        let mut case = TestCase::new("verdict", TestCaseStatus::success());
        case.set_system_out(report.verdict().name());
        return case;
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message("could not tell, so this is no pass").set_type("unknown");
    status.set_description(human::unanswered(&report.facts).join("\n"));
    TestCase::new("verdict", status)
}

/// A finding that may stand.
fn skipped(known: &Known) -> TestCase {
    let Known { finding, leave, .. } = known;
    let mut status = TestCaseStatus::skipped();
    status.set_message(printable(&format!("{} (until {})", leave.reason, leave.expires)));
    TestCase::new(format!("{}: {}", finding.rule, printable(&finding.message)), status)
}

fn case(found: &Diagnostic, report: &Report, least: Option<Severity>) -> TestCase {
    let text = anstream::adapter::strip_str(&human::finding(found, &report.facts, human::Taker::Plan)).to_string();
    let message = printable(&found.message).into_owned();
    let name = format!("{}: {message}", found.rule);
    let kind = match least {
        // Where no verdict rests on it, it is a remark.
        _ if found.rule == "lookup-failed" && found.severity < Severity::Info => NonSuccessKind::Error,
        Some(least) if found.severity <= least => NonSuccessKind::Failure,
        _ => {
            let mut case = TestCase::new(name, TestCaseStatus::success());
            case.set_system_out(text);
            return case;
        }
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message).set_type(found.severity.name()).set_description(text);
    TestCase::new(name, status)
}

//! Reports for people.

use super::Tally;
use super::printable::printable;
use super::style::{STRONG, of_severity, of_verdict, paint};
use crate::declared::{DeclarationError, Problem, SourceFile};
use crate::lint::{Report, Severity};

/// One domain's findings, and its verdict as the last line.
pub fn report(report: &Report) -> String {
    let mut text = String::new();
    for found in &report.diagnostics {
        let head = paint(of_severity(found.severity), &format!("{}[{}]", found.severity.name(), found.rule));
        text.push_str(&format!("{head}: {}\n", paint(STRONG, &printable(&found.message))));
    }
    let verdict = report.verdict();
    let counts = format!("{} errors, {} warnings", report.count(Severity::Error), report.count(Severity::Warning));
    let line = format!("{}: {} ({counts})\n", report.facts.domain, paint(of_verdict(verdict), verdict.name()));
    text + &line
}

/// The last line of a run: how many domains, and what was found.
pub fn summary(tally: &Tally) -> String {
    let Tally { pass, fail, unknown, errors, warnings, .. } = tally;
    let domains = tally.domains();
    format!("{domains} domains: {pass} pass, {fail} fail, {unknown} unknown; {errors} errors, {warnings} warnings\n")
}

/// What is wrong with a declaration.
pub fn problems(error: &DeclarationError) -> String {
    format!("error: {}\n", printable(&error.to_string()))
}

/// What is allowed in a declaration, and worth a word.
pub fn notes(notes: &[Problem], file: &SourceFile) -> String {
    let mut text = String::new();
    for note in notes {
        let at = file.positions(&[note.span.start]);
        let line = at.first().map_or(0, |at| at.line);
        text.push_str(&format!("note: {}:{line}: {}\n", file.path().display(), printable(&note.message)));
    }
    text
}

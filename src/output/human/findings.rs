//! One domain's findings.

use super::fix::{self, Taker};
use super::snippet::{Body, Excerpt, Mark, advice, gutter, render};
use super::{closing, place};
use crate::lint::{Diagnostic, Facts, Label, Place, Report, Severity};
use crate::output::printable::printable;
use crate::output::style::{STRONG, of_severity, paint};
use crate::output::words::some;
use crate::published::Reason;

/// Most names outside the zone files given that are listed.
const LISTED: usize = 3;

/// One domain's findings, and its verdict as the last line.
pub fn report(report: &Report) -> String {
    let facts = &report.facts;
    let (outside, findings): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        report.diagnostics.iter().partition(|found| is_outside_view(found, facts));
    let mut text: String = findings.into_iter().map(|found| finding(found, facts, Taker::Plan) + "\n").collect();
    if let Some(first) = outside.first() {
        let names: Vec<String> = outside.iter().flat_map(|found| &found.labels).map(source).collect();
        let message = format!("not in the zone files given, and left open: {}", some(&names, LISTED));
        text.push_str(&title(first.severity, first.rule, &message));
        text.push_str(&first.help.as_ref().map_or_else(String::new, |help| advice(1, "help", &printable(help))));
        text.push('\n');
    }
    text + &closing::verdict(report)
}

/// Findings of a text that stands nowhere yet, without a verdict.
pub(in crate::output) fn findings(found: &[Diagnostic], facts: &Facts) -> String {
    found.iter().map(|found| finding(found, facts, Taker::Writer) + "\n").collect()
}

/// Whether a finding only says that a name lies outside the zone files given: many do, and one line tells of them all.
pub(in crate::output) fn is_outside_view(found: &Diagnostic, facts: &Facts) -> bool {
    let Some(Place::Record { owner, rtype, .. }) = found.labels.first().map(|label| &label.place) else { return false };
    let outside = |(question, failure): &(crate::published::Question, crate::published::Failure)| {
        question.name == *owner && question.rtype == *rtype && failure.reason == Reason::OutsideView
    };
    found.rule == "lookup-failed" && facts.failures.iter().any(outside)
}

fn finding(found: &Diagnostic, facts: &Facts, taker: Taker) -> String {
    let excerpts = excerpts(&found.labels, facts);
    let gutter = gutter(&excerpts);
    let mut text = title(found.severity, found.rule, &found.message);
    text.push_str(&render(&excerpts, gutter, of_severity(found.severity)));
    if let Some(help) = &found.help {
        text.push_str(&advice(gutter, "help", &printable(help)));
    }
    if let Some(fix) = &found.fix {
        text.push_str(&fix::render(fix, found.rule, gutter, taker));
    }
    text
}

/// `error[spf-missing]: …`.
fn title(severity: Severity, rule: &str, message: &str) -> String {
    let head = paint(of_severity(severity), &format!("{}[{rule}]", severity.name()));
    format!("{head}: {}\n", paint(STRONG, &printable(message)))
}

fn source(label: &Label) -> String {
    printable(&label.place.source()).into_owned()
}

/// The labels, those on one text together.
fn excerpts(labels: &[Label], facts: &Facts) -> Vec<Excerpt> {
    let mut excerpts: Vec<(Excerpt, &Place)> = Vec::new();
    for label in labels {
        let mark = Mark { span: label.span.clone(), note: printable(&label.note).into_owned(), role: label.role };
        let excerpt = match &label.place {
            Place::Record { owner, rtype, text } if text.is_empty() => {
                let mut at = format!("{}: {}", source(label), place::nothing(facts, owner, *rtype));
                if !mark.note.is_empty() {
                    at = format!("{at}: {}", mark.note);
                }
                Excerpt { at, body: Body::Bare }
            }
            Place::Record { text, .. } => place::in_record(&source(label), text, mark),
            Place::Declaration(file) => place::in_declaration(file, mark),
        };
        let Body::Line(number, line, marks) = excerpt.body else {
            excerpts.push((excerpt, &label.place));
            continue;
        };
        // Another piece of the same line stands beside the first.
        let beside = excerpts.iter_mut().find_map(|(other, place)| match &mut other.body {
            Body::Line(shown, line, marks) if **place == label.place && *shown == number && line.holds(&label.span) => {
                Some(marks)
            }
            _ => None,
        });
        match beside {
            Some(beside) => beside.extend(marks),
            None => excerpts.push((Excerpt { at: excerpt.at, body: Body::Line(number, line, marks) }, &label.place)),
        }
    }
    excerpts.into_iter().map(|(excerpt, _)| excerpt).collect()
}

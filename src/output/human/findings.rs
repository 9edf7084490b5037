//! One domain's findings.

use super::fix::{self, Taker};
use super::snippet::{Body, Excerpt, Mark, advice, gutter, render};
use super::{closing, place};
use crate::lint::{Diagnostic, Facts, Label, Place, Report, Severity};
use crate::output::columns::{line_width, wrap};
use crate::output::printable::printable;
use crate::output::style::{STRONG, of_severity, paint};
use crate::output::told::told;

/// One domain's findings, and its verdict as the last line.
pub fn report(report: &Report) -> String {
    let facts = &report.facts;
    let findings: String = told(report).iter().map(|found| finding(found, facts, Taker::Plan) + "\n").collect();
    findings + &closing::verdict(report)
}

/// Findings of a text that stands nowhere yet, without a verdict.
pub(in crate::output) fn findings(found: &[Diagnostic], facts: &Facts) -> String {
    found.iter().map(|found| finding(found, facts, Taker::Writer) + "\n").collect()
}

/// The places that a finding points at, with the bytes underlined; empty where it points nowhere.
pub(in crate::output) fn excerpts_of(found: &Diagnostic, facts: &Facts) -> String {
    let excerpts = excerpts(&found.labels, facts);
    render(&excerpts, gutter(&excerpts), of_severity(found.severity))
}

/// One finding.
pub(in crate::output) fn finding(found: &Diagnostic, facts: &Facts, taker: Taker) -> String {
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
    let head = format!("{}[{rule}]", severity.name());
    let lines = wrap(&format!("{head}: {}", printable(message)), line_width()).join("\n  ");
    let message = lines.strip_prefix(&head).unwrap_or(&lines);
    format!("{}{}\n", paint(of_severity(severity), &head), paint(STRONG, message))
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

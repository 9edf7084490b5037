//! What a report tells of, in which order.

use std::borrow::Cow;
use std::cmp::Reverse;

use crate::lint::{Diagnostic, Facts, Label, Place, Report, Severity};
use crate::output::words::some;
use crate::published::{Failure, Question, Reason};

/// Most names outside the zone files given that are listed.
const LISTED: usize = 3;

/// The reports of a run, the worst first; those alike in the order in which they were asked for.
pub(super) fn worst_first(reports: &[Report]) -> Vec<&Report> {
    let mut worst_first: Vec<&Report> = reports.iter().collect();
    worst_first.sort_by_key(|report| {
        let of = |severity| Reverse(report.count(severity));
        (Reverse(report.verdict()), of(Severity::Error), of(Severity::Warning))
    });
    worst_first
}

/// A domain's findings, the worst first, within a severity in the order of the records. Those that only say that a name lies outside the zone files given become one, the last: it
/// names the names, and points nowhere.
pub(super) fn told(report: &Report) -> Vec<Cow<'_, Diagnostic>> {
    let (outside, findings): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        report.diagnostics.iter().partition(|found| is_outside_view(found, &report.facts));
    let mut told: Vec<Cow<'_, Diagnostic>> = findings.into_iter().map(Cow::Borrowed).collect();
    if let Some(first) = outside.first() {
        let source = |label: &Label| label.place.source();
        let names: Vec<String> = outside.iter().filter_map(|found| found.labels.first().map(source)).collect();
        let message = format!("not in the zone files given, and left open: {}", some(&names, LISTED));
        told.push(Cow::Owned(Diagnostic { message, labels: Vec::new(), ..(*first).clone() }));
    }
    told.sort_by_key(|found| found.severity);
    told
}

/// Whether a finding only says that a name lies outside the zone files given.
fn is_outside_view(found: &Diagnostic, facts: &Facts) -> bool {
    let Some(Place::Record { owner, rtype, .. }) = found.labels.first().map(|label| &label.place) else { return false };
    let outside = |(question, failure): &(Question, Failure)| {
        question.name == *owner && question.rtype == *rtype && failure.reason == Reason::OutsideView
    };
    found.rule == "lookup-failed" && facts.failures.iter().any(outside)
}

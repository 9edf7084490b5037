//! One domain: its verdict, its findings, and what they rest on.

use super::finding::Finding;
use super::prose::Prose;
use super::records::Set;
use super::spf::Spf;
use crate::lint::{Diagnostic, Place, Report, Severity, Verdict};
use crate::output::human::{is_outside_view, looked_at, unanswered};
use crate::output::printable::printable;
use crate::output::words::{count, some};

/// Most names outside the zone files given that are listed.
const LISTED: usize = 3;

/// A domain as it is shown.
pub(super) struct Domain {
    /// Its name in this page.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) verdict: Verdict,
    /// `2 errors`, `1 warning`: each with its class of the style sheet.
    pub(super) counts: Vec<(&'static str, String)>,
    /// The questions without an answer, where the verdict rests on them.
    pub(super) unanswered: Vec<String>,
    /// What a pass rests on.
    pub(super) looked_at: Option<Prose>,
    pub(super) findings: Vec<Finding>,
    pub(super) spf: Option<Spf>,
    pub(super) records: Vec<Set>,
    /// Whether it is shown unfolded.
    pub(super) is_open: bool,
}

impl Domain {
    /// The domain at this place of the page.
    pub(super) fn of(report: &Report, place: usize, is_open: bool) -> Self {
        let facts = &report.facts;
        let id = |index: usize| format!("d{place}-{index}");
        let mut named: Vec<(&Diagnostic, String)> = Vec::new();
        let mut outside: Vec<&Diagnostic> = Vec::new();
        let mut worst_first: Vec<&Diagnostic> = report.diagnostics.iter().collect();
        // The order within a severity is that of the records.
        worst_first.sort_by_key(|found| found.severity);
        for found in worst_first {
            if is_outside_view(found, facts) {
                outside.push(found);
            } else {
                named.push((found, id(named.len())));
            }
        }
        let mut findings: Vec<Finding> =
            named.iter().map(|(found, id)| Finding::of(found, facts, id.clone())).collect();
        if let Some(first) = outside.first() {
            let source = |found: &&Diagnostic| {
                found.labels.first().map(|label| match &label.place {
                    Place::Record { owner, rtype, .. } => format!("{} {rtype}", owner.absolute()),
                    Place::Declaration(_) => label.place.source(),
                })
            };
            let unseen: Vec<String> = outside.iter().filter_map(source).collect();
            findings.push(Finding::outside(first, &some(&unseen, LISTED), id(findings.len())));
        }
        let verdict = report.verdict();
        let count_of = |severity: Severity| {
            let number = report.count(severity);
            (number > 0).then(|| (severity.name(), count(number, severity.name())))
        };
        Self {
            id: format!("d{place}"),
            name: printable(&facts.domain.to_string()).into_owned(),
            verdict,
            counts: [Severity::Error, Severity::Warning, Severity::Info].into_iter().filter_map(count_of).collect(),
            unanswered: if facts.has_unknowns() { unanswered(facts) } else { Vec::new() },
            looked_at: (verdict == Verdict::Pass).then(|| Prose::of(&looked_at(facts))),
            findings,
            spf: Spf::of(report),
            records: facts.published().iter().map(|set| Set::of(set, &named)).collect(),
            is_open,
        }
    }
}

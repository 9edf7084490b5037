//! One domain: its verdict, its findings, and what they rest on.

use super::finding::Finding;
use super::records::Set;
use super::spf::Spf;
use crate::lint::{Diagnostic, Known, Report, Severity, Verdict};
use crate::output::human::{looked_at, unanswered};
use crate::output::printable::printable;
use crate::output::prose::Prose;
use crate::output::told::told;
use crate::output::words::count;

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
    /// Findings that may stand: the rule, what is wrong, why, and until when.
    pub(super) known: Vec<(&'static str, Prose, Prose)>,
    pub(super) spf: Option<Spf>,
    pub(super) records: Vec<Set>,
    /// Whether it is shown unfolded.
    pub(super) is_open: bool,
}

impl Domain {
    /// The domain at this place of the page.
    pub(super) fn of(report: &Report, place: usize, is_open: bool) -> Self {
        let facts = &report.facts;
        let told = told(report);
        let id = |index: usize| format!("d{place}-{index}");
        let named: Vec<(&Diagnostic, String)> =
            told.iter().enumerate().map(|(index, found)| (found.as_ref(), id(index))).collect();
        let findings = named.iter().map(|(found, id)| Finding::of(found, facts, id.clone())).collect();
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
            known: report.known.iter().map(known).collect(),
            spf: Spf::of(report),
            records: facts.published().iter().map(|set| Set::of(set, &named)).collect(),
            is_open,
        }
    }
}

fn known(known: &Known) -> (&'static str, Prose, Prose) {
    let Known { finding, leave, .. } = known;
    let why = Prose::of(&format!("until {}: {}", leave.expires, leave.reason));
    (finding.rule, Prose::of(&finding.message), why)
}

//! What is known of one domain and what is wrong with it, for people and programs to read.

use super::known::part;
use super::{Diagnostic, Facts, Known, Severity};

/// The answer to "will mail from this domain be believed?".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing that was looked at stands against it.
    Pass,
    /// Something could not be told, and nothing worse is certain.
    Unknown,
    /// An error stands.
    Fail,
}

impl Verdict {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }
}

/// One domain's facts and findings.
#[derive(Clone, Debug)]
pub struct Report {
    /// What is known.
    pub facts: Facts,
    /// What the selected rules find, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// What they find and may stand, by the declaration or a baseline: it counts for nothing.
    pub known: Vec<Known>,
}

impl Report {
    /// What the rules find, without what the declaration ignores.
    pub fn of(facts: Facts, found: Vec<Diagnostic>) -> Self {
        let (diagnostics, known) = part(&facts, found);
        Self { facts, diagnostics, known }
    }

    /// The verdict: an error counts whatever makes a run fail; an unanswered question only where no error stands.
    pub fn verdict(&self) -> Verdict {
        if self.diagnostics.iter().any(|found| found.severity == Severity::Error) {
            Verdict::Fail
        } else if self.facts.has_unknowns() {
            Verdict::Unknown
        } else {
            Verdict::Pass
        }
    }

    /// How many findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|found| found.severity == severity).count()
    }

    /// Whether a finding is at least this bad. A look-up that failed never counts: it has an exit code of its own.
    pub fn has_at_least(&self, severity: Severity) -> bool {
        self.diagnostics.iter().any(|found| found.severity <= severity && found.rule != "lookup-failed")
    }
}

//! How many domains and findings of each kind a run had.

use std::ops::AddAssign;

use crate::lint::{Report, Severity, Verdict};

/// Counts over reports, for the last line. Reports are counted one by one, so that none has to be kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Domains that pass.
    pub pass: usize,
    /// Domains with an error.
    pub fail: usize,
    /// Domains of which it could not be told.
    pub unknown: usize,
    /// Findings.
    pub errors: usize,
    /// Findings.
    pub warnings: usize,
    /// Findings.
    pub infos: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.unknown += other.unknown;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.infos += other.infos;
    }
}

impl Tally {
    /// Counts one more domain.
    pub fn add(&mut self, report: &Report) {
        match report.verdict() {
            Verdict::Pass => self.pass += 1,
            Verdict::Unknown => self.unknown += 1,
            Verdict::Fail => self.fail += 1,
        }
        self.errors += report.count(Severity::Error);
        self.warnings += report.count(Severity::Warning);
        self.infos += report.count(Severity::Info);
    }

    /// The worst verdict; without a domain nothing stands against anything.
    pub fn worst(&self) -> Verdict {
        match (self.fail, self.unknown) {
            (0, 0) => Verdict::Pass,
            (0, _) => Verdict::Unknown,
            _ => Verdict::Fail,
        }
    }

    /// How many domains were counted.
    pub fn domains(&self) -> usize {
        self.pass + self.fail + self.unknown
    }
}

impl<'a> FromIterator<&'a Report> for Tally {
    fn from_iter<T: IntoIterator<Item = &'a Report>>(reports: T) -> Self {
        let mut tally = Self::default();
        for report in reports {
            tally.add(report);
        }
        tally
    }
}

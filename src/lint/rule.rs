//! What a rule is.

use super::{Diagnostic, Facts, Severity};

/// What is known of a rule without running it.
#[derive(Debug)]
pub struct Meta {
    /// Its stable name: scripts and baselines rely on it.
    pub id: &'static str,
    /// How bad its findings are, unless one says otherwise.
    pub severity: Severity,
    /// Its page, `docs/rules/<id>.md`, for `explain`.
    pub docs: &'static str,
}

impl Meta {
    /// What the rule is about: the first line of prose on its page.
    pub fn summary(&self) -> &'static str {
        let mut lines = self.docs.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.next().unwrap_or_default()
    }
}

/// A check over one domain's facts. It sees neither the network nor the snapshot, and never asks.
pub trait Rule: Sync {
    /// What is known of it.
    fn meta(&self) -> &'static Meta;

    /// What is wrong, if anything. An unknown answer is never a reason to say that something is missing.
    fn check(&self, facts: &Facts) -> Vec<Diagnostic>;
}

//! What to do next, in the order in which to do it.

use std::collections::BTreeMap;

use crate::lint::{Diagnostic, Report, Safety, Severity};
use crate::output::Tally;
use crate::output::words::{count, grouped};

/// Rules whose fixes are asked for that are named.
const NAMED: usize = 6;

/// What reports leave to do. Reports are counted one by one, so that none has to be kept.
#[derive(Clone, Debug, Default)]
pub struct Next {
    /// Fixes that a plan takes.
    safe: usize,
    /// Fixes that it takes when told to, by severity and rule.
    asks: BTreeMap<(Severity, &'static str), usize>,
    /// Findings that need a person.
    by_hand: usize,
}

impl Next {
    /// Counts one more domain.
    pub fn add(&mut self, report: &Report) {
        for found in &report.diagnostics {
            match found.fix.as_ref().map(|fix| fix.safety) {
                Some(Safety::Safe) => self.safe += 1,
                Some(Safety::Ask) => *self.asks.entry((found.severity, found.rule)).or_default() += 1,
                Some(Safety::Never) | None => self.by_hand += usize::from(needs_a_person(found)),
            }
        }
    }
}

fn needs_a_person(found: &Diagnostic) -> bool {
    found.severity < Severity::Info && found.rule != "lookup-failed"
}

/// The steps of all reports, for whoever has the whole command line still to write.
pub(super) fn steps(reports: &[Report], tally: &Tally) -> Vec<String> {
    let mut next = Next::default();
    for report in reports {
        next.add(report);
    }
    next.steps(tally, "mailvouch plan")
}

impl Next {
    /// The steps, in the order in which to do them; none where nothing is to be done. `plan` is how to ask for a plan of
    /// the same.
    pub(super) fn steps(&self, tally: &Tally, plan: &str) -> Vec<String> {
        let Self { safe, asks, by_hand } = self;
        let (safe, by_hand) = (*safe, *by_hand);
        let mut steps = Vec::new();
        if tally.unknown > 0 {
            steps.push(format!(
            "{} could not be judged, since look-ups failed: run `mailvouch check` again, or ask another resolver with \
             `--resolver`. What was not seen is not known to be missing.",
            count(tally.unknown, "domain")
        ));
        }
        if safe > 0 {
            steps.push(format!(
                "{} safe: `{plan} --out plan.json` shows what would change and which guards \
             it trips, and `mailvouch apply plan.json` does it.",
                if safe == 1 { "1 fix is".to_owned() } else { format!("{} are", fixes(safe)) },
            ));
        }
        if !asks.is_empty() {
            let total: usize = asks.values().sum();
            let mut rules: Vec<&str> = asks.keys().map(|(_, rule)| *rule).collect();
            rules.dedup();
            let more = rules.len().saturating_sub(NAMED);
            let accepts: Vec<String> = rules.iter().take(NAMED).map(|rule| format!("--accept {rule}")).collect();
            let more = if more > 0 { format!(" and those of {}", count(more, "more rule")) } else { String::new() };
            steps.push(format!(
                "{} to decide on: read {}, and take it in with `{plan} {}`{more}.",
                fixes(total),
                if total == 1 { "it" } else { "each" },
                accepts.join(" "),
            ));
        }
        if by_hand > 0 {
            let (findings, need) = (count(by_hand, "finding"), if by_hand == 1 { "needs" } else { "need" });
            steps.push(format!("{findings} {need} a person: each says what to do."));
        }
        steps
    }
}

fn fixes(number: usize) -> String {
    format!("{} {}", grouped(number as u128), if number == 1 { "fix" } else { "fixes" })
}

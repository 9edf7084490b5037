//! What to do next, in the order in which to do it.

use std::collections::BTreeMap;

use crate::lint::{Diagnostic, Report, Safety, Severity};
use crate::output::Tally;
use crate::output::words::{count, grouped};

/// Rules whose fixes are asked for that are named.
const NAMED: usize = 6;

/// The steps. None where nothing is to be done.
pub(super) fn steps(reports: &[Report], tally: &Tally) -> Vec<String> {
    let found: Vec<&Diagnostic> = reports.iter().flat_map(|report| &report.diagnostics).collect();
    let safety = |found: &&&Diagnostic| found.fix.as_ref().map(|fix| fix.safety);
    let safe = found.iter().filter(|found| safety(found) == Some(Safety::Safe)).count();
    let mut asks: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    for found in found.iter().filter(|found| safety(found) == Some(Safety::Ask)) {
        *asks.entry((found.severity, found.rule)).or_default() += 1;
    }
    let by_hand = found.iter().filter(|found| !matches!(safety(found), Some(Safety::Safe | Safety::Ask)));
    let by_hand = by_hand.filter(|found| found.severity < Severity::Info && found.rule != "lookup-failed").count();
    let mut steps = Vec::new();
    if tally.unknown > 0 {
        steps.push(format!(
            "{} could not be judged, since look-ups failed: run `mailvouch check` again, or ask another resolver with \
             `--resolver`. Nothing that is missing below is known to be missing.",
            count(tally.unknown, "domain")
        ));
    }
    if safe > 0 {
        steps.push(format!(
            "{} safe: `mailvouch plan --out plan.json` shows what would change and which guards \
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
            "{} to decide on: read {} below, and take it in with `mailvouch plan {}`{more}.",
            fixes(total),
            if total == 1 { "it" } else { "each" },
            accepts.join(" "),
        ));
    }
    if by_hand > 0 {
        let (findings, need) = (count(by_hand, "finding"), if by_hand == 1 { "needs" } else { "need" });
        steps.push(format!("{findings} {need} a person: each says below what to do."));
    }
    steps
}

fn fixes(number: usize) -> String {
    format!("{} {}", grouped(number as u128), if number == 1 { "fix" } else { "fixes" })
}

//! A plan: what is to be done, what it needs, and what it does not mend.

use std::collections::BTreeSet;

use anstyle::Style;

use super::effects::effects;
use super::source::source;
use crate::lint::Severity;
use crate::output::diff::{SetChange, set};
use crate::output::printable::printable;
use crate::output::remark::remark;
use crate::output::style::{STRONG, WARNING, of_severity, paint};
use crate::output::words::{count, duration, indented};
use crate::plan::{Advice, Guarded, Plan, Step, Wait};

/// Blanks before what belongs to a step.
const INDENT: &str = "   ";

/// The steps, what is left for people, and as the last line how much it is and what it needs.
pub fn human(plan: &Plan) -> String {
    let mut text = as_of(plan).map_or_else(String::new, |words| format!("{words}\n\n"));
    text.extend(plan.steps.iter().enumerate().map(|(index, each)| step(index + 1, each) + "\n"));
    text.push_str(&effects(plan));
    if !plan.advice.is_empty() {
        text.push_str(&format!("{}\n", paint(STRONG, "what this plan does not mend:")));
        text.push_str(&plan.advice.iter().map(advice).collect::<String>());
        text.push('\n');
    }
    text + &summary(plan)
}

/// Which time it was made for, where that is another one than the time it was made at.
pub(in crate::output) fn as_of(plan: &Plan) -> Option<String> {
    plan.as_of.as_ref().map(|time| printable(&format!("as of {time}: what is due then")).into_owned())
}

/// How much is to be done, and which guards have to be allowed first.
fn summary(plan: &Plan) -> String {
    let mut text = how_much(plan);
    if let Some(needed) = needed(plan) {
        text.push_str(&format!("; needs {}", paint(WARNING, &needed)));
    }
    let by_hand = plan.steps.iter().filter(|step| step.provider.is_none());
    let (in_source, unplaced): (Vec<_>, Vec<_>) = by_hand.partition(|step| !step.source.is_empty());
    if !in_source.is_empty() {
        text.push_str(&format!("; {} to be put into the source by hand", in_source.len()));
    }
    if !unplaced.is_empty() {
        text.push_str(&format!("; {} to be made by hand: no provider is declared", unplaced.len()));
    }
    text + "\n"
}

/// How many changes there are.
pub(in crate::output) fn how_much(plan: &Plan) -> String {
    if plan.is_empty() {
        return "nothing to change".to_owned();
    }
    let zones: BTreeSet<_> = plan.steps.iter().filter_map(|step| step.zone.as_ref()).collect();
    let zones = match zones.len() {
        0 => String::new(),
        zones => format!(" in {}", count(zones, "zone")),
    };
    format!("{}{zones}", paint(STRONG, &count(plan.steps.len(), "change")))
}

/// The options that allow what is not allowed yet; none where nothing is needed.
pub(in crate::output) fn needed(plan: &Plan) -> Option<String> {
    let guards = plan.steps.iter().flat_map(|step| &step.guards);
    let needed = guards.filter(|guarded| guarded.allowed.is_none()).map(|guarded| guarded.guard.name());
    let needed: BTreeSet<&str> = needed.collect();
    let options: Vec<String> = needed.iter().map(|guard| format!("--allow {guard}")).collect();
    (!options.is_empty()).then(|| options.join(" "))
}

/// One step: where, what, why, and what it needs.
fn step(number: usize, step: &Step) -> String {
    let mut text = format!("{number}. {} {}\n", paint(STRONG, &step.owner.to_string()), holder(step));
    text.push_str(&indented(INDENT, SetChange::of_step(step).iter().flat_map(set)));
    let rules: Vec<&str> = step.rules.iter().map(String::as_str).collect();
    if !rules.is_empty() {
        text.push_str(&remark(INDENT, Style::new(), "for", &rules.join(", ")));
    }
    for guarded in &step.guards {
        let domain = guarded.domain.as_ref().map(|domain| format!("for {domain}: ")).unwrap_or_default();
        let Guarded { guard, why, allowed, .. } = guarded;
        text.push_str(&match allowed {
            Some(by) => remark(INDENT, Style::new(), "allowed", &format!("({by}) {guard}: {domain}{why}")),
            None => remark(INDENT, WARNING, "needs", &format!("--allow {guard}: {domain}{why}")),
        });
    }
    if let Some(wait) = &step.waits {
        text.push_str(&remark(INDENT, STRONG, "waits", &waits(wait)));
    }
    for note in &step.notes {
        text.push_str(&remark(INDENT, WARNING, "note:", note));
    }
    text + &source(INDENT, &step.source)
}

/// What a step waits for.
pub(in crate::output) fn waits(wait: &Wait) -> String {
    let names: Vec<String> = wait.names.iter().map(ToString::to_string).collect();
    let names = names.join(", ");
    let then = match wait.seconds {
        0 => String::new(),
        seconds => {
            format!(", then {}: so long may caches hold that nothing is there", duration(seconds))
        }
    };
    format!("until every authoritative server serves {names}{then}")
}

/// Who holds the name: `(`dns`, zone example.com)`.
pub(in crate::output) fn holder(step: &Step) -> String {
    match (&step.provider, &step.zone) {
        (Some(provider), Some(zone)) => format!("(`{}`, zone {zone})", printable(provider)),
        (Some(provider), None) => format!("(`{}`)", printable(provider)),
        (None, _) if !step.source.is_empty() => "(to be put into the source by hand)".to_owned(),
        (None, _) => "(no provider is declared: to be made by hand)".to_owned(),
    }
}

fn advice(advice: &Advice) -> String {
    let severities = [Severity::Error, Severity::Warning, Severity::Info];
    let severity = severities.into_iter().find(|severity| severity.name() == advice.severity);
    let head = printable(&format!("{}[{}]", advice.severity, advice.rule)).into_owned();
    let style = severity.map_or(Style::new(), of_severity);
    let mut text = remark(INDENT, style, &head, &format!("{}: {}", advice.domain, advice.message));
    if let Some(help) = &advice.help {
        text.push_str(&remark("     ", Style::new(), "help:", help));
    }
    if let Some(held) = &advice.held {
        text.push_str(&remark("     ", Style::new(), "held back:", held));
    }
    text
}

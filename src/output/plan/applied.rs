//! How an apply ended, and what to do next.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anstyle::Style;
use mailvouch_providers::dns::Name;
use mailvouch_providers::{ProviderError, Value};

use super::steps::holder;
use crate::output::diff::{SetChange, set};
use crate::output::printable::printable;
use crate::output::remark::remark;
use crate::output::servers::verified;
use crate::output::style::{ERROR, GOOD, STRONG, WARNING, paint};
use crate::output::value::shown;
use crate::output::words::{count, duration, indented};
use crate::plan::{Applied, Outcome, Plan, ServerView, Step, StopReason, ZoneEnd};

/// How an apply ended, what stands in DNS now as far as it is known, and what to do next.
pub fn applied(applied: &Applied, plan: &Plan, journal: &Path) -> String {
    let journal = as_argument(&printable(&journal.display().to_string()));
    match &applied.outcome {
        _ if applied.zones.len() > 1 => by_zone(applied, plan, &journal),
        Outcome::Done if plan.is_empty() => "nothing to change, and nothing was written\n".to_owned(),
        Outcome::Done => done(applied, plan, &journal),
        Outcome::Refused { owner, error } => refused(owner, error),
        Outcome::Failed { owner, error } => failed(owner, error),
        Outcome::Waiting { owner, seen } => waiting(owner, seen, applied, &journal),
        Outcome::Stopped { owner, error, taken_back, left } => {
            stopped(&Stop { owner, error, taken_back, left }, plan, &journal, true)
        }
    }
}

/// How an apply to several zones ended: those that are not done, one by one, then what the whole came to.
fn by_zone(applied: &Applied, plan: &Plan, journal: &str) -> String {
    let bad: Vec<&ZoneEnd> = applied.zones.iter().filter(|zone| zone.problem.is_some()).collect();
    let mut text = String::new();
    for zone in &bad {
        let names: Vec<String> = zone.zones.iter().map(ToString::to_string).collect();
        text.push_str(&remark("", WARNING, "not done:", &zone_line(&names.join(", "), zone)));
    }
    text + &match &applied.outcome {
        Outcome::Done => done(applied, plan, journal),
        Outcome::Refused { owner, error } => refused(owner, error),
        Outcome::Failed { owner, error } => failed(owner, error),
        Outcome::Waiting { owner, seen } => waiting(owner, seen, applied, journal),
        Outcome::Stopped { owner, error, taken_back, left } => {
            let good = applied.zones.len() - bad.len();
            let head = format!("{} of {} are done\n", good, count(applied.zones.len(), "zone"));
            head + &stopped(&Stop { owner, error, taken_back, left }, plan, journal, good == 0)
        }
    }
}

/// How it ended in one zone, in one line.
pub fn zone_line(names: &str, zone: &ZoneEnd) -> String {
    let written = count(zone.written, "change");
    match &zone.problem {
        None => format!("{names}: {written} written"),
        Some(problem) => format!("{names}: {written} written of {}; {}", zone.steps, printable(problem)),
    }
}

/// Why nothing could be planned for one domain of several.
pub fn unplanned(domain: &Name, why: &str) -> String {
    format!("{domain}: nothing could be planned: {}\n", printable(why))
}

/// What is left to do where the change stands in a source, and not in DNS: of each provider the program that publishes.
pub fn then_publish(applied: &Applied, steps: &[Step], publishers: &BTreeMap<String, &str>) -> String {
    let then = match applied.outcome {
        Outcome::Done => "`mailvouch wait` then looks until every server serves it",
        Outcome::Waiting { .. } if applied.written > 0 => "`mailvouch apply` then goes on from there",
        _ => return String::new(),
    };
    let holders: BTreeSet<&String> = steps.iter().filter_map(|step| step.provider.as_ref()).collect();
    let words = |holder: &String| {
        let publisher = publishers.get(holder)?;
        let text = format!(
            "`{}` is a source: DNS stays as it is until {publisher} runs. Look at the change (`git diff`), commit it, and \
             have it published; {then}",
            printable(holder)
        );
        Some(line("next", &text))
    };
    holders.into_iter().filter_map(words).collect()
}

/// A path as a shell takes it: it stands in commands that are there to be copied.
pub fn as_argument(path: &str) -> String {
    let plain = |char: char| char.is_alphanumeric() || "/._-+:@%".contains(char);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

fn done(applied: &Applied, plan: &Plan, journal: &str) -> String {
    let written = count(applied.written, "change");
    let mut text = if applied.unfinished.is_empty() {
        format!("{}: {written} written, and read back at the provider\n", paint(GOOD, "done"))
    } else {
        format!("{}: {written} written, but not finished\n", paint(WARNING, "not done"))
    };
    for step in &plan.steps {
        text.push_str(&format!("  {} {}\n", step.owner, holder(step)));
    }
    for (owner, what) in &applied.unfinished {
        text.push_str(&remark("  ", WARNING, "written, and not finished:", &printable(&format!("{owner}: {what}"))));
    }
    let longest = plan.steps.iter().flat_map(|step| &step.remove).map(|value| value.ttl).max();
    if let Some(seconds) = longest {
        text.push_str(&line("caches", &format!("may serve what was there for up to {} more", duration(seconds))));
    }
    text + &line("journal", &format!("{journal} holds every value that went and came"))
}

fn refused(owner: &Name, error: &ProviderError) -> String {
    let mut text =
        format!("{}: {}\n", paint(ERROR, "refused, and nothing was written"), paint(STRONG, &owner.to_string()));
    let next = match error {
        ProviderError::Stale(values) => {
            text.push_str(&line("why", "the zone changed since the plan was made"));
            text.push_str(&listed(values));
            "`mailvouch plan` again, and look at what is different"
        }
        ProviderError::Rejected { .. } => {
            text.push_str(&line("why", &error.to_string()));
            "the words above are the provider's: what it refuses now, it refuses again"
        }
        _ => {
            text.push_str(&line("why", &error.to_string()));
            "mend that, and `mailvouch plan` again"
        }
    };
    text + &line("next", next)
}

fn failed(owner: &Name, error: &ProviderError) -> String {
    let head = paint(ERROR, "failed, and nothing was written");
    let next = match error {
        ProviderError::Unauthorized(_) => {
            "look at the credential and what it may do, or at who may write to the file; the plan is still good"
        }
        ProviderError::NoZone(_) => "look at which provider is declared for the domain",
        _ => "try again: the plan is still good, and is checked again before anything is written",
    };
    format!("{head}: {}\n", paint(STRONG, &owner.to_string())) + &line("why", &error.to_string()) + &line("next", next)
}

/// An apply that came to a step which has to wait.
fn waiting(owner: &Name, seen: &[ServerView], applied: &Applied, journal: &str) -> String {
    let head = paint(WARNING, "written in part, and waiting");
    let mut text = format!("{head}: {} is not changed yet\n", paint(STRONG, &owner.to_string()));
    text.push_str(&line("written", &format!("{}; nothing leads to it yet", count(applied.written, "change"))));
    let next = if seen.is_empty() {
        let why = "no authoritative server is known that could be asked whether it serves what this would lead to";
        text.push_str(&line("why", why));
        "name them in the provider's section, `authoritative = [\"IP:PORT\"]`, and `mailvouch plan` again once they serve \
         what is written: it goes on from what the zone holds"
    } else {
        text.push_str(&line("why", "not every authoritative server serves what it would lead to:"));
        text.push_str(&indented("    ", verified(seen).lines().map(str::to_owned)));
        "`mailvouch plan` again once they do: it goes on from what the zone holds"
    };
    text.push_str(&line("next", next));
    text + &line("journal", journal)
}

/// An apply that stopped part-way.
struct Stop<'a> {
    owner: &'a Name,
    error: &'a StopReason,
    taken_back: &'a [Name],
    left: &'a [(Name, String)],
}

fn stopped(stop: &Stop<'_>, plan: &Plan, journal: &str, alone: bool) -> String {
    let mut text = format!("{} at {}\n", paint(ERROR, "stopped part-way"), paint(STRONG, &stop.owner.to_string()));
    text.push_str(&line("why", &stop.error.to_string()));
    if let StopReason::Provider(ProviderError::Stale(values)) = stop.error {
        text.push_str(&listed(values));
    }
    if !stop.taken_back.is_empty() {
        let names: Vec<String> = stop.taken_back.iter().map(ToString::to_string).collect();
        text.push_str(&line("taken back", &format!("{} (as before)", names.join(", "))));
    }
    for (owner, why) in stop.left {
        let what = format!("{owner} ({why}). What was to be done there:");
        text.push_str(&remark("  ", WARNING, "left changed, or perhaps changed:", &what));
        for step in plan.steps.iter().filter(|step| step.owner == *owner) {
            text.push_str(&planned(step));
        }
    }
    if stop.left.is_empty() && !alone {
        text.push_str(&line("now", "nothing of this plan stands in the zones that are not done"));
        text.push_str(&line("next", "`mailvouch plan` again once the cause is mended"));
    } else if stop.left.is_empty() {
        text.push_str(&line("now", "nothing of this plan stands in the zone"));
        text.push_str(&line("next", "`mailvouch plan` again once the cause is mended"));
    } else {
        text.push_str(&line(
            "next",
            "look at these names, then `mailvouch plan` again: it begins at what the zone holds; or take all of it back:",
        ));
        text.push_str(&format!("    mailvouch rollback {journal}\n"));
    }
    text + &line("journal", journal)
}

/// The change of a step, for whoever has to look at it by hand.
fn planned(step: &Step) -> String {
    indented("    ", SetChange::of_step(step).iter().flat_map(set))
}

/// The values that are not as the plan has them.
fn listed(values: &[Value]) -> String {
    if values.is_empty() {
        return String::new();
    }
    let mut text = line("in the way", "values that are gone, are there already, or are other records of the same kind");
    for value in values {
        text.push_str(&format!("    {} {}\n", value.rdata.rtype(), shown(&value.rdata)));
    }
    text
}

pub(super) fn line(word: &str, text: &str) -> String {
    remark("  ", Style::new(), &format!("{word}:"), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_can_be_copied_into_a_shell() {
        assert_eq!(as_argument("plans/a-1.jsonl"), "plans/a-1.jsonl");
        assert_eq!(as_argument("my plans/it's"), "'my plans/it'\\''s'");
    }
}

//! One plan out of the drafts of several domains, which may share records and zones.

use std::collections::BTreeMap;

use mailvouch_providers::Value;
use mailvouch_providers::dns::Name;

use super::model::{Guarded, Wait};
use super::{Advice, Draft, Plan, Step};
use crate::declared::Guard;

/// Names in one zone above which a plan is large.
const LARGE: usize = 25;

/// Domains that want different things of one name. Nothing is planned there for any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The name.
    pub owner: Name,
    /// The domains, in the order in which they were planned.
    pub domains: Vec<Name>,
}

/// One plan for several domains, and where they do not agree.
///
/// Two domains may include the same record, and both want it mended: the same change is made once. Where they want
/// different things of one name, whichever is made first would undo what the other needs: none is made.
pub(super) fn combine(drafts: impl IntoIterator<Item = Draft>) -> (Plan, Vec<Conflict>) {
    let mut advice: Vec<Advice> = Vec::new();
    // All that is wanted of one name, in the order in which the names came up.
    let mut names: Vec<Vec<Step>> = Vec::new();
    let mut places: BTreeMap<(Option<String>, Name), usize> = BTreeMap::new();
    for draft in drafts {
        advice.extend(draft.advice);
        for step in draft.steps {
            let place = *places.entry((step.provider.clone(), step.owner.clone())).or_insert_with(|| {
                names.push(Vec::new());
                names.len() - 1
            });
            names[place].push(step);
        }
    }
    let (mut steps, mut conflicts) = (Vec::new(), Vec::new());
    for wanted in names {
        let mut each = wanted.iter();
        if each.next().is_some_and(|first| each.all(|other| is_same_change(first, other))) {
            steps.extend(wanted.into_iter().reduce(merged));
        } else {
            let conflict = Conflict {
                owner: wanted[0].owner.clone(),
                domains: wanted.iter().map(|step| step.domain.clone()).collect(),
            };
            advice.extend(wanted.iter().map(|step| conflict.advice(step)));
            conflicts.push(conflict);
        }
    }
    let mut plan = Plan::new(in_order(steps), advice);
    for (index, why) in plan.large_changes() {
        let guarded = Guarded { guard: Guard::LargeChange, why, domain: None, allowed: None };
        plan.steps[index].guards.push(guarded);
    }
    (plan, conflicts)
}

/// The steps in their order, but each behind those that it waits for.
fn in_order(mut steps: Vec<Step>) -> Vec<Step> {
    let mut ordered = Vec::with_capacity(steps.len());
    while !steps.is_empty() {
        let waits_for = |step: &Step, other: &Step| {
            step.owner != other.owner && step.waits.as_ref().is_some_and(|wait| wait.names.contains(&other.owner))
        };
        let ready = steps.iter().position(|step| !steps.iter().any(|other| waits_for(step, other)));
        // Steps that wait for each other: none is better than any other.
        ordered.push(steps.remove(ready.unwrap_or(0)));
    }
    ordered
}

impl Plan {
    /// One plan for several domains; of a name of which they want different things the advice speaks.
    pub fn of(drafts: impl IntoIterator<Item = Draft>) -> Self {
        combine(drafts).0
    }

    /// The zones of which much changes at once: the first step in each, and what is large about it.
    pub fn large_changes(&self) -> Vec<(usize, String)> {
        let mut zones: BTreeMap<(&Option<String>, &Option<Name>), Vec<usize>> = BTreeMap::new();
        for (index, step) in self.steps.iter().enumerate() {
            zones.entry((&step.provider, &step.zone)).or_default().push(index);
        }
        let mut large: Vec<(usize, String)> = Vec::new();
        for ((_, zone), steps) in zones {
            let place = zone.as_ref().map_or_else(String::new, |zone| format!(" in the zone {zone}"));
            if let Some(first) = steps.first().filter(|_| steps.len() > LARGE) {
                large.push((*first, format!("{} names{place} change at once", steps.len())));
            }
        }
        large.sort();
        large
    }
}

fn is_same_change(one: &Step, other: &Step) -> bool {
    let same = |one: &[Value], other: &[Value]| {
        one.len() == other.len() && one.iter().all(|value| other.iter().any(|other| other.rdata == value.rdata))
    };
    same(&one.remove, &other.remove) && same(&one.add, &other.add)
}

/// Adds the reasons of a step to those of the same step for another domain.
fn merged(mut first: Step, mut step: Step) -> Step {
    fn add<T: PartialEq>(to: &mut Vec<T>, more: Vec<T>) {
        for one in more {
            if !to.contains(&one) {
                to.push(one);
            }
        }
    }
    for guarded in &mut step.guards {
        guarded.domain.get_or_insert_with(|| step.domain.clone());
    }
    add(&mut first.rules, step.rules);
    add(&mut first.guards, step.guards);
    add(&mut first.notes, step.notes);
    first.waits = match (first.waits, step.waits) {
        (Some(mut one), Some(other)) => {
            add(&mut one.names, other.names);
            Some(Wait { seconds: one.seconds.max(other.seconds), ..one })
        }
        (one, other) => one.or(other),
    };
    first
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<String> = self.domains.iter().map(ToString::to_string).collect();
        write!(f, "{} want {} in different ways", names.join(" and "), self.owner)
    }
}

impl Conflict {
    /// What each domain is told.
    fn advice(&self, step: &Step) -> Advice {
        let values = |verb: &str, values: &[Value]| {
            let line = |value: &Value| format!("{verb} {} {}", value.rdata.rtype(), value.rdata);
            values.iter().map(line).collect::<Vec<_>>()
        };
        let wanted = [values("remove", &step.remove), values("add", &step.add)].concat().join("; ");
        Advice {
            domain: step.domain.clone(),
            rule: step.rules.join(", "),
            severity: "error".to_owned(),
            message: self.to_string(),
            help: Some(format!(
                "plan them one at a time, and see what that does to the others; {} wants: {wanted}",
                step.domain
            )),
            held: Some(format!("{} stays as it is for all of them", self.owner)),
        }
    }
}

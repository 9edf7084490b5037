//! The records of SPF that plans change, for whoever reads the steps.

use std::collections::BTreeSet;

use mailvouch_providers::Value;
use mailvouch_providers::dns::{Name, Rdata, RrType, escape_joined_text};

use crate::declared::Guard;
use crate::plan::{self, Plan};
use crate::preflight::SpfChange;

/// What is published for the first day.
pub(super) fn published(plan: &Plan) -> Vec<SpfChange> {
    plan.steps.iter().filter_map(|step| change(step, &texts(&step.before), &step.after)).collect()
}

/// What is taken out afterwards: the difference of the two plans, both of which begin with what stands now.
pub(super) fn removed(publish: &Plan, remove: &Plan) -> Vec<SpfChange> {
    let between = remove.steps.iter().filter_map(|step| {
        let first = publish.steps.iter().find(|first| first.owner == step.owner);
        change(step, &texts(first.map_or(&step.before, |first| &first.after)), &step.after)
    });
    // Guards that only what is published first trips are none of the removal's.
    let before: BTreeSet<Guard> = publish.steps.iter().flat_map(unallowed).collect();
    let mut changes: Vec<SpfChange> = between.collect();
    for change in &mut changes {
        change.guards.retain(|guard| !before.contains(guard));
    }
    changes
}

/// The SPF records of one step that differ.
fn change(step: &plan::Step, before: &BTreeSet<String>, after: &[Value]) -> Option<SpfChange> {
    let after_texts = texts(after);
    let remove: Vec<String> = before.difference(&after_texts).cloned().collect();
    let add: Vec<String> = after_texts.difference(before).cloned().collect();
    if remove.is_empty() && add.is_empty() {
        return None;
    }
    let owner: Name = step.owner.clone();
    let ttl = step.before.iter().chain(after).map(|value| value.ttl).max().unwrap_or_default();
    Some(SpfChange { owner, rtype: RrType::TXT, remove, add, ttl, guards: unallowed(step).into_iter().collect() })
}

/// The SPF records of a set, as they are read.
fn texts(values: &[Value]) -> BTreeSet<String> {
    let spf = values.iter().filter_map(|value| match &value.rdata {
        Rdata::Txt(txt) => Some(txt.joined()).filter(|text| text.to_ascii_lowercase().starts_with(b"v=spf1")),
        _ => None,
    });
    spf.map(|text| escape_joined_text(&text)).collect()
}

/// The guards of a step that nobody allowed.
pub(super) fn unallowed(step: &plan::Step) -> BTreeSet<Guard> {
    step.guards.iter().filter(|guarded| guarded.allowed.is_none()).map(|guarded| guarded.guard).collect()
}

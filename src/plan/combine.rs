//! One plan out of the drafts of several domains, which may share records and zones.

use std::collections::BTreeMap;

use mailvouch_providers::Value;
use mailvouch_providers::dns::Name;

use super::model::Guarded;
use super::{Advice, Draft, Plan, Step};
use crate::declared::Guard;

/// Names in one zone above which a plan is large.
const LARGE: usize = 25;

impl Plan {
    /// One plan for several domains.
    ///
    /// Two domains may include the same record, and both want it mended: the same change is made once. Where they want
    /// different things of one name, the first one's step is made, and the other domain is to be planned again.
    pub fn of(drafts: impl IntoIterator<Item = Draft>) -> Self {
        let (mut steps, mut advice): (Vec<Step>, Vec<Advice>) = (Vec::new(), Vec::new());
        for draft in drafts {
            advice.extend(draft.advice);
            for step in draft.steps {
                let same_name = |other: &&mut Step| (&other.provider, &other.owner) == (&step.provider, &step.owner);
                match steps.iter_mut().find(same_name) {
                    None => steps.push(step),
                    Some(first) if is_same_change(first, &step) => merge(first, step),
                    Some(first) => advice.push(to_plan_again(first, &step)),
                }
            }
        }
        let mut plan = Self::new(steps, advice);
        for (index, why) in plan.large_changes() {
            plan.steps[index].guards.push(Guarded { guard: Guard::LargeChange, why });
        }
        plan
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
fn merge(first: &mut Step, step: Step) {
    fn add<T: PartialEq>(to: &mut Vec<T>, more: Vec<T>) {
        for one in more {
            if !to.contains(&one) {
                to.push(one);
            }
        }
    }
    add(&mut first.rules, step.rules);
    add(&mut first.guards, step.guards);
    add(&mut first.notes, step.notes);
}

fn to_plan_again(first: &Step, step: &Step) -> Advice {
    Advice {
        domain: step.domain.clone(),
        rule: step.rules.join(", "),
        severity: "warning".to_owned(),
        message: format!(
            "{} also has to change for {}, in another way than for {}",
            step.owner, step.domain, first.domain
        ),
        help: Some("apply this plan, then plan again".to_owned()),
    }
}

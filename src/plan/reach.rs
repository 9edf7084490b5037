//! What the steps of a plan do to every declared domain, also to those that no step is for: their records may lead to
//! what is changed.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use mailvouch_providers::dns::{Name, RecordSet};

use super::combine::{Conflict, combine};
use super::draft::{DraftError, Holder, changes_spf, laid_over};
use super::model::Guarded;
use super::ready::Providers;
use super::{Draft, Effect, Plan, Step, Tripped, judge};
use crate::lint::{Facts, Subject, organizational_domain};
use crate::published::{Gatherer, Overlay};

/// One plan out of drafts, and what it does to all their domains together, and to the `others` that lead to what it
/// changes. Where drafts want different things of one name, nothing is planned there: the conflicts say so.
pub async fn combined(gatherer: &Gatherer, drafts: Vec<Draft>, others: &[Subject]) -> (Plan, Vec<Conflict>) {
    let mut before = Overlay::default();
    for draft in &drafts {
        before.extend(&draft.truth);
    }
    let planned: Vec<Subject> = drafts.iter().map(|draft| draft.subject.clone()).collect();
    let names: BTreeSet<&Name> = planned.iter().map(|subject| &subject.domain).collect();
    let (mut plan, conflicts) = combine(drafts);
    let after = with_steps(&before, &plan.steps);
    let others = if plan.is_empty() { &[] } else { others };
    for reached in reach(gatherer, planned.iter().chain(others), &before, &after).await {
        if names.contains(&reached.effect.domain) || reached.effect.is_change() {
            plan.domains.push(reached.effect.clone());
        }
        reached.attach(&mut plan.steps);
    }
    (plan, conflicts)
}

/// The guards that steps trip for domains that none of them is for, as things stand now.
pub async fn judge_others(
    gatherer: &Gatherer,
    others: &[Subject],
    providers: &Providers,
    steps: &[Step],
) -> Result<Vec<(Name, Tripped)>, DraftError> {
    let mut by_provider: BTreeMap<&String, Vec<&Step>> = BTreeMap::new();
    for step in steps {
        // Nobody can apply one without a provider.
        if let Some(name) = &step.provider {
            by_provider.entry(name).or_default().push(step);
        }
    }
    let (mut before, mut after) = (Overlay::default(), Overlay::default());
    for (name, steps) in by_provider {
        let Some(provider) = providers.get(name) else { continue };
        let names = steps.iter().map(|step| step.owner.clone()).collect();
        let laid = laid_over(gatherer, Holder { name, provider: provider.as_ref() }, names, &steps).await?;
        before.extend(&laid.0);
        after.extend(&laid.1);
    }
    let reached = reach(gatherer, others, &before, &after).await;
    let of_domain = |one: Reached| {
        let domain = one.effect.domain;
        one.tripped.into_iter().map(move |tripped| (domain.clone(), tripped))
    };
    Ok(reached.into_iter().flat_map(of_domain).collect())
}

/// What is done to one domain.
struct Reached {
    effect: Effect,
    tripped: Vec<Tripped>,
    /// The names whose SPF records its own leads to, before or afterwards.
    names: Vec<Name>,
}

impl Reached {
    /// Puts each guard that no step has for the domain yet at the step that trips it.
    fn attach(self, steps: &mut [Step]) {
        let domain = &self.effect.domain;
        for Tripped { guard, owner, why } in self.tripped {
            let is_told =
                |step: &Step| step.guards.iter().any(|told| told.guard == guard && told.domain_of(step) == domain);
            if steps.iter().any(is_told) {
                continue;
            }
            let of_spf = |step: &Step| changes_spf(step) && self.names.contains(&step.owner);
            let of_organization = |step: &Step| organizational_domain(&step.owner) == organizational_domain(&owner);
            let at = if guard.is_about_spf() { steps.iter().position(of_spf) } else { None };
            let at = at.or_else(|| steps.iter().position(of_organization)).unwrap_or(0);
            if let Some(step) = steps.get_mut(at) {
                let domain = (step.domain != *domain).then(|| domain.clone());
                step.guards.push(Guarded { guard, why, domain, allowed: None });
            }
        }
    }
}

/// The facts of each domain, before against after. What has been asked already is not asked again.
async fn reach<'a>(
    gatherer: &Gatherer,
    subjects: impl IntoIterator<Item = &'a Subject>,
    before: &Overlay,
    after: &Overlay,
) -> Vec<Reached> {
    let one = async |subject: &Subject| {
        let old = gatherer.run(Some(before), |ask| Facts::of(ask, subject)).await.result;
        let new = gatherer.run(Some(after), |ask| Facts::of(ask, subject)).await.result;
        let trees = [&old, &new].into_iter().flat_map(|facts| facts.spf.tree.walk());
        Reached {
            effect: Effect::of(&old, &new),
            tripped: judge(&old, &new),
            names: trees.map(|tree| tree.name.clone()).collect(),
        }
    };
    join_all(subjects.into_iter().map(one)).await
}

/// The records with the steps laid over them.
pub(super) fn with_steps(before: &Overlay, steps: &[Step]) -> Overlay {
    let mut after = before.clone();
    for step in steps {
        for rtype in step.types() {
            let values: Vec<_> = step.after.iter().filter(|value| value.rdata.rtype() == rtype).collect();
            let ttl = values.first().map_or(0, |value| value.ttl);
            let set = RecordSet { ttl, values: values.into_iter().map(|value| value.rdata.clone()).collect() };
            after.state(&step.owner, rtype, Some(set));
        }
    }
    after
}

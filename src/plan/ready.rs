//! Steps on their way to a provider: each is checked against what stands there now, before anything is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::{StreamExt as _, stream};
use mailvouch_providers::dns::{Name, Rdata};
use mailvouch_providers::{Change, Owner, Provider, ProviderError, Value, Zone};

use super::Step;
use super::held::set_of;
use super::promises::{self, Broken};
use crate::lint::organizational_domain;

/// Zones that are looked for, or written to, at a time.
pub(super) const AT_ONCE: usize = 32;

/// The providers that a plan may need, by their names in the declaration.
pub type Providers = BTreeMap<String, Arc<dyn Provider>>;

/// A step, and where it is to be made.
pub(super) struct Ready<'a> {
    /// The step's place in the plan.
    pub(super) index: usize,
    pub(super) step: &'a Step,
    pub(super) provider: &'a dyn Provider,
    pub(super) zone: Zone,
}

/// A change that cannot be made.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) owner: Name,
    pub(super) error: ProviderError,
}

impl Ready<'_> {
    pub(super) fn failed(&self, error: ProviderError) -> Failed {
        Failed { owner: self.step.owner.clone(), error }
    }

    /// What stands at the owner now.
    pub(super) async fn read(&self) -> Result<Owner, ProviderError> {
        let owners = self.provider.read(&self.zone, std::slice::from_ref(&self.step.owner)).await?;
        owners.into_iter().find(|owner| owner.name == self.step.owner).ok_or_else(no_answer)
    }
}

fn no_answer() -> ProviderError {
    ProviderError::Unavailable("the provider gave no answer for the name".to_owned())
}

/// Finds each step's provider and zone. `places` says where in the journal's plan each step stands.
pub(super) async fn placed<'a>(
    steps: &'a [Step],
    places: &[usize],
    providers: &'a Providers,
) -> Result<Vec<Result<Ready<'a>, Failed>>, Failed> {
    let mut owners = BTreeSet::new();
    for step in steps {
        if !owners.insert((&step.provider, &step.owner)) {
            let message = format!("{} is changed by two steps of the plan", step.owner);
            return Err(Failed { owner: step.owner.clone(), error: ProviderError::Unsupported(message) });
        }
    }
    let place = async |(step, index): (&'a Step, usize)| {
        place(index, step, providers).await.map_err(|error| Failed { owner: step.owner.clone(), error })
    };
    let asked = steps.iter().zip(places.iter().copied()).map(place);
    Ok(stream::iter(asked).buffered(AT_ONCE).collect().await)
}

/// Checks that the changes of a lane can be made as things stand.
pub(super) async fn check(lane: &[Ready<'_>]) -> Result<(), Failed> {
    for group in groups(lane) {
        if let Some(first) = group.first() {
            first.provider.takes_changes(&first.zone).await.map_err(|error| first.failed(error))?;
        }
        changes_now(group).await?;
    }
    Ok(())
}

/// The steps of each zone, in their order. Zones whose steps wait for each other's are one lane.
pub(super) fn lanes(ready: Vec<Ready<'_>>) -> Vec<Vec<Ready<'_>>> {
    let mut lanes: Vec<Vec<Ready<'_>>> = Vec::new();
    for step in ready {
        let waits_for = |other: &Ready<'_>| {
            let leads_to = |one: &Ready<'_>, two: &Ready<'_>| {
                one.step.waits.as_ref().is_some_and(|wait| wait.names.contains(&two.step.owner))
            };
            leads_to(&step, other) || leads_to(other, &step)
        };
        let same_zone = |other: &Ready<'_>| other.step.provider == step.step.provider && other.zone == step.zone;
        let belongs = |lane: &Vec<Ready<'_>>| lane.iter().any(|other| same_zone(other) || waits_for(other));
        let (joined, apart): (Vec<_>, Vec<_>) = lanes.into_iter().partition(belongs);
        let mut lane: Vec<Ready<'_>> = joined.into_iter().flatten().collect();
        lane.push(step);
        lane.sort_by_key(|ready| ready.index);
        lanes = apart;
        lanes.push(lane);
    }
    lanes.sort_by_key(|lane| lane.first().map(|ready| ready.index));
    lanes
}

async fn place<'a>(index: usize, step: &'a Step, providers: &'a Providers) -> Result<Ready<'a>, ProviderError> {
    if step.provider.is_none() && !step.source.is_empty() {
        let message = format!(
            "{} is published from a source that is not written to: put the lines above in, publish it, and let `mailvouch \
             wait` look; what other providers hold is applied by a plan of those domains alone (`mailvouch plan DOMAIN…`)",
            step.domain
        );
        return Err(ProviderError::Unsupported(message));
    }
    let Some(name) = &step.provider else {
        let message = format!(
            "{} has no provider, or was planned with `--before dns`: plan with its provider, or make the change by hand",
            step.domain
        );
        return Err(ProviderError::Unsupported(message));
    };
    let Some(provider) = providers.get(name) else {
        return Err(ProviderError::Unsupported(format!("provider `{name}` is not in the declaration")));
    };
    // Guards are judged for the domain: a change elsewhere would pass them unseen.
    if organizational_domain(&step.owner) != organizational_domain(&step.domain) {
        let message = format!("{} is no name of {}", step.owner, step.domain);
        return Err(ProviderError::Unsupported(message));
    }
    let zone = provider.zone_of(&step.owner).await?;
    if step.zone.as_ref().is_some_and(|planned| *planned != zone.name) {
        let message = format!("{} is now in the zone {}, not in the one that was planned for", step.owner, zone.name);
        return Err(ProviderError::Unsupported(message));
    }
    Ok(Ready { index, step, provider: provider.as_ref(), zone })
}

/// Steps of one zone that follow each other, as many as the provider takes at once. One that has to wait begins anew.
pub(super) fn groups<'a, 'b>(ready: &'b [Ready<'a>]) -> impl Iterator<Item = &'b [Ready<'a>]> {
    let mut rest = ready;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        let same = |step: &&Ready<'_>| {
            let waits = step.index != first.index && step.step.waits.is_some();
            step.step.provider == first.step.provider && step.zone == first.zone && !waits
        };
        let most = first.provider.limits().batch.max(1);
        let (group, tail) = rest.split_at(rest.iter().take_while(same).count().min(most));
        rest = tail;
        Some(group)
    })
}

/// The changes of a group against what stands there now; an error where one cannot be made.
pub(super) async fn changes_now(group: &[Ready<'_>]) -> Result<Vec<Change>, Failed> {
    let Some(first) = group.first() else { return Ok(Vec::new()) };
    let names: Vec<Name> = group.iter().map(|ready| ready.step.owner.clone()).collect();
    let owners = first.provider.read(&first.zone, &names).await.map_err(|error| first.failed(error))?;
    let change = |ready: &Ready<'_>| {
        let now = owners.iter().find(|owner| owner.name == ready.step.owner).ok_or_else(no_answer);
        now.and_then(|now| change(ready.step, now)).map_err(|error| ready.failed(error))
    };
    group.iter().map(change).collect()
}

/// A step as a change of what stands there now.
fn change(step: &Step, now: &Owner) -> Result<Change, ProviderError> {
    let goes = |rdata: &Rdata| step.remove.iter().any(|value| value.rdata == *rdata);
    let add = step.add.iter().map(|value| {
        // A value has the TTL of its set, which may be another one by now; one that goes and comes has its own.
        let set = set_of(now, value.rdata.rtype()).filter(|_| !goes(&value.rdata));
        Value { ttl: set.map_or(value.ttl, |set| set.ttl), ..value.clone() }
    });
    let change = Change {
        owner: step.owner.clone(),
        // With the ids and TTLs of now: those of the plan may be old.
        remove: as_held(&step.remove, now),
        add: add.collect(),
        seen: now.values.clone(),
    };
    let cut_otherwise = |held: &&Value| {
        let joined = |rdata: &Rdata| rdata.as_txt().map(mailvouch_providers::dns::Txt::joined);
        let same = |added: &Value| joined(&added.rdata) == joined(&held.rdata) && added.rdata != held.rdata;
        held.rdata.as_txt().is_some() && !goes(&held.rdata) && step.add.iter().any(same)
    };
    let there_already: Vec<Value> = now.values.iter().filter(cut_otherwise).cloned().collect();
    if !there_already.is_empty() {
        return Err(ProviderError::Stale(there_already));
    }
    change.check(now)?;
    match promises::check(&step.owner, &data(&now.values), &data(&change.after(&now.values))) {
        Ok(()) => Ok(change),
        Err(Broken::NotOurs(value)) => {
            Err(ProviderError::Unsupported(format!("{value} is no mail record: it is not taken away")))
        }
        // Somebody put another SPF or DMARC record there since, or took ours for theirs.
        Err(Broken::Several | Broken::Gone) => {
            let records = now.values.iter().filter(|value| promises::is_record(&value.rdata));
            Err(ProviderError::Stale(records.cloned().collect()))
        }
    }
}

/// These values with the ids and TTLs that the provider has for them.
pub(super) fn as_held(values: &[Value], now: &Owner) -> Vec<Value> {
    let held = |value: &Value| now.values.iter().find(|held| held.rdata == value.rdata).cloned();
    values.iter().map(|value| held(value).unwrap_or_else(|| Value { handle: None, ..value.clone() })).collect()
}

pub(super) fn data(values: &[Value]) -> Vec<Rdata> {
    values.iter().map(|value| value.rdata.clone()).collect()
}

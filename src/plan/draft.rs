//! Makes the steps of one domain: against what the provider holds, not against what DNS happens to serve.

use std::collections::{BTreeMap, BTreeSet};

use mailvouch_providers::dns::{Name, RecordSet, RrType};
use mailvouch_providers::{Change, Owner, Provider, ProviderError, Value, Zone};

use super::desired::{Desired, Taking, desired};
use super::model::Guarded;
use super::{Advice, Step, Tripped, judge};
use crate::declared::Guard;
use crate::lint::{Diagnostic, Facts, Subject};
use crate::published::{Ask, Gatherer, Overlay, State};

/// The types that fixes write; what a provider holds of these counts for more than what DNS serves.
const WRITTEN: [RrType; 3] = [RrType::TXT, RrType::CNAME, RrType::MX];

/// Owner names in one zone above which a plan is large.
const LARGE: usize = 25;

/// Reads of the provider after which a plan that keeps growing is given up; each reads all names known so far.
const MAX_READS: usize = 8;

/// The provider that holds a domain's records, and the name that the declaration gives it.
#[derive(Clone, Copy)]
pub struct Holder<'a> {
    /// Its name in the declaration.
    pub name: &'a str,
    /// The provider.
    pub provider: &'a dyn Provider,
}

/// The steps for one domain, and what they rest on.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What is to be done.
    pub steps: Vec<Step>,
    /// What it does not mend.
    pub advice: Vec<Advice>,
    /// The analysis before and after.
    pub desired: Desired,
}

/// Why no plan could be made. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("provider `{provider}`, {owner}: {error}")]
pub struct DraftError {
    /// The provider's name in the declaration.
    pub provider: String,
    /// The name that could not be read.
    pub owner: Name,
    /// Why.
    pub error: ProviderError,
}

/// What a provider holds at the names that a plan touches.
#[derive(Default)]
struct Held {
    owners: BTreeMap<Name, (Zone, Owner)>,
    /// Names for which the provider has no zone.
    elsewhere: BTreeSet<Name>,
}

impl Held {
    fn knows(&self, name: &Name) -> bool {
        self.owners.contains_key(name) || self.elsewhere.contains(name)
    }

    /// The same as statements for the analysis. An owner under a delegation is somebody else's: DNS speaks of it.
    fn statements(&self) -> Overlay {
        let mut truth = Overlay::default();
        for (name, (_, owner)) in self.owners.iter().filter(|(_, (_, owner))| owner.delegated_at.is_none()) {
            for rtype in WRITTEN {
                truth.state(name, rtype, set_of(owner, rtype));
            }
        }
        truth
    }

    async fn read(&mut self, holder: Holder<'_>, names: impl IntoIterator<Item = Name>) -> Result<(), DraftError> {
        for name in names {
            let failed = |error| DraftError { provider: holder.name.to_owned(), owner: name.clone(), error };
            let zone = match holder.provider.zone_of(&name).await {
                Ok(zone) => zone,
                Err(ProviderError::NoZone(_)) => {
                    self.elsewhere.insert(name);
                    continue;
                }
                Err(error) => return Err(failed(error)),
            };
            let mut owners = holder.provider.read(&zone, std::slice::from_ref(&name)).await.map_err(failed)?;
            let owner =
                owners.pop().ok_or_else(|| failed(ProviderError::Unavailable("no answer for the name".into())))?;
            self.owners.insert(name.clone(), (zone, owner));
        }
        Ok(())
    }
}

fn set_of(owner: &Owner, rtype: RrType) -> Option<RecordSet> {
    let values: Vec<&Value> = owner.of_type(rtype).collect();
    let ttl = values.first()?.ttl;
    Some(RecordSet { ttl, values: values.iter().map(|value| value.rdata.clone()).collect() })
}

/// Makes the steps of one domain. Without a holder they are made against DNS, and nobody can apply them.
pub async fn draft(
    gatherer: &Gatherer,
    subject: &Subject,
    holder: Option<Holder<'_>>,
    taking: &Taking,
) -> Result<Draft, DraftError> {
    let mut held = Held::default();
    if let Some(holder) = holder {
        // A cache may still serve what is gone: the names that matter most are read before anything is judged.
        held.read(holder, core_owners(subject)).await?;
    }
    let mut wanted = desired(gatherer, subject, &held.statements(), taking).await;
    if let Some(holder) = holder {
        for _ in 0..MAX_READS {
            let unread: BTreeSet<Name> = touched(&wanted).into_iter().filter(|name| !held.knows(name)).collect();
            if unread.is_empty() {
                break;
            }
            // Knowing the provider's side may change what is to be done, and where.
            held.read(holder, unread).await?;
            wanted = desired(gatherer, subject, &held.statements(), taking).await;
        }
    }
    let tripped = judge(&wanted.before, &wanted.after);
    let mut steps = Vec::new();
    let mut advice: Vec<Advice> = wanted.remaining.iter().map(|found| to_advice(subject, found)).collect();
    for owner in touched(&wanted) {
        let step = step(subject, holder, &held, &wanted, &owner);
        match unwritable(holder, &held, &step) {
            None => steps.push(step),
            Some(why) => advice.push(Advice {
                domain: subject.domain.clone(),
                rule: step.rules.join(", "),
                severity: "error".to_owned(),
                message: format!("{owner} has to change, and cannot be changed here: {why}"),
                help: Some(text_to_send(&step)),
            }),
        }
    }
    for step in &mut steps {
        let here = tripped.iter().filter(|tripped| tripped.owner == step.owner);
        step.guards = here.map(|tripped| Guarded { guard: tripped.guard, why: tripped.why.clone() }).collect();
        step.notes = differences(gatherer, &held, step).await;
    }
    if steps.len() > LARGE {
        let why = format!("{} names change at once", steps.len());
        steps[0].guards.push(Guarded { guard: Guard::LargeChange, why });
    }
    Ok(Draft { steps, advice, desired: wanted })
}

/// The names at which a domain's own records stand.
fn core_owners(subject: &Subject) -> BTreeSet<Name> {
    let mut owners = BTreeSet::from([subject.domain.clone()]);
    owners.extend(subject.domain.child("_dmarc").ok());
    if let Some(declared) = &subject.declared {
        owners.extend(declared.domain().dkim.iter().map(|selector| selector.owner.clone()));
    }
    owners
}

fn touched(wanted: &Desired) -> BTreeSet<Name> {
    wanted.changes.statements().map(|(owner, ..)| owner.clone()).collect()
}

fn to_advice(subject: &Subject, found: &Diagnostic) -> Advice {
    Advice {
        domain: subject.domain.clone(),
        rule: found.rule.to_owned(),
        severity: found.severity.name().to_owned(),
        message: found.message.clone(),
        help: found.help.clone(),
    }
}

/// The guards that steps of one domain trip as things stand now: a saved plan may say what was so when it was made.
pub async fn judge_again(
    gatherer: &Gatherer,
    subject: &Subject,
    holder: Holder<'_>,
    steps: &[&Step],
) -> Result<Vec<Tripped>, DraftError> {
    let mut held = Held::default();
    held.read(holder, core_owners(subject).into_iter().chain(steps.iter().map(|step| step.owner.clone()))).await?;
    let before = held.statements();
    let mut after = before.clone();
    for step in steps {
        // A step that does not fit what stands there now would be judged by what it can never make.
        if let Some((_, now)) = held.owners.get(&step.owner) {
            let Step { owner, remove, add, .. } = (*step).clone();
            let change = Change { owner: owner.clone(), remove, add, seen: now.values.clone() };
            change.check(now).map_err(|error| DraftError { provider: holder.name.to_owned(), owner, error })?;
        }
        let types: BTreeSet<RrType> = step.remove.iter().chain(&step.add).map(|value| value.rdata.rtype()).collect();
        let now = held.owners.get(&step.owner);
        for rtype in types {
            let stay = now.into_iter().flat_map(|(_, owner)| owner.of_type(rtype));
            let stay = stay.filter(|value| !step.remove.iter().any(|removed| removed.rdata == value.rdata));
            let values: Vec<&Value> =
                stay.chain(step.add.iter().filter(|value| value.rdata.rtype() == rtype)).collect();
            let ttl = values.first().map_or(0, |value| value.ttl);
            let set = RecordSet { ttl, values: values.into_iter().map(|value| value.rdata.clone()).collect() };
            after.state(&step.owner, rtype, Some(set));
        }
    }
    let before = gatherer.run(Some(&before), |ask| Facts::of(ask, subject)).await.result;
    let after = gatherer.run(Some(&after), |ask| Facts::of(ask, subject)).await.result;
    Ok(judge(&before, &after))
}

/// The change at one owner, by value.
fn step(subject: &Subject, holder: Option<Holder<'_>>, held: &Held, wanted: &Desired, owner: &Name) -> Step {
    let at_provider = held.owners.get(owner);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let changed = wanted.changes.statements().filter(|(name, ..)| *name == owner);
    for (_, rtype, set) in changed {
        let original = wanted.originals.stated(owner, rtype).flatten();
        let old: Vec<Value> = match at_provider {
            // With the provider's own ids and TTLs.
            Some((_, held)) => held.of_type(rtype).cloned().collect(),
            None => original.map_or_else(Vec::new, as_values),
        };
        for value in set.map_or_else(Vec::new, as_values) {
            let same = old.iter().find(|held| held.rdata == value.rdata);
            after.push(same.cloned().unwrap_or(value));
        }
        before.extend(old);
    }
    let lacks = |values: &[Value], value: &Value| !values.iter().any(|other| other.rdata == value.rdata);
    Step {
        domain: subject.domain.clone(),
        provider: holder.map(|holder| holder.name.to_owned()),
        zone: at_provider.map(|(zone, _)| zone.name.clone()),
        owner: owner.clone(),
        remove: before.iter().filter(|value| lacks(&after, value)).cloned().collect(),
        add: after.iter().filter(|value| lacks(&before, value)).cloned().collect(),
        rules: wanted.reasons.get(owner).into_iter().flatten().map(|rule| (*rule).to_owned()).collect(),
        guards: Vec::new(),
        notes: Vec::new(),
        before,
        after,
    }
}

fn as_values(set: &RecordSet) -> Vec<Value> {
    set.values.iter().map(|rdata| Value::new(rdata.clone(), set.ttl)).collect()
}

/// Why the provider cannot make this step.
fn unwritable(holder: Option<Holder<'_>>, held: &Held, step: &Step) -> Option<String> {
    let holder = holder?;
    let Some((_, owner)) = held.owners.get(&step.owner) else {
        return Some(format!("`{}` has no zone for it", holder.name));
    };
    if let Some(cut) = &owner.delegated_at {
        return Some(format!("{cut} is delegated to other servers"));
    }
    let limits = holder.provider.limits();
    let mut changing = step.remove.iter().chain(&step.add);
    if let Some(value) = changing.find(|value| !limits.types.contains(&value.rdata.rtype())) {
        return Some(format!("`{}` cannot write {} records", holder.name, value.rdata.rtype()));
    }
    let too_short = step.add.iter().find(|value| value.ttl < limits.min_ttl);
    too_short.map(|value| {
        let (ttl, least) = (value.ttl, limits.min_ttl);
        format!("a TTL of {ttl} s is less than `{}` takes ({least} s): declare `ttl = {least}`", holder.name)
    })
}

/// The change in words, for whoever runs the other side.
fn text_to_send(step: &Step) -> String {
    let line = |verb: &str, value: &Value| {
        format!("{verb} {} {} {} {}", step.owner.absolute(), value.ttl, value.rdata.rtype(), value.rdata)
    };
    let removed = step.remove.iter().map(|value| line("remove", value));
    let added = step.add.iter().map(|value| line("add", value));
    removed.chain(added).collect::<Vec<_>>().join("; ")
}

/// Where DNS serves something else than the provider holds: a change under way, an inside view, or the wrong provider.
async fn differences(gatherer: &Gatherer, held: &Held, step: &Step) -> Vec<String> {
    let Some((_, owner)) = held.owners.get(&step.owner) else { return Vec::new() };
    let types: BTreeSet<RrType> = step.remove.iter().chain(&step.add).map(|value| value.rdata.rtype()).collect();
    let mut notes = Vec::new();
    for rtype in types {
        let ask = |ask: &Ask<'_>| ask.get(&step.owner, rtype);
        let Some(reply) = gatherer.run(None, ask).await.result else { continue };
        // A wildcard's answer does not stand at the name, and an alias is told of elsewhere.
        if reply.wildcard.is_some() || reply.is_alias() {
            continue;
        }
        let served = match &reply.state {
            State::Found(set) => Some(set),
            State::Absent(_) => None,
            State::Unknown(_) => continue,
        };
        let here = set_of(owner, rtype);
        let same = match (served, &here) {
            (Some(served), Some(here)) => served.holds_same_values(here),
            (None, None) => true,
            _ => false,
        };
        if !same {
            notes.push(format!(
                "DNS serves another {rtype} set at {} than the provider holds: a change is under way, this is another \
                 view of the zone, or the wrong provider is declared",
                step.owner
            ));
        }
    }
    notes
}

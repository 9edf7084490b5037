//! Makes the steps of one domain: against what the provider holds, not against what DNS happens to serve.

use std::collections::{BTreeMap, BTreeSet};

use mailvouch_providers::dns::{Name, RecordSet, RrType};
use mailvouch_providers::{Change, Provider, ProviderError, Value};

use super::desired::{Desired, Taking, desired_but};
use super::held::{Held, as_values};
use super::model::{Guarded, SourceLines, Wait};
use super::unpublished::{in_no_source, unpublished};
use super::{Advice, Step, Tripped, judge, judge_writing, promises};
use crate::lint::{Diagnostic, Facts, Subject, negative_ttl};
use crate::published::{Gatherer, Overlay};

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

impl Holder<'_> {
    pub(super) fn failed(&self, owner: &Name, error: ProviderError) -> DraftError {
        DraftError { provider: self.name.to_owned(), owner: owner.clone(), error }
    }
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
    /// What the provider holds at the names that were read.
    pub(super) truth: Overlay,
    /// What was examined.
    pub(super) subject: Subject,
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
        held.read(holder, gatherer, core_owners(subject)).await?;
        if held.is_elsewhere(&subject.domain) {
            // A typing error, mostly: of a file that is not there nothing follows.
            in_no_source(holder, &subject.domain)?;
        }
    }
    let mut reads = 0;
    // Names that have to change and cannot be changed here, each with what is told about it.
    let mut closed: BTreeMap<Name, Advice> = BTreeMap::new();
    let (desired, mut steps) = loop {
        let names = closed.keys().cloned().collect();
        let desired = desired_but(gatherer, subject, &held.statements(), taking, &names).await;
        let touched: BTreeSet<Name> = desired.changes.statements().map(|(owner, ..)| owner.clone()).collect();
        if let Some(holder) = holder
            && reads < MAX_READS
        {
            let unread: Vec<Name> = touched.iter().filter(|name| !held.knows(name)).cloned().collect();
            if !unread.is_empty() {
                // Knowing the provider's side may change what is to be done, and where.
                held.read(holder, gatherer, unread).await?;
                reads += 1;
                continue;
            }
        }
        let mut steps: Vec<Step> = touched.iter().map(|owner| step(subject, holder, &held, &desired, owner)).collect();
        let refused = steps.iter().filter_map(|step| {
            let why = unwritable(holder?, &held, step)?;
            Some((step.owner.clone(), to_send(subject, step, &why)))
        });
        let mut refused: Vec<(Name, Advice)> = refused.collect();
        for step in &mut steps {
            if let Some(holder) = holder
                && let Err(why) = in_source(holder, &held, step).await
            {
                refused.push((step.owner.clone(), to_send(subject, step, &why)));
            }
        }
        if refused.is_empty() {
            break (desired, steps);
        }
        // What can be done without them is proved without them.
        closed.extend(refused);
    };
    attach(&mut steps, judge(&desired.before, &desired.after));
    if let Some(limits) = holder.map(|holder| holder.provider.limits()) {
        for step in &mut steps {
            let tripped = judge_writing(step, &limits);
            step.guards.extend(tripped.map(|Tripped { guard, why, .. }| Guarded {
                guard,
                why,
                domain: None,
                allowed: None,
            }));
        }
    }
    for step in &mut steps {
        step.notes = notes(gatherer, &held, step).await;
        step.notes.extend(desired.notes.get(&step.owner).into_iter().flatten().cloned());
        if let Some(names) = desired.first.get(&step.owner) {
            let zone = step.zone.as_ref().unwrap_or(&step.owner);
            let seconds = gatherer.run(None, |ask| negative_ttl(ask, zone)).await.result;
            step.waits = Some(Wait { names: names.iter().cloned().collect(), seconds });
        }
    }
    let remaining = desired.remaining.iter().zip(&desired.held);
    let mut advice: Vec<Advice> = remaining.map(|(found, held)| to_advice(subject, found, held.as_ref())).collect();
    advice.extend(closed.into_values());
    if let Some(holder) = holder {
        advice.extend(unpublished(gatherer, subject, holder, &held, &steps).await);
    }
    Ok(Draft { steps, advice, desired, truth: held.statements(), subject: subject.clone() })
}

/// The names at which a domain's own records stand.
pub(super) fn core_owners(subject: &Subject) -> BTreeSet<Name> {
    let mut owners = BTreeSet::from([subject.domain.clone()]);
    owners.extend(subject.domain.child("_dmarc").ok());
    if let Some(declared) = &subject.declared {
        owners.extend(declared.domain().dkim.iter().map(|selector| selector.owner.clone()));
    }
    owners
}

fn to_advice(subject: &Subject, found: &Diagnostic, held: Option<&String>) -> Advice {
    Advice {
        domain: subject.domain.clone(),
        rule: found.rule.to_owned(),
        severity: found.severity.name().to_owned(),
        message: found.message.clone(),
        help: found.help.clone(),
        held: held.cloned(),
    }
}

/// The guards that steps of one domain trip as things stand now: a saved plan may say what was so when it was made.
pub async fn judge_again(
    gatherer: &Gatherer,
    subject: &Subject,
    holder: Holder<'_>,
    steps: &[&Step],
) -> Result<Vec<Tripped>, DraftError> {
    let mut names = core_owners(subject);
    names.extend(steps.iter().map(|step| step.owner.clone()));
    let (before, after) = laid_over(gatherer, holder, names, steps).await?;
    let before = gatherer.run(Some(&before), |ask| Facts::of(ask, subject)).await.result;
    let after = gatherer.run(Some(&after), |ask| Facts::of(ask, subject)).await.result;
    Ok(judge(&before, &after))
}

/// What the provider holds at these names now, and the same with the steps laid over it.
pub(super) async fn laid_over(
    gatherer: &Gatherer,
    holder: Holder<'_>,
    names: BTreeSet<Name>,
    steps: &[&Step],
) -> Result<(Overlay, Overlay), DraftError> {
    let mut held = Held::default();
    held.read(holder, gatherer, names).await?;
    let before = held.statements();
    let mut after = before.clone();
    for step in steps {
        // A step that does not fit what stands there now would be judged by what it can never make.
        if let Some((_, now)) = held.at(&step.owner) {
            let Step { owner, remove, add, .. } = (*step).clone();
            let change = Change { owner: owner.clone(), remove, add, seen: now.values.clone() };
            change.check(now).map_err(|error| DraftError { provider: holder.name.to_owned(), owner, error })?;
        }
        for rtype in step.types() {
            let now = held.at(&step.owner).into_iter().flat_map(|(_, owner)| owner.of_type(rtype));
            let stay = now.filter(|value| !step.remove.iter().any(|removed| removed.rdata == value.rdata));
            let values: Vec<&Value> =
                stay.chain(step.add.iter().filter(|value| value.rdata.rtype() == rtype)).collect();
            let ttl = values.first().map_or(0, |value| value.ttl);
            let set = RecordSet { ttl, values: values.into_iter().map(|value| value.rdata.clone()).collect() };
            after.state(&step.owner, rtype, Some(set));
        }
    }
    Ok((before, after))
}

/// The change at one owner, by value.
fn step(subject: &Subject, holder: Option<Holder<'_>>, held: &Held, desired: &Desired, owner: &Name) -> Step {
    let at_provider = held.at(owner);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (_, rtype, set) in desired.changes.statements().filter(|(name, ..)| *name == owner) {
        let old: Vec<Value> = match at_provider {
            // With the provider's own ids and TTLs.
            Some((_, held)) => held.of_type(rtype).cloned().collect(),
            None => desired.originals.stated(owner, rtype).flatten().map_or_else(Vec::new, as_values),
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
        rules: desired.reasons.get(owner).into_iter().flatten().map(|rule| (*rule).to_owned()).collect(),
        guards: Vec::new(),
        waits: None,
        notes: Vec::new(),
        source: Vec::new(),
        before,
        after,
    }
}

/// Why the provider cannot make this step.
fn unwritable(holder: Holder<'_>, held: &Held, step: &Step) -> Option<String> {
    let Some((_, owner)) = held.at(&step.owner) else {
        return Some(if held.is_elsewhere(&step.owner) {
            format!("`{}` has no zone for it", holder.name)
        } else {
            "each change led to another one, and this one came too late to be looked at; plan again".to_owned()
        });
    };
    let limits = holder.provider.limits();
    let (remove, add, seen) = (step.remove.clone(), step.add.clone(), owner.values.clone());
    let change = Change { owner: step.owner.clone(), remove, add, seen };
    let one_ttl = |()| if limits.per_value_ttl { Ok(()) } else { change.check_one_ttl(owner) };
    if let Err(error) = change.check(owner).and_then(one_ttl) {
        return Some(error.to_string());
    }
    let mut changing = step.remove.iter().chain(&step.add);
    if let Some(value) = changing.find(|value| !limits.types.contains(&value.rdata.rtype())) {
        return Some(format!("`{}` cannot write {} records", holder.name, value.rdata.rtype()));
    }
    let mut comes = step.add.iter().map(|value| (value, holder.provider.cannot_hold(&value.rdata)));
    if let Some((value, Some(why))) = comes.find(|(_, why)| why.is_some()) {
        return Some(format!("`{}` cannot hold {} {}: {why}", holder.name, value.rdata.rtype(), value.rdata));
    }
    let too_short = step.add.iter().find(|value| value.ttl < limits.min_ttl);
    too_short.map(|value| {
        let (ttl, least) = (value.ttl, limits.min_ttl);
        format!("a TTL of {ttl} s is less than `{}` takes ({least} s): declare `ttl = {least}`", holder.name)
    })
}

/// Says of a step what it is in the source that the provider edits; why it cannot be made there.
async fn in_source(holder: Holder<'_>, held: &Held, step: &mut Step) -> Result<(), String> {
    let Some((zone, owner)) = held.at(&step.owner) else { return Ok(()) };
    let (remove, add, seen) = (step.remove.clone(), step.add.clone(), owner.values.clone());
    let change = Change { owner: step.owner.clone(), remove, add, seen };
    let edits = holder.provider.source_edits(zone, std::slice::from_ref(&change)).await;
    step.source = edits.map_err(|error| error.to_string())?.into_iter().map(SourceLines::from).collect();
    Ok(())
}

/// A step that cannot be made here, for whoever runs the other side.
fn to_send(subject: &Subject, step: &Step, why: &str) -> Advice {
    let line = |verb: &str, value: &Value| {
        format!("{verb} {} {} {} {}", step.owner.absolute(), value.ttl, value.rdata.rtype(), value.rdata)
    };
    let removed = step.remove.iter().map(|value| line("remove", value));
    let added = step.add.iter().map(|value| line("add", value));
    Advice {
        domain: subject.domain.clone(),
        rule: step.rules.join(", "),
        severity: "error".to_owned(),
        message: format!("{} has to change, and cannot be changed here: {why}", step.owner),
        help: Some(removed.chain(added).collect::<Vec<_>>().join("; ")),
        held: Some(format!("it cannot be changed here: {why}")),
    }
}

/// Puts each tripped guard at the step that trips it.
fn attach(steps: &mut [Step], tripped: Vec<Tripped>) {
    for Tripped { guard, owner, why } in tripped {
        let about_spf = guard.is_about_spf();
        // A record that the domain's own leads to may be the one that changes; and a name below may be what comes
        // into being.
        let is_cause = |step: &Step| if about_spf { changes_spf(step) } else { step.owner.is_at_or_below(&owner) };
        let at = steps.iter().position(|step| step.owner == owner && (!about_spf || changes_spf(step)));
        let at = at.or_else(|| steps.iter().position(is_cause)).unwrap_or(0);
        if let Some(step) = steps.get_mut(at) {
            step.guards.push(Guarded { guard, why, domain: None, allowed: None });
        }
    }
}

/// Whether an SPF record goes or comes.
pub(super) fn changes_spf(step: &Step) -> bool {
    step.remove.iter().chain(&step.add).any(|value| promises::is_spf(&value.rdata))
}

/// What the reader should know of a step.
async fn notes(gatherer: &Gatherer, held: &Held, step: &Step) -> Vec<String> {
    let note = |rtype: RrType| {
        format!(
            "DNS serves another {rtype} set at {} than the provider holds: a change is under way, this is another \
             view of the zone, or the wrong provider is declared",
            step.owner
        )
    };
    held.differences(gatherer, &step.owner, &step.types()).await.into_iter().map(note).collect()
}

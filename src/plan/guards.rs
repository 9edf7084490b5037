//! What a change does that somebody has to have allowed.

use mailvouch_providers::dns::{Name, Rdata, RrType};
use mailvouch_providers::{Limits, Value};

use super::Step;
use crate::declared::Guard;
use crate::lint::{DkimFacts, Facts};

/// A guard, where it was tripped, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tripped {
    /// The guard.
    pub guard: Guard,
    /// The owner whose change trips it.
    pub owner: Name,
    /// What the change would do, for people.
    pub why: String,
}

/// Compares a domain before and after: every guard that the difference trips.
pub fn judge(before: &Facts, after: &Facts) -> Vec<Tripped> {
    let mut tripped = super::spf_guards::judge(before, after);
    tripped.extend(dmarc(before, after));
    tripped.extend(dkim(before, after));
    tripped.extend(mx(before, after));
    tripped.extend(wildcards(before, after));
    tripped
}

/// What a step trips by the way in which its provider writes, whatever it changes.
pub fn judge_writing(step: &Step, limits: &Limits) -> Option<Tripped> {
    let of = |values: &'_ [Value], rtype: RrType| -> Vec<Value> {
        values.iter().filter(|value| value.rdata.rtype() == rtype).cloned().collect()
    };
    let whole = |rtype: &RrType| {
        let (remove, add) = (of(&step.remove, *rtype), of(&step.add, *rtype));
        limits.cas.is_unconditional(&remove.iter().collect::<Vec<_>>(), &add.iter().collect::<Vec<_>>())
    };
    let types: Vec<RrType> = step.types().into_iter().filter(whole).collect();
    if types.is_empty() {
        return None;
    }
    let words: Vec<String> = types.iter().map(ToString::to_string).collect();
    let sets = format!("{} {}", words.join(" and "), if types.len() == 1 { "set" } else { "sets" });
    let before: Vec<&Value> = step.before.iter().filter(|value| types.contains(&value.rdata.rtype())).collect();
    let stays = before.iter().filter(|value| !step.remove.iter().any(|gone| gone.rdata == value.rdata)).count();
    let now = match (before.len(), stays) {
        (0, _) => "nothing stands there now".to_owned(),
        (_, 0) => "nothing stays of what stands there now".to_owned(),
        (_, 1) => "1 value stays in it".to_owned(),
        (_, stays) => format!("{stays} values stay in it"),
    };
    let why = format!(
        "the provider can only write the {sets} whole, under no condition ({now}): what somebody else puts into it between \
         our last look and our write would be lost; let nobody else change the zone meanwhile"
    );
    Some(Tripped { guard: Guard::UnconditionalWrite, owner: step.owner.clone(), why })
}

fn dmarc(before: &Facts, after: &Facts) -> Vec<Tripped> {
    let (old, new) = (before.dmarc.discovery.in_force(), after.dmarc.discovery.in_force());
    let mut tripped = Vec::new();
    let mut trip = |guard| {
        let why = format!("from {old} to {new}");
        tripped.push(Tripped { guard, owner: before.dmarc.owner.clone(), why });
    };
    if old.each().zip(new.each()).any(|(old, new)| new < old) {
        trip(Guard::WeakensDmarc);
    }
    // Where nobody may send, and nobody could before, there is no mail to lose.
    let parked = after.declared_domain().is_some_and(|domain| !domain.sends);
    let coverage = before.spf.coverage();
    let nobody_passes = coverage.passing_networks().is_empty() && !coverage.is_dynamic();
    if old.each().zip(new.each()).any(|(old, new)| new > old) && !(parked && nobody_passes) {
        trip(Guard::TightensDmarc);
    }
    tripped
}

fn dkim(before: &Facts, after: &Facts) -> Vec<Tripped> {
    let mut tripped = Vec::new();
    for (old, new) in before.dkim.iter().zip(&after.dkim) {
        // That a retired key is withdrawn on its day is what the declaration says. Whether another one has taken over is
        // read from what stands there now: one that the same change publishes has signed nothing yet.
        let is_retired = old.is_succeeded(&before.dkim, before.now) && !new.is_usable();
        if old.is_usable() && !old.publishes_same_key(new) && !is_retired {
            let why = "mail signed with the key that is published now could no longer be verified".to_owned();
            tripped.push(Tripped { guard: Guard::ReplacesDkimKey, owner: old.owner.clone(), why });
        }
    }
    if before.dkim.iter().any(DkimFacts::is_usable) && !after.dkim.iter().any(DkimFacts::is_usable) {
        for key in before.dkim.iter().filter(|key| key.is_usable()) {
            let why = "no usable key would be left".to_owned();
            tripped.push(Tripped { guard: Guard::RemovesLastDkimKey, owner: key.owner.clone(), why });
        }
    }
    tripped
}

fn mx(before: &Facts, after: &Facts) -> Vec<Tripped> {
    let exchanges = |facts: &Facts| facts.mx.records().map_or_else(Vec::new, |set| set.values.clone());
    let stay = exchanges(after);
    let gone: Vec<Rdata> = exchanges(before).into_iter().filter(|value| !stay.contains(value)).collect();
    // What a wildcard answered went with its cover, which is told of by itself.
    if gone.is_empty() || before.mx.wildcard.is_some() {
        return Vec::new();
    }
    let gone: Vec<String> = gone.iter().map(ToString::to_string).collect();
    let why = format!("MX {} would go", gone.join(", "));
    vec![Tripped { guard: Guard::RemovesMx, owner: before.domain.clone(), why }]
}

/// Names that a wildcard answers for before, and no longer afterwards: they, or names below them, hold records of their
/// own (RFC 4592, section 2.2).
fn wildcards(before: &Facts, after: &Facts) -> Vec<Tripped> {
    let after = after.published();
    let shadowed = before.published().into_iter().filter_map(|old| {
        let wildcard = old.reply.wildcard.clone()?;
        let new = after.iter().find(|new| new.question == old.question)?;
        new.reply.wildcard.is_none().then_some((old.question.name, wildcard))
    });
    let mut tripped: Vec<Tripped> = Vec::new();
    for (owner, wildcard) in shadowed {
        if !tripped.iter().any(|other| other.owner == owner) {
            let why = format!("{} answers here now, for every type; it no longer would", wildcard.absolute());
            tripped.push(Tripped { guard: Guard::ShadowsWildcard, owner, why });
        }
    }
    tripped
}

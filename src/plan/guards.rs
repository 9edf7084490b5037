//! What a change does that somebody has to have allowed.

use mailvouch_providers::dns::{Name, Rdata};

use crate::declared::Guard;
use crate::lint::{DkimFacts, Facts};
use crate::record::DmarcRecord;
use crate::record::dmarc::Policy;
use crate::record::tag_list::TagValue;
use crate::spf::{Class, Coverage, Family, LOOKUP_LIMIT, RangeSet};

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
    let mut tripped = spf(before, after);
    tripped.extend(dmarc(before, after));
    tripped.extend(dkim(before, after));
    tripped.extend(mx(before, after));
    tripped.extend(wildcards(before, after));
    tripped
}

fn spf(before: &Facts, after: &Facts) -> Vec<Tripped> {
    let mut tripped = Vec::new();
    let mut trip = |guard, why: String| tripped.push(Tripped { guard, owner: before.domain.clone(), why });
    let (old, new) = (&before.spf.coverage, &after.spf.coverage);
    let lost = difference(old, new);
    if !lost.is_empty() {
        trip(Guard::ShrinksSpf, format!("no longer pass: {}", some(&lost)));
    } else if old.is_dynamic() && !new.is_dynamic() {
        trip(Guard::ShrinksSpf, "a term goes whose matches nobody can list".to_owned());
    }
    let gained = undeclared_gain(before, after);
    if !gained.is_empty() {
        trip(Guard::WidensSpf, format!("would pass, though nobody declared them: {}", some(&gained)));
    }
    // Where there was no record to begin with, a first one is no change of mind.
    if before.spf.one().is_some() && after.spf.one().is_some() {
        let (weaker, stricter) = moved(old, new);
        if weaker {
            trip(Guard::WidensSpf, "addresses that do not pass would be judged more mildly".to_owned());
        }
        if stricter {
            trip(Guard::TightensSpf, "addresses that do not pass would be judged more harshly".to_owned());
        }
    }
    let (was, is) = (before.spf.cost.lookups, after.spf.cost.lookups);
    if is > LOOKUP_LIMIT && is > was {
        trip(Guard::SpendsLookups, format!("{is} look-ups instead of {was}; {LOOKUP_LIMIT} is the most"));
    }
    tripped
}

/// The networks that pass before and not after.
fn difference(before: &Coverage, after: &Coverage) -> Vec<ipnet::IpNet> {
    let lost =
        |family| before.class(family, Class::Pass).difference(&after.class(family, Class::Pass)).networks(family);
    Family::BOTH.into_iter().flat_map(lost).collect()
}

/// The networks that pass after and not before, and that no declared egress or sender accounts for.
fn undeclared_gain(before: &Facts, after: &Facts) -> Vec<ipnet::IpNet> {
    let Some(declared) = &after.declared else { return difference(&after.spf.coverage, &before.spf.coverage) };
    let excess = after.spf.excess(declared);
    let gained = |family| {
        let excess = RangeSet::from_networks(family, &excess);
        excess.difference(&before.spf.coverage.class(family, Class::Pass)).networks(family)
    };
    Family::BOTH.into_iter().flat_map(gained).collect()
}

/// Whether some address that never passes is judged more mildly, or more harshly, than before.
fn moved(before: &Coverage, after: &Coverage) -> (bool, bool) {
    const ORDER: [Class; 3] = [Class::Neutral, Class::SoftFail, Class::Fail];
    let (mut weaker, mut stricter) = (false, false);
    for family in Family::BOTH {
        let sets = |coverage: &Coverage| ORDER.map(|class| coverage.class(family, class));
        let (old, new) = (sets(before), sets(after));
        for (was, old) in old.iter().enumerate() {
            for (is, new) in new.iter().enumerate().filter(|(is, _)| *is != was) {
                let met = !old.intersection(new).is_empty();
                weaker |= met && is < was;
                stricter |= met && is > was;
            }
        }
    }
    (weaker, stricter)
}

/// The first few of many.
fn some(networks: &[ipnet::IpNet]) -> String {
    let shown: Vec<String> = networks.iter().take(4).map(ToString::to_string).collect();
    let more = networks.len() - shown.len();
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

fn dmarc(before: &Facts, after: &Facts) -> Vec<Tripped> {
    let (old, new) = (Policies::of(before), Policies::of(after));
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
    let nobody_passes = before.spf.coverage.passing_networks().is_empty() && !before.spf.coverage.is_dynamic();
    if old.each().zip(new.each()).any(|(old, new)| new > old) && !(parked && nobody_passes) {
        trip(Guard::TightensDmarc);
    }
    tripped
}

/// What receivers are asked to do with a domain's mail, and with that of names below it.
struct Policies {
    domain: Policy,
    subdomains: Policy,
    nonexistent: Policy,
}

impl Policies {
    /// The policies of the domain's own record; those of a parent are no change of this domain's.
    fn of(facts: &Facts) -> Self {
        let of = |policy: fn(&DmarcRecord) -> TagValue<Policy>| match facts.dmarc.own_record() {
            Some(record) if record.testing().effective => policy(record).effective.while_testing(),
            Some(record) => policy(record).effective,
            None => Policy::None,
        };
        Self {
            domain: of(DmarcRecord::policy),
            subdomains: of(DmarcRecord::subdomain_policy),
            nonexistent: of(DmarcRecord::nonexistent_policy),
        }
    }

    fn each(&self) -> impl Iterator<Item = Policy> + use<> {
        [self.domain, self.subdomains, self.nonexistent].into_iter()
    }
}

impl std::fmt::Display for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p={}", self.domain)?;
        if self.each().any(|policy| policy != self.domain) {
            write!(f, " (subdomains {}, names that do not exist {})", self.subdomains, self.nonexistent)?;
        }
        Ok(())
    }
}

fn dkim(before: &Facts, after: &Facts) -> Vec<Tripped> {
    let mut tripped = Vec::new();
    for (old, new) in before.dkim.iter().zip(&after.dkim) {
        if old.is_usable() && !old.publishes_same_key(new) {
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
    if gone.is_empty() {
        return Vec::new();
    }
    let gone: Vec<String> = gone.iter().map(ToString::to_string).collect();
    let why = format!("MX {} would go", gone.join(", "));
    vec![Tripped { guard: Guard::RemovesMx, owner: before.domain.clone(), why }]
}

/// Names that a wildcard answers for before, and that hold records of their own afterwards.
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

//! What a change does to who may send: the coverage before against the coverage after.
//!
//! What is not known counts against the change: whoever may pass now, for all that is known, is taken to.

use std::collections::BTreeSet;

use ipnet::IpNet;
use mailvouch_providers::dns::Name;

use super::Tripped;
use crate::declared::Guard;
use crate::lint::{Declared, Facts};
use crate::record::spf::{Qualifier, Term};
use crate::spf::{Branch, Class, Coverage, Decider, Family, LOOKUP_LIMIT, Lead, RangeSet, Selection, Tree};

/// The guards of SPF that the difference trips.
pub(super) fn judge(before: &Facts, after: &Facts) -> Vec<Tripped> {
    let mut tripped = Vec::new();
    let mut trip = |guard, why: String| tripped.push(Tripped { guard, owner: before.domain.clone(), why });
    let (old, new) = (before.spf.coverage(), after.spf.coverage());
    let mut less = Vec::new();
    let mut more = Vec::new();
    let (known, possible) = ([Class::Pass], [Class::Pass, Class::TempError]);
    let lost = but_gone(before, &difference((old, &known), (new, &possible)));
    if !lost.is_empty() {
        less.push(format!("no longer pass: {}", some(&lost)));
    } else if !but_gone(before, &difference((old, &possible), (new, &possible))).is_empty() {
        less.push("who passes now could not be told, and some no longer would".to_owned());
    }
    let gained = undeclared_gain(before, after);
    if !gained.is_empty() {
        more.push(format!("would pass, though nobody declared them: {}", some(&gained)));
    }
    if let Some(name) = undeclared_unknown(before, after) {
        more.push(format!("who would pass cannot be told: {name} could not be looked up"));
    }
    let (was, is) = (dynamic(before), dynamic(after));
    for term in was.difference(&is) {
        let effect = if term.passes { &mut less } else { &mut more };
        effect.push(format!("`{}` goes, and nobody can list what it matches", term.text));
    }
    for term in is.difference(&was).filter(|term| !term.declared) {
        let effect = if term.passes { &mut more } else { &mut less };
        effect.push(format!("`{}` comes, and nobody can list what it matches", term.text));
    }
    // Where there was no record to begin with, a first one is no change of mind.
    if before.spf.one().is_some() && after.spf.one().is_some() {
        let (weaker, stricter) = moved(old, new);
        if weaker {
            more.push("addresses that do not pass would be judged more mildly".to_owned());
        }
        if stricter {
            trip(Guard::TightensSpf, "addresses that do not pass would be judged more harshly".to_owned());
        }
    }
    if !less.is_empty() {
        trip(Guard::ShrinksSpf, less.join("; "));
    }
    if !more.is_empty() {
        trip(Guard::WidensSpf, more.join("; "));
    }
    let (was, is) = (before.spf.cost.lookups, after.spf.cost.lookups);
    if is > LOOKUP_LIMIT && is > was {
        trip(Guard::SpendsLookups, format!("{is} look-ups instead of {was}; {LOOKUP_LIMIT} is the most"));
    }
    tripped
}

/// The networks that get one of these classes before, and none of these after.
fn difference(before: (&Coverage, &[Class]), after: (&Coverage, &[Class])) -> Vec<IpNet> {
    let set = |(coverage, classes): (&Coverage, &[Class]), family| {
        let sets = classes.iter().map(|class| coverage.class(family, *class));
        sets.fold(RangeSet::default(), |all, one| all.union(&one))
    };
    let lost = |family| set(before, family).difference(&set(after, family)).networks(family);
    Family::BOTH.into_iter().flat_map(lost).collect()
}

/// The networks without those that the declaration says are gone, once no mail from there can still be judged: that
/// these lose authorisation is what it asks for.
fn but_gone(before: &Facts, networks: &[IpNet]) -> Vec<IpNet> {
    let without = |family| RangeSet::from_networks(family, networks).difference(&before.gone(family)).networks(family);
    Family::BOTH.into_iter().flat_map(without).collect()
}

/// The networks that pass after and not before, and that no declared egress or sender accounts for.
fn undeclared_gain(before: &Facts, after: &Facts) -> Vec<IpNet> {
    let pass = [Class::Pass];
    let Some(declared) = &after.declared else {
        return difference((after.spf.coverage(), &pass), (before.spf.coverage(), &pass));
    };
    let excess = after.spf.undeclared(declared);
    let gained = |family| {
        let excess = RangeSet::from_networks(family, &excess);
        excess.difference(&before.spf.coverage().class(family, Class::Pass)).networks(family)
    };
    Family::BOTH.into_iter().flat_map(gained).collect()
}

/// A name that could not be looked up, that nothing led to before, and that no declared sender accounts for.
fn undeclared_unknown(before: &Facts, after: &Facts) -> Option<Name> {
    let declared = declared_includes(after.declared.as_ref());
    let old = failed(&before.spf.tree, &declared);
    failed(&after.spf.tree, &declared).into_iter().find(|name| !old.contains(name))
}

/// The names in a tree that could not be looked up; what lies behind the `declared` ones is left out.
fn failed(tree: &Tree, declared: &[&Name]) -> BTreeSet<Name> {
    let mut names = BTreeSet::new();
    if declared.contains(&&tree.name) {
        return names;
    }
    if matches!(tree.selection, Selection::Unknown(_)) {
        names.insert(tree.name.clone());
    }
    for branch in &tree.branches {
        match branch {
            Branch::Record(Lead::Tree(below)) => names.extend(failed(below, declared)),
            Branch::Addresses { v4, v6 } => {
                names.extend(v4.unknown.iter().chain(&v6.unknown).map(|(name, _)| name.clone()));
            }
            _ => {}
        }
    }
    names
}

fn declared_includes(declared: Option<&Declared>) -> Vec<&Name> {
    let senders = declared.into_iter().flat_map(|declared| &declared.domain().senders);
    senders.flat_map(|sender| &sender.value.include).collect()
}

/// A term that nobody can judge beforehand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Dynamic {
    /// The record that it stands in.
    owner: Name,
    text: String,
    /// Whether a match of it is a pass.
    passes: bool,
    /// Whether a declared sender's include leads there.
    declared: bool,
}

/// The dynamic terms that evaluation may meet.
fn dynamic(facts: &Facts) -> BTreeSet<Dynamic> {
    let includes = declared_includes(facts.declared.as_ref());
    let of_decider = |decider: &Decider| {
        let record = &decider.published.record;
        let term = record.terms().iter().find(|term| term.span == decider.span)?;
        let passes = match &term.node {
            Term::Directive(directive) => directive.effective_qualifier() == Qualifier::Pass,
            // A redirect to nobody knows where.
            Term::Modifier(_) => true,
            Term::Malformed(_) => return None,
        };
        Some(Dynamic {
            owner: decider.path.last()?.clone(),
            text: String::from_utf8_lossy(&record.text()[term.span.clone()]).into_owned(),
            passes,
            declared: decider.path.iter().any(|name| includes.contains(&name)),
        })
    };
    let regions = Family::BOTH.into_iter().flat_map(|family| facts.spf.coverage().regions(family));
    regions.flat_map(|region| &region.dynamic).filter_map(of_decider).collect()
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
fn some(networks: &[IpNet]) -> String {
    let shown: Vec<String> = networks.iter().take(4).map(ToString::to_string).collect();
    let more = networks.len() - shown.len();
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

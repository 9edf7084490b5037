//! What makes a record ask DNS less often: first what changes nothing, then own hosts as addresses, then ranges that
//! others keep, written down at names of the owner's.

use std::collections::BTreeSet;

use mailvouch_providers::dns::Name;

use super::duplicate_term;
use super::edges::{Completeness, Edge, edges, own_edges};
use super::flatten::Flattening;
use super::include_useless::is_useless;
use super::network_term;
use super::own;
use super::void_lookup::is_void;
use crate::lint::{Facts, Fix, Operation};
use crate::record::spf::{Qualifier, Term};
use crate::spf::{Branch, Cost, Family, LOOKUP_LIMIT, RangeSet};

/// So many addresses are written in place of an own `a` or `mx`: more belong into a record of their own.
const MAX_WRITTEN: usize = 4;

/// Whether a term is of one kind of waste.
type Kind<'a> = &'a dyn Fn(&Edge<'_>) -> bool;

/// One change of one term, and the look-ups that it saves.
struct Saving {
    /// The record and the place of the term in it.
    at: (Name, usize),
    operation: Operation,
    lookups: usize,
    /// What whoever takes it has to know.
    note: String,
}

/// The fewest changes with which the record stays within the limit; an error where that cannot be had, in words.
pub(super) fn cheaper(facts: &Facts) -> Result<Fix, String> {
    let over = facts.spf.cost.lookups.saturating_sub(LOOKUP_LIMIT);
    let waste = waste(facts);
    if let Some(few) = enough(&waste, over) {
        return Ok(with_savings(Fix::ask([]), few));
    }
    let taken: BTreeSet<(Name, usize)> = waste.iter().map(|saving| saving.at.clone()).collect();
    let hosts: Vec<Saving> = hosts(facts).filter(|saving| !taken.contains(&saving.at)).collect();
    let over = over - lookups(&waste);
    if let Some(few) = enough(&hosts, over) {
        return Ok(with_savings(Fix::ask([]), waste.iter().chain(few)));
    }
    let alone = Flattening::of(facts, &taken, over);
    // Hosts of the owner's stay names wherever that costs no include more: there is none less than one.
    let are_spared = hosts.is_empty() || alone.as_ref().is_ok_and(|alone| alone.includes() == 1);
    let with_hosts = if are_spared { None } else { Flattening::of(facts, &taken, over - lookups(&hosts)).ok() };
    match (alone, with_hosts) {
        (Ok(alone), Some(with)) if with.includes() < alone.includes() => {
            Ok(with_savings(with.fix(facts), waste.iter().chain(&hosts)))
        }
        (Ok(alone), _) => Ok(with_savings(alone.fix(facts), &waste)),
        (Err(_), Some(with)) => Ok(with_savings(with.fix(facts), waste.iter().chain(&hosts))),
        (Err(why), None) => Err(why),
    }
}

/// The fix, and these changes with it.
fn with_savings<'a>(mut fix: Fix, savings: impl IntoIterator<Item = &'a Saving>) -> Fix {
    for Saving { at: (owner, _), operation, note, .. } in savings {
        fix.operations.push(operation.clone());
        fix.notes.push((owner.clone(), note.clone()));
    }
    fix
}

/// The first few that save so much; none where all of them do not.
fn enough(savings: &[Saving], over: usize) -> Option<impl Iterator<Item = &Saving>> {
    let mut saved = 0;
    let count = savings.iter().position(|saving| {
        saved += saving.lookups;
        saved >= over
    })?;
    Some(savings.iter().take(count + 1))
}

fn lookups(savings: &[Saving]) -> usize {
    savings.iter().map(|saving| saving.lookups).sum()
}

/// Terms that cost look-ups and change nobody's result: the same term again, what matches nobody, what matches nobody
/// new.
fn waste(facts: &Facts) -> Vec<Saving> {
    let mut found: Vec<Saving> = Vec::new();
    let repeated: BTreeSet<(Name, usize)> = own(facts)
        .flat_map(|own| {
            duplicate_term::again(&own).iter().map(|again| (own.owner.clone(), again.index)).collect::<Vec<_>>()
        })
        .collect();
    let is_repeated = |edge: &Edge<'_>| repeated.contains(&(edge.tree.name.clone(), edge.index));
    let kinds: [(Kind<'_>, &str); 4] = [
        (&is_repeated, "says what an earlier term has said"),
        (&is_void, "leads to nothing"),
        (
            &|edge| is_covered(facts, edge),
            "has no address that the ranges of the record do not hold: when it gets others, list them",
        ),
        (&|edge| is_useless(facts, edge), "lets nobody pass"),
    ];
    for (is_waste, why) in kinds {
        for edge in own_edges(facts).filter(|edge| is_waste(edge)) {
            let note = format!("`{}` goes: it {why}", edge.text());
            let Some(saving) = edge.removal().and_then(|removal| saving(&edge, removal, note)) else { continue };
            if !found.iter().any(|other| other.at == saving.at) {
                found.push(saving);
            }
        }
    }
    found
}

fn saving(edge: &Edge<'_>, operation: Operation, note: String) -> Option<Saving> {
    let lookups = Cost::of_term(edge.tree, edge.index).lookups;
    (lookups > 0).then(|| Saving { at: (edge.tree.name.clone(), edge.index), operation, lookups, note })
}

/// Own hosts as the addresses that they have today.
fn hosts(facts: &Facts) -> impl Iterator<Item = Saving> {
    own_edges(facts).filter_map(|edge| {
        let text = edge.text();
        let note = format!("`{text}` is written as its addresses of today: when they change, the record has to follow");
        saving(&edge, as_addresses(facts, &edge)?, note)
    })
}

/// The networks of an own `a` or `mx`, where all of them are known.
fn own_hosts(facts: &Facts, edge: &Edge<'_>) -> Option<Vec<ipnet::IpNet>> {
    if !matches!(edge.branch, Branch::Addresses { .. }) {
        return None;
    }
    let (networks, Completeness::Whole) = edge.networks()? else { return None };
    let target = match edge.term() {
        Term::Directive(directive) => directive.mechanism.domain(),
        _ => return None,
    };
    // The addresses of somebody else's hosts change without notice.
    let is_own = target.is_none_or(|target| target.literal().is_some_and(|name| facts.is_own(&name)));
    is_own.then_some(networks)
}

/// Whether ranges of the same record let all of an own host pass anyway, whatever the order of terms.
fn is_covered(facts: &Facts, edge: &Edge<'_>) -> bool {
    let Some(networks) = own_hosts(facts, edge).filter(|networks| !networks.is_empty()) else { return false };
    let is_all = |other: &Edge<'_>| matches!(other.term(), Term::Directive(one) if one.mechanism == crate::record::spf::Mechanism::All);
    let only_pass = edges(edge.tree)
        .filter(|other| !is_all(other))
        .all(|other| other.qualifier().is_none_or(|qualifier| qualifier == Qualifier::Pass));
    let written = edges(edge.tree).filter(|other| matches!(other.branch, Branch::Leaf) && other.index != edge.index);
    let written: Vec<ipnet::IpNet> = written.filter_map(|other| other.networks()).flat_map(|(all, _)| all).collect();
    only_pass
        && Family::BOTH.into_iter().all(|family| {
            let set = |networks: &[ipnet::IpNet]| RangeSet::from_networks(family, networks);
            set(&networks).difference(&set(&written)).is_empty()
        })
}

fn as_addresses(facts: &Facts, edge: &Edge<'_>) -> Option<Operation> {
    let networks = own_hosts(facts, edge).filter(|networks| networks.len() <= MAX_WRITTEN)?;
    if networks.is_empty() {
        return edge.removal();
    }
    let sign = match edge.qualifier()? {
        Qualifier::Pass => String::new(),
        other => other.to_string(),
    };
    let terms: Vec<String> = networks.iter().map(|network| format!("{sign}{}", network_term(network))).collect();
    edge.replacement(&terms.join(" "))
}

//! What SPF does to a declared network, and where its term would go: for the rules about declared addresses.

use ipnet::IpNet;
use mailvouch_providers::dns::{Name, Rdata};

use crate::lint::rules::spf::{Home, insert_term, network_term};
use crate::lint::{Facts, Fix, Place};
use crate::spf::{Class, Coverage, Decider, Family, RangeSet, Region};

/// The parts of the network that do not pass, for certain; the largest first.
pub(super) fn refused(facts: &Facts, network: &IpNet) -> Vec<Region> {
    let family = Family::of(network.addr());
    let wanted = RangeSet::from_networks(family, [network]);
    let certain = |region: &&Region| {
        // What depends on a failed look-up, or on the message, may pass for all that is known.
        !matches!(region.class, Class::Pass | Class::TempError) && region.dynamic.is_empty()
    };
    let regions = facts.spf.coverage().regions(family).iter().filter(certain);
    let parts = regions.map(|region| Region { set: region.set.intersection(&wanted), ..region.clone() });
    let mut parts: Vec<Region> = parts.filter(|region| !region.set.is_empty()).collect();
    parts.sort_by_key(|region| std::cmp::Reverse(region.set.size()));
    parts
}

/// The regions divided in two: what only the limits of evaluation refuse, and what is refused anyway.
pub(super) fn divided(facts: &Facts, network: &IpNet, refused: Vec<Region>) -> (Vec<Region>, Vec<Region>) {
    if !refused.iter().any(Region::is_past_limit) {
        return (Vec::new(), refused);
    }
    let family = Family::of(network.addr());
    let would_pass = Coverage::without_limits(&facts.spf.tree).class(family, Class::Pass);
    let (mut past, mut anyway) = (Vec::new(), Vec::new());
    for region in refused {
        if !region.is_past_limit() {
            anyway.push(region);
            continue;
        }
        let (only, other) = (region.set.intersection(&would_pass), region.set.difference(&would_pass));
        if !only.is_empty() {
            past.push(Region { set: only, ..region.clone() });
        }
        if !other.is_empty() {
            anyway.push(Region { set: other, ..region });
        }
    }
    (past, anyway)
}

/// A network for people: a single address without its length.
pub(super) fn shown(network: &IpNet) -> String {
    let single = network.prefix_len() == network.max_prefix_len();
    if single { network.addr().to_string() } else { network.to_string() }
}

/// Which of the network the regions are, in words: nothing for all of it.
pub(super) fn part(network: &IpNet, regions: &[Region]) -> Option<String> {
    let family = Family::of(network.addr());
    let parts = RangeSet::from_ranges(regions.iter().flat_map(|region| region.set.ranges().iter().cloned()));
    if parts == RangeSet::from_networks(family, [network]) {
        return None;
    }
    let parts = parts.networks(family);
    let listed: Vec<String> = parts.iter().take(3).map(ToString::to_string).collect();
    let more = if parts.len() > 3 { ", …" } else { "" };
    Some(format!("{}{more}", listed.join(", ")))
}

/// The record that holds the term which decides.
pub(super) fn place(decider: &Decider) -> Place {
    let owner = decider.path.last().cloned().unwrap_or_else(Name::root);
    Place::value(&owner, &Rdata::Txt(decider.published.value.clone()))
}

/// Puts the network where the owner keeps addresses, before whatever decides otherwise today; none where that would not
/// help.
pub(super) fn authorisation(facts: &Facts, network: &IpNet, refused: &[Region]) -> Option<Fix> {
    let Home { owner, published, index, why } = Home::of(facts, refused)?;
    let mut fix = Fix::safe([insert_term(owner, published, index, &network_term(network))]);
    fix.notes = why.into_iter().map(|why| (owner.clone(), why)).collect();
    Some(fix)
}

//! The declaration with a move in it: what a plan is made from before anybody has written it down.

use std::sync::Arc;

use ipnet::IpNet;
use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use super::{Basis, Request};
use crate::declared::{At, Declaration, Domain, EgressGroup, Moment};
use crate::lint::{Declared, Subject};
use crate::spf::{Family, RangeSet};

/// The subjects as they would be declared: what arrives as a group of its own with its `from`, what leaves with its
/// `until`. Dates that are declared already are taken as they stand.
pub fn staged(subjects: &[Subject], request: &Request) -> Vec<Subject> {
    if request.basis == Basis::Declared {
        return subjects.to_vec();
    }
    let names: Vec<&Name> = subjects.iter().map(|subject| &subject.domain).collect();
    // One copy of each declaration, however many domains it has.
    let mut copies: Vec<(Arc<Declaration>, Arc<Declaration>)> = Vec::new();
    let mut copy_of = |declaration: &Arc<Declaration>| {
        if let Some((_, copy)) = copies.iter().find(|(original, _)| Arc::ptr_eq(original, declaration)) {
            return copy.clone();
        }
        let mut copy = Declaration::clone(declaration);
        for domain in copy.domains.iter_mut().filter(|domain| names.contains(&&domain.name.value)) {
            stage(domain, request);
        }
        let copy = Arc::new(copy);
        copies.push((declaration.clone(), copy.clone()));
        copy
    };
    let one = |subject: &Subject| {
        let staged = subject.declared.as_ref().map(|declared| copy_of(declared.declaration()));
        let declared = staged.and_then(|staged| Declared::of(&staged, &subject.domain));
        Subject { declared, ..subject.clone() }
    };
    subjects.iter().map(one).collect()
}

fn stage(domain: &mut Domain, request: &Request) {
    let name = domain.name.value.clone();
    for departure in request.departures.iter().filter(|departure| departure.domains.contains(&name)) {
        let family = Family::of(departure.network.addr());
        let leaving = RangeSet::from_networks(family, [&departure.network]);
        let mut is_declared = false;
        let mut groups = Vec::with_capacity(domain.egress.len() + 1);
        for group in std::mem::take(&mut domain.egress) {
            let gone = cut(&group.value, |set| set.intersection(&leaving), family, Others::Dropped);
            if gone.is_empty() {
                groups.push(group);
                continue;
            }
            is_declared = true;
            let stays = cut(&group.value, |set| set.difference(&leaving), family, Others::Kept);
            if !stays.is_empty() {
                groups.push(At::new(
                    Arc::new(EgressGroup { addresses: stays, ..(*group.value).clone() }),
                    group.span.clone(),
                ));
            }
            let ends = group.value.until.as_ref().map_or(departure.until, |at| at.value.ends().min(departure.until));
            let gone = EgressGroup { addresses: gone, until: Some(instant(ends)), ..(*group.value).clone() };
            groups.push(At::new(Arc::new(gone), group.span));
        }
        if !is_declared {
            // Nobody declared it: what lets it pass goes all the same.
            groups.push(group("leaving", departure.network, &[], None, Some(departure.until)));
        }
        domain.egress = groups;
    }
    for arrival in request.arrivals.iter().filter(|arrival| arrival.domains.contains(&name)) {
        domain.egress.push(group("arriving", arrival.network, &arrival.helo, Some(arrival.from), None));
    }
}

/// What becomes of addresses of the other family.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    Kept,
    Dropped,
}

/// The addresses of a group, each cut so.
fn cut(group: &EgressGroup, how: impl Fn(&RangeSet) -> RangeSet, family: Family, others: Others) -> Vec<At<IpNet>> {
    let one = |address: &At<IpNet>| -> Vec<At<IpNet>> {
        if Family::of(address.value.addr()) != family {
            return if others == Others::Kept { vec![address.clone()] } else { Vec::new() };
        }
        let parts = how(&RangeSet::from_networks(family, [&address.value])).networks(family);
        parts.into_iter().map(|part| At::new(part, address.span.clone())).collect()
    };
    group.addresses.iter().flat_map(one).collect()
}

fn instant(at: Timestamp) -> At<Moment> {
    At::new(Moment::Instant(at), 0..0)
}

/// A group that nobody has written down.
pub(super) fn group(
    name: &str,
    network: IpNet,
    helo: &[Name],
    from: Option<Timestamp>,
    until: Option<Timestamp>,
) -> At<Arc<EgressGroup>> {
    let group = EgressGroup {
        name: At::new(name.to_owned(), 0..0),
        addresses: vec![At::new(network, 0..0)],
        helo: helo.iter().map(|name| At::new(name.clone(), 0..0)).collect(),
        from: from.map(instant),
        until: until.map(instant),
    };
    At::new(Arc::new(group), 0..0)
}

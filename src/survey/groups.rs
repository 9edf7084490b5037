//! Own addresses, in groups that several domains may share.

use std::collections::BTreeSet;

use ipnet::IpNet;
use mailvouch_providers::dns::Name;

use super::look::Survey;
use super::sources::{Range, slug};

/// A section `[egress.NAME]`.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name in the file.
    pub name: String,
    /// Its addresses, in the order in which they were come to.
    pub addresses: Vec<Seen>,
    /// The domains that use it.
    pub domains: Vec<Name>,
}

/// Addresses, and how they came here.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The addresses.
    pub network: IpNet,
    /// The terms that let them pass.
    pub terms: Vec<String>,
    /// The reverse names of a single one.
    pub names: Vec<Name>,
    /// Whether it is known that it has none: then large receivers refuse what leaves from it.
    pub is_nameless: bool,
    /// Whether there may be more of the name that was looked up.
    pub is_sample: bool,
}

/// The groups of a domain, by name; those whose addresses another domain has too are that one's.
pub(super) fn of_domain(survey: &Survey, groups: &mut Vec<Group>) -> Vec<String> {
    let domain = &survey.facts.domain;
    let mut own: Vec<(String, Vec<&Range>)> = Vec::new();
    for range in &survey.sources.ranges {
        match own.iter_mut().find(|(name, _)| *name == range.group) {
            Some((_, ranges)) => ranges.push(range),
            None => own.push((range.group.clone(), vec![range])),
        }
    }
    let mut names = Vec::new();
    for (base, ranges) in own {
        let wanted: BTreeSet<IpNet> = ranges.iter().map(|range| range.network).collect();
        let same =
            |group: &&mut Group| group.addresses.iter().map(|seen| seen.network).collect::<BTreeSet<_>>() == wanted;
        if let Some(group) = groups.iter_mut().find(same) {
            group.domains.push(domain.clone());
            names.push(group.name.clone());
            continue;
        }
        let name = free_name(&base, domain, groups);
        let seen = |range: &&Range| Seen {
            network: range.network,
            terms: range.terms.clone(),
            names: survey.host_names(range.network.addr()).into_iter().cloned().collect(),
            is_nameless: survey.is_nameless(range.network.addr()),
            is_sample: range.is_sample,
        };
        let addresses = ranges.iter().map(seen).collect();
        groups.push(Group { name: name.clone(), addresses, domains: vec![domain.clone()] });
        names.push(name);
    }
    names
}

/// A name that no group has: the plain one, else with the domain.
fn free_name(base: &str, domain: &Name, groups: &[Group]) -> String {
    let is_free = |name: &String| !groups.iter().any(|group| group.name == *name);
    let long = format!("{base}-{}", slug(&domain.to_string()));
    let numbered = (2..).map(|number| format!("{long}-{number}"));
    [base.to_owned(), long.clone()].into_iter().chain(numbered).find(is_free).unwrap_or_default()
}

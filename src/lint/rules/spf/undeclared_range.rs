//! `spf-undeclared-range`: the record lets addresses pass that no egress group declares.

use ipnet::IpNet;

use super::edges::{Edge, own_edges};
use super::network_term;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Rule, Severity};
use crate::record::spf::Qualifier;
use crate::spf::{Family, RangeSet, Tree};

/// Most networks that a message names, and that are written in place of a term.
const LISTED: usize = 4;

pub(in crate::lint::rules) struct UndeclaredRange;

impl Rule for UndeclaredRange {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-undeclared-range",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/spf-undeclared-range.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(domain) = facts.declared_domain().filter(|domain| domain.says_who_sends && domain.sends) else {
            return Vec::new(); // Nothing is said about who sends, or nobody does: then `parked-spf` speaks.
        };
        let groups = domain.egress.iter().flat_map(|group| &group.value.addresses);
        let senders = domain.senders.iter().flat_map(|sender| &sender.value.addresses);
        let networks: Vec<IpNet> = groups.chain(senders).map(|address| address.value).collect();
        let declared =
            Family::BOTH.map(|family| RangeSet::from_networks(family, &networks).union(&of_senders(facts, family)));
        let passing = own_edges(facts).filter(|edge| edge.qualifier() == Some(Qualifier::Pass));
        passing.filter_map(|edge| self.about(facts, &edge, &declared)).collect()
    }
}

impl UndeclaredRange {
    fn about(&self, facts: &Facts, edge: &Edge<'_>, declared: &[RangeSet; 2]) -> Option<Diagnostic> {
        let (networks, _) = edge.networks()?;
        let of = |family: Family| {
            let set = RangeSet::from_networks(family, &networks);
            let declared = family.choose(&declared[0], &declared[1]);
            (set.difference(declared).networks(family), set.intersection(declared).networks(family))
        };
        let [(v4, wanted_v4), (v6, wanted_v6)] = Family::BOTH.map(of);
        let undeclared: Vec<IpNet> = v4.into_iter().chain(v6).collect();
        let wanted: Vec<IpNet> = wanted_v4.into_iter().chain(wanted_v6).collect();
        if undeclared.is_empty() {
            return None;
        }
        let mut names: Vec<String> = undeclared.iter().take(LISTED).map(written).collect();
        if undeclared.len() > LISTED {
            names.push("…".to_owned());
        }
        let message = format!(
            "`{}` lets {} send as {}, and no egress group declares it",
            edge.text(),
            names.join(", "),
            facts.domain
        );
        let help = format!(
            "if mail leaves from there, declare it in an egress group; else take it out (`--accept {}`)",
            self.meta().id
        );
        let mut found = edge.diagnostic(self.meta(), message).help(help);
        if facts.declared_domain().is_some_and(|domain| domain.spf.exclusive) {
            found = found.severity(Severity::Error);
        }
        let terms: Vec<String> = wanted.iter().map(network_term).collect();
        let operation = match terms.len() {
            0 => edge.removal(),
            1..=LISTED => edge.replacement(&terms.join(" ")),
            _ => None,
        };
        // It takes an authorisation away: that is a person's to say, whatever is declared.
        Some(match operation {
            Some(operation) => found.fix(Fix::ask([operation])),
            None => found,
        })
    }
}

/// The addresses that declared senders' own records let pass: written out, they are declared all the same.
pub(super) fn of_senders(facts: &Facts, family: Family) -> RangeSet {
    let includes = || facts.declared_domain().into_iter().flat_map(|domain| &domain.senders);
    let is_declared = |tree: &&Tree| includes().any(|sender| sender.value.include.contains(&tree.name));
    let walk = facts.spf.tree.walk();
    let held = walk.into_iter().filter(is_declared);
    let trees = held.chain(facts.spf.senders.iter().map(|(_, tree)| tree));
    trees.fold(RangeSet::default(), |all, tree| all.union(tree.coverage().passing(family)))
}

/// Whether all of a network is among what [`of_senders`] gives, by family.
pub(super) fn is_of_senders(network: &IpNet, theirs: &[RangeSet; 2]) -> bool {
    let family = Family::of(network.addr());
    let [v4, v6] = theirs;
    RangeSet::from_networks(family, [network]).difference(family.choose(v4, v6)).is_empty()
}

fn written(network: &IpNet) -> String {
    let single = network.prefix_len() == network.max_prefix_len();
    if single { network.addr().to_string() } else { network.to_string() }
}

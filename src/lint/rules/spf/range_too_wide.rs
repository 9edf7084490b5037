//! `spf-range-too-wide`: the domain's own terms let whole providers pass.

use std::cell::LazyCell;

use ipnet::IpNet;

use super::bogon::is_bogon;
use super::edges::own_edges;
use super::own::declares;
use super::undeclared_range::{is_of_senders, of_senders};
use super::write::with_prefix;
use super::{Own, network_term, own};
use crate::declared::EgressState;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Rule, Safety, Severity};
use crate::record::spf::{Directive, DualPrefix, Mechanism, Qualifier};
use crate::record::{Edit, Span};
use crate::spf::Family;

pub(in crate::lint::rules) struct RangeTooWide;

impl Rule for RangeTooWide {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-range-too-wide",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-range-too-wide.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        // Seldom asked.
        let theirs = LazyCell::new(|| Family::BOTH.map(|family| of_senders(facts, family)));
        for own in own(facts) {
            for (index, span, directive) in own.reached() {
                if directive.effective_qualifier() != Qualifier::Pass {
                    continue;
                }
                let network: Option<IpNet> = match &directive.mechanism {
                    Mechanism::Ip4(range) => Some(range.network().into()),
                    Mechanism::Ip6(range) => Some(range.network().into()),
                    _ => None,
                };
                let widths = match (&directive.mechanism, network) {
                    (Mechanism::A { prefix, .. } | Mechanism::Mx { prefix, .. }, _) => {
                        // Nearly all lengths are usual ones, whatever the hosts are.
                        if severity([Some(prefix.v4_bits()), Some(prefix.v6_bits())]).is_none() {
                            continue;
                        }
                        let edge = own_edges(facts).find(|edge| edge.tree.name == *own.owner && edge.index == index);
                        let nobody = |family| edge.as_ref().is_some_and(|edge| edge.matches_nobody(family));
                        [(prefix.v4_bits(), Family::V4), (prefix.v6_bits(), Family::V6)]
                            .map(|(bits, family)| (!nobody(family)).then_some(bits))
                    }
                    (_, Some(IpNet::V4(network))) => [Some(network.prefix_len()), None],
                    (_, Some(IpNet::V6(network))) => [None, Some(network.prefix_len())],
                    _ => continue,
                };
                // `spf-all-pass` and `spf-bogon` speak of the rest; what a declared sender's own record holds is that sender's to narrow.
                let of_others = |network: IpNet| is_bogon(network) || is_of_senders(&network, &theirs);
                let silent = || widths.contains(&Some(0)) || network.is_some_and(of_others);
                let Some(severity) = severity(widths).filter(|_| !silent()) else { continue };
                let message = format!("`{}` lets {} pass: who else lives there?", own.shown(span), size(widths));
                let diagnostic = own
                    .finding(self.meta(), message, span)
                    .severity(severity)
                    .help("list the addresses that mail leaves from, and no others");
                let fix = match (&directive.mechanism, network) {
                    (Mechanism::A { prefix, .. } | Mechanism::Mx { prefix, .. }, _) => {
                        Some(narrowed_hosts(facts, &own, index, span, *prefix))
                    }
                    (_, Some(network)) => narrowed_range(facts, &own, index, span, directive, &network),
                    _ => None,
                };
                found.push(match fix {
                    Some(fix) => diagnostic.fix(fix),
                    None => diagnostic,
                });
            }
        }
        found
    }
}

/// Widest prefix lengths that are called an error, and those that are called a warning, by family.
const ERROR: [u8; 2] = [8, 19];
const WARNING: [u8; 2] = [15, 31];

/// How bad the widths of a term are, by family; none where they are usual.
fn severity([v4, v6]: [Option<u8>; 2]) -> Option<Severity> {
    let at_most = |[limit4, limit6]: [u8; 2]| v4.is_some_and(|v4| v4 <= limit4) || v6.is_some_and(|v6| v6 <= limit6);
    if at_most(ERROR) {
        Some(Severity::Error)
    } else if at_most(WARNING) {
        Some(Severity::Warning)
    } else {
        None
    }
}

fn size([v4, v6]: [Option<u8>; 2]) -> String {
    match (v4, v6) {
        (Some(v4), _) if v4 <= 15 => format!("{} addresses", 1_u64 << (32 - v4)),
        (_, Some(v6)) => format!("a /{v6} of IPv6"),
        _ => "many addresses".to_owned(),
    }
}

/// The declared addresses take the place of the range that holds them; where it holds none and it is declared who
/// sends, it goes. None where nothing is declared, or all of it is.
fn narrowed_range(
    facts: &Facts,
    own: &Own<'_>,
    index: usize,
    span: &Span,
    directive: &Directive,
    network: &IpNet,
) -> Option<Fix> {
    let domain = facts.declared_domain().filter(|_| !declares(facts, network))?;
    match declared_within(facts, &[*network], &listed_beside(own, index)) {
        Some(terms) => Some(own.fix(Safety::Ask, [Edit::replace(directive.keyword.start..span.end, terms)])),
        None if domain.says_who_sends => Some(own.without(Safety::Ask, [index])),
        None => None,
    }
}

/// The wide length of an `a` or `mx` goes: its hosts still pass, and so does what is declared around them.
fn narrowed_hosts(facts: &Facts, own: &Own<'_>, index: usize, span: &Span, prefix: DualPrefix) -> Fix {
    let usual = |bits: Option<u8>, limit: u8| bits.filter(|bits| *bits > limit);
    let new = DualPrefix { v4: usual(prefix.v4, WARNING[0]), v6: usual(prefix.v6, WARNING[1]) };
    let mut edit = with_prefix(span, prefix, new);
    let edge = own_edges(facts).find(|edge| edge.tree.name == *own.owner && edge.index == index);
    let networks = |prefix| edge.as_ref().map_or_else(Vec::new, |edge| edge.networks_of(prefix));
    let still: Vec<IpNet> = networks(new).into_iter().chain(listed_beside(own, index)).collect();
    if let Some(terms) = declared_within(facts, &networks(prefix), &still) {
        edit.content.push(b' ');
        edit.content.extend_from_slice(terms.as_bytes());
    }
    own.fix(Safety::Ask, [edit])
}

/// The networks that other terms of the record list and let pass.
fn listed_beside(own: &Own<'_>, index: usize) -> Vec<IpNet> {
    let others = own.ranges().filter(|(other, _, qualifier, _)| *other != index && *qualifier == Qualifier::Pass);
    others.map(|(.., network)| network).collect()
}

/// The terms for the declared addresses within these networks and outside those; none where there are none.
fn declared_within(facts: &Facts, networks: &[IpNet], but: &[IpNet]) -> Option<String> {
    let domain = facts.declared_domain()?;
    let groups = domain.egress.iter().map(|group| &group.value);
    let groups = groups.filter(|group| group.state_at(facts.now) != EgressState::Retired);
    let senders = domain.senders.iter().flat_map(|sender| &sender.value.addresses);
    let declared = groups.flat_map(|group| &group.addresses).chain(senders).map(|address| address.value);
    let holds = |all: &[IpNet], address: &IpNet| all.iter().any(|network| network.contains(address));
    let within = declared.filter(|address| holds(networks, address) && !holds(but, address));
    let within = IpNet::aggregate(&within.collect());
    let terms: Vec<String> = within.iter().map(network_term).collect();
    (!terms.is_empty()).then(|| terms.join(" "))
}

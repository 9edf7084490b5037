//! `spf-range-too-wide`: the domain's own terms let whole providers pass.

use ipnet::IpNet;

use super::bogon::is_bogon;
use super::own::declares;
use super::{network_term, own};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::Edit;
use crate::record::spf::{Mechanism, Qualifier};

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
        for own in own(facts) {
            for (_, span, directive) in own.reached() {
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
                        [Some(prefix.v4_bits()), Some(prefix.v6_bits())]
                    }
                    (_, Some(IpNet::V4(network))) => [Some(network.prefix_len()), None],
                    (_, Some(IpNet::V6(network))) => [None, Some(network.prefix_len())],
                    _ => continue,
                };
                // `spf-all-pass` and `spf-bogon` speak of the rest.
                let silent = widths.contains(&Some(0)) || network.is_some_and(is_bogon);
                let Some(severity) = severity(widths).filter(|_| !silent) else { continue };
                let message = format!("`{}` lets {} pass: who else lives there?", own.shown(span), size(widths));
                let mut diagnostic = own
                    .finding(self.meta(), message, span)
                    .severity(severity)
                    .help("list the addresses that mail leaves from, and no others");
                if let Some(terms) = network.and_then(|network| declared_within(facts, &network)) {
                    let edit = Edit::replace(directive.keyword.start..span.end, terms);
                    diagnostic = diagnostic.fix(own.fix(Safety::Ask, [edit]));
                }
                found.push(diagnostic);
            }
        }
        found
    }
}

/// How bad the widths of a term are, by family; none where they are usual.
fn severity([v4, v6]: [Option<u8>; 2]) -> Option<Severity> {
    let at_most = |limit4: u8, limit6: u8| v4.is_some_and(|v4| v4 <= limit4) || v6.is_some_and(|v6| v6 <= limit6);
    if at_most(8, 19) {
        Some(Severity::Error)
    } else if at_most(15, 31) {
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

/// The terms for the declared addresses within a network; none where there are none, or all of it is declared.
fn declared_within(facts: &Facts, network: &IpNet) -> Option<String> {
    let domain = facts.declared_domain().filter(|_| !declares(facts, network))?;
    let groups = domain.egress.iter().flat_map(|group| &group.value.addresses);
    let senders = domain.senders.iter().flat_map(|sender| &sender.value.addresses);
    let within = groups.chain(senders).map(|address| address.value).filter(|address| network.contains(address));
    let within = IpNet::aggregate(&within.collect());
    let terms: Vec<String> = within.iter().map(network_term).collect();
    (!terms.is_empty()).then(|| terms.join(" "))
}

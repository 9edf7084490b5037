//! `spf-bogon`: a range that no mail comes from.

use std::cell::LazyCell;

use ipnet::IpNet;

use super::own::declares;
use super::undeclared_range::{is_of_senders, of_senders};
use super::{Own, own};
use crate::declared::{Use, special_range};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::spf::Qualifier;
use crate::spf::Family;

pub(in crate::lint::rules) struct Bogon;

impl Rule for Bogon {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-bogon",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/spf-bogon.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        own(facts).flat_map(|own| self.about(facts, &own)).collect()
    }
}

impl Bogon {
    fn about(&self, facts: &Facts, own: &Own<'_>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut examples = Vec::new();
        // What a declared sender's own record holds is that sender's, also where it is written down here. Seldom asked.
        let theirs = LazyCell::new(|| Family::BOTH.map(|family| of_senders(facts, family)));
        for (index, span, qualifier, network) in own.ranges() {
            let Some(special) = special_range(network).filter(|special| special.network.contains(&network)) else {
                continue;
            };
            // `spf-mapped-address` speaks of some; a range for examples may be declared.
            let is_mapped = matches!(network, IpNet::V6(network) if network.addr().to_ipv4_mapped().is_some());
            let is_fine = || declares(facts, &network) || is_of_senders(&network, &theirs);
            if is_mapped || qualifier != Qualifier::Pass || is_fine() {
                continue;
            }
            if special.use_in == Use::Examples {
                examples.push((index, span));
                continue;
            }
            let message = format!("no mail comes from `{}`: it is {}", own.shown(span), special.what);
            found.push(
                own.finding(self.meta(), message, span)
                    .help("list the address that receivers see, behind any translation")
                    .fix(own.without(Safety::Ask, [index])),
            );
        }
        // They come together, with the example that was copied.
        if let [(_, first), others @ ..] = examples.as_slice() {
            let message = format!("no mail comes from `{}`: it is an address for examples", own.shown(first));
            let mut diagnostic = own.finding(self.meta(), message, first).severity(Severity::Info);
            for (_, span) in others {
                diagnostic = diagnostic.context(own.place(), (*span).clone(), "nor from here");
            }
            let fix = own.without(Safety::Ask, examples.iter().map(|(index, _)| *index));
            found.push(diagnostic.help("put your own addresses in their place").fix(fix));
        }
        found
    }
}

/// Whether `spf-bogon` speaks of a network that a term lets pass.
pub(super) fn is_bogon(network: IpNet) -> bool {
    special_range(network).is_some_and(|special| special.network.contains(&network))
}

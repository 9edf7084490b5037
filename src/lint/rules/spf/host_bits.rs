//! `spf-host-bits`: bits behind the prefix are set, and do not count.

use super::{network_term, own};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::Edit;
use crate::record::spf::Mechanism;

pub(in crate::lint::rules) struct HostBits;

impl Rule for HostBits {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-host-bits",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/spf-host-bits.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            for (_, span, directive) in own.reached() {
                let (network, address) = match &directive.mechanism {
                    Mechanism::Ip4(range) if range.has_host_bits() => {
                        (range.network().into(), range.address.to_string())
                    }
                    Mechanism::Ip6(range) if range.has_host_bits() => {
                        (range.network().into(), range.address.to_string())
                    }
                    _ => continue,
                };
                let term = network_term(&network);
                let message = format!("the bits behind the prefix do not count: this is `{term}`");
                let edit = Edit::replace(directive.keyword.start..span.end, term);
                found.push(
                    own.finding(self.meta(), message, span)
                        .help(format!("if only {address} sends, take the prefix length away"))
                        .fix(own.fix(Safety::Ask, [edit])),
                );
            }
        }
        found
    }
}

//! `spf-mapped-address`: `ip6:::ffff:192.0.2.1` never matches.

use std::net::IpAddr;

use super::{is_declared, own};
use crate::lint::facts::family_term;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::Edit;
use crate::record::spf::Mechanism;

pub(in crate::lint::rules) struct MappedAddress;

impl Rule for MappedAddress {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-mapped-address",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/spf-mapped-address.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            for (_, span, directive) in own.reached() {
                let Mechanism::Ip6(range) = &directive.mechanism else { continue };
                let is_mapped = range.address.to_ipv4_mapped().is_some();
                let meant = family_term(IpAddr::V6(range.address), Some(range.prefix)).filter(|_| is_mapped);
                let Some(meant) = meant else { continue };
                // Where nobody has said who sends, nothing goes beyond it.
                let says = facts.declared_domain().is_some_and(|domain| domain.says_who_sends);
                let safety = if !says || is_declared(facts, &meant) { Safety::Safe } else { Safety::Ask };
                let edit = Edit::replace(directive.keyword.start..span.end, meant.clone());
                found.push(
                    own.finding(self.meta(), "an IPv4-mapped address matches no sender", span)
                        .note("such a client counts as one of IPv4 (RFC 7208, section 5)")
                        .help(format!("write `{meant}`"))
                        .fix(own.fix(safety, [edit])),
                );
            }
        }
        found
    }
}

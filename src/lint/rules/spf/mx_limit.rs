//! `spf-mx-limit`: an `mx` term has more exchanges than receivers look up.

use super::edges::{Edge, edges};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};
use crate::spf::{Branch, MX_LIMIT};

pub(in crate::lint::rules) struct MxLimit;

impl Rule for MxLimit {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-mx-limit",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-mx-limit.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        // What is wrong inside somebody else's record `spf-include-broken` tells.
        let own = facts.own_trees_once().flat_map(edges).filter(is_past_limit);
        own.map(|edge| {
            let message = format!(
                "`{}` has more than {MX_LIMIT} mail exchanges: a permerror for whoever is not matched before",
                edge.text()
            );
            let help = "name the addresses instead, by `ip4` and `ip6`, or the hosts by `a:`";
            edge.diagnostic(self.meta(), message).help(help)
        })
        .collect()
    }
}

/// Whether receivers stop at this term.
pub(super) fn is_past_limit(edge: &Edge<'_>) -> bool {
    matches!(edge.branch, Branch::Addresses { v4, v6 } if v4.past_mx_limit || v6.past_mx_limit)
}

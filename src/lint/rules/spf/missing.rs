//! `spf-missing`: no TXT record of the domain begins with `v=spf1`.

use mailvouch_providers::dns::RrType;

use super::write::whole_record;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Rule, Severity};
use crate::spf::Selection;

pub(in crate::lint::rules) struct Missing;

impl Rule for Missing {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-missing",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-missing.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let nothing = matches!(facts.spf.tree.selection, Selection::None);
        // A record that is there but not selected is a finding of its own, with a better fix.
        if !nothing || !facts.spf.near_misses.is_empty() || !facts.spf.elsewhere.is_empty() {
            return Vec::new();
        }
        let sends = facts.sends();
        let message = format!("{} publishes no SPF record", facts.domain);
        let mut found = Diagnostic::about_nothing(self.meta(), message, &facts.domain, RrType::TXT);
        if !sends {
            found = found.severity(Severity::Warning);
        }
        match facts.declared_domain() {
            Some(domain) if domain.says_who_sends => {
                let content = whole_record(facts, domain);
                found = found.fix(Fix::safe([Operation::Create { owner: facts.domain.clone(), content }]));
            }
            _ if sends => {
                found = found.help(
                    "declare who sends for the domain (`egress`, `senders`) and `mailvouch plan` writes the record; \
                     a domain that sends nothing publishes `v=spf1 -all`",
                );
            }
            _ => found = found.help("a domain that sends nothing publishes `v=spf1 -all`"),
        }
        vec![found]
    }
}

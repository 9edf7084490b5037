//! `dmarc-removed-tag`: what RFC 9989 removed, and old receivers still go by.

use super::own::Own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::Edit;

pub(in crate::lint::rules) struct RemovedTag;

impl Rule for RemovedTag {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-removed-tag",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/dmarc-removed-tag.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        let percentage = own.record.percentage();
        let part = percentage.declared().copied().filter(|percentage| *percentage < 100);
        let tags = own.record.removed_tags().map(|tag| {
            let name = tag.name.node.to_ascii_lowercase();
            let fix = own.fix(Safety::Ask, own.removal(tag));
            let message = format!("`{name}` is no tag of DMARC any more (RFC 9989)");
            let found = own.finding(self.meta(), message, &tag.span()).fix(fix);
            match part.filter(|_| name == "pct") {
                Some(part) => found
                    .severity(Severity::Warning)
                    .note(format!("older receivers apply the policy to {part} % of what fails, new ones to all of it")),
                None => found.note("new receivers ignore it"),
            }
        });
        let mut found: Vec<Diagnostic> = tags.collect();
        for uri in own.record.rua().iter().chain(own.record.ruf()).filter(|uri| uri.destination.is_ok()) {
            let Some(limit) = uri.size_limit.clone() else { continue };
            let message = "a size limit behind a report address is no part of DMARC any more (RFC 9989)";
            let fix = own.fix(Safety::Ask, [Edit::delete(limit.clone())]);
            found.push(own.finding(self.meta(), message, &limit).note("new receivers ignore it").fix(fix));
        }
        found
    }
}

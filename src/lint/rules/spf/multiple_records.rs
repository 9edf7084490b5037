//! `spf-multiple-records`: more than one record is selected, and every evaluation is a permerror.

use std::sync::Arc;

use mailvouch_providers::dns::Rdata;

use super::merge::Merge;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Place, Rule, Severity};
use crate::spf::{Published, Selection};

pub(in crate::lint::rules) struct MultipleRecords;

impl Rule for MultipleRecords {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-multiple-records",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-multiple-records.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Selection::Many(records) = &facts.spf.tree.selection else { return Vec::new() };
        let Some((kept, others)) = choose(records) else { return Vec::new() };
        let place = |published: &Published| {
            (Place::value(&facts.domain, &Rdata::Txt(published.value.clone())), 0..published.record.text().len())
        };
        let message = format!(
            "{} publishes {} SPF records; receivers may use none of them (permerror)",
            facts.domain,
            records.len()
        );
        let (at, span) = place(kept);
        let mut found = Diagnostic::new(self.meta(), message, at, span).note("the one to keep");
        for other in &others {
            let (at, span) = place(other);
            found = found.context(at, span, "a second record");
        }
        let merge = Merge::of(facts, kept, &others.iter().map(|other| &***other).collect::<Vec<_>>());
        if !merge.choices.is_empty() {
            found = found.help(format!("one record of all: {}", merge.choices.join("; ")));
        }
        // Where one record says all that the others do, what goes says nothing new.
        let within = facts.spf.stays_within(kept.record.text(), facts.declared.as_ref());
        let is_safe = merge.says_the_same && within;
        vec![found.fix(if is_safe { Fix::safe(merge.operations) } else { Fix::ask(merge.operations) })]
    }
}

/// The record with the most terms is kept: what it lacks is written into it. The first one where they are equal.
fn choose(records: &[Arc<Published>]) -> Option<(&Arc<Published>, Vec<&Arc<Published>>)> {
    let most = records.iter().map(|published| published.record.terms().len()).max()?;
    let kept = records.iter().find(|published| published.record.terms().len() == most)?;
    Some((kept, records.iter().filter(|published| !Arc::ptr_eq(published, kept)).collect()))
}

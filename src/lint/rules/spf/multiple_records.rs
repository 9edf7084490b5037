//! `spf-multiple-records`: more than one record is selected, and every evaluation is a permerror.

use std::sync::Arc;

use mailvouch_providers::dns::Rdata;

use super::insert_term;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::SpfRecord;
use crate::record::spf::{Mechanism, Modifier, Term};
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
        vec![found.fix(merge(facts, kept, &others))]
    }
}

/// The record with the most terms is kept: what it lacks is written into it. The first one where they are equal.
fn choose(records: &[Arc<Published>]) -> Option<(&Arc<Published>, Vec<&Arc<Published>>)> {
    let most = records.iter().map(|published| published.record.terms().len()).max()?;
    let kept = records.iter().find(|published| published.record.terms().len() == most)?;
    Some((kept, records.iter().filter(|published| !Arc::ptr_eq(published, kept)).collect()))
}

/// One edit that adds what only the others say, and one deletion for each of them.
fn merge(facts: &Facts, kept: &Published, others: &[&Arc<Published>]) -> Fix {
    let mut missing: Vec<String> = Vec::new();
    let mut same_end = true;
    for other in others {
        for term in other.record.terms() {
            let text = term_text(&other.record, term.span.clone());
            if ends_record(&term.node) {
                same_end &= has_term(&kept.record, &text);
            } else if !has_term(&kept.record, &text) && !missing.contains(&text) {
                missing.push(text);
            }
        }
    }
    let mut operations = Vec::new();
    if !missing.is_empty() {
        let index = kept.record.place_for_directive();
        operations.push(insert_term(&facts.domain, kept, index, &missing.join(" ")));
    }
    let delete = |other: &&Arc<Published>| Operation::Delete {
        owner: facts.domain.clone(),
        value: Rdata::Txt(other.value.clone()),
    };
    operations.extend(others.iter().map(delete));
    // Where one record says all that the others do, what goes says nothing new.
    let within = facts.spf.stays_within(kept.record.text(), facts.declared.as_ref());
    if missing.is_empty() && same_end && within { Fix::safe(operations) } else { Fix::ask(operations) }
}

fn term_text(record: &SpfRecord, span: std::ops::Range<usize>) -> String {
    String::from_utf8_lossy(&record.text()[span]).to_ascii_lowercase()
}

fn has_term(record: &SpfRecord, text: &str) -> bool {
    let plain = |term: &str| term.strip_prefix('+').unwrap_or(term).to_owned();
    record.terms().iter().any(|term| plain(&term_text(record, term.span.clone())) == plain(text))
}

/// `all`, `redirect` and `exp` speak for the whole record: of those there can be one.
fn ends_record(term: &Term) -> bool {
    match term {
        Term::Directive(directive) => directive.mechanism == Mechanism::All,
        Term::Modifier(modifier) => matches!(modifier, Modifier::Redirect(_) | Modifier::Exp(_)),
        Term::Malformed(_) => false,
    }
}

//! `spf-all-differs`: what the record ends in is not what is declared.

use mailvouch_providers::dns::Rdata;

use super::{deciding, insert_term};
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::spf::Qualifier;

pub(in crate::lint::rules) struct AllDiffers;

impl Rule for AllDiffers {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-all-differs",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-all-differs.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let (Some(wanted), Some(published)) = (&declared.domain().spf.all, facts.spf.one()) else { return Vec::new() };
        let Some((tree, qualifier)) = deciding(&facts.spf.tree) else {
            return Vec::new(); // The end of the record is behind something unknown or broken.
        };
        let (has, wants) = (strength(qualifier), strength(wanted.value.into()));
        if has == wants {
            return Vec::new();
        }
        let is_own_record = tree.name == facts.domain;
        let Some(deciding) = tree.selection.one() else { return Vec::new() };
        let record = &deciding.record;
        let span = record.all().map_or_else(|| record.text().len()..record.text().len(), |(span, _)| span.clone());
        let place = Place::value(&tree.name, &Rdata::Txt(deciding.value.clone()));
        let (ends, weaker) = (ending(record.all().map(|(_, qualifier)| qualifier)), has < wants);
        let effect = if weaker { "weaker than declared" } else { "stricter than declared" };
        let message = format!("the SPF record of {} ends in {ends}, {effect}", facts.domain);
        let (declaration, declared_at) = declared.at(wanted);
        let note = format!("`{}` is declared", wanted.value.term());
        let mut found =
            Diagnostic::new(self.meta(), message, place, span.clone()).context(declaration, declared_at, note);
        if !weaker {
            found = found.severity(Severity::Warning);
        }
        if is_own_record {
            let operation = match record.all() {
                Some((span, _)) => Operation::Edit {
                    owner: tree.name.clone(),
                    value: deciding.value.clone(),
                    span: span.clone(),
                    content: wanted.value.term().into(),
                },
                None => insert_term(&facts.domain, published, record.place_for_directive(), wanted.value.term()),
            };
            // Who passes because of `+all` would pass no more: that is a person's to say.
            let takes_away = qualifier == Qualifier::Pass;
            found = found.fix(if takes_away { Fix::ask([operation]) } else { Fix::safe([operation]) });
        } else {
            found = found.help(format!("`redirect` hands the end of the record to {}: it is decided there", tree.name));
        }
        vec![found]
    }
}

/// How much an ending refuses.
fn strength(qualifier: Qualifier) -> u8 {
    match qualifier {
        Qualifier::Pass => 0,
        Qualifier::Neutral => 1,
        Qualifier::SoftFail => 2,
        Qualifier::Fail => 3,
    }
}

fn ending(qualifier: Option<Qualifier>) -> String {
    qualifier.map_or_else(|| "nothing, which is neutral".to_owned(), |qualifier| format!("`{qualifier}all`"))
}

//! `spf-redirect-no-record`: `redirect` names a record that is not there.

use super::edges::own_edges;
use super::include_no_record::leads_to_no_record;
use super::insert_term;
use crate::declared::AllPolicy;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Rule, Severity};

pub(in crate::lint::rules) struct RedirectNoRecord;

impl Rule for RedirectNoRecord {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-redirect-no-record",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-redirect-no-record.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let broken = own_edges(facts).filter(|edge| edge.redirect().is_some() && leads_to_no_record(edge));
        broken
            .map(|edge| {
                let target = edge.redirect().map(|target| target.as_str().to_owned()).unwrap_or_default();
                let message = format!("{target} publishes no SPF record: a permerror for whoever no term matches");
                let found = edge.diagnostic(self.meta(), message);
                let all = facts.declared_domain().and_then(|domain| domain.spf.all.as_ref());
                let all = all.map_or(AllPolicy::SoftFail, |all| all.value);
                let record = &edge.published.record;
                let Some(removal) = edge.removal() else { return found };
                let end = insert_term(&edge.tree.name, edge.published, record.place_for_directive(), all.term());
                found.fix(Fix::ask([removal, end]))
            })
            .collect()
    }
}

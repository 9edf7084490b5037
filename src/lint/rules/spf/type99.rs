//! `spf-type99`: a record of the SPF type, which nobody reads.

use mailvouch_providers::dns::Rdata;

use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};

pub(in crate::lint::rules) struct Type99;

impl Rule for Type99 {
    fn meta(&self) -> &'static Meta {
        &Meta { id: "spf-type99", severity: Severity::Info, docs: include_str!("../../../../docs/rules/spf-type99.md") }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let set = facts.spf.type99.as_ref().and_then(|reply| reply.records());
        let about = |value: &Rdata| {
            let place = Place::value(&facts.domain, value);
            let span = 0..place.bytes().len();
            Diagnostic::new(self.meta(), "receivers read SPF from TXT records, and not from this type", place, span)
                .help("what it says belongs in a TXT record")
                .fix(Fix::safe([Operation::Delete { owner: facts.domain.clone(), value: value.clone() }]))
        };
        set.map_or_else(Vec::new, |set| set.values.iter().map(about).collect())
    }
}

//! `spf-all-missing`: the record has neither `all` nor `redirect`.

use super::deciding;
use super::own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};

pub(in crate::lint::rules) struct AllMissing;

impl Rule for AllMissing {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-all-missing",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/spf-all-missing.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        // What is declared about `all`, or about a parked domain, other rules hold against it.
        let is_said = |domain: &crate::declared::Domain| domain.spf.all.is_some() || !domain.sends;
        if facts.declared_domain().is_some_and(is_said) {
            return Vec::new();
        }
        let Some((tree, _)) = deciding(&facts.spf.tree) else { return Vec::new() };
        let decides = own(facts).filter(|own| own.owner == &tree.name && own.record().all().is_none());
        let about = |own: super::Own<'_>| {
            let record = own.record();
            let index = record.place_for_directive();
            let before = index.checked_sub(1).and_then(|index| record.terms().get(index));
            let end = before.map_or(record.version().end, |term| term.span.end);
            let message = format!("the SPF record of {} does not say what becomes of other senders", facts.domain);
            own.finding(self.meta(), message, &(end..end))
                .note("without `all` it is neutral: the same as no SPF")
                .help("end it in `~all`: softfail, which DMARC and receivers can use")
                .fix(own.fix(Safety::Ask, [record.insert_term(index, "~all")]))
        };
        decides.map(about).collect()
    }
}

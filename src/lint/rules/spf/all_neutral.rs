//! `spf-all-neutral`: the record ends in `?all`, which says nothing.

use super::deciding;
use super::own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::Edit;
use crate::record::spf::Qualifier;

pub(in crate::lint::rules) struct AllNeutral;

impl Rule for AllNeutral {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-all-neutral",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/spf-all-neutral.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        // What is declared about `all`, or about a parked domain, other rules hold against it.
        let is_said = |domain: &crate::declared::Domain| domain.spf.all.is_some() || !domain.sends;
        if facts.declared_domain().is_some_and(is_said) {
            return Vec::new();
        }
        let Some((tree, Qualifier::Neutral)) = deciding(&facts.spf.tree) else { return Vec::new() };
        let decides = own(facts).filter(|own| own.owner == &tree.name);
        let about = |own: super::Own<'_>| {
            let (span, _) = own.record().all()?;
            let message = format!("`{}` says nothing about forged mail from {}", own.shown(span), facts.domain);
            Some(
                own.finding(self.meta(), message, span)
                    .note("neutral: the same as no SPF")
                    .help("write `~all`: softfail, which DMARC and receivers can use")
                    .fix(own.fix(Safety::Ask, [Edit::replace(span.clone(), "~all")])),
            )
        };
        decides.filter_map(about).collect()
    }
}

//! `egress-past-limit`: a declared address would pass, and evaluation ends before it gets there.

use super::fate::{authorisation, divided, part, place, refused, shown};
use crate::declared::EgressState;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Rule, Safety, Severity};
use crate::spf::{LOOKUP_LIMIT, VOID_LIMIT};

pub(in crate::lint::rules) struct PastLimit;

impl Rule for PastLimit {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "egress-past-limit",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/egress-past-limit.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let groups = declared.domain().egress.iter().map(|group| &group.value);
        let current = groups.filter(|group| group.state_at(facts.now) == EgressState::Current);
        let mut found = Vec::new();
        for address in current.flat_map(|group| &group.addresses) {
            let (past, _) = divided(facts, &address.value, refused(facts, &address.value));
            let Some((region, decider)) = past.first().and_then(|region| Some((region, region.decided_by.as_ref()?)))
            else {
                continue;
            };
            let why = if region.lookups > LOOKUP_LIMIT {
                format!("after {LOOKUP_LIMIT} look-ups")
            } else {
                format!("after {VOID_LIMIT} look-ups that find nothing")
            };
            let of_it = part(&address.value, &past).map_or_else(String::new, |part| format!(" ({part} of it)"));
            let shown = shown(&address.value);
            let message = format!(
                "mail leaves from {shown}{of_it}; the SPF record lets it pass, but receivers stop {why}, which is a \
                 permerror"
            );
            let (declaration, declared_at) = declared.at(address);
            let diagnostic = Diagnostic::new(self.meta(), message, place(decider), decider.span.clone())
                .note("evaluation ends here")
                .context(declaration, declared_at, "mail leaves from here");
            found.push(match authorisation(facts, &address.value, &past) {
                Some(fix) => diagnostic.fix(Fix { safety: Safety::Ask, ..fix }),
                None => diagnostic,
            });
        }
        found
    }
}

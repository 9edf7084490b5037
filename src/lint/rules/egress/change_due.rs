//! `egress-change-due`: an address begins to send before caches can know of it.

use mailvouch_providers::dns::{Rdata, RrType};

use super::fate::{authorisation, part, record_ttl, refused, shown};
use crate::declared::EgressState;
use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};

pub(in crate::lint::rules) struct ChangeDue;

impl Rule for ChangeDue {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "egress-change-due",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/egress-change-due.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let ttl = record_ttl(facts, declared);
        let Ok(by) = facts.now.checked_add(ttl) else { return Vec::new() };
        let ttl = ttl.as_secs();
        let groups = declared.domain().egress.iter().map(|group| &group.value);
        let planned = groups.filter(|group| group.state_at(facts.now) == EgressState::Planned);
        let due =
            planned.filter_map(|group| group.from.as_ref().filter(|from| from.value.starts() <= by).map(|_| group));
        let mut found = Vec::new();
        for (group, address) in due.flat_map(|group| group.addresses.iter().map(move |address| (group, address))) {
            let refused = refused(facts, &address.value);
            if refused.is_empty() {
                continue;
            }
            let from = group.from.as_ref().map_or_else(String::new, |from| from.value.to_string());
            let part = part(&address.value, &refused).map_or_else(String::new, |part| format!(" ({part} of it)"));
            let message = format!(
                "mail will leave from {}{part} from {from} on; caches hold the old SPF record up to {ttl} seconds, and it is \
                 not authorised yet",
                shown(&address.value)
            );
            let diagnostic = match facts.spf.one() {
                Some(published) => {
                    let place = Place::value(&facts.domain, &Rdata::Txt(published.value.clone()));
                    Diagnostic::new(self.meta(), message, place, 0..published.record.text().len())
                }
                None => Diagnostic::about_nothing(self.meta(), message, &facts.domain, RrType::TXT),
            };
            let (declaration, declared_at) = declared.at(address);
            let diagnostic = diagnostic.context(declaration, declared_at, "mail will leave from here");
            found.push(match authorisation(facts, &address.value, &refused) {
                Some(fix) => diagnostic.fix(fix),
                None => diagnostic,
            });
        }
        found
    }
}

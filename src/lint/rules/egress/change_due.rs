//! `egress-change-due`: an address begins to send before caches can know of it.

use mailvouch_providers::dns::{Rdata, RrType};

use super::fate::{authorisation, part, refused, shown};
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
        let lead = facts.lead();
        let groups = declared.domain().egress.iter().map(|group| &group.value);
        let planned = groups.filter(|group| group.state_at(facts.now) == EgressState::Planned);
        let begins = planned.filter_map(|group| Some((group, group.from.as_ref()?.value)));
        let due = begins.filter(|(_, from)| lead.due_from(from.starts()) <= facts.now);
        let mut found = Vec::new();
        for (from, address) in due.flat_map(|(group, from)| group.addresses.iter().map(move |address| (from, address)))
        {
            let refused = refused(facts, &address.value);
            if refused.is_empty() {
                continue;
            }
            let part = part(&address.value, &refused).map_or_else(String::new, |part| format!(" ({part} of it)"));
            let message = format!(
                "mail will leave from {}{part} from {from} on, and SPF has to let it pass by {} (two TTLs of {} seconds and \
                 {} for an absence ahead)",
                shown(&address.value),
                lead.publish_by(from.starts()),
                lead.ttl.as_secs(),
                lead.absence.as_secs()
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

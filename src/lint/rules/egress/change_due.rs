//! `egress-change-due`: an address begins to send before caches can know of it.

use jiff::SignedDuration;
use mailvouch_providers::dns::{Rdata, RrType};

use super::fate::{authorisation, part, refused, shown};
use crate::declared::EgressState;
use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};

/// How long caches may hold an absence that comes without a TTL we know, in seconds.
const ABSENCE: u32 = 3600;

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
        let held = facts.spf.reply.records().map_or(ABSENCE, |set| set.ttl);
        // A cache that is asked tells only what is left: the declared TTL may be the whole.
        let ttl = declared.domain().ttl.as_ref().map_or(held, |ttl| ttl.value.max(held));
        let Ok(by) = facts.now.checked_add(SignedDuration::from_secs(i64::from(ttl))) else { return Vec::new() };
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

//! `egress-not-authorised`: mail leaves from a declared address, and SPF does not let it pass.

use ipnet::IpNet;
use mailvouch_providers::dns::{Rdata, RrType};

use super::fate::{authorisation, divided, part, place, refused, shown};
use crate::declared::{At, EgressState};
use crate::lint::{Declared, Diagnostic, Facts, Meta, Place, Rule, Severity};
use crate::spf::{Class, Region};

/// Most addresses that one message names.
const LISTED: usize = 5;

pub(in crate::lint::rules) struct NotAuthorised;

impl Rule for NotAuthorised {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "egress-not-authorised",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/egress-not-authorised.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = &facts.declared else { return Vec::new() };
        let groups = declared.domain().egress.iter().map(|group| &group.value);
        let current = groups.filter(|group| group.state_at(facts.now) == EgressState::Current);
        let addresses = current.flat_map(|group| &group.addresses);
        let judged = addresses.map(|address| {
            // Of what only the limits refuse `egress-past-limit` speaks.
            (address, divided(facts, &address.value, refused(facts, &address.value)).1)
        });
        let hit: Vec<(&At<IpNet>, Vec<Region>)> = judged.filter(|(_, refused)| !refused.is_empty()).collect();
        // A record that is broken, or not there, is one defect, however many addresses it hits.
        if hit.len() > 1 && facts.spf.one().is_none_or(|published| !published.record.is_valid()) {
            return vec![self.about_all(facts, declared, &hit)];
        }
        hit.iter().map(|(address, refused)| self.about(facts, declared, address, refused)).collect()
    }
}

impl NotAuthorised {
    fn about(&self, facts: &Facts, declared: &Declared, address: &At<IpNet>, refused: &[Region]) -> Diagnostic {
        let found = self.found(facts, message(&address.value, refused), refused);
        let (declaration, declared_at) = declared.at(address);
        let found = found.context(declaration, declared_at, "mail leaves from here");
        match authorisation(facts, &address.value, refused) {
            Some(fix) => found.fix(fix),
            None => found,
        }
    }

    fn about_all(&self, facts: &Facts, declared: &Declared, hit: &[(&At<IpNet>, Vec<Region>)]) -> Diagnostic {
        let mut names: Vec<String> = hit.iter().take(LISTED).map(|(address, _)| shown(&address.value)).collect();
        if hit.len() > LISTED {
            names.push(format!("{} more", hit.len() - LISTED));
        }
        let last = names.pop().unwrap_or_default();
        let regions: Vec<Region> = hit.iter().flat_map(|(_, refused)| refused.iter().cloned()).collect();
        let message = format!("mail leaves from {} and {last}, and SPF says {}", names.join(", "), results(&regions));
        let found = self.found(facts, message, &regions);
        let places = hit.iter().take(LISTED).map(|(address, _)| declared.at(address));
        places.fold(found, |found, (declaration, at)| found.context(declaration, at, "mail leaves from here"))
    }

    /// The finding, at the term that decides.
    fn found(&self, facts: &Facts, message: String, refused: &[Region]) -> Diagnostic {
        let worst = refused.first();
        match (worst.and_then(|worst| Some((worst, worst.decided_by.as_ref()?))), facts.spf.one()) {
            (Some((worst, decider)), _) => {
                let note = format!("this term decides: {}", worst.class);
                Diagnostic::new(self.meta(), message, place(decider), decider.span.clone()).note(note)
            }
            (None, Some(published)) => {
                let place = Place::value(&facts.domain, &Rdata::Txt(published.value.clone()));
                let whole = 0..published.record.text().len();
                Diagnostic::new(self.meta(), message, place, whole).note("no term matches it")
            }
            (None, None) => Diagnostic::about_nothing(self.meta(), message, &facts.domain, RrType::TXT),
        }
    }
}

fn message(network: &IpNet, refused: &[Region]) -> String {
    let (shown, results) = (shown(network), results(refused));
    match part(network, refused) {
        None => format!("mail leaves from {shown}, and SPF says {results}"),
        Some(part) => format!("mail leaves from {shown}, and SPF says {results} for {part} of it"),
    }
}

/// The results that SPF has for these, in words.
fn results(refused: &[Region]) -> String {
    let mut classes: Vec<Class> = refused.iter().map(|region| region.class).collect();
    classes.sort_unstable();
    classes.dedup();
    let classes: Vec<String> = classes.iter().map(|class| format!("`{class}`")).collect();
    classes.join(" and ")
}

//! `name-takeover`: a record leads to a domain that anybody can register.

use mailvouch_providers::dns::{Rdata, RrType};

use crate::lint::facts::{Lure, LureKind};
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};

pub(in crate::lint::rules) struct NameTakeover;

impl Rule for NameTakeover {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "name-takeover",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/name-takeover.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        facts.lures.iter().filter(|lure| lure.is_free).map(|lure| self.about(facts, lure)).collect()
    }
}

impl NameTakeover {
    fn about(&self, facts: &Facts, lure: &Lure) -> Diagnostic {
        let gains = match lure.kind {
            LureKind::Spf => "may then send as you",
            LureKind::Dkim => "may then sign as you",
            LureKind::Report => "then reads your reports",
        };
        let Lure { owner, target, registrable, .. } = lure;
        let message = format!("{registrable} does not exist: whoever registers it {gains}");
        let rtype = lure.value.as_ref().map_or(RrType::CNAME, Rdata::rtype);
        let place =
            lure.value.as_ref().map_or_else(|| Place::nothing(owner, rtype), |value| Place::value(owner, value));
        let note = format!("leads to {target}");
        let found = Diagnostic::new(self.meta(), message, place, lure.span.clone()).note(note);
        let found = found.help("take out what leads there, or register the domain yourself, today");
        match (&lure.value, &lure.removal) {
            (Some(Rdata::Txt(txt)), Some(edit)) if facts.is_own(owner) => {
                found.fix(Fix::ask([Operation::edit(owner, txt, edit.clone())]))
            }
            _ => found,
        }
    }
}

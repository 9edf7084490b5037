//! `parked-mx`: a domain that takes no mail does not say so.

use mailvouch_providers::dns::{Name, Rdata, RrType};

use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::published::State;

pub(in crate::lint::rules) struct Mx;

impl Rule for Mx {
    fn meta(&self) -> &'static Meta {
        &Meta { id: "parked-mx", severity: Severity::Info, docs: include_str!("../../../../docs/rules/parked-mx.md") }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let parked = |domain: &crate::declared::Domain| !domain.sends && !domain.receives;
        let Some(declared) = facts.declared.as_ref().filter(|declared| parked(declared.domain())) else {
            return Vec::new();
        };
        let owner = &facts.domain;
        let null = Rdata::Mx { preference: 0, exchange: Name::root() };
        let found = match &facts.mx.state {
            State::Unknown(_) => return Vec::new(),
            State::Absent(_) => {
                let message = format!("{owner} is declared as taking no mail, and does not say so");
                Diagnostic::about_nothing(self.meta(), message, owner, RrType::MX)
                    .fix(Fix::safe([Operation::Create { owner: owner.clone(), content: null }]))
            }
            State::Found(set) => {
                let is_null = |value: &&Rdata| matches!(value, Rdata::Mx { exchange, .. } if exchange.is_root());
                let others: Vec<&Rdata> = set.values.iter().filter(|value| !is_null(value)).collect();
                let Some(first) = others.first() else { return Vec::new() };
                let message = format!("{owner} is declared as taking no mail, and an MX says where its mail goes");
                let place = Place::value(owner, first);
                let span = 0..place.bytes().len();
                let mut operations: Vec<Operation> = others
                    .iter()
                    .map(|value| Operation::Delete { owner: owner.clone(), value: (*value).clone() })
                    .collect();
                if others.len() == set.values.len() {
                    operations[0] = Operation::Replace { owner: owner.clone(), value: (*first).clone(), content: null };
                }
                Diagnostic::new(self.meta(), message, place, span).fix(Fix::ask(operations))
            }
        };
        let (declaration, declared_at) = declared.at(&declared.domain().name);
        vec![found.context(declaration, declared_at, "`sends = false` and `receives = false`")]
    }
}

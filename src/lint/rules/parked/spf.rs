//! `parked-spf`: a domain that does not send does not say so.

use mailvouch_providers::dns::{Rdata, RrType, Txt};

use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::spf::Selection;

/// The record of a domain that does not send (RFC 7208, section 10.1.2).
const NOBODY: &[u8] = b"v=spf1 -all";

pub(in crate::lint::rules) struct Spf;

impl Rule for Spf {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "parked-spf",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/parked-spf.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = facts.declared.as_ref().filter(|declared| !declared.domain().sends) else {
            return Vec::new();
        };
        let owner = &facts.domain;
        let content = Rdata::Txt(Txt::from_text(NOBODY));
        let found = match &facts.spf.tree.selection {
            Selection::Unknown(_) => return Vec::new(),
            Selection::One(_) if facts.spf.says_nobody_sends() => return Vec::new(),
            Selection::None => {
                let message =
                    format!("{owner} is declared as sending nothing, and does not say so: anyone may use its name");
                let found = Diagnostic::about_nothing(self.meta(), message, owner, RrType::TXT);
                // A text that is meant as SPF is mended in its place.
                match facts.spf.near_misses.first() {
                    Some((txt, _)) => {
                        let value = Rdata::Txt(txt.clone());
                        found.fix(Fix::safe([Operation::Replace { owner: owner.clone(), value, content }]))
                    }
                    None => found.fix(Fix::safe([Operation::Create { owner: owner.clone(), content }])),
                }
            }
            Selection::One(published) => {
                let value = Rdata::Txt(published.value.clone());
                let place = Place::value(owner, &value);
                let operation = Operation::Replace { owner: owner.clone(), value, content };
                // Whoever passes now would pass no more.
                let coverage = facts.spf.coverage();
                let nobody_passes = coverage.passing_networks().is_empty() && !coverage.is_dynamic();
                let lack = if nobody_passes { "does not refuse all of them" } else { "lets some senders pass" };
                let message = format!("{owner} is declared as sending nothing, and its SPF record {lack}");
                Diagnostic::new(self.meta(), message, place, 0..published.record.text().len())
                    .note("`v=spf1 -all` is declared")
                    .fix(if nobody_passes { Fix::safe([operation]) } else { Fix::ask([operation]) })
            }
            Selection::Many(records) => {
                let Some(first) = records.first() else { return Vec::new() };
                let message = format!("{owner} is declared as sending nothing, and has {} SPF records", records.len());
                let place = Place::value(owner, &Rdata::Txt(first.value.clone()));
                let span = 0..first.record.text().len();
                let mut operations: Vec<Operation> = records[1..]
                    .iter()
                    .map(|record| Operation::Delete { owner: owner.clone(), value: Rdata::Txt(record.value.clone()) })
                    .collect();
                let value = Rdata::Txt(first.value.clone());
                operations.push(Operation::Replace { owner: owner.clone(), value, content });
                Diagnostic::new(self.meta(), message, place, span).fix(Fix::ask(operations))
            }
        };
        let (declaration, declared_at) = declared.at(&declared.domain().name);
        vec![found.context(declaration, declared_at, "`sends = false`")]
    }
}

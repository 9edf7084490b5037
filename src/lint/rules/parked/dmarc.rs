//! `parked-dmarc`: a domain that does not send does not ask receivers to refuse its mail.

use mailvouch_providers::dns::{Rdata, RrType};

use crate::lint::rules::dmarc::reject_record;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::dmarc::{Policy, Standing};
use crate::record::tag_list::TagList;
use crate::record::{DmarcRecord, Edit};

pub(in crate::lint::rules) struct Dmarc;

impl Rule for Dmarc {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "parked-dmarc",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/parked-dmarc.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(declared) = facts.declared.as_ref().filter(|declared| !declared.domain().sends) else {
            return Vec::new();
        };
        let dmarc = &facts.dmarc;
        // A policy that is declared is held to by `dmarc-differs`; what is unknown is nobody's fault.
        if declared.domain().dmarc.is_some() || dmarc.is_partly_unknown() || dmarc.records.len() > 1 {
            return Vec::new();
        }
        if dmarc.policy() == Some(Policy::Reject) {
            return Vec::new();
        }
        let owner = &dmarc.owner;
        let message =
            format!("{} is declared as sending nothing, and does not ask receivers to refuse its mail", facts.domain);
        let content = reject_record();
        let found = match (dmarc.records.first(), dmarc.near_misses.first()) {
            (Some((txt, record)), _) => {
                let value = Rdata::Txt(txt.clone());
                let place = Place::value(owner, &value);
                let sound = record.standing() == Standing::Policy;
                let edits = if sound { edits(record) } else { Vec::new() };
                let span = record.tag("p").map_or(0..record.text().len(), crate::record::tag_list::Tag::span);
                let found = Diagnostic::new(self.meta(), message, place, span).note("`p=reject` in force is meant");
                if edits.is_empty() {
                    found.fix(Fix::safe([Operation::Replace { owner: owner.clone(), value, content }]))
                } else {
                    found.fix(Fix::safe(edits.into_iter().map(|edit| Operation::edit(owner, txt, edit))))
                }
            }
            (None, Some((txt, miss))) => {
                let value = Rdata::Txt(txt.clone());
                let place = Place::value(owner, &value);
                let operation = Operation::Replace { owner: owner.clone(), value, content };
                Diagnostic::new(self.meta(), message, place, miss.span.clone()).fix(Fix::safe([operation]))
            }
            (None, None) => Diagnostic::about_nothing(self.meta(), message, owner, RrType::TXT)
                .fix(Fix::safe([Operation::Create { owner: owner.clone(), content }])),
        };
        let (declaration, declared_at) = declared.at(&declared.domain().name);
        vec![found.context(declaration, declared_at, "`sends = false`")]
    }
}

/// What makes a sound record ask for refusal: `p=reject`, and no test of it.
fn edits(record: &DmarcRecord) -> Vec<Edit> {
    let policy = record.tag("p").filter(|_| record.policy().effective != Policy::Reject);
    let policy = policy.map(|tag| TagList::replace_value(tag, "reject"));
    let testing = record.tag("t").filter(|_| record.testing().effective);
    let testing = testing.and_then(|tag| record.list().remove_tag(tag));
    policy.into_iter().chain(testing).collect()
}

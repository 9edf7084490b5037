//! `dmarc-multiple-records`: more than one record stands at a name, and receivers act on none.

use mailvouch_providers::dns::{Rdata, Txt};

use super::write::declared_record;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity, Values};
use crate::record::DmarcRecord;
use crate::record::dmarc::Standing;

pub(in crate::lint::rules) struct MultipleRecords;

impl Rule for MultipleRecords {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-multiple-records",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dmarc-multiple-records.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let records = &facts.dmarc.records;
        let Some(kept) = choose(facts, records) else { return Vec::new() };
        let others: Vec<_> = records.iter().filter(|record| !std::ptr::eq(*record, kept)).collect();
        let owner = &facts.dmarc.owner;
        let place = |txt: &Txt| Place::value(owner, &Rdata::Txt(txt.clone()));
        let (txt, record) = kept;
        let message = format!("{} DMARC records stand at {owner}, and receivers act on none of them", records.len());
        let mut found =
            Diagnostic::new(self.meta(), message, place(txt), 0..record.text().len()).note("the one to keep");
        for (txt, record) in &others {
            found = found.context(place(txt), 0..record.text().len(), "another record");
        }
        let delete =
            |(txt, _): &&(Txt, DmarcRecord)| Operation::Delete { owner: owner.clone(), value: Rdata::Txt(txt.clone()) };
        vec![found.fix(Fix::ask(others.iter().map(delete)))]
    }
}

/// The declared record if it is among them, else the first whose policy counts, else the first; none of fewer than two.
fn choose<'a>(facts: &Facts, records: &'a Values<DmarcRecord>) -> Option<&'a (Txt, DmarcRecord)> {
    if records.len() < 2 {
        return None;
    }
    let declared = facts.declared_domain().and_then(declared_record);
    let is_declared = |(txt, _): &&(Txt, DmarcRecord)| {
        declared.as_ref().and_then(Rdata::as_txt).is_some_and(|declared| declared.joined() == txt.joined())
    };
    let counts = |(_, record): &&(Txt, DmarcRecord)| record.standing() == Standing::Policy;
    records.iter().find(is_declared).or_else(|| records.iter().find(counts)).or_else(|| records.first())
}

//! `dmarc-near-miss`: a text that is meant as DMARC, and that receivers do not take for it.

use mailvouch_providers::dns::{Name, Rdata, Txt};

use super::own::safety_of;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity, Values};
use crate::record::DmarcRecord;
use crate::record::dmarc::{NearMiss, NearMissKind};

pub(in crate::lint::rules) struct NearMissed;

impl Rule for NearMissed {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-near-miss",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dmarc-near-miss.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        // `dmarc-version` speaks of a version that is not first.
        let misses = facts.dmarc.near_misses.iter().filter(|(_, miss)| miss.kind != NearMissKind::VersionNotFirst);
        let mut found: Vec<Diagnostic> = misses.map(|(txt, miss)| self.about(facts, txt, miss)).collect();
        if facts.dmarc.records.is_empty() && facts.dmarc.near_misses.is_empty() && !facts.dmarc.reply.is_alias() {
            let known = facts.dmarc.reply.failure().is_none();
            let apex = if known { at_apex(facts) } else { Values::default() };
            let apex = (facts.domain.clone(), apex);
            let places = [Some(&apex), facts.dmarc.doubled.as_ref()];
            found.extend(places.into_iter().flatten().flat_map(|place| self.elsewhere(facts, place)));
        }
        found
    }
}

impl NearMissed {
    fn about(&self, facts: &Facts, txt: &Txt, miss: &NearMiss) -> Diagnostic {
        let owner = &facts.dmarc.owner;
        let value = Rdata::Txt(txt.clone());
        let place = Place::value(owner, &value);
        let message = format!("this TXT record of {owner} is meant as DMARC, and receivers do not read it");
        let found = Diagnostic::new(self.meta(), message, place, miss.span.clone()).note(reason(miss));
        mended(facts, found, txt, miss)
    }

    /// Records at a name where nobody looks.
    fn elsewhere(&self, facts: &Facts, (at, records): &(Name, Values<DmarcRecord>)) -> Vec<Diagnostic> {
        let owner = &facts.dmarc.owner;
        let is_only = records.len() == 1;
        let about = |(txt, record): &(Txt, DmarcRecord)| {
            let value = Rdata::Txt(txt.clone());
            let place = Place::value(at, &value);
            let message = format!("{owner} has no DMARC record; one stands at {at}, where nobody looks for it");
            let found = Diagnostic::new(self.meta(), message, place, 0..record.text().len())
                .note(format!("receivers ask {owner}"))
                .help(format!("publish it at {owner}, and take it out here once that is seen"));
            if !is_only {
                return found;
            }
            let safety = safety_of(facts, record.text());
            found.fix(Fix::of(safety, [Operation::Create { owner: owner.clone(), content: value }]))
        };
        records.iter().map(about).collect()
    }
}

/// The fix of a near miss, or what a person has to do.
pub(super) fn mended(facts: &Facts, found: Diagnostic, txt: &Txt, miss: &NearMiss) -> Diagnostic {
    let owner = &facts.dmarc.owner;
    if !facts.dmarc.records.is_empty() {
        return found
            .help("a DMARC record stands beside it: what this one adds belongs in there, then take it out")
            .fix(Fix::ask([Operation::Delete { owner: owner.clone(), value: Rdata::Txt(txt.clone()) }]));
    }
    // Two records would be as none.
    match &miss.meant {
        Some(meant) if facts.dmarc.near_misses.len() == 1 => {
            let operation = Operation::Edit {
                owner: owner.clone(),
                value: txt.clone(),
                span: 0..txt.joined().len(),
                content: meant.clone(),
            };
            found.fix(Fix::of(safety_of(facts, meant), [operation]))
        }
        _ => found.help("one record is wanted, and it begins with `v=DMARC1;`"),
    }
}

/// DMARC records among the texts of the domain itself.
fn at_apex(facts: &Facts) -> Values<DmarcRecord> {
    let set = facts.spf.reply.records().filter(|_| !facts.spf.reply.is_alias());
    let txts = set.into_iter().flat_map(mailvouch_providers::dns::RecordSet::txts);
    txts.filter_map(|txt| Some((txt.clone(), DmarcRecord::parse(&txt.joined())?))).collect()
}

fn reason(miss: &NearMiss) -> &'static str {
    match miss.kind {
        NearMissKind::LeadingOctets => "nothing may stand before `v=DMARC1`",
        NearMissKind::VersionCase => "`DMARC1` is in capitals, to the letter",
        NearMissKind::VersionSpelling => "a record begins with `v=DMARC1`, to the letter",
        NearMissKind::VersionSeparator => "a semicolon has to follow `v=DMARC1`",
        NearMissKind::VersionNotFirst => "`v=DMARC1` comes first",
    }
}

//! `spf-near-miss`: a text that is meant as SPF, and that receivers do not take for it.

use mailvouch_providers::dns::Rdata;

use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::SpfRecord;
use crate::record::spf::{NearMiss, NearMissKind};
use crate::spf::Selection;

pub(in crate::lint::rules) struct NearMissed;

impl Rule for NearMissed {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-near-miss",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-near-miss.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let nothing_selected = matches!(facts.spf.tree.selection, Selection::None);
        let misses = facts.spf.near_misses.iter();
        // Sender ID beside a record is harmless; alone it is all there is.
        let misses = misses.filter(|(_, miss)| nothing_selected || miss.kind != NearMissKind::SenderId);
        let only_one = facts.spf.near_misses.len() == 1;
        let mut found: Vec<Diagnostic> = misses
            .map(|(txt, miss)| {
                let value = Rdata::Txt(txt.clone());
                let place = Place::value(&facts.domain, &value);
                let message =
                    format!("this TXT record of {} is meant as SPF, and receivers do not read it", facts.domain);
                let mut diagnostic = Diagnostic::new(self.meta(), message, place, miss.span.clone()).note(reason(miss));
                // Two records would be worse than none: it becomes one only where there is no other.
                let sound =
                    miss.meant.as_ref().filter(|meant| SpfRecord::parse(meant).is_some_and(|record| record.is_valid()));
                if let (true, true, Some(meant)) = (nothing_selected, only_one, sound) {
                    let operation = Operation::Edit {
                        owner: facts.domain.clone(),
                        value: txt.clone(),
                        span: 0..txt.joined().len(),
                        content: meant.clone(),
                    };
                    let within = facts.spf.stays_within(meant, facts.declared.as_ref());
                    let sure = miss.kind != NearMissKind::SenderId && within;
                    diagnostic = diagnostic.fix(if sure { Fix::safe([operation]) } else { Fix::ask([operation]) });
                } else if !nothing_selected {
                    diagnostic = diagnostic
                        .help("an SPF record stands beside it: what this one adds belongs in there, then take it out")
                        .fix(Fix::ask([Operation::Delete { owner: facts.domain.clone(), value }]));
                } else {
                    diagnostic =
                        diagnostic.help("write it as `v=spf1`, a space, and the terms; one record for the domain");
                }
                diagnostic
            })
            .collect();
        found.extend(facts.spf.elsewhere.iter().map(|(owner, txt)| {
            let value = Rdata::Txt(txt.clone());
            let place = Place::value(owner, &value);
            let span = 0..place.bytes().len();
            let message =
                format!("{} has no SPF record; one stands at {owner}, where nobody looks for it", facts.domain);
            Diagnostic::new(self.meta(), message, place, span)
                .note("read only where an `include` or `redirect` leads here")
                .help(format!("publish it at {}, or include it from there", facts.domain))
                .fix(Fix::ask([Operation::Create { owner: facts.domain.clone(), content: value }]))
        }));
        found
    }
}

fn reason(miss: &NearMiss) -> &'static str {
    match miss.kind {
        NearMissKind::LeadingOctets => "nothing may stand before `v=spf1`",
        NearMissKind::VersionSpelling => "a record begins with `v=spf1`, to the letter",
        NearMissKind::VersionSeparator => "a space has to follow `v=spf1`",
        NearMissKind::SenderId => "Sender ID is read by nobody now (RFC 4406 is historic)",
        NearMissKind::NotAtStart => "a record begins the TXT value: nothing stands before it",
    }
}

//! `spf-record-too-long`: the answer that holds the record does not fit where it should.

use mailvouch_providers::dns::{Rdata, Txt};

use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};
use crate::record::SpfRecord;

/// What every receiver takes over UDP (RFC 1035, section 4.2.1).
const PLAIN: usize = 512;
/// What comes over UDP without fragments nearly everywhere (RFC 9715).
const UNFRAGMENTED: usize = 1232;

pub(in crate::lint::rules) struct RecordTooLong;

impl Rule for RecordTooLong {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-record-too-long",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/spf-record-too-long.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let reply = &facts.spf.reply;
        // An answer that was cut off and came no further is unknown: nothing is known of the records in it.
        let Some(set) = reply.records() else { return Vec::new() };
        let values: Vec<&Txt> = set.txts().collect();
        let Some(record) = values.iter().find(|txt| SpfRecord::parse(&txt.joined()).is_some()) else {
            return Vec::new();
        };
        // Header and question; then each alias and value: a pointer to the name, type, class, TTL and length.
        let chain: usize = reply.chain.iter().map(|name| 12 + name.wire_len()).sum();
        let size =
            12 + facts.domain.wire_len() + 4 + chain + values.iter().map(|txt| 12 + txt.wire_len()).sum::<usize>();
        if size <= PLAIN {
            return Vec::new();
        }
        let severity = if size <= UNFRAGMENTED { Severity::Info } else { Severity::Warning };
        let place = Place::value(&facts.domain, &Rdata::Txt((*record).clone()));
        let span = 0..place.bytes().len();
        let message = format!(
            "the answer to {} TXT has {size} octets, {} of them in the SPF record",
            facts.domain,
            record.wire_len()
        );
        let effect = if severity == Severity::Warning {
            "over 1232, it comes in fragments or by TCP, which some networks drop"
        } else {
            "over 512, receivers without EDNS ask again by TCP"
        };
        let others = values.len() - 1;
        let help = format!(
            "take out verification texts that have done their work ({others} other values stand here), \
             or move ranges into a record of your own that this one includes"
        );
        vec![Diagnostic::new(self.meta(), message, place, span).severity(severity).note(effect).help(help)]
    }
}

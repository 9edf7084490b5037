//! `spf-record-too-long`: the answer that holds the record does not fit where it should.

use mailvouch_providers::dns::{Rdata, RrType, Txt};

use super::duplicate_term::again;
use super::overlapping_range::merged;
use super::{Own, own};
use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Safety, Severity};
use crate::published::Reason;
use crate::record::{Edit, SpfRecord, apply};

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
        if reply.failure().is_some_and(|failure| failure.reason == Reason::Truncated) {
            return vec![self.cut_off(facts)];
        }
        let Some(set) = reply.records() else { return Vec::new() };
        let values: Vec<&Txt> = set.txts().collect();
        // Header and question; then each alias and value: a pointer to the name, type, class, TTL and length.
        let chain: usize = reply.chain.iter().map(|name| 12 + name.wire_len()).sum();
        let size =
            12 + facts.domain.wire_len() + 4 + chain + values.iter().map(|txt| 12 + txt.wire_len()).sum::<usize>();
        if size <= PLAIN {
            return Vec::new();
        }
        let Some(record) = values.iter().find(|txt| SpfRecord::parse(&txt.joined()).is_some()) else {
            return Vec::new();
        };
        // Where other texts are most of the answer, the record cannot be made short enough: that it is long says nothing
        // about SPF. Receivers that ask by TCP get it, and apexes of tokens by the dozen are common.
        let mostly_spf = 2 * (12 + record.wire_len()) >= size;
        let severity = if size > UNFRAGMENTED && mostly_spf { Severity::Warning } else { Severity::Info };
        let place = Place::value(&facts.domain, &Rdata::Txt((*record).clone()));
        let span = 0..place.bytes().len();
        let message = format!(
            "the answer to {} TXT has {size} octets, {} of them in the SPF record",
            facts.domain,
            record.wire_len()
        );
        let effect = if size > UNFRAGMENTED {
            "over 1232, it comes in fragments or by TCP, which some networks drop"
        } else {
            "over 512, receivers without EDNS ask again by TCP"
        };
        let others = values.len() - 1;
        let help = if mostly_spf {
            "move ranges into a record of your own that this one includes".to_owned()
        } else {
            format!("take out verification texts that have done their work ({others} other values stand here)")
        };
        let found = Diagnostic::new(self.meta(), message, place, span).severity(severity).note(effect).help(help);
        let here = own(facts).find(|own| *own.owner == facts.domain && facts.spf.one().is_some());
        vec![match here.as_ref().map(|own| (own, shortened(own))) {
            Some((own, edits)) if !edits.is_empty() => found.fix(own.fix(Safety::Ask, edits)),
            _ => found,
        }]
    }
}

impl RecordTooLong {
    /// An answer that was cut off and came no further: nothing is known of the records in it, so nothing is changed.
    fn cut_off(&self, facts: &Facts) -> Diagnostic {
        let message = format!(
            "the answer to {} TXT does not fit into a datagram, and TCP does not bring it: for receivers that meet the \
             same, SPF is a temperror",
            facts.domain
        );
        Diagnostic::about_nothing(self.meta(), message, &facts.domain, RrType::TXT)
            .severity(Severity::Error)
            .help("have TCP port 53 let through; until then, take out verification texts that have done their work")
    }
}

/// What makes the record shorter and leaves who passes as it is: terms that say nothing new go, and ranges that are one
/// become one.
fn shortened(own: &Own<'_>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = again(own).iter().filter_map(|again| own.record().remove_term(again.index)).collect();
    edits.extend(merged(own));
    let text = own.record().text();
    // One of two neighbours that go takes the space between with it: then the other rules' fixes come one by one.
    if apply(text, &edits).is_ok_and(|shorter| shorter.len() < text.len()) { edits } else { Vec::new() }
}

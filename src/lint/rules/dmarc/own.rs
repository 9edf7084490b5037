//! The domain's own record, as rules speak of it and mend it.

use mailvouch_providers::dns::{Rdata, Txt};

use super::write::declared_record;
use crate::dmarc::{self, InForce};
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Safety};
use crate::record::artefact::artefacts;
use crate::record::tag_list::{Part, Tag};
use crate::record::{DmarcRecord, Edit, Foreign, Span, apply};

/// The one record at the domain.
pub(super) struct Own<'a> {
    pub(super) facts: &'a Facts,
    pub(super) txt: &'a Txt,
    pub(super) record: &'a DmarcRecord,
}

impl<'a> Own<'a> {
    /// None where there is no record, or several, of which none counts.
    pub(super) fn of(facts: &'a Facts) -> Option<Self> {
        let (txt, record) = facts.dmarc.own()?;
        Some(Self { facts, txt, record })
    }

    /// A finding about bytes of the record.
    pub(super) fn finding(&self, meta: &Meta, message: impl Into<String>, span: &Span) -> Diagnostic {
        let place = Place::value(&self.facts.dmarc.owner, &Rdata::Txt(self.txt.clone()));
        Diagnostic::new(meta, message, place, span.clone())
    }

    /// A fix that edits the record. One that is safe by itself is a person's to take where it brings a stricter policy
    /// into force than stands now or is declared.
    pub(super) fn fix(&self, safety: Safety, edits: impl IntoIterator<Item = Edit>) -> Fix {
        let edits: Vec<Edit> = edits.into_iter().collect();
        let text = apply(self.record.text(), &edits).unwrap_or_else(|_| self.record.text().to_vec());
        let safety = if safety == Safety::Safe { safety_of(self.facts, &text) } else { safety };
        let owner = &self.facts.dmarc.owner;
        Fix::of(safety, edits.into_iter().map(|edit| Operation::edit(owner, self.txt, edit)))
    }

    /// Takes a tag out.
    pub(super) fn removal(&self, tag: &Tag) -> Vec<Edit> {
        self.record.list().remove_tag(tag).into_iter().collect()
    }

    /// Whether a tag holds what `dmarc-syntax` speaks of: its value is not what was meant.
    pub(super) fn is_garbled(&self, tag: &Tag) -> bool {
        let within = |span: &Span| tag.span().start <= span.start && span.end <= tag.span().end;
        tag.foreign.iter().any(|found| found.node != Foreign::Tab)
            || self.record.lost_separators().iter().any(within)
            || artefacts(self.record.text()).iter().any(|artefact| within(&artefact.span))
    }

    /// Report addresses that a semicolon cuts off from their tag: the separator before each, and the address.
    pub(super) fn stray_addresses(&self) -> Vec<(Span, Span)> {
        let (text, parts) = (self.record.text(), self.record.list().parts());
        let mut strays = Vec::new();
        let mut is_list = false;
        for (index, part) in parts.iter().enumerate() {
            is_list = match &part.node {
                Part::Tag(tag) => ["rua", "ruf"].iter().any(|name| tag.name.node.eq_ignore_ascii_case(name)),
                Part::Malformed(malformed) if is_list && is_address(&text[malformed.span.clone()]) => {
                    // The white space around the separator goes with it.
                    let before = text[..parts[index - 1].span.end].trim_ascii_end().len();
                    strays.push((before..malformed.span.start, malformed.span.clone()));
                    true
                }
                Part::Malformed(_) | Part::Empty => false,
            };
        }
        strays
    }
}

/// Whether `text` is a mail address, with `mailto:` or without.
fn is_address(text: &[u8]) -> bool {
    let record = DmarcRecord::parse(&[b"v=DMARC1; rua=", text].concat());
    let uris = record.as_ref().map(DmarcRecord::rua).unwrap_or_default();
    let is_meant = |uri: &crate::record::dmarc::ReportUri| {
        uri.is_usable() || uri.destination == Err(crate::record::dmarc::UriProblem::BareAddress)
    };
    !uris.is_empty() && uris.iter().all(is_meant)
}

/// Who may decide that this text becomes the domain's record: nothing is tightened beyond what is declared.
pub(super) fn safety_of(facts: &Facts, text: &[u8]) -> Safety {
    let asks = |text: &[u8]| {
        DmarcRecord::parse(text).map_or(InForce::NOTHING, |record| InForce::of(&record, dmarc::Place::Author))
    };
    let declared = facts.declared_domain().and_then(declared_record);
    let declared = declared.as_ref().and_then(Rdata::as_txt).map_or(InForce::NOTHING, |txt| asks(&txt.joined()));
    let stricter = asks(text).goes_beyond(facts.dmarc.discovery.in_force(), declared);
    if stricter { Safety::Ask } else { Safety::Safe }
}

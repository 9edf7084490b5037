//! One record set on its way to what it should be: what fixes make of its values, and what no fix may do.

use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType, Txt};

use crate::published::Ask;
use crate::record::{DmarcRecord, Edit, SpfRecord, apply_to_txt};

/// The values as they stand, with what is to become of them.
#[derive(Clone, Debug)]
pub(super) struct SetDraft {
    pub(super) owner: Name,
    pub(super) rtype: RrType,
    ttl: u32,
    values: Vec<(Rdata, Fate)>,
    created: Vec<Rdata>,
}

/// What becomes of a value.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// It stays, with these edits.
    Edited(Vec<Edit>),
    /// Another one takes its place.
    Replaced(Rdata),
    /// It goes.
    Deleted,
}

impl SetDraft {
    /// The set as it stands, with `ttl` for one that is new. None where it is not known, or stands behind an alias:
    /// there nothing is written.
    pub(super) fn read(ask: &Ask<'_>, owner: &Name, rtype: RrType, ttl: u32) -> Option<Self> {
        let reply = ask.get(owner, rtype)?;
        if reply.failure().is_some() || (reply.is_alias() && rtype != RrType::CNAME) {
            return None;
        }
        // What a wildcard makes does not stand at the name (RFC 4592).
        let set = reply.records().filter(|_| reply.wildcard.is_none());
        let values = set.map_or_else(Vec::new, |set| set.values.clone());
        Some(Self {
            owner: owner.clone(),
            rtype,
            ttl: set.map_or(ttl, |set| set.ttl),
            values: values.into_iter().map(|value| (value, Fate::Edited(Vec::new()))).collect(),
            created: Vec::new(),
        })
    }

    /// Decides what becomes of a value; none where it is not there, or something was decided already.
    pub(super) fn settle(&mut self, value: &Rdata, fate: Fate) -> Option<()> {
        let (_, old) = self.values.iter_mut().find(|(held, _)| held == value)?;
        match old {
            Fate::Edited(edits) if edits.is_empty() => *old = fate,
            Fate::Edited(_) | Fate::Replaced(_) | Fate::Deleted => return None,
        }
        Some(())
    }

    /// One more edit of a value; none where it is not there, or the edits get in each other's way.
    pub(super) fn edit(&mut self, value: &Txt, edit: Edit) -> Option<()> {
        let (_, fate) = self.values.iter_mut().find(|(held, _)| held.as_txt() == Some(value))?;
        let Fate::Edited(edits) = fate else { return None };
        // The same edit, asked for twice, is one.
        if edits.contains(&edit) {
            return Some(());
        }
        let mut attempt = edits.clone();
        attempt.push(edit);
        apply_to_txt(value, &attempt).ok()?;
        *edits = attempt;
        Some(())
    }

    /// One more value; nothing happens where it is there already.
    pub(super) fn create(&mut self, content: &Rdata) {
        let there = self.values.iter().any(|(value, _)| value == content);
        if !there && !self.created.contains(content) {
            self.created.push(content.clone());
        }
    }

    /// The set afterwards: its values in their order, the new ones last.
    pub(super) fn finished(&self) -> RecordSet {
        let kept = self.values.iter().filter_map(|(value, fate)| match (fate, value) {
            (Fate::Deleted, _) => None,
            (Fate::Replaced(content), _) => Some(content.clone()),
            (Fate::Edited(edits), Rdata::Txt(txt)) => {
                // The edits were tried when they were taken in.
                Some(Rdata::Txt(apply_to_txt(txt, edits).unwrap_or_else(|_| txt.clone())))
            }
            (Fate::Edited(_), other) => Some(other.clone()),
        });
        let mut values: Vec<Rdata> = Vec::new();
        for value in kept.chain(self.created.iter().cloned()) {
            // A set holds a value once (RFC 2181, section 5).
            if !values.contains(&value) {
                values.push(value);
            }
        }
        RecordSet { ttl: self.ttl, values }
    }

    /// The set as it stands.
    pub(super) fn original(&self) -> RecordSet {
        RecordSet { ttl: self.ttl, values: self.values.iter().map(|(value, _)| value.clone()).collect() }
    }

    /// Whether anything is different afterwards.
    pub(super) fn changes_something(&self) -> bool {
        self.finished() != self.original()
    }

    /// Whether nothing happens that no fix may do.
    pub(super) fn keeps_promises(&self) -> bool {
        keeps_promises(&self.original().values, &self.finished().values)
    }
}

/// Whether a set of values may become another: never a second SPF or DMARC record where there was none or one, and
/// never none where there was one.
pub(super) fn keeps_promises(before: &[Rdata], after: &[Rdata]) -> bool {
    let is_spf: fn(&[u8]) -> bool = |text| SpfRecord::parse(text).is_some();
    let is_dmarc: fn(&[u8]) -> bool = |text| DmarcRecord::parse(text).is_some();
    [is_spf, is_dmarc].into_iter().all(|is| {
        let count = |values: &[Rdata]| values.iter().filter_map(Rdata::as_txt).filter(|txt| is(&txt.joined())).count();
        let (had, has) = (count(before), count(after));
        (has <= 1 || has < had) && (had == 0 || has > 0)
    })
}

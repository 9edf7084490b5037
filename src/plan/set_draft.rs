//! One record set on its way to what it should be: what fixes make of its values.

use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType, Txt};

use super::promises::{self, Broken};
use crate::published::Ask;
use crate::record::{Edit, apply_to_txt};

/// The values as they stand, with what is to become of them.
#[derive(Clone, Debug)]
pub(super) struct SetDraft {
    pub(super) owner: Name,
    pub(super) rtype: RrType,
    ttl: u32,
    values: Vec<(Rdata, Fate)>,
    /// Whether a wildcard made the values: none of them stands at the name (RFC 4592). One that is changed comes into
    /// being there.
    is_made: bool,
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
        let set = reply.records();
        let values = set.map_or_else(Vec::new, |set| set.values.clone());
        let is_made = reply.wildcard.is_some();
        Some(Self {
            owner: owner.clone(),
            rtype,
            ttl: set.filter(|_| !is_made).map_or(ttl, |set| set.ttl),
            is_made,
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
        let there = !self.is_made && self.values.iter().any(|(value, _)| value == content);
        if !there && !self.created.contains(content) {
            self.created.push(content.clone());
        }
    }

    /// The set afterwards: its values in their order, the new ones last.
    pub(super) fn finished(&self) -> RecordSet {
        let kept = self.values.iter().filter_map(|(value, fate)| match (fate, value) {
            (Fate::Deleted, _) => None,
            (Fate::Edited(edits), _) if self.is_made && edits.is_empty() => None,
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
        let standing = self.values.iter().filter(|_| !self.is_made);
        RecordSet { ttl: self.ttl, values: standing.map(|(value, _)| value.clone()).collect() }
    }

    /// Whether anything is different afterwards.
    pub(super) fn changes_something(&self) -> bool {
        self.finished() != self.original()
    }

    /// Whether nothing happens that no fix may do.
    pub(super) fn keeps_promises(&self) -> Result<(), Broken> {
        promises::check(&self.owner, &self.original().values, &self.finished().values)
    }
}

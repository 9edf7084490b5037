//! The records of a zone as they were read at one time, and the requests that a change of them takes.

use super::model::{Record, Sent, unholdable};
use crate::dns::{Name, RrType};
use crate::{Change, Owner, ProviderError, Value};

/// The records of a zone.
#[derive(Debug)]
pub(super) struct Held {
    apex: Name,
    records: Vec<Record>,
}

/// One request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Delete(u64),
    /// The record keeps its id, and says something else from then on.
    Replace(u64, Sent),
    Create(Sent),
}

impl Held {
    pub(super) fn new(apex: Name, records: Vec<Record>) -> Self {
        Self { apex, records }
    }

    /// Whether there is a record with this id.
    pub(super) fn has(&self, id: u64) -> bool {
        self.records.iter().any(|record| record.id == id)
    }

    fn at<'a>(&'a self, name: &'a Name) -> impl Iterator<Item = &'a Record> {
        self.records.iter().filter(move |record| record.owner(&self.apex).as_ref() == Some(name))
    }

    /// What stands at `name`. Of two records that say the same DNS serves one.
    pub(super) fn owner(&self, name: &Name) -> Result<Owner, ProviderError> {
        let mut owner = Owner { name: name.clone(), values: Vec::new(), delegated_at: None };
        for record in self.at(name) {
            let Some(value) = record.value(&self.apex)? else { continue };
            if !owner.values.iter().any(|held| held.rdata == value.rdata) {
                owner.values.push(value);
            }
        }
        let cuts = self.records.iter().filter(|record| record.rtype() == Some(RrType::NS));
        let cuts = cuts.filter_map(|record| record.owner(&self.apex)).filter(|cut| *cut != self.apex);
        // The highest cut is the one that counts: what is below it is not in this zone.
        owner.delegated_at = cuts.filter(|cut| name.is_at_or_below(cut)).min_by_key(Name::label_count);
        Ok(owner)
    }

    /// Whether a change can be made to what is held.
    pub(super) fn check(&self, change: &Change) -> Result<(), ProviderError> {
        let now = self.owner(&change.owner)?;
        change.check(&now)?;
        change.check_one_ttl(&now)?;
        match change.add.iter().find_map(|value| unholdable(&value.rdata)) {
            Some(why) => Err(ProviderError::Unsupported(format!("{}: {why}", change.owner))),
            None => self.operations(change).map(|_| ()),
        }
    }

    /// The ids of the records that say this.
    fn ids(&self, owner: &Name, value: &Value) -> Result<Vec<u64>, ProviderError> {
        let mut ids = Vec::new();
        for record in self.at(owner) {
            if record.value(&self.apex)?.is_some_and(|held| held.rdata == value.rdata) {
                ids.push(record.id);
            }
        }
        Ok(ids)
    }

    /// What makes a change, in the order in which it is to be done. A value that goes gives its record to one of its type
    /// that comes: so there is never none of the two, nor both. What else goes, goes first, since an alias stands beside
    /// nothing.
    pub(super) fn operations(&self, change: &Change) -> Result<Vec<Operation>, ProviderError> {
        let owner = &change.owner;
        let mut come: Vec<&Value> = change.add.iter().collect();
        let (mut deletes, mut replaces) = (Vec::new(), Vec::new());
        for removed in &change.remove {
            let keeps = |value: &Value| change.remove.iter().any(|other| other.rdata == value.rdata);
            let same = come.iter().position(|value| value.rdata == removed.rdata);
            let next = same.or_else(|| {
                // What another value of the change keeps for itself is not taken from it.
                let rtype = removed.rdata.rtype();
                come.iter().position(|value| value.rdata.rtype() == rtype && !keeps(value))
            });
            let ids = self.ids(owner, removed)?;
            let Some((first, twins)) = ids.split_first() else {
                return Err(ProviderError::Stale(vec![removed.clone()]));
            };
            match next {
                Some(index) => {
                    replaces.push(Operation::Replace(*first, Sent::new(owner, &self.apex, come.remove(index))?));
                }
                None => deletes.push(Operation::Delete(*first)),
            }
            deletes.extend(twins.iter().map(|twin| Operation::Delete(*twin)));
        }
        let creates = come.into_iter().map(|value| Sent::new(owner, &self.apex, value).map(Operation::Create));
        let creates = creates.collect::<Result<Vec<_>, _>>()?;
        Ok(deletes.into_iter().chain(replaces).chain(creates).collect())
    }
}

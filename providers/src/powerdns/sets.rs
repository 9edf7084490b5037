//! What a zone holds, by name: one look at it answers for many.

use std::collections::{HashMap, HashSet};

use super::model::RrSet;
use crate::dns::Name;
use crate::{Owner, ProviderError, Value};

/// The record sets of a zone, as they were read at one time.
pub(super) struct Sets {
    /// What is served at each name, set by set; why not where that cannot be told.
    values: HashMap<Name, Vec<Result<Vec<Value>, ProviderError>>>,
    /// Names below the apex that are delegated.
    cuts: HashSet<Name>,
}

impl Sets {
    pub(super) fn of(apex: &Name, rrsets: &[RrSet]) -> Self {
        let mut sets = Self { values: HashMap::with_capacity(rrsets.len()), cuts: HashSet::new() };
        for set in rrsets {
            let Some(owner) = set.owner() else { continue };
            if set.rtype == "NS" && owner != *apex {
                sets.cuts.insert(owner.clone());
            }
            sets.values.entry(owner).or_default().push(set.values());
        }
        sets
    }

    /// What stands at `name`.
    pub(super) fn owner(&self, name: &Name) -> Result<Owner, ProviderError> {
        let mut owner = Owner { name: name.clone(), values: Vec::new(), delegated_at: None };
        for values in self.values.get(name).into_iter().flatten() {
            owner.values.extend(values.clone()?);
        }
        // The highest cut is the one that counts: what is below it is not in this zone.
        owner.delegated_at = name.ancestors().filter(|above| self.cuts.contains(above)).last();
        Ok(owner)
    }
}

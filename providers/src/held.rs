//! What a zone holds at a service that changes whole record sets, by name: one look at it answers for many.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::dns::{Name, RrType};
use crate::{Change, Owner, ProviderError, Value};

/// A record set as a service lists it.
pub(crate) trait Listed {
    /// Its owner; none for a name that DNS does not know.
    fn owner(&self) -> Option<Name>;

    /// Its type; none for what is no type of DNS.
    fn rtype(&self) -> Option<RrType>;

    /// Its TTL.
    fn ttl(&self) -> u32;

    /// What it says in DNS, value by value as the service has them; why not where that cannot be told.
    fn values(&self) -> Result<Vec<Value>, ProviderError>;
}

/// The record sets of a zone, as they were read at one time.
#[derive(Debug)]
pub(crate) struct Held<S> {
    sets: HashMap<Name, Vec<S>>,
    /// Names below the apex that are delegated.
    cuts: HashSet<Name>,
}

/// A set that is to change: what is there goes, and what stays and what is added comes in its place.
pub(crate) struct Swap<'a, S> {
    pub(crate) owner: &'a Name,
    pub(crate) rtype: RrType,
    /// The set as it is listed; none where there is none yet.
    pub(crate) held: Option<&'a S>,
    /// Which of its values stay, by their place.
    pub(crate) stays: Vec<usize>,
    pub(crate) added: Vec<&'a Value>,
    pub(crate) ttl: u32,
}

impl<S: Listed> Held<S> {
    pub(crate) fn new(apex: &Name, listed: impl IntoIterator<Item = S>) -> Self {
        let mut held = Self { sets: HashMap::new(), cuts: HashSet::new() };
        for set in listed {
            let Some(owner) = set.owner() else { continue };
            if set.rtype() == Some(RrType::NS) && owner != *apex {
                held.cuts.insert(owner.clone());
            }
            held.sets.entry(owner).or_default().push(set);
        }
        held
    }

    /// What stands at `name`.
    pub(crate) fn owner(&self, name: &Name) -> Result<Owner, ProviderError> {
        let mut owner = Owner { name: name.clone(), values: Vec::new(), delegated_at: None };
        for set in self.sets.get(name).into_iter().flatten() {
            owner.values.extend(set.values()?);
        }
        // The highest cut is the one that counts: what is below it is not in this zone.
        owner.delegated_at = name.ancestors().filter(|above| self.cuts.contains(above)).last();
        Ok(owner)
    }

    /// What stands at each owner of a group.
    #[cfg(feature = "google-cloud-dns")]
    pub(crate) fn owners(&self, group: &[Change]) -> Result<Vec<Owner>, ProviderError> {
        group.iter().map(|change| self.owner(&change.owner)).collect()
    }

    /// Whether a change can be made to what is held.
    pub(crate) fn check(&self, change: &Change) -> Result<(), ProviderError> {
        let now = self.owner(&change.owner)?;
        change.check(&now)?;
        change.check_one_ttl(&now)
    }

    /// The sets that a change touches.
    pub(crate) fn swaps<'a>(&'a self, change: &'a Change) -> Result<Vec<Swap<'a, S>>, ProviderError> {
        let all = change.remove.iter().chain(&change.add);
        let types: BTreeSet<RrType> = all.map(|value| value.rdata.rtype()).collect();
        let swap = |rtype| {
            let here = self.sets.get(&change.owner).into_iter().flatten();
            let held = here.into_iter().find(|set| set.rtype() == Some(rtype));
            let values = held.map_or_else(|| Ok(Vec::new()), Listed::values)?;
            let goes = |value: &Value| change.remove.iter().any(|removed| removed.rdata == value.rdata);
            let stays = values.iter().enumerate().filter(|(_, value)| !goes(value)).map(|(at, _)| at).collect();
            let added: Vec<&Value> = change.add.iter().filter(|value| value.rdata.rtype() == rtype).collect();
            let ttl = added.first().map(|value| value.ttl).or(held.map(Listed::ttl)).unwrap_or_default();
            Ok(Swap { owner: &change.owner, rtype, held, stays, added, ttl })
        };
        types.into_iter().map(swap).collect()
    }
}

impl<S> Swap<'_, S> {
    /// Whether nothing is left of the set.
    pub(crate) fn is_last(&self) -> bool {
        self.stays.is_empty() && self.added.is_empty()
    }
}

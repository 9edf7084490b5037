//! Zones in memory: what the contract means, in the fewest lines, and what tests and the demo write to.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;

use crate::dns::{Name, RrType};
use crate::{
    Change, CompareAndSwap, Limits, Owner, Provider, ProviderError, Receipt, Value, Zone, check_group, refused_together,
};

/// A provider that keeps its zones in memory.
#[derive(Debug, Default)]
pub struct Memory {
    /// Owner names of each zone, by apex.
    zones: Mutex<BTreeMap<Name, BTreeMap<Name, Vec<Value>>>>,
}

impl Memory {
    /// A provider with one zone that holds these records.
    pub fn with_zone(apex: Name, records: impl IntoIterator<Item = (Name, Value)>) -> Self {
        let mut owners: BTreeMap<Name, Vec<Value>> = BTreeMap::new();
        for (owner, value) in records {
            owners.entry(owner).or_default().push(value);
        }
        Self { zones: Mutex::new(BTreeMap::from([(apex, owners)])) }
    }

    /// Somebody else's hand: puts these values at the owner, whatever stood there.
    pub fn overwrite(&self, zone: &Name, owner: &Name, values: Vec<Value>) {
        self.locked().entry(zone.clone()).or_default().insert(owner.clone(), values);
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<Name, BTreeMap<Name, Vec<Value>>>> {
        // A panic elsewhere leaves whole values behind: each change is one insertion.
        self.zones.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// What stands at `name` in a zone of these owners.
fn owner_in(owners: &BTreeMap<Name, Vec<Value>>, apex: &Name, name: &Name) -> Owner {
    let delegates = |cut: &Name| {
        cut != apex
            && owners.get(cut).is_some_and(|values| values.iter().any(|value| value.rdata.rtype() == RrType::NS))
    };
    let below_apex = name.ancestors().take_while(|ancestor| ancestor != apex);
    Owner {
        name: name.clone(),
        values: owners.get(name).cloned().unwrap_or_default(),
        // The highest cut is the one that counts: what is below it is not in this zone.
        delegated_at: below_apex.filter(delegates).last(),
    }
}

#[async_trait]
impl Provider for Memory {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::Atomic,
            batch: usize::MAX,
            min_ttl: 0,
            per_value_ttl: true,
            types: Cow::Borrowed(&[RrType::TXT, RrType::CNAME, RrType::MX, RrType::SPF]),
            rate: None,
        }
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        let zones = self.locked();
        let apex = owner.ancestors().find(|name| zones.contains_key(name));
        apex.map(|name| Zone { name, id: None }).ok_or_else(|| ProviderError::NoZone(owner.clone()))
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let zones = self.locked();
        let held = zones.get(&zone.name).ok_or_else(|| ProviderError::NoZone(zone.name.clone()))?;
        Ok(owners.iter().map(|name| owner_in(held, &zone.name, name)).collect())
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        let mut zones = self.locked();
        let Some(held) = zones.get_mut(&zone.name) else {
            return group.iter().map(|_| Err(ProviderError::NoZone(zone.name.clone()))).collect();
        };
        if let Err(error) = check_group(zone, &self.limits(), group) {
            return group.iter().map(|_| Err(error.clone())).collect();
        }
        let checked: Vec<_> =
            group.iter().map(|change| change.check(&owner_in(held, &zone.name, &change.owner))).collect();
        if let Some(refused) = refused_together(&checked) {
            return refused;
        }
        let mut receipts = Vec::new();
        for change in group {
            let values = held.entry(change.owner.clone()).or_default();
            *values = change.after(values);
            receipts.push(Ok(Receipt { owner: change.owner.clone(), id: None }));
        }
        receipts
    }
}

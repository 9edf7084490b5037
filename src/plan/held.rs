//! What a provider holds at the names that a plan touches: it counts for more than what DNS happens to serve.

use std::collections::{BTreeMap, BTreeSet};

use mailvouch_providers::dns::{Name, Rdata, RecordSet, RrType};
use mailvouch_providers::{Owner, ProviderError, Value, Zone};

use super::draft::{DraftError, Holder};
use crate::published::{Ask, Gatherer, Overlay, State};

/// The types that fixes write.
const WRITTEN: [RrType; 3] = [RrType::TXT, RrType::CNAME, RrType::MX];

/// What has been read so far.
#[derive(Debug, Default)]
pub(super) struct Held {
    owners: BTreeMap<Name, (Zone, Owner)>,
    /// Names for which the provider has no zone.
    elsewhere: BTreeSet<Name>,
    /// Names at which nothing stands, and the wildcard that answers there (RFC 4592).
    covered: BTreeMap<Name, Name>,
}

impl Held {
    /// Whether the name was read, or the provider has no zone for it.
    pub(super) fn knows(&self, name: &Name) -> bool {
        self.owners.contains_key(name) || self.elsewhere.contains(name)
    }

    /// Whether the provider has no zone for the name.
    pub(super) fn is_elsewhere(&self, name: &Name) -> bool {
        self.elsewhere.contains(name)
    }

    /// What stands at the name, and its zone; none where it was not read.
    pub(super) fn at(&self, name: &Name) -> Option<&(Zone, Owner)> {
        self.owners.get(name)
    }

    /// The same as statements for the analysis. An owner under a delegation is somebody else's: DNS speaks of it.
    pub(super) fn statements(&self) -> Overlay {
        let mut truth = Overlay::default();
        for (name, (_, owner)) in self.owners.iter().filter(|(_, (_, owner))| owner.delegated_at.is_none()) {
            match self.covered.get(name) {
                Some(wildcard) => truth.state_covered(name, wildcard),
                None => WRITTEN.into_iter().for_each(|rtype| truth.state(name, rtype, set_of(owner, rtype))),
            }
        }
        truth
    }

    /// Reads these names, all of one zone at once.
    pub(super) async fn read(
        &mut self,
        holder: Holder<'_>,
        gatherer: &Gatherer,
        names: impl IntoIterator<Item = Name>,
    ) -> Result<(), DraftError> {
        let mut zones: BTreeMap<Name, (Zone, Vec<Name>)> = BTreeMap::new();
        for name in names {
            match holder.provider.zone_of(&name).await {
                Ok(zone) => zones.entry(zone.name.clone()).or_insert_with(|| (zone, Vec::new())).1.push(name),
                Err(ProviderError::NoZone(_)) => drop(self.elsewhere.insert(name)),
                Err(error) => return Err(holder.failed(&name, error)),
            }
        }
        for (zone, names) in zones.into_values() {
            for owner in read_all(holder, &zone, &names).await? {
                if owner.values.is_empty()
                    && owner.delegated_at.is_none()
                    && let Some(wildcard) = wildcard_over(holder, gatherer, &zone, &owner.name).await?
                {
                    self.covered.insert(owner.name.clone(), wildcard);
                }
                self.owners.insert(owner.name.clone(), (zone.clone(), owner));
            }
        }
        Ok(())
    }

    /// Where DNS serves another set of these types than the provider holds: a change under way, an inside view, or the
    /// wrong provider.
    pub(super) async fn differences(&self, gatherer: &Gatherer, name: &Name, types: &BTreeSet<RrType>) -> Vec<RrType> {
        let Some((_, owner)) = self.owners.get(name) else { return Vec::new() };
        if self.covered.contains_key(name) {
            return Vec::new();
        }
        let ask = |ask: &Ask<'_>| types.iter().map(|rtype| (*rtype, ask.get(name, *rtype))).collect::<Vec<_>>();
        let replies = gatherer.run(None, ask).await.result;
        let differs = |(rtype, reply): (RrType, Option<std::sync::Arc<crate::published::Reply>>)| {
            // A wildcard's answer does not stand at the name, and an alias is told of elsewhere.
            let reply = reply.filter(|reply| reply.wildcard.is_none() && !reply.is_alias())?;
            let same = match (&reply.state, &set_of(owner, rtype)) {
                (State::Found(served), Some(here)) => served.holds_same_values(here),
                (State::Found(_), None) | (State::Absent(_), Some(_)) => false,
                (State::Absent(_), None) | (State::Unknown(_), _) => true,
            };
            (!same).then_some(rtype)
        };
        replies.into_iter().filter_map(differs).collect()
    }
}

/// The set of one type: each value once (RFC 2181, section 5), and where they have several TTLs the least, as resolvers
/// take it (section 5.2).
pub(super) fn set_of(owner: &Owner, rtype: RrType) -> Option<RecordSet> {
    let ttl = owner.of_type(rtype).map(|value| value.ttl).min()?;
    let mut values: Vec<Rdata> = Vec::new();
    for value in owner.of_type(rtype) {
        if !values.contains(&value.rdata) {
            values.push(value.rdata.clone());
        }
    }
    Some(RecordSet { ttl, values })
}

async fn read_all(holder: Holder<'_>, zone: &Zone, names: &[Name]) -> Result<Vec<Owner>, DraftError> {
    let failed = |error| holder.failed(names.first().unwrap_or(&zone.name), error);
    let owners = holder.provider.read(zone, names).await.map_err(failed)?;
    if owners.iter().map(|owner| &owner.name).ne(names) {
        return Err(failed(ProviderError::Unavailable("what came back is not what was asked for".into())));
    }
    Ok(owners)
}

/// The wildcard that answers at a name where nothing stands. The provider knows whether there is one; whether another
/// name stands between the two, DNS tells: by whether it answers as the wildcard would.
async fn wildcard_over(
    holder: Holder<'_>,
    gatherer: &Gatherer,
    zone: &Zone,
    name: &Name,
) -> Result<Option<Name>, DraftError> {
    let above = name.ancestors().skip(1).filter(|above| above.is_at_or_below(&zone.name));
    let candidates: Vec<Name> = above.filter_map(|above| above.child("*").ok()).filter(|one| one != name).collect();
    let owners = read_all(holder, zone, &candidates).await?;
    let Some(wildcard) = owners.into_iter().find(|owner| !owner.values.is_empty()) else { return Ok(None) };
    let Some(rtype) = wildcard.values.first().map(|value| value.rdata.rtype()) else { return Ok(None) };
    let reply = gatherer.run(None, |ask| ask.get(name, rtype)).await.result;
    let made: Vec<&Rdata> = wildcard.of_type(rtype).map(|value| &value.rdata).collect();
    let covers = match reply.as_ref().map(|reply| &reply.state) {
        Some(State::Found(set)) => set.values.iter().all(|value| made.contains(&value)),
        Some(State::Absent(_)) => false,
        // Nobody can tell: then it is taken to, and nothing is written over it without a word.
        Some(State::Unknown(_)) | None => true,
    };
    Ok(covers.then_some(wildcard.name))
}

/// The values of a set, each with the TTL of the set.
pub(super) fn as_values(set: &RecordSet) -> Vec<Value> {
    set.values.iter().map(|rdata| Value::new(rdata.clone(), set.ttl)).collect()
}

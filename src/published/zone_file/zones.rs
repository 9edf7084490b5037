//! The record sets of all files, by zone and owner.

use std::collections::BTreeMap;
use std::ops::Bound;

use mailvouch_providers::dns::master::{LoadedLongString, LoadedZone};
use mailvouch_providers::dns::{Name, RecordSet, RrType};

use crate::published::{LongString, State};

/// The record sets of one owner.
pub(super) type Types = BTreeMap<RrType, RecordSet>;

/// The files that stand in for DNS.
#[derive(Clone, Debug, Default)]
pub struct ZoneFiles {
    zones: BTreeMap<Name, Zone>,
    /// Owners that are not below the SOA of their file.
    strays: BTreeMap<Name, Types>,
    /// What keeps a server from loading them, by owner.
    long_strings: BTreeMap<Name, Vec<LongString>>,
}

/// Why files cannot be served together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZoneFilesError {
    /// Two files hold the same zone.
    #[error("the zone {} is given twice", .0.absolute())]
    Twice(Name),
}

/// The owners at and below one apex.
#[derive(Clone, Debug, Default)]
pub(super) struct Zone {
    owners: BTreeMap<Name, Types>,
}

impl ZoneFiles {
    /// Serves these zones.
    pub fn from_loaded<'a>(zones: impl IntoIterator<Item = &'a LoadedZone>) -> Result<Self, ZoneFilesError> {
        let mut files = Self::default();
        for zone in zones {
            let sets = zone.record_sets();
            for LoadedLongString { record, string, path, place } in zone.long_strings() {
                let Some(value) = record.rdata.as_txt().cloned() else { continue };
                let at = format!("{}:{}:{}", path.display(), place.line, place.column);
                files.long_strings.entry(record.owner.clone()).or_default().push(LongString { value, string, at });
            }
            files.add(zone.apex(), sets.into_iter().map(|one| (one.owner.clone(), one.rtype, one.set)))?;
        }
        Ok(files)
    }

    /// Serves one more file: the owner of its SOA, if it has one, and its record sets.
    pub fn add(
        &mut self,
        apex: Option<&Name>,
        sets: impl IntoIterator<Item = (Name, RrType, RecordSet)>,
    ) -> Result<(), ZoneFilesError> {
        let mut zone = Zone::default();
        for (owner, rtype, set) in sets {
            let inside = apex.is_some_and(|apex| owner.is_at_or_below(apex));
            let owners = if inside { &mut zone.owners } else { &mut self.strays };
            match owners.entry(owner).or_default().entry(rtype) {
                std::collections::btree_map::Entry::Vacant(vacant) => {
                    vacant.insert(set);
                }
                // Parts of one set, from two files without an SOA.
                std::collections::btree_map::Entry::Occupied(mut occupied) => {
                    let whole = occupied.get_mut();
                    whole.ttl = whole.ttl.min(set.ttl);
                    for value in set.values {
                        if !whole.values.contains(&value) {
                            whole.values.push(value);
                        }
                    }
                }
            }
        }
        if let Some(apex) = apex
            && self.zones.insert(apex.clone(), zone).is_some()
        {
            return Err(ZoneFilesError::Twice(apex.clone()));
        }
        Ok(())
    }

    /// The zone that a name belongs to: of those at or above it the closest.
    pub(super) fn zone_of(&self, name: &Name) -> Option<(Name, &Zone)> {
        let apexes = name.ancestors().chain([Name::root()]);
        apexes.into_iter().find_map(|apex| Some((self.zones.get(&apex)?, apex))).map(|(zone, apex)| (apex, zone))
    }

    /// Which of these records, which stand at `owner`, no server would load.
    pub(super) fn long_strings(&self, owner: &Name, state: &State) -> Box<[LongString]> {
        let (State::Found(set), Some(all)) = (state, self.long_strings.get(owner)) else { return Box::default() };
        all.iter().filter(|long| set.txts().any(|txt| *txt == long.value)).cloned().collect()
    }

    /// What stands at a name in a file whose zone is elsewhere.
    pub(super) fn stray(&self, name: &Name) -> Option<&Types> {
        self.strays.get(name)
    }
}

impl Zone {
    /// What stands at a name.
    pub(super) fn at(&self, name: &Name) -> Option<&Types> {
        self.owners.get(name)
    }

    /// Whether a name exists: it stands there, or one below it does (RFC 4592, section 2.2.2).
    pub(super) fn has(&self, name: &Name) -> bool {
        // Names below a name follow it directly: the order is canonical.
        let from = (Bound::Included(name.clone()), Bound::Unbounded);
        self.owners.range(from).next().is_some_and(|(owner, _)| owner.is_at_or_below(name))
    }
}

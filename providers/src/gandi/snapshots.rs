//! What the host's own snapshots tell of a write: whether somebody else's came in between and was overwritten.
//!
//! Where the domain has automatic snapshots, one is made after each change
//! (<https://api.gandi.net/docs/livedns/>, *Snapshots of a domain*): also after one that our write took away.

use std::collections::HashSet;

use super::model::{Snapshot, SnapshotData};
use super::provider::Gandi;
use crate::dns::{Name, Rdata, RrType};
use crate::{ProviderError, Zone};

/// How many snapshots of the time of one write are looked at.
const LOOKED_AT: &str = "20";

/// The snapshots that were there before a look.
pub(super) struct Before(HashSet<String>);

/// What was replaced whole: a set, or all sets of a name.
pub(super) struct Replaced<'a> {
    pub(super) owner: &'a Name,
    /// The type of the set; none for all of them.
    pub(super) rtype: Option<RrType>,
    /// What was read of it and what was written.
    pub(super) known: Vec<Rdata>,
}

impl Gandi {
    /// The snapshots of now. That none can be read is no reason not to write: they are the second look, not the first.
    pub(super) async fn snapshots(&self, zone: &Zone) -> Before {
        let listed = self.newest(zone).await.unwrap_or_default();
        Before(listed.into_iter().map(|snapshot| snapshot.id).collect())
    }

    async fn newest(&self, zone: &Zone) -> Result<Vec<Snapshot>, ProviderError> {
        let name = zone.name.to_string();
        let query = [("automatic", "true"), ("sort_by", "-date_created"), ("per_page", LOOKED_AT)];
        self.get(&["domains", &name, "snapshots"], &query).await
    }

    /// The values that stood there in between: neither read before, nor written.
    pub(super) async fn overwritten(
        &self,
        zone: &Zone,
        before: &Before,
        replaced: &Replaced<'_>,
    ) -> Vec<(Name, Rdata)> {
        let newest = self.newest(zone).await.unwrap_or_default();
        let mut lost: Vec<(Name, Rdata)> = Vec::new();
        for snapshot in newest.iter().filter(|snapshot| !before.0.contains(&snapshot.id)) {
            let name = zone.name.to_string();
            let path = ["domains", name.as_str(), "snapshots", snapshot.id.as_str()];
            let Ok(SnapshotData { zone_data }) = self.get(&path, &[]).await else { continue };
            for set in zone_data.into_iter().filter_map(|record| record.hosted(&zone.name)) {
                let is_it = match replaced.rtype {
                    Some(rtype) => set.is_of(replaced.owner, rtype),
                    None => set.owner == *replaced.owner,
                };
                if !is_it {
                    continue;
                }
                let values = set.values(&zone.name).unwrap_or_default().into_iter().map(|value| value.rdata);
                let unknown = values.filter(|rdata| !replaced.known.contains(rdata));
                lost.extend(unknown.map(|rdata| (replaced.owner.clone(), rdata)));
            }
        }
        lost.sort_by(|one, other| one.1.cmp(&other.1));
        lost.dedup();
        lost
    }
}

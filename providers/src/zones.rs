//! Hosts that know the zones of an account: which of them a name lies in.

use crate::dns::Name;
use crate::{ProviderError, Zone};

/// A host that is asked for a zone by its id, and where several zones may have one name.
#[cfg(any(feature = "azure-dns", feature = "google-cloud-dns", feature = "route53"))]
pub(crate) trait ByName {
    /// The one zone that may be written to, where the declaration names it.
    fn only(&self) -> Option<&Name>;

    /// The public zone of exactly this name. A private one may have the same.
    async fn zone_named(&self, name: &Name) -> Result<Option<Zone>, ProviderError>;

    /// The zone that a name lies in: of those above it the nearest.
    async fn nearest(&self, owner: &Name) -> Result<Zone, ProviderError> {
        for name in owner.ancestors().filter(|name| self.only().is_none_or(|zone| zone == name)) {
            if let Some(zone) = self.zone_named(&name).await? {
                return Ok(zone);
            }
        }
        Err(ProviderError::NoZone(owner.clone()))
    }

    /// What requests call a zone.
    async fn id_of(&self, zone: &Zone) -> Result<String, ProviderError> {
        if let Some(id) = &zone.id {
            return Ok(id.clone());
        }
        let found = self.zone_named(&zone.name).await?.and_then(|zone| zone.id);
        found.ok_or_else(|| ProviderError::NoZone(zone.name.clone()))
    }
}

/// The same of a host that lists all zones at once: `zone` is the zone of exactly this name, and `only` the one that the declaration
/// names.
#[cfg(any(feature = "desec", feature = "digitalocean", feature = "gandi", feature = "hetzner", feature = "powerdns"))]
pub(crate) fn nearest(
    owner: &Name,
    only: Option<&Name>,
    zone: impl Fn(Name) -> Option<Zone>,
) -> Result<Zone, ProviderError> {
    let mut above = owner.ancestors().filter(|name| only.is_none_or(|only| only == name));
    above.find_map(zone).ok_or_else(|| ProviderError::NoZone(owner.clone()))
}

/// A refusal to a request about a zone: what is not found is the zone.
#[cfg(any(
    feature = "azure-dns",
    feature = "desec",
    feature = "digitalocean",
    feature = "gandi",
    feature = "google-cloud-dns",
    feature = "hetzner"
))]
pub(crate) fn of_zone(error: ProviderError, zone: &Zone) -> ProviderError {
    match error {
        ProviderError::Rejected { code: 404, .. } => ProviderError::NoZone(zone.name.clone()),
        other => other,
    }
}

/// Of the public zones of one name the one that is meant: `wanted`, or the only one. `key` says in a declaration which.
#[cfg(any(feature = "google-cloud-dns", feature = "route53"))]
pub(crate) fn meant(name: &Name, ids: &[&str], wanted: Option<&str>, key: &str) -> Result<Option<Zone>, ProviderError> {
    let zone = |id: &str| Zone { name: name.clone(), id: Some(id.to_owned()) };
    match (ids, wanted) {
        ([], _) => Ok(None),
        (_, Some(wanted)) => Ok(ids.contains(&wanted).then(|| zone(wanted))),
        ([id], None) => Ok(Some(zone(id))),
        _ => {
            let message = format!("there are several public zones {name}: {}; say which with `{key}`", ids.join(", "));
            Err(ProviderError::Unsupported(message))
        }
    }
}

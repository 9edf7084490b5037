//! The provider: finds the zone, reads it, and replaces sets in it.

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;

use super::api::{Api, Condition, RATE, refusal};
use super::credentials::Credentials;
use super::model::{ListedZone, RrSet, WRITABLE, after, relative, resource_group, unholdable};
use crate::dns::{Name, Rdata, RrType};
use crate::held::{Held, Swap};
use crate::http::Once;
use crate::zones::{ByName, of_zone};
use crate::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Patience, Provider, ProviderError, Receipt, Value, Zone,
    check_group, refused_together, was_made_all_the_same,
};

/// How often a set is read anew that somebody else changes.
const ATTEMPTS: usize = 4;

/// The DNS of an Azure subscription.
#[derive(Debug)]
pub struct AzureDns {
    api: Api,
    /// The one resource group, where the declaration names it.
    group: Option<String>,
    /// The one zone that may be written to, by its name.
    zone: Option<Name>,
    /// All zones there; asked for once, for a run is short.
    zones: Once<Vec<ListedZone>>,
}

/// What came of the requests for one change.
enum Outcome {
    Made,
    /// A set is not as it was read, and nothing was written yet.
    Moved,
}

impl AzureDns {
    /// The zones of a subscription, or of one resource group in it, at the public API or at another base URL.
    pub fn new(
        url: Option<&str>,
        subscription: &str,
        resource_group: Option<&str>,
        credentials: Credentials,
        timeout: Duration,
        zone: Option<Name>,
    ) -> Result<Self, ProviderError> {
        let api = Api::new(url, subscription, credentials, timeout)?;
        Ok(Self { api, group: resource_group.map(str::to_owned), zone, zones: Once::new() })
    }

    /// The same, sending again more or less often.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { api: self.api.with_patience(patience), ..self }
    }

    async fn zones(&self) -> Result<&Vec<ListedZone>, ProviderError> {
        let path: Vec<&str> = match &self.group {
            Some(group) => vec!["resourceGroups", group, "providers", "Microsoft.Network", "dnsZones"],
            None => vec!["providers", "Microsoft.Network", "dnszones"],
        };
        self.zones.get(self.api.list(&path)).await
    }

    /// The path of a zone, in front of what is asked of it.
    async fn path_of(&self, zone: &Zone) -> Result<Vec<String>, ProviderError> {
        let id = self.id_of(zone).await?;
        let group = resource_group(&id).ok_or_else(|| ProviderError::NoZone(zone.name.clone()))?;
        let path = ["resourceGroups", group, "providers", "Microsoft.Network", "dnsZones", &zone.name.to_string()];
        Ok(path.map(str::to_owned).to_vec())
    }

    /// All record sets of a zone, and its path.
    async fn held(&self, zone: &Zone) -> Result<(Vec<String>, Held<RrSet>), ProviderError> {
        let path = self.path_of(zone).await?;
        let of_sets: Vec<&str> = path.iter().map(String::as_str).chain(["recordsets"]).collect();
        let all: Vec<RrSet> = self.api.list(&of_sets).await.map_err(|error| of_zone(error, zone))?;
        if let Some(lost) = all.iter().find(|set| !set.is_placed()) {
            let what = format!("a {} record set `{}` without a name that DNS knows", lost.type_word(), lost.name);
            return Err(self.api.unreadable(&what));
        }
        Ok((path, Held::new(&zone.name, all)))
    }

    /// Writes the changes of a group one after the other; each is a request for each of its sets.
    async fn change(&self, zone: &Zone, group: &[Change]) -> Vec<Result<(), ProviderError>> {
        let all = |error: ProviderError| vec![Err(error); group.len()];
        if let Err(error) = check_group(zone, &self.limits(), group) {
            return all(error);
        }
        let (path, mut held) = match self.held(zone).await {
            Ok(held) => held,
            Err(error) => return all(error),
        };
        // What can be told before anything is written is told of all.
        let checked: Vec<_> = group.iter().map(|change| check(change, &held, zone)).collect();
        if let Some(refused) = refused_together(&checked) {
            return refused.into_iter().map(|answer| answer.map(|_| ())).collect();
        }
        let mut answers = Vec::new();
        for change in group {
            let failed = answers.iter().position(Result::is_err);
            answers.push(match failed {
                Some(before) => Err(ProviderError::Unavailable(format!(
                    "not tried, since {} before it was not changed",
                    group[before].owner
                ))),
                None => self.one_change(zone, &path, change, &mut held).await,
            });
        }
        answers
    }

    async fn one_change(
        &self,
        zone: &Zone,
        path: &[String],
        change: &Change,
        held: &mut Held<RrSet>,
    ) -> Result<(), ProviderError> {
        // What the first request of the last attempt was for: of a change of several it may be carried out by itself.
        let mut first: Option<(RrType, bool)> = None;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                // That it was refused says nothing of a first copy of it.
                *held = self.held(zone).await.map_err(|_| ProviderError::Indeterminate)?.1;
                let now = held.owner(&change.owner)?;
                let is_begun = first.is_some_and(|(rtype, is_last)| is_set_made(change, &now, rtype, is_last));
                if is_begun || was_made_all_the_same([(change, &now)]) {
                    return Err(ProviderError::Indeterminate);
                }
                check(change, held, zone)?;
            }
            let mut swaps = held.swaps(change)?;
            // What has to go before an alias may come, or behind it, goes first.
            swaps.sort_by_key(|swap| !swap.is_last());
            first = swaps.first().map(|swap| (swap.rtype, swap.is_last()));
            match self.swap_all(zone, path, &swaps).await? {
                Outcome::Made => return Ok(()),
                // Somebody changed the set since it was read. If that is ours, the next look finds the change stale.
                Outcome::Moved => {}
            }
        }
        Err(ProviderError::Stale(Vec::new()))
    }

    /// Writes the sets of one change. Once one of them is written, whatever else goes wrong leaves it half done.
    async fn swap_all(
        &self,
        zone: &Zone,
        path: &[String],
        swaps: &[Swap<'_, RrSet>],
    ) -> Result<Outcome, ProviderError> {
        let mut requests = Vec::new();
        for swap in swaps {
            let condition = match swap.held {
                Some(set) => Condition::Unchanged(set.etag.as_deref().ok_or_else(|| {
                    self.api.unreadable(&format!("{} {} has no ETag to write it under", swap.owner, swap.rtype))
                })?),
                None => Condition::New,
            };
            let set = if swap.is_last() { None } else { Some(after(swap)?) };
            let (rtype, name) = (swap.rtype.to_string(), relative(swap.owner, &zone.name)?);
            let of_set: Vec<&str> = path.iter().map(String::as_str).chain([rtype.as_str(), &name]).collect();
            requests.push((self.api.url(&of_set)?, set, condition));
        }
        for (at, (url, set, condition)) in requests.iter().enumerate() {
            let answer = self.api.write(url, set.as_ref(), condition).await;
            // Of one that is written the next look tells.
            let half = |error: ProviderError| if at > 0 { ProviderError::Indeterminate } else { error };
            let answer = answer.map_err(half)?;
            match (answer.status, set) {
                // Nothing was there to be taken away any more.
                (412, _) | (204 | 404, None) if at == 0 => return Ok(Outcome::Moved),
                (200 | 201, Some(_)) | (200, None) => {}
                _ if answer.is_success() => return Err(ProviderError::Indeterminate),
                _ => return Err(half(of_zone(refusal(&answer), zone))),
            }
        }
        Ok(Outcome::Made)
    }
}

/// Whether what a change does to one set stands: all that comes, nothing that goes, and no set where it was to go whole.
fn is_set_made(change: &Change, now: &Owner, rtype: RrType, is_last: bool) -> bool {
    let of_set = |values: &[Value]| values.iter().filter(|value| value.rdata.rtype() == rtype).cloned().collect();
    let of_it = Change {
        owner: change.owner.clone(),
        remove: of_set(&change.remove),
        add: of_set(&change.add),
        seen: Vec::new(),
    };
    of_it.is_made(now) && !(is_last && now.of_type(rtype).next().is_some())
}

/// What can be told of a change before it is sent.
fn check(change: &Change, held: &Held<RrSet>, zone: &Zone) -> Result<(), ProviderError> {
    held.check(change)?;
    let mut comes = change.add.iter().filter_map(|value| unholdable(&value.rdata));
    if let Some(why) = comes.next() {
        return Err(ProviderError::Unsupported(format!("{}: {why}", change.owner)));
    }
    relative(&change.owner, &zone.name).map(|_| ())
}

impl ByName for AzureDns {
    fn only(&self) -> Option<&Name> {
        self.zone.as_ref()
    }

    /// Each resource group may have one.
    async fn zone_named(&self, name: &Name) -> Result<Option<Zone>, ProviderError> {
        let is_it = |zone: &&ListedZone| zone.is_public() && zone.name.parse::<Name>().is_ok_and(|apex| apex == *name);
        let ids: Vec<&str> = self.zones().await?.iter().filter(is_it).map(|zone| zone.id.as_str()).collect();
        match &ids[..] {
            [] => Ok(None),
            [id] => Ok(Some(Zone { name: name.clone(), id: Some((*id).to_owned()) })),
            _ => {
                let groups: Vec<&str> = ids.iter().filter_map(|id| resource_group(id)).collect();
                let message = format!(
                    "there are several zones {name}, in the resource groups {}; say which with `resource-group`",
                    groups.join(", ")
                );
                Err(ProviderError::Unsupported(message))
            }
        }
    }
}

#[async_trait]
impl Provider for AzureDns {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::PerValue,
            batch: 50,
            min_ttl: 1,
            per_value_ttl: false,
            types: Cow::Borrowed(WRITABLE),
            rate: Some(RATE),
        }
    }

    fn cannot_hold(&self, rdata: &Rdata) -> Option<String> {
        unholdable(rdata)
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        self.nearest(owner).await
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let (_, held) = self.held(zone).await?;
        owners.iter().map(|name| held.owner(name)).collect()
    }

    async fn holdings(&self, zone: &Zone) -> Result<Option<Holdings>, ProviderError> {
        let (_, held) = self.held(zone).await?;
        Ok(Some(Box::new(move |name| held.owner(name))))
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        let answers = self.change(zone, group).await.into_iter().zip(group);
        answers.map(|(answer, change)| answer.map(|()| Receipt { owner: change.owner.clone(), id: None })).collect()
    }
}

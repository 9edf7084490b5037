//! The provider: finds the zone, reads it, and swaps sets in it.

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use super::api::{Api, is_moved, refusal};
use super::credentials::Credentials;
use super::model::{DoneChange, ManagedZone, RrSet, SentChange, SentSet, SetsPage, WRITABLE, ZonesPage};
use crate::dns::Name;
use crate::held::{Held, Listed, Swap};
use crate::http::Once;
use crate::zones::{ByName, meant, of_zone};
use crate::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Patience, Provider, ProviderError, Receipt, Zone, check_group,
    refused_together, was_made_all_the_same,
};

/// Octets that the data of one change may have (<https://cloud.google.com/dns/quotas>).
const OCTETS: usize = 100_000;
/// How often a set is read anew that somebody else changes.
const ATTEMPTS: usize = 4;
/// How long a change may take until it is sent to all of Google's servers.
const SETTLED: Duration = Duration::from_mins(2);

/// The DNS of a Google Cloud project.
#[derive(Debug)]
pub struct GoogleCloudDns {
    api: Api,
    /// The one zone, by what its owner calls it, where the declaration says so.
    managed_zone: Option<String>,
    /// The one zone that may be written to, by its name.
    zone: Option<Name>,
    /// All zones there; asked for once, for a run is short.
    zones: Once<Vec<ManagedZone>>,
    pause: Duration,
}

impl GoogleCloudDns {
    /// The zones of a project, at the public API or at another base URL.
    pub fn new(
        url: Option<&str>,
        project: &str,
        managed_zone: Option<&str>,
        credentials: Credentials,
        timeout: Duration,
        zone: Option<Name>,
    ) -> Result<Self, ProviderError> {
        let api = Api::new(url, project, credentials, timeout)?;
        let (managed_zone, pause) = (managed_zone.map(str::to_owned), Patience::default().pause);
        Ok(Self { api, managed_zone, zone, zones: Once::new(), pause })
    }

    /// The same, sending again more or less often.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { api: self.api.with_patience(patience), pause: patience.pause, ..self }
    }

    async fn zones(&self) -> Result<&Vec<ManagedZone>, ProviderError> {
        self.zones
            .get(async {
                let (mut all, mut token) = (Vec::new(), None::<String>);
                loop {
                    let query: Vec<_> = token.iter().map(|token| ("pageToken", token.as_str())).collect();
                    let page: ZonesPage = self.api.get(&[], &query).await?;
                    all.extend(page.managed_zones);
                    let Some(next) = page.next_page_token else { return Ok(all) };
                    if token.as_ref() == Some(&next) {
                        return Err(self.api.endless());
                    }
                    token = Some(next);
                }
            })
            .await
    }

    /// All record sets of a zone, and what requests call it.
    async fn held(&self, zone: &Zone) -> Result<(String, Held<RrSet>), ProviderError> {
        let id = self.id_of(zone).await?;
        let (mut all, mut token) = (Vec::new(), None::<String>);
        loop {
            let query: Vec<_> = token.iter().map(|token| ("pageToken", token.as_str())).collect();
            let page: SetsPage = self.api.get(&[&id, "rrsets"], &query).await.map_err(|error| of_zone(error, zone))?;
            all.extend(page.rrsets);
            let Some(next) = page.next_page_token else { return Ok((id, Held::new(&zone.name, all))) };
            if token.as_ref() == Some(&next) {
                return Err(self.api.endless());
            }
            token = Some(next);
        }
    }

    /// Makes changes to a zone, all of them or none; the ids of zone and change.
    async fn change(&self, zone: &Zone, group: &[Change]) -> Result<String, Vec<ProviderError>> {
        let all = |error: ProviderError| vec![error; group.len()];
        check_group(zone, &self.limits(), group).map_err(all)?;
        for attempt in 0..ATTEMPTS {
            let (id, held) = match self.held(zone).await {
                // That it was refused says nothing of a first copy of it.
                Err(_) if attempt > 0 => return Err(all(ProviderError::Indeterminate)),
                held => held.map_err(all)?,
            };
            if attempt > 0 {
                let now = held.owners(group).map_err(all)?;
                if was_made_all_the_same(group.iter().zip(&now)) {
                    return Err(all(ProviderError::Indeterminate));
                }
            }
            let checked: Vec<_> = group.iter().map(|change| held.check(change)).collect();
            if let Some(refused) = refused_together(&checked) {
                return Err(refused.into_iter().filter_map(Result::err).collect());
            }
            let change = sent(group, &held).map_err(all)?;
            let answer = self.api.post(&[&id, "changes"], &change).await.map_err(all)?;
            if answer.is_success() {
                let done: Result<DoneChange, _> = self.api.document(&answer);
                return done.map(|done| format!("{id}/{}", done.id)).map_err(|_| all(ProviderError::Indeterminate));
            }
            // Somebody changed one of the sets since it was read. If that is ours, the next look finds the change stale.
            if !is_moved(&answer) {
                return Err(all(of_zone(refusal(&answer), zone)));
            }
        }
        Err(all(ProviderError::Stale(Vec::new())))
    }
}

/// The change as it is sent: each set as it was read goes, and comes as it shall be.
fn sent(group: &[Change], held: &Held<RrSet>) -> Result<SentChange, ProviderError> {
    let mut change = SentChange::default();
    for swap in group.iter().map(|change| held.swaps(change)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        change.deletions.extend(swap.held.map(|set| SentSet {
            name: set.name.clone(),
            rtype: set.rtype.clone(),
            ttl: set.ttl(),
            rrdatas: set.rrdatas.clone(),
        }));
        if !swap.is_last() {
            change.additions.push(after(&swap));
        }
    }
    let sets = change.deletions.iter().chain(&change.additions);
    let octets: usize = sets.flat_map(|set| &set.rrdatas).map(String::len).sum();
    if octets > OCTETS {
        let message = format!("{octets} octets of data in one group; {OCTETS} is the most");
        return Err(ProviderError::Unsupported(message));
    }
    Ok(change)
}

/// The set as it shall be: what stays of it as it was listed, and what is added.
fn after(swap: &Swap<'_, RrSet>) -> SentSet {
    let stays = swap.stays.iter().filter_map(|at| Some(swap.held?.rrdatas.get(*at)?.clone()));
    SentSet {
        name: swap.owner.absolute(),
        rtype: swap.rtype.to_string(),
        ttl: swap.ttl,
        rrdatas: stays.chain(swap.added.iter().map(|value| value.rdata.to_string())).collect(),
    }
}

impl ByName for GoogleCloudDns {
    fn only(&self) -> Option<&Name> {
        self.zone.as_ref()
    }

    async fn zone_named(&self, name: &Name) -> Result<Option<Zone>, ProviderError> {
        let is_it = |zone: &&ManagedZone| {
            zone.visibility != "private" && zone.dns_name.parse::<Name>().is_ok_and(|apex| apex == *name)
        };
        let ids: Vec<&str> = self.zones().await?.iter().filter(is_it).map(|zone| zone.name.as_str()).collect();
        meant(name, &ids, self.managed_zone.as_deref(), "managed-zone")
    }
}

#[async_trait]
impl Provider for GoogleCloudDns {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::Atomic,
            batch: 100,
            min_ttl: 0,
            per_value_ttl: false,
            types: Cow::Borrowed(WRITABLE),
            rate: None,
        }
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
        if group.is_empty() {
            return Vec::new();
        }
        match self.change(zone, group).await {
            Ok(id) => {
                let receipt = |change: &Change| Receipt { owner: change.owner.clone(), id: Some(id.clone()) };
                group.iter().map(|change| Ok(receipt(change))).collect()
            }
            Err(errors) => errors.into_iter().map(Err).collect(),
        }
    }

    async fn settled(&self, receipt: &Receipt) -> Result<(), ProviderError> {
        let Some((zone, id)) = receipt.id.as_deref().and_then(|id| id.split_once('/')) else { return Ok(()) };
        let until = Instant::now() + SETTLED;
        let mut pause = self.pause;
        loop {
            let change: DoneChange = self.api.get(&[zone, "changes", id], &[]).await?;
            if change.status == "done" {
                return Ok(());
            }
            if Instant::now() + pause > until {
                let message = format!("the change {id} is not sent to Google's servers yet");
                return Err(ProviderError::Unavailable(message));
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }
}

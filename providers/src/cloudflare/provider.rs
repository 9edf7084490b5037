//! The provider: finds the zone, reads it, and changes single records by their ids.

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use cloudflare::endpoints::dns::dns::{DeleteDnsRecord, ListDnsRecords, ListDnsRecordsParams};
use cloudflare::endpoints::zones::zone::{ListZones, ListZonesParams};

use super::api::{Api, RATE};
use super::endpoints::{Batch, Create, Edit, Fields, Id, Operations};
use super::held::{Held, read};
use super::model::Listed;
use super::operations::{check, plan};
use crate::dns::{Name, RrType};
use crate::http::Once;
use crate::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Patience, Provider, ProviderError, Rate, Receipt, Zone,
    check_group, refused_together, was_made_all_the_same,
};

/// Zones in one answer: the most that there are.
const ZONES: u32 = 50;
/// Records in one answer: all that most zones have.
const RECORDS: u32 = 5000;
/// Operations of one batch that every plan takes
/// (<https://developers.cloudflare.com/dns/manage-dns-records/how-to/batch-record-changes/>).
const OPERATIONS: usize = 200;
/// "Could not route", "invalid zone identifier": there is no such zone, or not for this token.
const NO_ZONE: [u32; 3] = [1001, 7000, 7003];
/// Codes that say that the zone is not as it was read: a record is gone (81044), there already (81057, 81058), or beside
/// others that it cannot stand beside (81053 to 81056).
const MOVED: [u32; 7] = [81044, 81053, 81054, 81055, 81056, 81057, 81058];
/// "Record does not exist".
const GONE: u32 = 81044;

/// The DNS of a Cloudflare account.
#[derive(Debug)]
pub struct Cloudflare {
    api: Api,
    /// The one zone that may be written to, where the declaration names it.
    zone: Option<Name>,
    /// All zones that the token sees; asked for once, for a run is short.
    zones: Once<Vec<Listed>>,
    page_size: u32,
}

impl Cloudflare {
    /// The zones that an API token is for, at the public API or at another base URL. Every request has to be answered
    /// within `timeout`.
    pub fn new(url: Option<&str>, token: &str, timeout: Duration, zone: Option<Name>) -> Result<Self, ProviderError> {
        Ok(Self { api: Api::new(url, token, timeout)?, zone, zones: Once::new(), page_size: RECORDS })
    }

    /// The same, sending again more or less often.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { api: self.api.with_patience(patience), ..self }
    }

    /// The same with another rate than the published one: so many requests in so much time.
    #[must_use]
    pub fn with_rate(self, requests: u32, per: Duration) -> Self {
        Self { api: self.api.with_rate(Rate { requests, per }), ..self }
    }

    /// The same with so many records in one answer.
    #[must_use]
    pub fn with_page_size(self, page_size: u32) -> Self {
        Self { page_size, ..self }
    }

    async fn zones(&self) -> Result<&Vec<Listed>, ProviderError> {
        let page = |page| ListZones {
            params: ListZonesParams { page: Some(page), per_page: Some(ZONES), ..ListZonesParams::default() },
        };
        self.zones.get(self.api.list(page, |item| serde_json::from_value(item).map(Some))).await
    }

    /// The zone of exactly this name. There can be several: one that was moved away, or waits for its name servers.
    async fn listed(&self, name: &Name) -> Result<Option<&Listed>, ProviderError> {
        let is_it = |zone: &&Listed| zone.name.parse::<Name>().is_ok_and(|of| of == *name);
        let named: Vec<&Listed> = self.zones().await?.iter().filter(is_it).collect();
        let active: Vec<&Listed> = named.iter().copied().filter(|zone| zone.status == "active").collect();
        match (&active[..], &named[..]) {
            ([one], _) | ([], [one]) => Ok(Some(one)),
            ([], []) => Ok(None),
            _ => {
                let ids: Vec<&str> = named.iter().map(|zone| zone.id.as_str()).collect();
                let message =
                    format!("there are several zones {name} ({}): use a token that sees only one", ids.join(", "));
                Err(ProviderError::Unsupported(message))
            }
        }
    }

    /// The zone as Cloudflare lists it.
    async fn known(&self, zone: &Zone) -> Result<&Listed, ProviderError> {
        self.listed(&zone.name).await?.ok_or_else(|| ProviderError::NoZone(zone.name.clone()))
    }

    /// All records of a zone.
    async fn held(&self, zone: &Zone) -> Result<Held, ProviderError> {
        let id = &self.known(zone).await?.id;
        let page = |page| ListDnsRecords {
            zone_identifier: id,
            params: ListDnsRecordsParams {
                page: Some(page),
                per_page: Some(self.page_size),
                ..ListDnsRecordsParams::default()
            },
        };
        let records = self.api.list(page, read).await.map_err(|error| of_zone(error, zone))?;
        Ok(Held::new(zone.name.clone(), records))
    }

    /// Makes changes to a zone, all of them or none.
    async fn change(&self, zone: &Zone, group: &[Change]) -> Result<(), Vec<ProviderError>> {
        let all = |error: ProviderError| vec![error; group.len()];
        check_group(zone, &self.limits(), group).map_err(all)?;
        self.takes_changes(zone).await.map_err(all)?;
        let held = self.held(zone).await.map_err(all)?;
        refused(group, &held)?;
        let mut operations = Operations::default();
        for change in group {
            plan(change, &held, &mut operations).map_err(all)?;
        }
        if operations.len() > OPERATIONS {
            let message = format!("{} records in one group; {OPERATIONS} is the most", operations.len());
            return Err(all(ProviderError::Unsupported(message)));
        }
        let id = &self.known(zone).await.map_err(all)?.id;
        match self.carry_out(id, &operations).await.map_err(|error| of_zone(error, zone)) {
            Err(ProviderError::Rejected { code, message }) if MOVED.contains(&code) => {
                // Somebody wrote between our reading and our writing. What it was is told by another look.
                let held = self.held(zone).await.map_err(|_| all(ProviderError::Indeterminate))?;
                let now: Result<Vec<Owner>, _> = group.iter().map(|change| held.owner(&change.owner)).collect();
                if was_made_all_the_same(group.iter().zip(&now.map_err(all)?)) {
                    return Err(all(ProviderError::Indeterminate));
                }
                refused(group, &held)?;
                let gone = code == GONE;
                Err(all(if gone { ProviderError::Stale(vec![]) } else { ProviderError::Rejected { code, message } }))
            }
            done => done.map_err(all),
        }
    }

    /// Sends what is to be done: one operation by itself, several in one transaction.
    async fn carry_out(&self, zone: &str, operations: &Operations) -> Result<(), ProviderError> {
        match (&operations.deletes[..], &operations.patches[..], &operations.posts[..]) {
            ([], [], []) => Ok(()),
            ([Id { id }], [], []) => self.api.send(&DeleteDnsRecord { zone_identifier: zone, identifier: id }).await,
            ([], [Fields { id: Some(id), .. }], []) => {
                let fields = Fields { id: None, ..operations.patches[0].clone() };
                self.api.send(&Edit { zone, id, fields: &fields }).await
            }
            ([], [], [fields]) => self.api.send(&Create { zone, fields }).await,
            _ => self.api.send(&Batch { zone, operations }).await,
        }
    }
}

/// The answers to a group of which a change cannot be made; an error, so that it ends there.
fn refused(group: &[Change], held: &Held) -> Result<(), Vec<ProviderError>> {
    let checked: Vec<_> = group.iter().map(|change| check(change, held)).collect();
    match refused_together(&checked) {
        Some(refused) => Err(refused.into_iter().filter_map(Result::err).collect()),
        None => Ok(()),
    }
}

/// A refusal to a request about a zone.
fn of_zone(error: ProviderError, zone: &Zone) -> ProviderError {
    match error {
        ProviderError::Rejected { code, .. } if NO_ZONE.contains(&code) => ProviderError::NoZone(zone.name.clone()),
        other => other,
    }
}

#[async_trait]
impl Provider for Cloudflare {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::PerValue,
            batch: 50,
            min_ttl: 60,
            per_value_ttl: false,
            types: Cow::Borrowed(&[RrType::A, RrType::AAAA, RrType::CNAME, RrType::MX, RrType::PTR, RrType::TXT]),
            rate: Some(RATE),
        }
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        for name in owner.ancestors().filter(|name| self.zone.as_ref().is_none_or(|zone| zone == name)) {
            if let Some(listed) = self.listed(&name).await? {
                return Ok(Zone { name, id: Some(listed.id.clone()) });
            }
        }
        Err(ProviderError::NoZone(owner.clone()))
    }

    async fn takes_changes(&self, zone: &Zone) -> Result<(), ProviderError> {
        let (name, listed) = (&zone.name, self.known(zone).await?);
        if listed.kind == "secondary" {
            let message = format!(
                "{name} is a secondary zone at Cloudflare: the next transfer would undo what is written; write to its \
                 primary"
            );
            return Err(ProviderError::Unsupported(message));
        }
        if !matches!(listed.status.as_str(), "active" | "pending" | "") {
            let message = format!("{name} is {} at Cloudflare: what is written there is not served", listed.status);
            return Err(ProviderError::Unsupported(message));
        }
        Ok(())
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let held = self.held(zone).await?;
        owners.iter().map(|name| held.owner(name)).collect()
    }

    async fn holdings(&self, zone: &Zone) -> Result<Option<Holdings>, ProviderError> {
        let held = self.held(zone).await?;
        Ok(Some(Box::new(move |name| held.owner(name))))
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        if group.is_empty() {
            return Vec::new();
        }
        match self.change(zone, group).await {
            Ok(()) => group.iter().map(|change| Ok(Receipt { owner: change.owner.clone(), id: None })).collect(),
            Err(errors) => errors.into_iter().map(Err).collect(),
        }
    }
}

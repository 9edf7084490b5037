//! The provider: finds the zone, reads it, and changes single records by their ids.

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;

use super::api::{Api, RATE};
use super::held::{Held, Operation};
use super::model::{Domain, WRITABLE, unholdable};
use crate::dns::{Name, Rdata};
use crate::http::Once;
use crate::zones::{nearest, of_zone};
use crate::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Patience, Provider, ProviderError, Receipt, Zone, check_group,
    refused_together, was_made_all_the_same,
};

/// How often a zone is read anew in which a record is gone that was there.
const ATTEMPTS: usize = 4;

/// The DNS of a DigitalOcean account.
#[derive(Debug)]
pub struct DigitalOcean {
    api: Api,
    /// The one zone that may be written to, where the declaration names it.
    zone: Option<Name>,
    /// All zones that the token sees; asked for once, for a run is short.
    zones: Once<Vec<Domain>>,
}

impl DigitalOcean {
    /// The zones that a token is for, at the public API or at another base URL. Every request has to be answered within
    /// `timeout`.
    pub fn new(url: Option<&str>, token: &str, timeout: Duration, zone: Option<Name>) -> Result<Self, ProviderError> {
        Ok(Self { api: Api::new(url, token, timeout)?, zone, zones: Once::new() })
    }

    /// The same, sending again more or less often.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { api: self.api.with_patience(patience), ..self }
    }

    /// The same with so many items in one answer.
    #[must_use]
    pub fn with_page_size(self, per_page: usize) -> Self {
        Self { api: self.api.with_page_size(per_page), ..self }
    }

    /// All records of a zone.
    async fn held(&self, zone: &Zone) -> Result<Held, ProviderError> {
        let records = self.api.list(&[&zone.name.to_string(), "records"]).await;
        Ok(Held::new(zone.name.clone(), records.map_err(|error| of_zone(error, zone))?))
    }

    /// Makes the changes of a group one after the other; each is a request for each of its values.
    async fn change(&self, zone: &Zone, group: &[Change]) -> Vec<Result<(), ProviderError>> {
        let all = |error: ProviderError| vec![Err(error); group.len()];
        if let Err(error) = check_group(zone, &self.limits(), group) {
            return all(error);
        }
        let mut held = match self.held(zone).await {
            Ok(held) => held,
            Err(error) => return all(error),
        };
        // What can be told before anything is written is told of all.
        let checked: Vec<_> = group.iter().map(|change| held.check(change)).collect();
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
                None => self.one_change(zone, change, &mut held).await,
            });
        }
        answers
    }

    async fn one_change(&self, zone: &Zone, change: &Change, held: &mut Held) -> Result<(), ProviderError> {
        // The record that the first of several requests was to take away.
        let mut went_first = None;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                // That it was refused says nothing of a first copy of it.
                *held = self.held(zone).await.map_err(|_| ProviderError::Indeterminate)?;
                let is_half_made = went_first.is_some_and(|id| !held.has(id));
                if is_half_made || was_made_all_the_same([(change, &held.owner(&change.owner)?)]) {
                    return Err(ProviderError::Indeterminate);
                }
                held.check(change)?;
            }
            let operations = held.operations(change)?;
            went_first = match &operations[..] {
                [Operation::Delete(id), _, ..] => Some(*id),
                _ => None,
            };
            let mut is_begun = false;
            let mut outcome = Ok(());
            for operation in operations {
                outcome = self.api.carry_out(&zone.name.to_string(), &operation).await;
                if outcome.is_err() {
                    break;
                }
                is_begun = true;
            }
            match outcome {
                Ok(()) => return Ok(()),
                // Once one of the requests is carried out, whatever else goes wrong leaves the change half done.
                Err(_) if is_begun => return Err(ProviderError::Indeterminate),
                // The record is gone that was there. If that is ours, the next look finds the change stale.
                Err(ProviderError::Rejected { code: 404, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(ProviderError::Stale(Vec::new()))
    }
}

#[async_trait]
impl Provider for DigitalOcean {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::PerValue,
            batch: 50,
            min_ttl: 30,
            per_value_ttl: false,
            types: Cow::Borrowed(WRITABLE),
            rate: Some(RATE),
        }
    }

    fn cannot_hold(&self, rdata: &Rdata) -> Option<String> {
        unholdable(rdata)
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        let zones = self.zones.get(self.api.list(&[])).await?;
        let is_there = |name: &Name| zones.iter().any(|zone| zone.name.parse::<Name>().is_ok_and(|apex| apex == *name));
        nearest(owner, self.zone.as_ref(), |name| is_there(&name).then_some(Zone { name, id: None }))
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
        let answers = self.change(zone, group).await.into_iter().zip(group);
        answers.map(|(answer, change)| answer.map(|()| Receipt { owner: change.owner.clone(), id: None })).collect()
    }
}

//! The provider: finds the zone, reads it, and has actions done to it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use super::actions::{Asked, asked, between};
use super::api::{Api, ENDS, Ended, RATE};
use super::model::{Actions, OneZone, RrSet, RrSets, ZoneDocument, Zones};
use crate::dns::{Name, RrType};
use crate::hosted::{self, Holding};
use crate::http::Once;
use crate::zones::{nearest, of_zone};
use crate::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Patience, Provider, ProviderError, Receipt, Zone, check_group,
    was_made_all_the_same,
};

/// Items in one answer, the most that there may be: of zones, and of record sets.
const PAGES: (u32, u32) = (50, 100);
/// The least TTL.
const MINIMUM_TTL: u32 = 60;
/// The types that are written; there is no SPF type.
const TYPES: [RrType; 6] = [RrType::A, RrType::AAAA, RrType::CNAME, RrType::MX, RrType::PTR, RrType::TXT];

/// Hetzner DNS, for one project.
#[derive(Debug)]
pub struct Hetzner {
    api: Api,
    /// The one zone that may be written to, where the declaration names it.
    zone: Option<Name>,
    pages: (u32, u32),
    /// All zones of the project; asked for once, for a run is short.
    zones: Once<BTreeMap<Name, ZoneDocument>>,
}

/// What stands in a zone, with what is the host's alone.
struct Held {
    holding: Holding,
    sets: Vec<RrSet>,
    usual_ttl: u32,
}

impl Hetzner {
    /// The API at this base URL, else the public one, with the token of a project. Every request has to be answered within
    /// `timeout`.
    pub fn new(url: Option<&str>, token: &str, timeout: Duration, zone: Option<Name>) -> Result<Self, ProviderError> {
        Ok(Self { api: Api::new(url, token, timeout)?, zone, pages: PAGES, zones: Once::new() })
    }

    /// The same, sending again more or less often.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { api: self.api.with_patience(patience), ..self }
    }

    /// The same with other pages.
    #[must_use]
    pub fn with_page_size(self, size: u32) -> Self {
        Self { pages: (size, size), ..self }
    }

    async fn zones(&self) -> Result<&BTreeMap<Name, ZoneDocument>, ProviderError> {
        self.zones
            .get(async {
                let listed = self.api.list::<Zones>(&["zones"], self.pages.0).await?;
                Ok(listed.into_iter().filter_map(|zone| Some((zone.name.parse().ok()?, zone))).collect())
            })
            .await
    }

    async fn known(&self, zone: &Zone) -> Result<&ZoneDocument, ProviderError> {
        self.zones().await?.get(&zone.name).ok_or_else(|| ProviderError::NoZone(zone.name.clone()))
    }

    async fn held(&self, zone: &Zone) -> Result<Held, ProviderError> {
        let usual_ttl = self.known(zone).await?.ttl;
        let name = zone.name.to_string();
        let listed = self.api.list::<RrSets>(&["zones", &name, "rrsets"], self.pages.1).await;
        let sets = listed.map_err(|error| of_zone(error, zone))?;
        let hosted = sets.iter().filter_map(|set| set.hosted(&zone.name, usual_ttl)).collect();
        Ok(Held { holding: Holding::of(&zone.name, hosted), sets, usual_ttl })
    }

    /// Makes a change, one action for each type; the last action.
    async fn change(&self, zone: &Zone, change: &Change) -> Result<Option<u64>, ProviderError> {
        let (mut last, mut others) = (None, Vec::new());
        for (index, part) in hosted::by_type(change).iter().enumerate() {
            // All of it has to be possible before the first of it is made.
            let rests_on = if index == 0 { change } else { part };
            let (action, crossed) = self.part(zone, part, rests_on).await?;
            last = action.or(last);
            others.extend(crossed);
        }
        if others.is_empty() {
            return Ok(last);
        }
        Err(ProviderError::Unfinished(format!(
            "at the same moment somebody else changed {}: {}; if it was this record set, that is overwritten: look at it",
            zone.name,
            others.join(", ")
        )))
    }

    /// Makes a change of one type: its action, and what others did to the zone since it was looked at, where that matters.
    async fn part(
        &self,
        zone: &Zone,
        part: &Change,
        rests_on: &Change,
    ) -> Result<(Option<u64>, Vec<String>), ProviderError> {
        let Some(rtype) = part.remove.iter().chain(&part.add).map(|value| value.rdata.rtype()).next() else {
            return Ok((None, Vec::new()));
        };
        let (remove, add): (Vec<_>, Vec<_>) = (part.remove.iter().collect(), part.add.iter().collect());
        let is_whole = self.limits().cas.is_unconditional(&remove, &add);
        let (mut attempt, mut moved) = (1, false);
        'look: loop {
            let before = if is_whole { self.latest(zone).await } else { None };
            let held = match self.held(zone).await {
                // That it was refused says nothing of a first copy of it.
                Err(_) if moved => return Err(ProviderError::Indeterminate),
                held => held?,
            };
            let now = held.holding.owner(&part.owner)?;
            if moved && was_made_all_the_same([(part, &now)]) {
                return Err(ProviderError::Indeterminate);
            }
            hosted::check(rests_on, &now)?;
            let relative = hosted::relative(&part.owner, &zone.name);
            let name = if relative.is_empty() { "@" } else { &relative };
            let set = held.set(zone, &part.owner, rtype);
            if set.is_some_and(|set| set.protection.change) {
                let owner = &part.owner;
                let message =
                    format!("the {rtype} set at {owner} is protected against changes: take that off at Hetzner");
                return Err(ProviderError::Unsupported(message));
            }
            let ttl = set.map(|set| set.ttl.unwrap_or(held.usual_ttl));
            let (domain, type_word) = (zone.name.to_string(), rtype.to_string());
            let mut done = None;
            for Asked { word, body } in asked(part, rtype, set, ttl, &zone.name) {
                let path = ["zones", &domain, "rrsets", name, &type_word, "actions", word];
                match self.api.act(&path, &body).await {
                    Ended::Done(id) => {
                        // The first of two is the one that others may have come before.
                        done.get_or_insert(id);
                    }
                    Ended::LookAgain(refusal) if attempt < self.api.attempts() && done.is_none() => {
                        (attempt, moved) = (attempt + 1, refusal.moved);
                        continue 'look;
                    }
                    Ended::LookAgain(refusal) if done.is_none() => return Err(of_zone(refusal.error, zone)),
                    Ended::Failed(error) if done.is_none() => return Err(of_zone(error, zone)),
                    Ended::LookAgain(_) | Ended::Failed(_) => {
                        let what = format!("the TTL of the {rtype} set at {} is still the old one", part.owner);
                        return Err(ProviderError::Unfinished(what));
                    }
                }
            }
            let crossed = match (before, done) {
                (Some(before), Some(ours)) => {
                    let listed = self.actions(zone, 20).await;
                    listed.map(|listed| between(&listed, before, ours)).unwrap_or_default()
                }
                _ => Vec::new(),
            };
            return Ok((done, crossed));
        }
    }

    /// The newest action on the zone; none where none can be read: it is the second look, not the first. A zone without any
    /// has had number 0.
    async fn latest(&self, zone: &Zone) -> Option<u64> {
        let listed = self.actions(zone, 1).await.ok()?;
        Some(listed.actions.iter().map(|action| action.id).max().unwrap_or_default())
    }

    async fn actions(&self, zone: &Zone, number: u32) -> Result<Actions, ProviderError> {
        let (name, size) = (zone.name.to_string(), number.to_string());
        self.api.get(&["zones", &name, "actions"], &[("sort", "id:desc"), ("per_page", &size)]).await
    }

    async fn now(&self, zone: &Zone) -> Result<ZoneDocument, ProviderError> {
        let name = zone.name.to_string();
        let found: Result<OneZone, _> = self.api.get(&["zones", &name], &[]).await;
        found.map(|found| found.zone).map_err(|error| of_zone(error, zone))
    }

    /// What must hold before the first change of a group is made.
    async fn check(&self, zone: &Zone, group: &[Change]) -> Result<(), Vec<ProviderError>> {
        let all = |error: ProviderError| vec![error; group.len()];
        check_group(zone, &self.limits(), group).map_err(all)?;
        check_mode(self.known(zone).await.map_err(all)?).map_err(all)?;
        // One alone is looked at where it is made.
        if group.len() < 2 {
            return Ok(());
        }
        hosted::check_all(group, &self.held(zone).await.map_err(all)?.holding)
    }
}

impl Held {
    fn set(&self, zone: &Zone, owner: &Name, rtype: RrType) -> Option<&RrSet> {
        let is_it =
            |set: &&RrSet| set.hosted(&zone.name, self.usual_ttl).is_some_and(|hosted| hosted.is_of(owner, rtype));
        self.sets.iter().find(is_it)
    }
}

fn check_mode(zone: &ZoneDocument) -> Result<(), ProviderError> {
    if zone.mode == "primary" {
        return Ok(());
    }
    let message = format!(
        "{} is a {} zone there: its records come from elsewhere by transfer; write to its primary",
        zone.name, zone.mode
    );
    Err(ProviderError::Unsupported(message))
}

#[async_trait]
impl Provider for Hetzner {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::PerValueButReplacing,
            batch: 20,
            min_ttl: MINIMUM_TTL,
            per_value_ttl: false,
            types: Cow::Borrowed(&TYPES),
            rate: Some(RATE),
        }
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        let zones = self.zones().await?;
        let zone = |name| zones.get(&name).map(|zone| Zone { id: Some(zone.id.to_string()), name });
        nearest(owner, self.zone.as_ref(), zone)
    }

    async fn takes_changes(&self, zone: &Zone) -> Result<(), ProviderError> {
        check_mode(&self.now(zone).await?)
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let held = self.held(zone).await?;
        owners.iter().map(|name| held.holding.owner(name)).collect()
    }

    async fn holdings(&self, zone: &Zone) -> Result<Option<Holdings>, ProviderError> {
        let holding = self.held(zone).await?.holding;
        Ok(Some(Box::new(move |name| holding.owner(name))))
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        if let Err(errors) = self.check(zone, group).await {
            return errors.into_iter().map(Err).collect();
        }
        let mut answers: Vec<Result<Receipt, ProviderError>> = Vec::new();
        for change in group {
            if let Some(error) = hosted::unsent_behind(&answers) {
                answers.push(Err(error));
                continue;
            }
            let made = self.change(zone, change).await;
            let id = |action: Option<u64>| action.map(|action| action.to_string());
            answers.push(made.map(|action| Receipt { owner: change.owner.clone(), id: id(action) }));
        }
        answers
    }

    async fn settled(&self, receipt: &Receipt) -> Result<(), ProviderError> {
        let zone = self.zone_of(&receipt.owner).await?;
        let until = Instant::now() + ENDS;
        let mut pause = self.api.pause();
        loop {
            match self.now(&zone).await?.status.as_str() {
                "updating" if Instant::now() + pause > until => {
                    let what = format!("the name servers of Hetzner do not have the newest {} yet", zone.name);
                    return Err(self.api.unreadable(&what));
                }
                "updating" => sleep(pause).await,
                "error" => {
                    let what =
                        format!("{} could not be published to the name servers of Hetzner: see there", zone.name);
                    return Err(self.api.unreadable(&what));
                }
                _ => return Ok(()),
            }
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }
}

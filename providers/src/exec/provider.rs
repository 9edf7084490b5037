//! The contract, kept through a program.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::OnceCell;

use super::protocol::{Answer, Method, ZoneWord};
use super::run::{Fault, Program};
use crate::dns::Name;
use crate::{
    Change, CompareAndSwap, Limits, Owner, Provider, ProviderError, Receipt, Zone, check_group, refused_together,
};

/// How long one run of the program may take: it may have to find its way to a slow service first.
const LIMIT: Duration = Duration::from_mins(2);

/// A program that holds zones.
#[derive(Debug)]
pub struct Exec {
    program: Program,
    /// What it says of itself, once it was asked.
    limits: OnceCell<Limits>,
    zone: Option<Name>,
}

impl Exec {
    /// A program and its arguments, run in `folder`; `zone` where the zone of a name is not the program's to find.
    pub fn new(command: Vec<String>, folder: &Path, zone: Option<Name>) -> Self {
        Self { program: Program::new(command, folder, LIMIT), limits: OnceCell::new(), zone }
    }

    /// The same with another limit on how long one run may take.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { program: self.program.within(limit), ..self }
    }

    /// Asks for something that changes nothing. `owner` is the name that it is about.
    async fn asked(&self, method: Method<'_>, owner: &Name) -> Result<Answer, ProviderError> {
        let answer = self.program.ask(method).await.map_err(|fault| match fault {
            Fault::NotRun(why) | Fault::Lost(why) => ProviderError::Unavailable(why),
        })?;
        match answer.error {
            Some(error) => Err(error.of(owner)),
            None => Ok(answer),
        }
    }

    /// What the program says of itself; it is asked once.
    async fn known(&self) -> Result<&Limits, ProviderError> {
        let ask = async || {
            let answer = self.asked(Method::Limits, &Name::root()).await?;
            answer.limits.map(Limits::from).ok_or_else(|| self.lacks("limits"))
        };
        self.limits.get_or_try_init(ask).await
    }

    /// The program answered, and not what it was asked.
    fn lacks(&self, what: &str) -> ProviderError {
        ProviderError::Unavailable(format!("the program `{}` gave an answer without `{what}`", self.program.name()))
    }

    /// What has to hold before anything is sent.
    async fn checked(&self, zone: &Zone, group: &[Change]) -> Result<Vec<Change>, Vec<ProviderError>> {
        let all = |error: ProviderError| vec![error; group.len()];
        let limits = self.known().await.map_err(all)?;
        check_group(zone, limits, group).map_err(all)?;
        let owners: Vec<Name> = group.iter().map(|change| change.owner.clone()).collect();
        let held = self.read(zone, &owners).await.map_err(all)?;
        let check = |(change, now): (&Change, &Owner)| {
            change.check(now)?;
            if limits.per_value_ttl { Ok(()) } else { change.check_one_ttl(now) }
        };
        let checked: Vec<_> = group.iter().zip(&held).map(check).collect();
        if let Some(refused) = refused_together(&checked) {
            return Err(refused.into_iter().filter_map(Result::err).collect());
        }
        let now = |(change, now): (&Change, Owner)| Change { seen: now.values, ..change.clone() };
        Ok(group.iter().zip(held).map(now).collect())
    }

    async fn sent(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        let all = |error: ProviderError| group.iter().map(|_| Err(error.clone())).collect();
        let changes = group.iter().map(Into::into).collect();
        let answer = match self.program.ask(Method::Write { zone: ZoneWord::from(zone), changes }).await {
            Ok(answer) => answer,
            Err(Fault::NotRun(why)) => return all(ProviderError::Unavailable(why)),
            Err(Fault::Lost(_)) => return all(ProviderError::Indeterminate),
        };
        match (answer.error, answer.results) {
            (Some(error), _) => {
                let owner = group.first().map_or_else(Name::root, |change| change.owner.clone());
                all(error.of(&owner))
            }
            (None, Some(results)) if results.len() == group.len() => {
                results.into_iter().zip(group).map(|(result, change)| result.of(&change.owner)).collect()
            }
            // It ran, and nobody knows which of its words is about which change.
            _ => all(ProviderError::Indeterminate),
        }
    }
}

#[async_trait]
impl Provider for Exec {
    /// What the program said of itself; before it was asked, that it can do nothing.
    fn limits(&self) -> Limits {
        self.limits.get().cloned().unwrap_or(Limits {
            cas: CompareAndSwap::ReadThenWrite,
            batch: 1,
            min_ttl: 0,
            per_value_ttl: false,
            types: Cow::Borrowed(&[]),
            rate: None,
        })
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        self.known().await?;
        if self.zone.as_ref().is_some_and(|zone| !owner.is_at_or_below(zone)) {
            return Err(ProviderError::NoZone(owner.clone()));
        }
        let asked = self.zone.as_ref().unwrap_or(owner);
        let answer = self.asked(Method::Zone { owner: asked }, owner).await?;
        let zone = Zone::from(answer.zone.ok_or_else(|| self.lacks("zone"))?);
        if owner.is_at_or_below(&zone.name) && self.zone.as_ref().is_none_or(|declared| *declared == zone.name) {
            Ok(zone)
        } else {
            Err(ProviderError::NoZone(owner.clone()))
        }
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        self.known().await?;
        if let Some(outside) = owners.iter().find(|owner| !owner.is_at_or_below(&zone.name)) {
            return Err(ProviderError::NoZone(outside.clone()));
        }
        let answer = self.asked(Method::Read { zone: ZoneWord::from(zone), owners }, &zone.name).await?;
        let held: Vec<Owner> = answer.owners.ok_or_else(|| self.lacks("owners"))?.into_iter().map(Into::into).collect();
        // A name that is left out is not an empty one.
        let same = held.len() == owners.len() && held.iter().zip(owners).all(|(held, owner)| held.name == *owner);
        if same { Ok(held) } else { Err(self.lacks("an owner for each name, in their order")) }
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        if group.is_empty() {
            return Vec::new();
        }
        match self.checked(zone, group).await {
            Ok(changes) => self.sent(zone, &changes).await,
            Err(errors) => errors.into_iter().map(Err).collect(),
        }
    }

    async fn settled(&self, receipt: &Receipt) -> Result<(), ProviderError> {
        let Some(id) = &receipt.id else { return Ok(()) };
        self.asked(Method::Settled { owner: &receipt.owner, id }, &receipt.owner).await.map(|_| ())
    }
}

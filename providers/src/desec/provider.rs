//! The provider: finds the zone, reads it, makes new sets and replaces old ones.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{HeaderValue, LINK};
use reqwest::{Method, Request, Url};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::model::{Domain, RrSet, Written, words};
use crate::dns::Name;
use crate::hosted::{self, Holding, WRITABLE};
use crate::http::{Answer, Client, Hidden, NotWritten, Once, Settings, secret_header};
use crate::zones::{nearest, of_zone};
use crate::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Patience, Provider, ProviderError, Rate, Receipt, Zone,
    check_group, refused_together, was_made_all_the_same,
};

/// The public API.
const PUBLIC: &str = "https://desec.io/api/v1/";
/// How often an account may read: `dns_api_cheap` (<https://desec.readthedocs.io/en/latest/rate-limits.html>). Writes
/// count for themselves, for each domain: 2 a second, 15 a minute, 100 an hour, 300 a day.
const RATE: Rate = Rate { requests: 50, per: Duration::from_mins(1) };
/// The least TTL of a domain about which nothing else is known. Each says its own (`minimum_ttl`).
const MINIMUM_TTL: u32 = 3600;
/// The greatest TTL of a set.
const MAXIMUM_TTL: u32 = 86_400;
/// How often a list of several pages is read that changes while it is read.
const LISTINGS: u32 = 4;

/// deSEC, for one account.
#[derive(Debug)]
pub struct DeSec {
    client: Client,
    authorization: HeaderValue,
    /// The one zone that may be written to, where the declaration names it.
    zone: Option<Name>,
    /// The least TTL of each zone; asked for once, for a run is short.
    zones: Once<BTreeMap<Name, u32>>,
}

/// A request that changes something, and the changes of a group that it makes.
struct Part {
    request: Request,
    changes: Vec<usize>,
}

impl DeSec {
    /// The API at this base URL, else the public one, with a token. Every request has to be answered within `timeout`.
    pub fn new(url: Option<&str>, token: &str, timeout: Duration, zone: Option<Name>) -> Result<Self, ProviderError> {
        let settings = Settings { at_once: 8, ..Settings::new(timeout, Some(RATE)) };
        let client = Client::new(url.unwrap_or(PUBLIC), settings, Hidden::new([token]))?;
        let authorization = secret_header(&format!("Token {token}"))?;
        Ok(Self { client, authorization, zone, zones: Once::new() })
    }

    /// The same, sending again more or less often.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { client: self.client.with_patience(patience), ..self }
    }

    /// The same at another rate.
    #[must_use]
    pub fn with_rate(self, rate: Rate) -> Self {
        Self { client: self.client.with_rate(rate), ..self }
    }

    fn url(&self, path: &[&str]) -> Result<Url, ProviderError> {
        let mut url = self.client.base().clone();
        url.path_segments_mut().map_err(|()| self.unusable())?.pop_if_empty().extend(path).push("");
        Ok(url)
    }

    fn unusable(&self) -> ProviderError {
        ProviderError::Unsupported(format!("no request can be made of the URL {}", self.client.base()))
    }

    fn unreadable(&self, why: &str) -> ProviderError {
        ProviderError::Unavailable(format!("{}: {why}", self.client.base()))
    }

    fn get(&self, http: &reqwest::Client, url: &Url) -> Result<Request, ProviderError> {
        let request = http.get(url.clone()).header("Authorization", self.authorization.clone());
        request.build().map_err(|_| self.unusable())
    }

    /// A list to its end, and on how many pages it was.
    async fn list<T: DeserializeOwned>(&self, path: &[&str]) -> Result<(Vec<T>, u32), ProviderError> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        for page in 1.. {
            let mut url = self.url(path)?;
            // Without it, a list of over 500 is refused.
            url.query_pairs_mut().append_pair("cursor", &cursor);
            let answer = self.client.read(|http| self.get(http, &url)).await?;
            all.extend(self.document::<Vec<T>>(&answer)?);
            match next(&answer) {
                None => return Ok((all, page)),
                Some(next) if next != cursor => cursor = next,
                Some(_) => break,
            }
        }
        Err(self.unreadable("a list that leads back to itself"))
    }

    fn document<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, ProviderError> {
        if !answer.is_success() {
            return Err(refusal(answer));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            let why = answer.without_secret(&error.to_string());
            self.unreadable(&format!("the answer is not what deSEC answers: {why}"))
        })
    }

    async fn zones(&self) -> Result<&BTreeMap<Name, u32>, ProviderError> {
        self.zones
            .get(async {
                let (listed, _) = self.list::<Domain>(&["domains"]).await?;
                let known = |domain: Domain| Some((domain.name.parse().ok()?, domain.minimum_ttl));
                Ok(listed.into_iter().filter_map(known).collect())
            })
            .await
    }

    /// When one of the zone's sets was last written.
    async fn touched(&self, zone: &Zone) -> Result<Option<String>, ProviderError> {
        let url = self.url(&["domains", &zone.name.to_string()])?;
        let answer = self.client.read(|http| self.get(http, &url)).await?;
        Ok(self.document::<Domain>(&answer).map_err(|error| of_zone(error, zone))?.touched)
    }

    /// All sets of a zone. What is made while several pages are read, or deleted and made again, would be missed: then
    /// they are read again.
    async fn holding(&self, zone: &Zone) -> Result<Holding, ProviderError> {
        let name = zone.name.to_string();
        let mut before = None;
        for _ in 0..LISTINGS {
            let listed = self.list::<RrSet>(&["domains", &name, "rrsets"]).await;
            let (sets, pages) = listed.map_err(|error| of_zone(error, zone))?;
            let is_whole = pages == 1 || {
                let now = Some(self.touched(zone).await?);
                std::mem::replace(&mut before, now.clone()) == now
            };
            if is_whole {
                return Ok(Holding::of(&zone.name, sets.into_iter().filter_map(RrSet::hosted).collect()));
            }
        }
        Err(self.unreadable("the zone changes faster than it can be read"))
    }

    /// Makes changes to a zone: those that only make new sets, if none of these is there by then; and the others, whole or
    /// not at all.
    async fn change(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        let mut ends: Vec<Option<Result<(), ProviderError>>> = vec![None; group.len()];
        let (mut attempt, mut moved) = (1, false);
        while ends.contains(&None) {
            let part = match self.next_part(zone, group, &ends, moved).await {
                Ok(part) => part,
                Err(errors) => {
                    let mut errors = errors.into_iter();
                    ends.iter_mut().filter(|end| end.is_none()).for_each(|end| *end = errors.next().map(Err));
                    break;
                }
            };
            let sent = self.client.write_once(part.request).await;
            let is_last = attempt >= self.client.attempts();
            moved = false;
            let failed = match sent {
                Ok(answer) if answer.is_success() => {
                    part.changes.iter().for_each(|&index| ends[index] = Some(Ok(())));
                    continue;
                }
                // Somebody made one of the sets meanwhile, or wrote at the same moment.
                Ok(answer) if is_moved(&answer) && !is_last => {
                    (attempt, moved) = (attempt + 1, true);
                    continue;
                }
                Err(NotWritten::LookAgain(_)) if !is_last => {
                    attempt += 1;
                    continue;
                }
                Ok(answer) => of_zone(refusal(&answer), zone),
                Err(NotWritten::LookAgain(error) | NotWritten::Final(error)) => error,
            };
            for (index, end) in ends.iter_mut().enumerate().filter(|(_, end)| end.is_none()) {
                *end = Some(Err(if part.changes.contains(&index) { failed.clone() } else { hosted::unsent() }));
            }
        }
        let receipt = |(change, end): (&Change, Option<Result<(), ProviderError>>)| {
            end.unwrap_or(Err(ProviderError::Indeterminate)).map(|()| Receipt { owner: change.owner.clone(), id: None })
        };
        group.iter().zip(ends).map(receipt).collect()
    }

    /// Looks at the zone, and says what is to be sent next: all that only makes new sets, else all that is left.
    async fn next_part(
        &self,
        zone: &Zone,
        group: &[Change],
        ends: &[Option<Result<(), ProviderError>>],
        moved: bool,
    ) -> Result<Part, Vec<ProviderError>> {
        let left: Vec<usize> = (0..group.len()).filter(|index| ends[*index].is_none()).collect();
        let all = |error: ProviderError| vec![error; left.len()];
        let holding = match self.holding(zone).await {
            // That it was refused says nothing of a first copy of it.
            Err(_) if moved => return Err(all(ProviderError::Indeterminate)),
            holding => holding.map_err(all)?,
        };
        let now: Result<Vec<Owner>, _> = left.iter().map(|index| holding.owner(&group[*index].owner)).collect();
        let now = now.map_err(all)?;
        if moved && was_made_all_the_same(left.iter().map(|index| &group[*index]).zip(&now)) {
            return Err(all(ProviderError::Indeterminate));
        }
        let checked: Vec<_> = left.iter().zip(&now).map(|(index, now)| hosted::check(&group[*index], now)).collect();
        if let Some(refused) = refused_together(&checked) {
            return Err(refused.into_iter().filter_map(Result::err).collect());
        }
        let (new, old): (Vec<usize>, Vec<usize>) = left.iter().partition(|index| holding.is_new(&group[**index]));
        // New names first: what changes elsewhere may lead to them.
        let (method, changes) = if new.is_empty() { (Method::PATCH, old) } else { (Method::POST, new) };
        let written = |index: &usize| {
            let change = &group[*index];
            let subname = hosted::relative(&change.owner, &zone.name);
            holding.after(change).into_iter().map(move |set| Written::of(subname.clone(), set))
        };
        let sets: Vec<Written> = changes.iter().flat_map(written).collect();
        let request = self.write_request(&method, zone, &sets).map_err(all)?;
        Ok(Part { request, changes })
    }

    fn write_request(&self, method: &Method, zone: &Zone, sets: &[Written]) -> Result<Request, ProviderError> {
        let url = self.url(&["domains", &zone.name.to_string(), "rrsets"])?;
        let body = serde_json::to_vec(sets).map_err(|error| ProviderError::Unsupported(error.to_string()))?;
        let mut request = Request::new(method.clone(), url);
        request.headers_mut().insert("Authorization", self.authorization.clone());
        request.headers_mut().insert("Content-Type", HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.into());
        Ok(request)
    }

    /// What must hold whatever stands there. The least TTL is the zone's own.
    async fn check(&self, zone: &Zone, group: &[Change]) -> Result<(), ProviderError> {
        check_group(zone, &self.limits(), group)?;
        let zones = self.zones().await?;
        let least = *zones.get(&zone.name).ok_or_else(|| ProviderError::NoZone(zone.name.clone()))?;
        let taken = least..=MAXIMUM_TTL;
        for change in group {
            if let Some(ttl) = change.add.iter().map(|value| value.ttl).find(|ttl| !taken.contains(ttl)) {
                let (owner, name) = (&change.owner, &zone.name);
                let message = format!("a TTL of {ttl} at {owner}: deSEC takes {least} to {MAXIMUM_TTL} in {name}");
                return Err(ProviderError::Unsupported(message));
            }
        }
        Ok(())
    }
}

/// Where the next page begins. Of the link only that is taken: the credential goes nowhere but to the API.
fn next(answer: &Answer) -> Option<String> {
    let links = answer.headers.get(LINK)?.to_str().ok()?;
    let link = links.split(',').find(|link| link.contains("rel=\"next\""))?;
    let url: Url = link.split_once('<')?.1.split_once('>')?.0.parse().ok()?;
    url.query_pairs().find(|(key, _)| key == "cursor").map(|(_, cursor)| cursor.into_owned())
}

/// Whether a request was refused because of what somebody else wrote meanwhile; none of it was made then.
fn is_moved(answer: &Answer) -> bool {
    let message = message(answer);
    answer.status == 409
        || answer.status == 400
            && ["Another RRset with the same subdomain and type", "RRset with conflicting type present"]
                .iter()
                .any(|words| message.contains(words))
}

fn message(answer: &Answer) -> String {
    let document: Json = serde_json::from_slice(&answer.body).unwrap_or_default();
    let told = words(&document);
    if told.is_empty() { answer.text() } else { answer.without_secret(&told) }
}

/// An answer that is no success.
fn refusal(answer: &Answer) -> ProviderError {
    let message = message(answer);
    match answer.status {
        401 | 403 => ProviderError::Unauthorized(format!("{message} (see the token, its policies and its subnets)")),
        code => ProviderError::Rejected { code: code.into(), message },
    }
}

#[async_trait]
impl Provider for DeSec {
    fn limits(&self) -> Limits {
        let known = self.zones.known().into_iter().flatten();
        let mut of_ours = known.filter(|(name, _)| self.zone.as_ref().is_none_or(|zone| zone == *name));
        // Some domains may have shorter ones than others: the domain itself is looked at before a write.
        let least = of_ours.by_ref().map(|(_, least)| *least).min();
        Limits {
            cas: CompareAndSwap::Unconditional,
            batch: 50,
            min_ttl: least.unwrap_or(MINIMUM_TTL),
            per_value_ttl: false,
            types: Cow::Borrowed(&WRITABLE),
            rate: Some(RATE),
        }
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        let zones = self.zones().await?;
        nearest(owner, self.zone.as_ref(), |name| zones.contains_key(&name).then_some(Zone { name, id: None }))
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let holding = self.holding(zone).await?;
        owners.iter().map(|name| holding.owner(name)).collect()
    }

    async fn holdings(&self, zone: &Zone) -> Result<Option<Holdings>, ProviderError> {
        let holding = self.holding(zone).await?;
        Ok(Some(Box::new(move |name| holding.owner(name))))
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        match self.check(zone, group).await {
            Ok(()) => self.change(zone, group).await,
            Err(error) => group.iter().map(|_| Err(error.clone())).collect(),
        }
    }
}

//! The provider: finds the zone, reads it, makes new sets and replaces old ones.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::HeaderValue;
use reqwest::{Method, Request, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::model::{AllOfName, Domain, Record, Written, words};
use super::snapshots::Replaced;
use crate::dns::{Name, Rdata, RrType};
use crate::hosted::{self, After, Holding, WRITABLE};
use crate::http::{Answer, Client, Hidden, NotWritten, Once, Settings, secret_header};
use crate::zones::{nearest, of_zone};
use crate::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Patience, Provider, ProviderError, Rate, Receipt, Value, Zone,
    check_group, was_made_all_the_same,
};

/// The public API.
const PUBLIC: &str = "https://api.gandi.net/v5/livedns/";
/// Requests that one address may send (<https://api.gandi.net/docs/reference/>, *Rate limit*).
const RATE: Rate = Rate { requests: 1000, per: Duration::from_mins(1) };
/// The TTLs that a set may have.
const TTLS: std::ops::RangeInclusive<u32> = 300..=2_592_000;
/// How often a list is read that changes while it is read.
const LISTINGS: u32 = 4;
/// Items that are asked for in one answer.
const PAGE: usize = 500;

/// Gandi LiveDNS, for one token.
#[derive(Debug)]
pub struct Gandi {
    client: Client,
    authorization: HeaderValue,
    /// The one zone that may be written to, where the declaration names it.
    zone: Option<Name>,
    page: usize,
    /// All zones there; asked for once, for a run is short.
    zones: Once<BTreeSet<Name>>,
}

/// What is sent for a part of a change.
struct Sending {
    request: Request,
    /// What it replaces whole, whatever is in it by then: a set, or all of the name, with what is known of it. None where it
    /// only makes a new set.
    replaced: Option<(Option<RrType>, Vec<Rdata>)>,
}

impl Gandi {
    /// The API at this base URL, else the public one, with a personal access token. Every request has to be answered within
    /// `timeout`.
    pub fn new(url: Option<&str>, token: &str, timeout: Duration, zone: Option<Name>) -> Result<Self, ProviderError> {
        let settings = Settings { at_once: 8, ..Settings::new(timeout, Some(RATE)) };
        let client = Client::new(url.unwrap_or(PUBLIC), settings, Hidden::new([token]))?;
        let authorization = secret_header(&format!("Bearer {token}"))?;
        Ok(Self { client, authorization, zone, page: PAGE, zones: Once::new() })
    }

    /// The same, sending again more or less often.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { client: self.client.with_patience(patience), ..self }
    }

    /// The same with other pages.
    #[must_use]
    pub fn with_page_size(self, page: usize) -> Self {
        Self { page, ..self }
    }

    fn url(&self, path: &[&str]) -> Result<Url, ProviderError> {
        let mut url = self.client.base().clone();
        url.path_segments_mut().map_err(|()| self.unusable())?.pop_if_empty().extend(path);
        Ok(url)
    }

    fn unusable(&self) -> ProviderError {
        ProviderError::Unsupported(format!("no request can be made of the URL {}", self.client.base()))
    }

    fn unreadable(&self, why: &str) -> ProviderError {
        ProviderError::Unavailable(format!("{}: {why}", self.client.base()))
    }

    async fn ask(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, ProviderError> {
        let mut url = self.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = |http: &reqwest::Client| {
            let request = http.get(url.clone()).header("Authorization", self.authorization.clone());
            request.build().map_err(|_| self.unusable())
        };
        self.client.read(request).await
    }

    /// A document.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, ProviderError> {
        let answer = self.ask(path, query).await?;
        self.document(&answer)
    }

    fn document<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, ProviderError> {
        if !answer.is_success() {
            return Err(refusal(answer));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            let why = answer.without_secret(&error.to_string());
            self.unreadable(&format!("the answer is not what Gandi answers: {why}"))
        })
    }

    /// A list to its end, each item of which has a name of its own.
    async fn list<T: DeserializeOwned>(
        &self,
        path: &[&str],
        name: impl Fn(&T) -> String + Sync,
    ) -> Result<Vec<T>, ProviderError> {
        for _ in 0..LISTINGS {
            if let Some(all) = self.listing(path, &name).await? {
                return Ok(all);
            }
        }
        Err(self.unreadable("the list changes faster than it can be read"))
    }

    /// A list to its end; none where it changed between two pages: what moves over their edge would be missed.
    async fn listing<T: DeserializeOwned>(
        &self,
        path: &[&str],
        name: &(impl Fn(&T) -> String + Sync),
    ) -> Result<Option<Vec<T>>, ProviderError> {
        let (mut all, mut names, mut total) = (Vec::new(), HashSet::new(), None);
        let size = self.page.to_string();
        for page in 1.. {
            let answer = self.ask(path, &[("page", &page.to_string()), ("per_page", &size)]).await?;
            let items: Vec<T> = self.document(&answer)?;
            let is_last = items.is_empty();
            for item in items {
                if !names.insert(name(&item)) {
                    return Ok(None);
                }
                all.push(item);
            }
            // Without the header, all that there is came in one answer.
            let Some(count) = total_count(&answer) else { break };
            if *total.get_or_insert(count) != count {
                return Ok(None);
            }
            if all.len() >= count || is_last {
                break;
            }
        }
        Ok(total.is_none_or(|count| count == all.len()).then_some(all))
    }

    async fn zones(&self) -> Result<&BTreeSet<Name>, ProviderError> {
        self.zones
            .get(async {
                let listed = self.list(&["domains"], |domain: &Domain| domain.fqdn.clone()).await?;
                Ok(listed.into_iter().filter_map(|domain| domain.fqdn.parse().ok()).collect())
            })
            .await
    }

    async fn holding(&self, zone: &Zone) -> Result<Holding, ProviderError> {
        let name = zone.name.to_string();
        let of = |record: &Record| format!("{}/{}", record.name, record.rtype);
        let listed = self.list(&["domains", &name, "records"], of).await.map_err(|error| of_zone(error, zone))?;
        Ok(Holding::of(&zone.name, listed.into_iter().filter_map(|record| record.hosted(&zone.name)).collect()))
    }

    /// What must hold before the first change of a group is made.
    async fn check(&self, zone: &Zone, group: &[Change]) -> Result<(), Vec<ProviderError>> {
        let all = |error: ProviderError| vec![error; group.len()];
        check_group(zone, &self.limits(), group).map_err(all)?;
        for change in group {
            if let Some(ttl) = change.add.iter().map(|value| value.ttl).find(|ttl| !TTLS.contains(ttl)) {
                let (owner, least, most) = (&change.owner, TTLS.start(), TTLS.end());
                let message = format!("a TTL of {ttl} at {owner}: Gandi takes {least} to {most}");
                return Err(all(ProviderError::Unsupported(message)));
            }
        }
        // One alone is looked at where it is made.
        if group.len() < 2 {
            return Ok(());
        }
        hosted::check_all(group, &self.holding(zone).await.map_err(all)?)
    }

    /// Makes a change, one request for each type; where an alias comes or goes, one for all of the name.
    async fn change(&self, zone: &Zone, change: &Change) -> Result<(), ProviderError> {
        let mut lost = Vec::new();
        for (index, part) in parts(change).iter().enumerate() {
            // All of it has to be possible before the first of it is made.
            let rests_on = if index == 0 { change } else { part };
            lost.extend(self.part(zone, part, rests_on).await?);
        }
        if lost.is_empty() {
            return Ok(());
        }
        let listed: Vec<String> = lost.iter().map(|(name, data)| format!("{name} {} {data}", data.rtype())).collect();
        Err(ProviderError::Unfinished(format!(
            "at the same moment somebody else wrote what is overwritten now, by a snapshot of Gandi's: {}; put it back",
            listed.join("; ")
        )))
    }

    /// Makes a part of a change; what was overwritten, as far as that can be told.
    async fn part(&self, zone: &Zone, part: &Change, rests_on: &Change) -> Result<Vec<(Name, Rdata)>, ProviderError> {
        let (mut attempt, mut moved) = (1, false);
        loop {
            let before = self.snapshots(zone).await;
            let holding = match self.holding(zone).await {
                // That it was refused says nothing of a first copy of it.
                Err(_) if moved => return Err(ProviderError::Indeterminate),
                holding => holding?,
            };
            let now = holding.owner(&part.owner)?;
            if moved && was_made_all_the_same([(part, &now)]) {
                return Err(ProviderError::Indeterminate);
            }
            hosted::check(rests_on, &now)?;
            let sending = self.sending(zone, part, &holding, &now)?;
            let is_last = attempt >= self.client.attempts();
            match self.client.write_once(sending.request).await {
                Ok(answer) if answer.is_success() => {
                    let Some((rtype, known)) = sending.replaced else { return Ok(Vec::new()) };
                    let replaced = Replaced { owner: &part.owner, rtype, known };
                    return Ok(self.overwritten(zone, &before, &replaced).await);
                }
                // Somebody made the set meanwhile.
                Ok(answer) if answer.status == 409 && !is_last => moved = true,
                Err(NotWritten::LookAgain(_)) if !is_last => moved = false,
                Ok(answer) => return Err(of_zone(refusal(&answer), zone)),
                Err(NotWritten::LookAgain(error) | NotWritten::Final(error)) => return Err(error),
            }
            attempt += 1;
        }
    }

    /// What is sent for a part of a change, by what stands there now.
    fn sending(&self, zone: &Zone, part: &Change, holding: &Holding, now: &Owner) -> Result<Sending, ProviderError> {
        let (domain, relative) = (zone.name.to_string(), hosted::relative(&part.owner, &zone.name));
        let name = if relative.is_empty() { "@" } else { &relative };
        let sets = holding.after(part);
        let known = |rtype: Option<RrType>| {
            let values = now.values.iter().chain(&part.add).map(|value| &value.rdata);
            values.filter(|rdata| rtype.is_none_or(|rtype| rdata.rtype() == rtype)).cloned().collect::<Vec<Rdata>>()
        };
        let [set] = &sets[..] else {
            let items = holding.all_after(part).into_iter().map(Written::with_type).collect();
            let path = ["domains", &domain, "records", name];
            let request = self.writing(&Method::PUT, &path, Some(&AllOfName { items }))?;
            return Ok(Sending { request, replaced: Some((None, known(None))) });
        };
        let After { rtype, records, .. } = set;
        let is_new = holding.is_new(part);
        let method = match (records.is_empty(), is_new) {
            (true, _) => Method::DELETE,
            (false, true) => Method::POST,
            (false, false) => Method::PUT,
        };
        let path = ["domains", &domain, "records", name, rtype.as_str()];
        let body = (!records.is_empty()).then(|| Written::of(set.clone()));
        let request = self.writing(&method, &path, body.as_ref())?;
        let rtype = rtype.parse().ok();
        Ok(Sending { request, replaced: (!is_new).then(|| (rtype, known(rtype))) })
    }

    fn writing(&self, method: &Method, path: &[&str], body: Option<&impl Serialize>) -> Result<Request, ProviderError> {
        let mut request = Request::new(method.clone(), self.url(path)?);
        request.headers_mut().insert("Authorization", self.authorization.clone());
        if let Some(body) = body {
            let body = serde_json::to_vec(body).map_err(|error| ProviderError::Unsupported(error.to_string()))?;
            request.headers_mut().insert("Content-Type", HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.into());
        }
        Ok(request)
    }
}

/// The parts of a change that are sent by themselves: its types, or all of it where an alias comes or goes.
fn parts(change: &Change) -> Vec<Change> {
    let is_alias = |value: &Value| value.rdata.rtype() == RrType::CNAME;
    let has_alias = change.remove.iter().chain(&change.add).any(is_alias);
    if has_alias { vec![change.clone()] } else { hosted::by_type(change) }
}

fn total_count(answer: &Answer) -> Option<usize> {
    answer.headers.get("total-count")?.to_str().ok()?.trim().parse().ok()
}

/// An answer that is no success.
fn refusal(answer: &Answer) -> ProviderError {
    let document: Json = serde_json::from_slice(&answer.body).unwrap_or_default();
    let told = words(&document);
    let message = if told.is_empty() { answer.text() } else { answer.without_secret(&told) };
    match answer.status {
        401 | 403 => {
            let hint =
                "(see the token: it needs to see and renew domains, and to manage their technical configuration)";
            ProviderError::Unauthorized(format!("{message} {hint}"))
        }
        code => ProviderError::Rejected { code: code.into(), message },
    }
}

#[async_trait]
impl Provider for Gandi {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::Unconditional,
            batch: 20,
            min_ttl: *TTLS.start(),
            per_value_ttl: false,
            types: Cow::Borrowed(&WRITABLE),
            rate: Some(RATE),
        }
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        let zones = self.zones().await?;
        nearest(owner, self.zone.as_ref(), |name| zones.contains(&name).then_some(Zone { name, id: None }))
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
            answers.push(made.map(|()| Receipt { owner: change.owner.clone(), id: None }));
        }
        answers
    }
}

//! The provider: finds the zone, reads it, and changes single records by their ids.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use cloudflare::endpoints::dns::dns::{DeleteDnsRecord, ListDnsRecords, ListDnsRecordsParams};
use cloudflare::endpoints::zones::zone::{ListZones, ListZonesParams};
use cloudflare::framework::Environment;
use cloudflare::framework::auth::Credentials;
use cloudflare::framework::endpoint::RequestBody;
use cloudflare::framework::endpoint::spec::EndpointSpec;
use reqwest::Request;
use reqwest::header::HeaderValue;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use super::content::{AUTOMATIC, fields, value};
use super::endpoints::{Batch, Create, Edit, Fields, Id, Operations};
use super::model::{Envelope, Listed, Record};
use crate::dns::{Name, RrType};
use crate::http::{Answer, Client, Rate, Settings, secret_header};
use crate::{
    Change, CompareAndSwap, Limits, Owner, Patience, Provider, ProviderError, Receipt, Value, Zone, check_group,
    refused_together,
};

/// The public API.
const PUBLIC: &str = "https://api.cloudflare.com/client/v4/";
/// Requests that one user may send: 1,200 in five minutes
/// (<https://developers.cloudflare.com/fundamentals/api/reference/limits/>).
const RATE: Rate = Rate { requests: 1200, per: Duration::from_mins(5) };
/// Zones in one answer: the most that there are.
const ZONES: u32 = 50;
/// Records in one answer.
const RECORDS: u32 = 5000;
/// Changes of one batch that every plan takes
/// (<https://developers.cloudflare.com/dns/manage-dns-records/how-to/batch-record-changes/>).
const OPERATIONS: usize = 200;
/// Largest TTL, in seconds.
const MAX_TTL: u32 = 86400;
/// How often a list is read anew that changes while it is read.
const LISTINGS: usize = 4;
/// Codes that say that the credential is not good for this.
const NOT_ALLOWED: [u32; 6] = [9109, 9103, 9106, 10000, 10001, 6003];
/// "An identical record already exists", "record does not exist".
const MOVED: [u32; 3] = [81057, 81058, 81044];

/// The DNS of a Cloudflare account.
pub struct Cloudflare {
    client: Client,
    environment: Environment,
    /// The header that says who asks, as the crate makes it.
    authorization: (&'static str, HeaderValue),
    /// The one zone that may be written to, where the declaration names it.
    zone: Option<Name>,
    /// All zones there; asked for once, for a run is short.
    zones: OnceCell<Vec<Listed>>,
    per_page: u32,
}

impl std::fmt::Debug for Cloudflare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cloudflare").field("client", &self.client).field("zone", &self.zone).finish_non_exhaustive()
    }
}

impl Cloudflare {
    /// The account that an API token is for, at the public API or at this base URL. Every request has to be answered
    /// within `timeout`.
    pub fn new(url: Option<&str>, token: &str, timeout: Duration, zone: Option<Name>) -> Result<Self, ProviderError> {
        let client = Client::new(url.unwrap_or(PUBLIC), Settings::new(timeout, Some(RATE)))?;
        let environment = match url {
            None => Environment::Production,
            Some(_) => Environment::Custom(client.base().to_string()),
        };
        let mut headers = Credentials::UserAuthToken { token: token.to_owned() }.headers();
        let (name, text) =
            headers.pop().ok_or_else(|| ProviderError::Unauthorized("the token makes no header".to_owned()))?;
        let authorization = (name, secret_header(&text)?);
        Ok(Self { client, environment, authorization, zone, zones: OnceCell::new(), per_page: RECORDS })
    }

    /// The same, sending again more or less often.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { client: self.client.with_patience(patience), ..self }
    }

    /// The same with so many records in one answer: 5 to 5,000,000.
    #[must_use]
    pub fn with_page_size(self, per_page: u32) -> Self {
        Self { per_page, ..self }
    }

    fn request(&self, http: &reqwest::Client, endpoint: &impl EndpointSpec) -> Result<Request, ProviderError> {
        let (name, value) = &self.authorization;
        let mut request = http.request(endpoint.method(), endpoint.url(&self.environment)).header(*name, value.clone());
        if let Some(RequestBody::Json(body)) = endpoint.body() {
            request = request.header("Content-Type", "application/json").body(body);
        }
        request.build().map_err(|_| ProviderError::Unsupported("no request can be made of the URL".to_owned()))
    }

    async fn get(&self, endpoint: &(impl EndpointSpec + Sync)) -> Result<Envelope, ProviderError> {
        let answer = self.client.read(|http| self.request(http, endpoint)).await?;
        self.envelope(&answer)
    }

    async fn send(&self, endpoint: &(impl EndpointSpec + Sync)) -> Result<(), ProviderError> {
        let answer = self.client.write(|http| self.request(http, endpoint)).await?;
        // An answer that nobody can read says nothing of what was done.
        match self.envelope(&answer) {
            Err(ProviderError::Unavailable(_)) => Err(ProviderError::Indeterminate),
            other => other.map(|_| ()),
        }
    }

    /// An answer that says that it is a success.
    fn envelope(&self, answer: &Answer) -> Result<Envelope, ProviderError> {
        let envelope: Option<Envelope> = serde_json::from_slice(&answer.body).ok();
        match envelope {
            Some(envelope) if envelope.success && answer.is_success() => Ok(envelope),
            Some(envelope) => Err(refusal(answer, &envelope)),
            None if answer.is_success() => {
                let base = self.client.base();
                Err(ProviderError::Unavailable(format!("{base}: the answer is not what Cloudflare answers")))
            }
            None if matches!(answer.status, 401 | 403) => Err(ProviderError::Unauthorized(answer.text())),
            None => Err(ProviderError::Rejected { code: answer.status.into(), message: answer.text() }),
        }
    }

    /// A list to its end. `page` asks for one page of it.
    async fn list<T: DeserializeOwned, E: EndpointSpec + Sync>(
        &self,
        page: impl Fn(u32) -> E + Sync,
    ) -> Result<Vec<T>, ProviderError> {
        for _ in 0..LISTINGS {
            let mut all: Vec<T> = Vec::new();
            let mut total = None;
            let mut number = 1;
            let whole = loop {
                let envelope = self.get(&page(number)).await?;
                let items: Vec<T> = serde_json::from_value(envelope.result).map_err(|error| {
                    ProviderError::Unavailable(format!("{}: not a list: {error}", self.client.base()))
                })?;
                let came = items.len();
                all.extend(items);
                let Some(paging) = envelope.result_info else { break true };
                // Somebody wrote between two pages: what moved over the edge would be missed.
                if *total.get_or_insert(paging.total_count) != paging.total_count {
                    break false;
                }
                if number >= paging.total_pages || came == 0 {
                    break all.len() as u64 == paging.total_count;
                }
                number += 1;
            };
            if whole {
                return Ok(all);
            }
        }
        let base = self.client.base();
        Err(ProviderError::Unavailable(format!("{base}: the list changes faster than it can be read")))
    }

    async fn zones(&self) -> Result<&Vec<Listed>, ProviderError> {
        let page = |page| ListZones {
            params: ListZonesParams { page: Some(page), per_page: Some(ZONES), ..ListZonesParams::default() },
        };
        self.zones.get_or_try_init(|| self.list(page)).await
    }

    /// All records of a zone.
    async fn records(&self, zone: &Zone) -> Result<(String, Vec<Record>), ProviderError> {
        let id = self.id_of(zone).await?;
        let page = |page| ListDnsRecords {
            zone_identifier: &id,
            params: ListDnsRecordsParams {
                page: Some(page),
                per_page: Some(self.per_page),
                ..ListDnsRecordsParams::default()
            },
        };
        let records = self.list(page).await?;
        Ok((id.clone(), records))
    }

    async fn id_of(&self, zone: &Zone) -> Result<String, ProviderError> {
        if let Some(id) = &zone.id {
            return Ok(id.clone());
        }
        Ok(self.listed(&zone.name).await?.ok_or_else(|| ProviderError::NoZone(zone.name.clone()))?.id.clone())
    }

    /// The zone of exactly this name.
    async fn listed(&self, name: &Name) -> Result<Option<&Listed>, ProviderError> {
        let named: Vec<&Listed> =
            self.zones().await?.iter().filter(|zone| zone.name.parse().ok().as_ref() == Some(name)).collect();
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

    /// Makes changes to a zone.
    async fn change(&self, zone: &Zone, group: &[Change]) -> Result<(), Vec<ProviderError>> {
        let all = |error: ProviderError| vec![error; group.len()];
        check_group(zone, &self.limits(), group).map_err(all)?;
        self.takes_changes(zone).await.map_err(all)?;
        let (id, records) = self.records(zone).await.map_err(all)?;
        let mut checked = Vec::new();
        for change in group {
            checked.push(check(change, &zone.name, &records));
        }
        if let Some(refused) = refused_together(&checked) {
            return Err(refused.into_iter().filter_map(Result::err).collect());
        }
        let mut operations = Operations::default();
        for change in group {
            plan(change, &records, &mut operations).map_err(all)?;
        }
        if operations.len() > OPERATIONS {
            let message = format!("{} records in one group; {OPERATIONS} is the most", operations.len());
            return Err(all(ProviderError::Unsupported(message)));
        }
        self.carry_out(&id, &operations).await.map_err(all)
    }

    /// Sends what is to be done: one record by itself, several in one transaction.
    async fn carry_out(&self, zone: &str, operations: &Operations) -> Result<(), ProviderError> {
        match (&operations.deletes[..], &operations.patches[..], &operations.posts[..]) {
            ([], [], []) => Ok(()),
            ([Id { id }], [], []) => self.send(&DeleteDnsRecord { zone_identifier: zone, identifier: id }).await,
            ([], [fields], []) => {
                let id = fields.id.clone().unwrap_or_default();
                self.send(&Edit { zone, id: &id, fields: &Fields { id: None, ..fields.clone() } }).await
            }
            ([], [], [fields]) => self.send(&Create { zone, fields }).await,
            _ => self.send(&Batch { zone, operations }).await,
        }
    }
}

/// Why an answer is no success.
fn refusal(answer: &Answer, envelope: &Envelope) -> ProviderError {
    let Some(problem) = envelope.errors.first() else {
        return ProviderError::Rejected { code: answer.status.into(), message: answer.text() };
    };
    let words: Vec<String> =
        envelope.errors.iter().map(|problem| format!("{} ({})", problem.message, problem.code)).collect();
    let is = |codes: &[u32]| envelope.errors.iter().any(|problem| codes.contains(&problem.code));
    if is(&NOT_ALLOWED) || matches!(answer.status, 401 | 403) {
        ProviderError::Unauthorized(format!("{}: the token needs Zone.DNS edit for the zone", words.join("; ")))
    } else if is(&MOVED) {
        // Somebody was there between our reading and our writing.
        ProviderError::Stale(Vec::new())
    } else {
        let more = if words.len() > 1 { format!("; {}", words[1..].join("; ")) } else { String::new() };
        ProviderError::Rejected { code: problem.code, message: format!("{}{more}", problem.message) }
    }
}

/// What must hold at an owner.
fn check(change: &Change, apex: &Name, records: &[Record]) -> Result<(), ProviderError> {
    let now = owner_in(records, apex, &change.owner)?;
    change.check(&now)?;
    change.check_one_ttl(&now)?;
    for removed in &change.remove {
        let held = record_of(records, &change.owner, removed)?;
        if let Some(keeper) = held.keeper() {
            let (owner, rtype) = (&change.owner, &held.rtype);
            let message = format!("{owner} {rtype} {} is locked by {keeper}", removed.rdata);
            return Err(ProviderError::Unsupported(message));
        }
    }
    if let Some(long) = change.add.iter().find(|value| value.ttl > MAX_TTL) {
        let message = format!("a TTL of {} at {}: {MAX_TTL} is the most", long.ttl, change.owner);
        return Err(ProviderError::Unsupported(message));
    }
    Ok(())
}

/// The record that holds a value.
fn record_of<'a>(records: &'a [Record], owner: &Name, wanted: &Value) -> Result<&'a Record, ProviderError> {
    for record in records.iter().filter(|record| record.name.parse().ok().as_ref() == Some(owner)) {
        if value(record)?.is_some_and(|held| held.rdata == wanted.rdata) {
            return Ok(record);
        }
    }
    Err(ProviderError::Stale(vec![wanted.clone()]))
}

/// What stands at `name`.
fn owner_in(records: &[Record], apex: &Name, name: &Name) -> Result<Owner, ProviderError> {
    let mut owner = Owner { name: name.clone(), values: Vec::new(), delegated_at: None };
    for record in records {
        let Ok(at) = record.name.parse::<Name>() else { continue };
        if at == *name {
            let is_alias = record.rtype == "CNAME" && (record.proxied || record.settings.flatten_cname);
            if is_alias && name.labels().any(|label| label.eq_ignore_ascii_case(b"_domainkey")) {
                let how = if record.proxied { "proxied" } else { "flattened" };
                let message = format!(
                    "the CNAME at {name} is {how}: DNS answers addresses there, and no key is found; set it to \"DNS \
                     only\" at Cloudflare"
                );
                return Err(ProviderError::Unsupported(message));
            }
            owner.values.extend(value(record)?);
        }
        let cuts = record.rtype == "NS" && at != *apex && name.is_at_or_below(&at);
        // The highest cut is the one that counts: what is below it is not in this zone.
        if cuts && owner.delegated_at.as_ref().is_none_or(|cut| cut.is_at_or_below(&at)) {
            owner.delegated_at = Some(at);
        }
    }
    Ok(owner)
}

/// The operations of one change: a value that goes gives its record, with comment and tags, to one that comes.
fn plan(change: &Change, records: &[Record], operations: &mut Operations) -> Result<(), ProviderError> {
    let types: BTreeSet<RrType> = change.remove.iter().chain(&change.add).map(|value| value.rdata.rtype()).collect();
    for rtype in types {
        let of_type =
            |values: &[Value]| values.iter().filter(|value| value.rdata.rtype() == rtype).cloned().collect::<Vec<_>>();
        let (gone, mut come) = (of_type(&change.remove), of_type(&change.add));
        // One that only gets another TTL keeps its record; any other that goes leaves its record to one that comes.
        let (stays, goes): (Vec<Value>, Vec<Value>) =
            gone.into_iter().partition(|old| come.iter().any(|new| new.rdata == old.rdata));
        for old in stays.iter().chain(&goes) {
            let id = record_of(records, &change.owner, old)?.id.clone();
            let same = come.iter().position(|new| new.rdata == old.rdata);
            let heir = same.or_else(|| (!come.is_empty()).then_some(0)).map(|at| come.remove(at));
            match heir {
                Some(new) => {
                    let fields = fields(&change.owner, &new, written_ttl(change, records, &new))?;
                    operations.patches.push(Fields { id: Some(id), ..fields });
                }
                None => operations.deletes.push(Id { id }),
            }
        }
        for new in &come {
            operations.posts.push(fields(&change.owner, new, written_ttl(change, records, new))?);
        }
    }
    Ok(())
}

/// The TTL as it is written: "automatic" where all of the set are, and stay so.
fn written_ttl(change: &Change, records: &[Record], new: &Value) -> u32 {
    let mut set = records.iter().filter(|record| {
        record.name.parse().ok().as_ref() == Some(&change.owner) && record.rtype == new.rdata.rtype().to_string()
    });
    let only_ttl_changes = change.remove.iter().any(|old| old.rdata == new.rdata);
    let automatic = set.clone().next().is_some() && set.all(|record| record.ttl == AUTOMATIC);
    if automatic && !only_ttl_changes && new.ttl == 300 { AUTOMATIC } else { new.ttl }
}

#[async_trait]
impl Provider for Cloudflare {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::PerValue,
            batch: 50,
            min_ttl: 60,
            per_value_ttl: false,
            types: &[RrType::A, RrType::AAAA, RrType::CNAME, RrType::MX, RrType::PTR, RrType::TXT],
        }
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        for name in owner.ancestors() {
            if self.zone.as_ref().is_some_and(|zone| *zone != name) {
                continue;
            }
            if let Some(listed) = self.listed(&name).await? {
                return Ok(Zone { name, id: Some(listed.id.clone()) });
            }
        }
        Err(ProviderError::NoZone(owner.clone()))
    }

    async fn takes_changes(&self, zone: &Zone) -> Result<(), ProviderError> {
        let listed = self.listed(&zone.name).await?.ok_or_else(|| ProviderError::NoZone(zone.name.clone()))?;
        let name = &zone.name;
        if listed.kind == "secondary" {
            let message = format!(
                "{name} is a secondary zone at Cloudflare: the next transfer would undo what is written; write to its \
                 primary"
            );
            return Err(ProviderError::Unsupported(message));
        }
        if !matches!(listed.status.as_str(), "active" | "pending" | "initializing" | "") {
            let message = format!("{name} is {} at Cloudflare: nobody is served what is written there", listed.status);
            return Err(ProviderError::Unsupported(message));
        }
        Ok(())
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let (_, records) = self.records(zone).await?;
        owners.iter().map(|name| owner_in(&records, &zone.name, name)).collect()
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

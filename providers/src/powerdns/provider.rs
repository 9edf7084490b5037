//! The provider: finds the zone, reads it, and replaces sets in it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::HeaderValue;
use reqwest::{Method, Request};
use serde::Deserialize;

use super::model::{Listed, Metadata, Patch, PatchedSet, Record, RrSet, ZoneDocument};
use super::sets::Sets;
use crate::dns::{Name, Rdata, RrType};
use crate::http::{Answer, Client, Hidden, Once, Settings, secret_header};
use crate::zones::nearest;
use crate::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Patience, Provider, ProviderError, Receipt, Value, Zone,
    check_group, refused_together,
};

/// Requests that are under way. Each is a connection of its own, and the server lets no more than ten wait at its door:
/// the next is dropped, and comes again a second later, or three.
const AT_ONCE: usize = 8;

/// The API of a PowerDNS server.
#[derive(Debug)]
pub struct PowerDns {
    client: Client,
    api_key: HeaderValue,
    server_id: String,
    /// The one zone that may be written to, where the declaration names it.
    zone: Option<Name>,
    /// All zones there, with their ids; asked for once, for a run is short.
    zones: Once<BTreeMap<Name, String>>,
}

impl PowerDns {
    /// The server `server_id` at the API with this base URL (`http://127.0.0.1:8081`), and the key of the API.
    /// Every request has to be answered within `timeout`.
    pub fn new(
        url: &str,
        server_id: &str,
        api_key: &str,
        timeout: Duration,
        zone: Option<Name>,
    ) -> Result<Self, ProviderError> {
        let settings = Settings { at_once: AT_ONCE, ..Settings::new(timeout, None) };
        let client = Client::new(url, settings, Hidden::new([api_key]))?;
        let (api_key, server_id) = (secret_header(api_key)?, server_id.to_owned());
        Ok(Self { client, api_key, server_id, zone, zones: Once::new() })
    }

    /// The same, sending again more or less often.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { client: self.client.with_patience(patience), ..self }
    }

    fn request(
        &self,
        http: &reqwest::Client,
        method: &Method,
        path: &[&str],
        body: Option<&Patch>,
    ) -> Result<Request, ProviderError> {
        let mut url = self.client.base().clone();
        {
            let mut segments = url.path_segments_mut().map_err(|()| self.unusable())?;
            segments.pop_if_empty().extend(["api", "v1", "servers", &self.server_id]).extend(path);
        }
        let mut request = http.request(method.clone(), url).header("X-API-Key", self.api_key.clone());
        if let Some(body) = body {
            let body = serde_json::to_vec(body).map_err(|error| ProviderError::Unsupported(error.to_string()))?;
            request = request.header("Content-Type", "application/json").body(body);
        }
        request.build().map_err(|_| self.unusable())
    }

    fn unusable(&self) -> ProviderError {
        ProviderError::Unsupported(format!("no request can be made of the URL {}", self.client.base()))
    }

    async fn get(&self, path: &[&str], query: Option<(&str, &str)>) -> Result<Answer, ProviderError> {
        self.client
            .read(|http| {
                let mut request = self.request(http, &Method::GET, path, None)?;
                if let Some((key, value)) = query {
                    request.url_mut().query_pairs_mut().append_pair(key, value);
                }
                Ok(request)
            })
            .await
    }

    async fn zones(&self) -> Result<&BTreeMap<Name, String>, ProviderError> {
        self.zones
            .get(async {
                // Whether they are signed is asked of the one that is written to: for all of them it takes long.
                let answer = self.get(&["zones"], Some(("dnssec", "false"))).await?;
                let listed: Vec<Listed> = self.document(&answer)?;
                Ok(listed.into_iter().filter_map(|zone| Some((zone.name.parse().ok()?, zone.id))).collect())
            })
            .await
    }

    /// A zone with all that it holds.
    async fn document_of(&self, zone: &Zone) -> Result<ZoneDocument, ProviderError> {
        let id = self.id_of(zone).await?;
        let answer = self.get(&["zones", &id], None).await?;
        if answer.status == 404 {
            return Err(ProviderError::NoZone(zone.name.clone()));
        }
        self.document(&answer)
    }

    async fn id_of(&self, zone: &Zone) -> Result<String, ProviderError> {
        if let Some(id) = &zone.id {
            return Ok(id.clone());
        }
        let id = self.zones().await?.get(&zone.name).cloned();
        id.ok_or_else(|| ProviderError::NoZone(zone.name.clone()))
    }

    fn document<T: for<'de> Deserialize<'de>>(&self, answer: &Answer) -> Result<T, ProviderError> {
        if !answer.is_success() {
            return Err(refusal(answer));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            let (base, why) = (self.client.base(), answer.without_secret(&error.to_string()));
            ProviderError::Unavailable(format!("{base}: the answer is not what PowerDNS answers: {why}"))
        })
    }

    /// Whether changes would be served as they are made, and reach the other servers.
    async fn check_zone(&self, zone: &Zone, held: &ZoneDocument) -> Result<(), ProviderError> {
        let name = &zone.name;
        let kind = held.kind.to_ascii_lowercase();
        if matches!(kind.as_str(), "slave" | "secondary" | "consumer") {
            let message = format!(
                "{name} is a secondary zone there: the next transfer would undo what is written; write to its primary"
            );
            return Err(ProviderError::Unsupported(message));
        }
        if matches!(kind.as_str(), "master" | "primary" | "producer") && held.soa_edit_api.is_empty() {
            let message = format!(
                "{name} has no SOA-EDIT-API: its serial would stay, and the secondaries would never fetch the change; \
                 `pdnsutil set-meta {name} SOA-EDIT-API DEFAULT` mends that"
            );
            return Err(ProviderError::Unsupported(message));
        }
        if held.dnssec {
            let id = self.id_of(zone).await?;
            let answer = self.get(&["zones", &id, "metadata", "PRESIGNED"], None).await?;
            let presigned: Metadata = self.document(&answer)?;
            if presigned.metadata.iter().any(|value| value == "1") {
                let message = format!(
                    "{name} is signed elsewhere (PRESIGNED): a change would stand there without a signature; change it \
                     where it is signed"
                );
                return Err(ProviderError::Unsupported(message));
            }
        }
        Ok(())
    }

    /// Makes changes to a zone, all of them or none.
    async fn change(&self, zone: &Zone, group: &[Change]) -> Result<(), Vec<ProviderError>> {
        let all = |error: ProviderError| vec![error; group.len()];
        check_group(zone, &self.limits(), group).map_err(all)?;
        let held = self.document_of(zone).await.map_err(all)?;
        self.check_zone(zone, &held).await.map_err(all)?;
        let sets = Sets::of(&zone.name, &held.rrsets);
        let now: Result<Vec<Owner>, ProviderError> = group.iter().map(|change| sets.owner(&change.owner)).collect();
        let now = now.map_err(all)?;
        let checked: Vec<_> = group.iter().zip(&now).map(|(change, now)| check(change, now)).collect();
        if let Some(refused) = refused_together(&checked) {
            return Err(refused.into_iter().filter_map(Result::err).collect());
        }
        let mut rrsets: Vec<PatchedSet> = group.iter().flat_map(|change| patched(change, &held)).collect();
        if rrsets.is_empty() {
            return Ok(());
        }
        // A set that goes makes room for an alias, or for what an alias stood in the way of.
        rrsets.sort_by_key(|set| !set.records.is_empty());
        let id = self.id_of(zone).await.map_err(all)?;
        let patch = Patch { rrsets };
        let request = |http: &reqwest::Client| self.request(http, &Method::PATCH, &["zones", &id], Some(&patch));
        let answer = self.client.write(request).await.map_err(all)?;
        if !answer.is_success() {
            return Err(all(refusal(&answer)));
        }
        if held.dnssec && !held.api_rectify {
            self.rectify(&id).await.map_err(all)?;
        }
        Ok(())
    }

    /// Puts the order of names of a signed zone right, where the server does not by itself.
    async fn rectify(&self, id: &str) -> Result<(), ProviderError> {
        let unfinished = |why: String| {
            ProviderError::Unfinished(format!(
                "the zone is signed and not rectified: {why}; `pdnsutil rectify-zone {id}`"
            ))
        };
        let request = |http: &reqwest::Client| self.request(http, &Method::PUT, &["zones", id, "rectify"], None);
        let answer = self.client.write(request).await.map_err(|error| unfinished(error.to_string()))?;
        if answer.is_success() { Ok(()) } else { Err(unfinished(refusal(&answer).to_string())) }
    }
}

/// What must hold at an owner, beyond what must hold at any provider's.
fn check(change: &Change, now: &Owner) -> Result<(), ProviderError> {
    change.check(now)?;
    change.check_one_ttl(now)
}

/// An answer that is no success.
fn refusal(answer: &Answer) -> ProviderError {
    #[derive(Deserialize)]
    struct Words {
        error: String,
    }
    let words = serde_json::from_slice::<Words>(&answer.body);
    let message = words.map_or_else(|_| answer.text(), |words| answer.without_secret(&words.error));
    match answer.status {
        401 | 403 => ProviderError::Unauthorized(format!("{message}: see the API key, and `webserver-allow-from`")),
        code => ProviderError::Rejected { code: code.into(), message },
    }
}

/// The sets of a change as they will be: what stands there as the server wrote it, without what goes, with what comes.
fn patched(change: &Change, held: &ZoneDocument) -> Vec<PatchedSet> {
    let mut types: Vec<RrType> = change.remove.iter().chain(&change.add).map(|value| value.rdata.rtype()).collect();
    types.sort();
    types.dedup();
    types.into_iter().map(|rtype| set_after(change, rtype, held)).collect()
}

fn set_after(change: &Change, rtype: RrType, held: &ZoneDocument) -> PatchedSet {
    let is_it = |set: &&RrSet| set.owner().as_ref() == Some(&change.owner) && set.rtype().is_ok_and(|of| of == rtype);
    let set = held.rrsets.iter().find(is_it);
    let goes = |rdata: &Rdata| change.remove.iter().any(|value| value.rdata == *rdata);
    let mut records: Vec<Record> = Vec::new();
    for record in set.iter().flat_map(|set| &set.records) {
        let removed = !record.disabled && Rdata::parse(rtype, &record.content).is_ok_and(|rdata| goes(&rdata));
        if !removed {
            records.push(record.clone());
        }
    }
    let added: Vec<&Value> = change.add.iter().filter(|value| value.rdata.rtype() == rtype).collect();
    records.extend(added.iter().map(|value| Record { content: value.rdata.to_string(), disabled: false }));
    // All of a set have one TTL: that of what comes, which is that of what stays (`check_one_ttl`).
    let ttl = added.first().map(|value| value.ttl).or(set.map(|set| set.ttl)).unwrap_or_default();
    PatchedSet {
        name: change.owner.absolute(),
        rtype: rtype.to_string(),
        ttl,
        changetype: if records.is_empty() { "DELETE" } else { "REPLACE" },
        records,
    }
}

#[async_trait]
impl Provider for PowerDns {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::ReadThenWrite,
            batch: 500,
            min_ttl: 0,
            per_value_ttl: false,
            types: Cow::Borrowed(&[
                RrType::A,
                RrType::AAAA,
                RrType::CNAME,
                RrType::MX,
                RrType::PTR,
                RrType::SPF,
                RrType::TXT,
            ]),
            rate: None,
        }
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        let zones = self.zones().await?;
        let zone = |name| zones.get(&name).map(|id| Zone { id: Some(id.clone()), name });
        nearest(owner, self.zone.as_ref(), zone)
    }

    async fn takes_changes(&self, zone: &Zone) -> Result<(), ProviderError> {
        let held = self.document_of(zone).await?;
        self.check_zone(zone, &held).await
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let held = self.document_of(zone).await?;
        let sets = Sets::of(&zone.name, &held.rrsets);
        owners.iter().map(|name| sets.owner(name)).collect()
    }

    async fn holdings(&self, zone: &Zone) -> Result<Option<Holdings>, ProviderError> {
        let held = self.document_of(zone).await?;
        let sets = Sets::of(&zone.name, &held.rrsets);
        Ok(Some(Box::new(move |name| sets.owner(name))))
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

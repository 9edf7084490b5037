//! The provider: finds the zone, reads it, and swaps sets in it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use quick_xml::escape::escape;
use reqwest::{Method, Request, Url};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};

use super::model::{ChangeDocument, ErrorDocument, HostedZone, RrSet, SetsPage, ZonesPage};
use super::sign::Credentials;
use super::text;
use crate::dns::{Name, Rdata, RrType};
use crate::http::{Answer, Client, Once, Settings};
use crate::zones::{ByName, meant};
use crate::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Patience, Provider, ProviderError, Rate, Receipt, Value, Zone,
    check_group, refused_together, was_made_all_the_same,
};

/// The public API.
const PUBLIC: &str = "https://route53.amazonaws.com/";
/// Where its requests are signed for.
const REGION: &str = "us-east-1";
/// Requests of one account: five a second
/// (<https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html>).
const RATE: Rate = Rate { requests: 5, per: Duration::from_secs(1) };
/// Characters that the values of one batch may have.
const CHARACTERS: usize = 32_000;
/// How often a set is read anew that somebody else changes.
const ATTEMPTS: usize = 4;
/// How long a change may take until all of Amazon's servers have it.
const SETTLED: Duration = Duration::from_mins(2);

/// The DNS of an AWS account.
#[derive(Debug)]
pub struct Route53 {
    client: Client,
    credentials: Credentials,
    region: String,
    /// The one zone, by its id, where the declaration names it.
    zone_id: Option<String>,
    /// The one zone that may be written to, by its name.
    zone: Option<Name>,
    /// All zones there; asked for once, for a run is short.
    zones: Once<Vec<HostedZone>>,
    pause: Duration,
}

impl Route53 {
    /// The account that an access key is for, at the public API or at this base URL.
    pub fn new(
        url: Option<&str>,
        region: Option<&str>,
        zone_id: Option<&str>,
        credentials: Credentials,
        timeout: Duration,
        zone: Option<Name>,
    ) -> Result<Self, ProviderError> {
        // The limit is that of the public API.
        let rate = url.is_none().then_some(RATE);
        let settings = Settings { is_throttled, ..Settings::new(timeout, rate) };
        let client = Client::new(url.unwrap_or(PUBLIC), settings, credentials.hidden())?;
        let zone_id = zone_id.map(|id| id.trim_start_matches("/hostedzone/").to_owned());
        let region = region.unwrap_or(REGION).to_owned();
        let pause = Patience::default().pause;
        Ok(Self { client, credentials, region, zone_id, zone, zones: Once::new(), pause })
    }

    /// The same, sending again more or less often.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { client: self.client.with_patience(patience), pause: patience.pause, ..self }
    }

    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, ProviderError> {
        let mut url = self.client.base().clone();
        {
            let unusable = |()| ProviderError::Unsupported("no request can be made of the URL".to_owned());
            let mut segments = url.path_segments_mut().map_err(unusable)?;
            segments.pop_if_empty().push("2013-04-01").extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    fn request(&self, method: &Method, url: &Url, body: &str) -> Result<Request, ProviderError> {
        self.credentials.sign(method, url, body.as_bytes().to_vec(), &self.region)
    }

    async fn get<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Result<T, ProviderError> {
        let url = self.url(path, query)?;
        let answer = self.client.read(|_| self.request(&Method::GET, &url, "")).await?;
        if !answer.is_success() {
            return Err(refusal(&answer));
        }
        self.document(&answer)
    }

    fn document<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, ProviderError> {
        let text = String::from_utf8_lossy(&answer.body);
        quick_xml::de::from_str(&text).map_err(|error| {
            let (base, why) = (self.client.base(), answer.without_secret(&error.to_string()));
            ProviderError::Unavailable(format!("{base}: the answer is not what Route 53 answers: {why}"))
        })
    }

    async fn zones(&self) -> Result<&Vec<HostedZone>, ProviderError> {
        self.zones
            .get(async {
                let (mut all, mut marker) = (Vec::new(), None::<String>);
                loop {
                    let mut query = vec![("maxitems", "100")];
                    query.extend(marker.as_deref().map(|marker| ("marker", marker)));
                    let page: ZonesPage = self.get(&["hostedzone"], &query).await?;
                    all.extend(page.hosted_zones.all);
                    marker = page.next_marker.filter(|next| page.is_truncated && marker.as_ref() != Some(next));
                    if marker.is_none() {
                        return Ok(all);
                    }
                }
            })
            .await
    }

    /// All record sets of a zone.
    async fn sets(&self, zone: &Zone) -> Result<(String, Vec<RrSet>), ProviderError> {
        let id = self.id_of(zone).await?;
        let mut all = Vec::new();
        let mut next: Vec<(&str, String)> = Vec::new();
        loop {
            let mut query = vec![("maxitems", "300")];
            query.extend(next.iter().map(|(key, value)| (*key, value.as_str())));
            let page: SetsPage =
                self.get(&["hostedzone", &id, "rrset"], &query).await.map_err(|error| match error {
                    ProviderError::NoZone(_) => ProviderError::NoZone(zone.name.clone()),
                    error => error,
                })?;
            all.extend(page.resource_record_sets.all);
            let Some(name) = page.next_record_name.filter(|_| page.is_truncated) else { return Ok((id, all)) };
            let following: Vec<(&str, String)> = [
                Some(("name", name)),
                page.next_record_type.map(|rtype| ("type", rtype)),
                page.next_record_identifier.map(|identifier| ("identifier", identifier)),
            ]
            .into_iter()
            .flatten()
            .collect();
            if following == next {
                let base = self.client.base();
                return Err(ProviderError::Unavailable(format!("{base}: a list that leads back to itself")));
            }
            next = following;
        }
    }

    /// Makes changes to a zone, all of them or none; the id of the change.
    async fn change(&self, zone: &Zone, group: &[Change]) -> Result<String, Vec<ProviderError>> {
        let all = |error: ProviderError| vec![error; group.len()];
        check_group(zone, &self.limits(), group).map_err(all)?;
        for attempt in 0..ATTEMPTS {
            let (id, sets) = match self.sets(zone).await {
                // That it was refused says nothing of a first copy of it.
                Err(_) if attempt > 0 => return Err(all(ProviderError::Indeterminate)),
                sets => sets.map_err(all)?,
            };
            if attempt > 0 {
                let now: Result<Vec<Owner>, _> =
                    group.iter().map(|change| owner_in(&sets, &zone.name, &change.owner)).collect();
                if was_made_all_the_same(group.iter().zip(&now.map_err(all)?)) {
                    return Err(all(ProviderError::Indeterminate));
                }
            }
            let checked: Vec<_> = group.iter().map(|change| check(change, &zone.name, &sets)).collect();
            if let Some(refused) = refused_together(&checked) {
                return Err(refused.into_iter().filter_map(Result::err).collect());
            }
            let body = batch(group, &sets).map_err(all)?;
            let url = self.url(&["hostedzone", &id, "rrset"], &[]).map_err(all)?;
            let answer = self.client.write(|_| self.request(&Method::POST, &url, &body)).await.map_err(all)?;
            if answer.is_success() {
                let done: Result<ChangeDocument, _> = self.document(&answer);
                return done.map(|done| done.info.id).map_err(|_| all(ProviderError::Indeterminate));
            }
            // Somebody changed one of the sets since it was read. If that is ours, the next look finds the change stale.
            if !is_moved(&answer) {
                return Err(all(refusal(&answer)));
            }
        }
        Err(all(ProviderError::Stale(Vec::new())))
    }
}

/// The errors of an answer: a code, and what is said.
fn problems(answer: &Answer) -> (String, String) {
    let text = String::from_utf8_lossy(&answer.body);
    let document: ErrorDocument = quick_xml::de::from_str(&text).unwrap_or_default();
    match (document.error, document.messages) {
        (Some(problem), _) => (problem.code, problem.message),
        (None, Some(messages)) => ("InvalidChangeBatch".to_owned(), messages.all.join("; ")),
        (None, None) => (String::new(), answer.text()),
    }
}

/// Whether the service took no notice of a request.
fn is_throttled(answer: &Answer) -> bool {
    matches!(answer.status, 400 | 429 | 503)
        && (answer.status == 429
            || matches!(
                problems(answer).0.as_str(),
                "Throttling" | "ThrottlingException" | "PriorRequestNotComplete" | "SlowDown" | "ServiceUnavailable"
            ))
}

/// Whether a batch was refused because a set is not as it was read.
fn is_moved(answer: &Answer) -> bool {
    let (code, message) = problems(answer);
    code == "InvalidChangeBatch"
        && ["not found", "do not match", "already exists"].iter().any(|words| message.contains(words))
}

fn refusal(answer: &Answer) -> ProviderError {
    let (code, message) = problems(answer);
    let told = if code.is_empty() { message } else { format!("{code}: {message}") };
    let told = answer.without_secret(&told);
    match (code.as_str(), answer.status) {
        ("NoSuchHostedZone", _) => ProviderError::NoZone(Name::root()),
        (_, 401 | 403) => ProviderError::Unauthorized(told),
        (_, status) => ProviderError::Rejected { code: status.into(), message: told },
    }
}

/// What must hold at an owner.
fn check(change: &Change, apex: &Name, sets: &[RrSet]) -> Result<(), ProviderError> {
    let now = owner_in(sets, apex, &change.owner)?;
    change.check(&now)?;
    change.check_one_ttl(&now)
}

/// What stands at `name`.
fn owner_in(sets: &[RrSet], apex: &Name, name: &Name) -> Result<Owner, ProviderError> {
    let mut owner = Owner { name: name.clone(), values: Vec::new(), delegated_at: None };
    for set in sets {
        let Some(at) = text::name(&set.name) else { continue };
        if at == *name {
            owner.values.extend(values(set, name)?);
        }
        let cuts = set.rtype == "NS" && at != *apex && name.is_at_or_below(&at);
        // The highest cut is the one that counts: what is below it is not in this zone.
        if cuts && owner.delegated_at.as_ref().is_none_or(|cut| cut.is_at_or_below(&at)) {
            owner.delegated_at = Some(at);
        }
    }
    Ok(owner)
}

/// What a set says in DNS.
fn values(set: &RrSet, owner: &Name) -> Result<Vec<Value>, ProviderError> {
    let rtype: RrType = set
        .rtype
        .parse()
        .map_err(|_| ProviderError::Unsupported(format!("{owner} holds records of a type {}", set.rtype)))?;
    let matters = matches!(rtype, RrType::TXT | RrType::CNAME | RrType::MX | RrType::SPF);
    if let Some(identifier) = set.identifier.as_ref().filter(|_| matters) {
        let message = format!(
            "{owner} {rtype} is one of several that are answered by weight, place or health ({identifier}): there is no \
             one set to judge or to change"
        );
        return Err(ProviderError::Unsupported(message));
    }
    if set.alias.is_some() {
        if matters {
            let message =
                format!("{owner} {rtype} is an alias inside Route 53: what it answers cannot be told from here");
            return Err(ProviderError::Unsupported(message));
        }
        return Ok(Vec::new());
    }
    let ttl = set.ttl.unwrap_or_default();
    let value = |text: &str| {
        let rdata = match rtype {
            RrType::TXT | RrType::SPF => text::txt(text).map(|txt| as_type(rtype, txt)),
            _ => Rdata::parse(rtype, text).ok(),
        };
        rdata.map(|rdata| Value::new(rdata, ttl)).ok_or_else(|| {
            ProviderError::Unavailable(format!("Route 53 gave {owner} {rtype} `{text}`, which cannot be read"))
        })
    };
    let records = &set.records.all;
    if matters || matches!(rtype, RrType::NS | RrType::A | RrType::AAAA) {
        return records.iter().map(|record| value(&record.value)).collect();
    }
    // What cannot be read of others is no record for mail.
    Ok(records.iter().filter_map(|record| value(&record.value).ok()).collect())
}

/// A text as data of its type.
fn as_type(rtype: RrType, txt: crate::dns::Txt) -> Rdata {
    if rtype == RrType::TXT {
        Rdata::Txt(txt)
    } else {
        Rdata::parse(rtype, &txt.to_string()).unwrap_or(Rdata::Txt(txt))
    }
}

/// A value as it is sent.
fn written(rdata: &Rdata) -> String {
    rdata.as_txt().map_or_else(|| rdata.to_string(), text::written_txt)
}

/// The batch: each set as it was read goes, and comes as it shall be.
fn batch(group: &[Change], sets: &[RrSet]) -> Result<String, ProviderError> {
    let (mut deletes, mut creates) = (String::new(), String::new());
    let mut characters = 0;
    for change in group {
        let types: BTreeSet<RrType> =
            change.remove.iter().chain(&change.add).map(|value| value.rdata.rtype()).collect();
        for rtype in types {
            let held = sets
                .iter()
                .find(|set| text::name(&set.name).as_ref() == Some(&change.owner) && set.rtype.parse() == Ok(rtype));
            let goes = |rdata: &Rdata| change.remove.iter().any(|value| value.rdata == *rdata);
            let mut after: Vec<String> = Vec::new();
            if let Some(set) = held {
                let before: Vec<String> = set.records.all.iter().map(|record| record.value.clone()).collect();
                deletes.push_str(&change_of("DELETE", &change.owner, rtype, set.ttl.unwrap_or_default(), &before));
                characters += before.iter().map(String::len).sum::<usize>();
                for (value, text) in values(set, &change.owner)?.iter().zip(&before) {
                    if !goes(&value.rdata) {
                        after.push(text.clone());
                    }
                }
            }
            let added: Vec<&Value> = change.add.iter().filter(|value| value.rdata.rtype() == rtype).collect();
            after.extend(added.iter().map(|value| written(&value.rdata)));
            if !after.is_empty() {
                let ttl = added.first().map(|value| value.ttl).or(held.and_then(|set| set.ttl)).unwrap_or_default();
                creates.push_str(&change_of("CREATE", &change.owner, rtype, ttl, &after));
                characters += after.iter().map(String::len).sum::<usize>();
            }
        }
    }
    if characters > CHARACTERS {
        let message = format!("{characters} characters in one group; {CHARACTERS} is the most");
        return Err(ProviderError::Unsupported(message));
    }
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ChangeResourceRecordSetsRequest \
         xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch><Comment>mailvouch</Comment><Changes>\
         {deletes}{creates}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
    ))
}

fn change_of(action: &str, owner: &Name, rtype: RrType, ttl: u32, values: &[String]) -> String {
    let owner = text::written_name(owner);
    let mut records = String::new();
    for value in values {
        records.push_str(&format!("<ResourceRecord><Value>{}</Value></ResourceRecord>", escape(value)));
    }
    format!(
        "<Change><Action>{action}</Action><ResourceRecordSet><Name>{}</Name><Type>{rtype}</Type><TTL>{ttl}</TTL>\
         <ResourceRecords>{records}</ResourceRecords></ResourceRecordSet></Change>",
        escape(&owner)
    )
}

impl ByName for Route53 {
    fn only(&self) -> Option<&Name> {
        self.zone.as_ref()
    }

    async fn zone_named(&self, name: &Name) -> Result<Option<Zone>, ProviderError> {
        let is_it = |zone: &&HostedZone| !zone.config.private_zone && text::name(&zone.name).as_ref() == Some(name);
        let ids: Vec<&str> =
            self.zones().await?.iter().filter(is_it).map(|zone| zone.id.trim_start_matches("/hostedzone/")).collect();
        meant(name, &ids, self.zone_id.as_deref(), "hosted-zone-id")
    }
}

#[async_trait]
impl Provider for Route53 {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::Atomic,
            batch: 100,
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
            rate: Some(RATE),
        }
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        self.nearest(owner).await
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let (_, sets) = self.sets(zone).await?;
        owners.iter().map(|name| owner_in(&sets, &zone.name, name)).collect()
    }

    async fn holdings(&self, zone: &Zone) -> Result<Option<Holdings>, ProviderError> {
        let ((_, sets), apex) = (self.sets(zone).await?, zone.name.clone());
        Ok(Some(Box::new(move |name| owner_in(&sets, &apex, name))))
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
        let Some(id) = &receipt.id else { return Ok(()) };
        let id = id.trim_start_matches("/change/");
        let until = Instant::now() + SETTLED;
        let mut pause = self.pause;
        loop {
            let change: ChangeDocument = self.get(&["change", id], &[]).await?;
            if change.info.status == "INSYNC" {
                return Ok(());
            }
            if Instant::now() + pause > until {
                let message = format!("not all of Amazon's servers have the change {id} yet");
                return Err(ProviderError::Unavailable(message));
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }
}

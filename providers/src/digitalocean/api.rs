//! Requests to the API, and what its refusals mean.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;

use super::held::Operation;
use super::model::{Done, Item, Page, Problem};
use crate::http::{Answer, Client, Hidden, Settings, secret_header};
use crate::{Patience, ProviderError, Rate};

/// The public API.
const PUBLIC: &str = "https://api.digitalocean.com/";
/// The published rate (<https://docs.digitalocean.com/reference/api/>); 5,000 an hour are the most besides.
pub(super) const RATE: Rate = Rate { requests: 250, per: Duration::from_mins(1) };
/// Items in one answer: the most that there are.
const PER_PAGE: usize = 200;
/// How often a list is read that changes while it is read.
const LISTINGS: u32 = 4;

/// The API, with a token.
#[derive(Debug)]
pub(super) struct Api {
    client: Client,
    authorization: HeaderValue,
    per_page: usize,
}

impl Api {
    pub(super) fn new(url: Option<&str>, token: &str, timeout: Duration) -> Result<Self, ProviderError> {
        // The limit is that of the public API.
        let rate = url.is_none().then_some(RATE);
        let client = Client::new(url.unwrap_or(PUBLIC), Settings::new(timeout, rate), Hidden::new([token]))?;
        Ok(Self { client, authorization: secret_header(&format!("Bearer {token}"))?, per_page: PER_PAGE })
    }

    #[must_use]
    pub(super) fn with_patience(self, patience: Patience) -> Self {
        Self { client: self.client.with_patience(patience), ..self }
    }

    #[must_use]
    pub(super) fn with_page_size(self, per_page: usize) -> Self {
        Self { per_page, ..self }
    }

    fn url(&self, path: &[&str]) -> Result<Url, ProviderError> {
        let mut url = self.client.base().clone();
        url.path_segments_mut().map_err(|()| unusable())?.pop_if_empty().extend(["v2", "domains"]).extend(path);
        Ok(url)
    }

    /// A list to its end, as it stands at one time.
    pub(super) async fn list<T: DeserializeOwned + Item>(&self, path: &[&str]) -> Result<Vec<T>, ProviderError> {
        for _ in 0..LISTINGS {
            if let Some(all) = self.listing(path).await? {
                return Ok(all);
            }
        }
        Err(self.unreadable("the list changes faster than it can be read"))
    }

    /// A list to its end; none where it changed between two pages: what moves over their edge would be missed.
    async fn listing<T: DeserializeOwned + Item>(&self, path: &[&str]) -> Result<Option<Vec<T>>, ProviderError> {
        let (mut all, mut keys, mut total) = (Vec::new(), HashSet::new(), None);
        for number in 1_u32.. {
            let mut url = self.url(path)?;
            let size = self.per_page.to_string();
            url.query_pairs_mut().append_pair("per_page", &size).append_pair("page", &number.to_string());
            let page: Page<T> = self.get(&url).await?;
            let is_empty = page.items.is_empty();
            for item in page.items {
                if !keys.insert(item.key()) {
                    return Ok(None);
                }
                all.push(item);
            }
            if *total.get_or_insert(page.meta.total) != page.meta.total {
                return Ok(None);
            }
            if page.links.pages.next.is_none() || is_empty {
                break;
            }
        }
        Ok(total.is_some_and(|total| usize::try_from(total) == Ok(all.len())).then_some(all))
    }

    async fn get<T: DeserializeOwned>(&self, url: &Url) -> Result<T, ProviderError> {
        let request = |http: &reqwest::Client| {
            let request = http.get(url.clone()).header("Authorization", self.authorization.clone());
            request.build().map_err(|_| unusable())
        };
        let answer = self.client.read(request).await?;
        if !answer.is_success() {
            return Err(refusal(&answer));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            let why = answer.without_secret(&error.to_string());
            self.unreadable(&format!("the answer is not what DigitalOcean answers: {why}"))
        })
    }

    /// Has one thing done in a zone. That it was is said by a status and a record, or it is not known.
    pub(super) async fn carry_out(&self, domain: &str, operation: &Operation) -> Result<(), ProviderError> {
        let (method, id, record) = match operation {
            Operation::Delete(id) => (Method::DELETE, Some(id.to_string()), None),
            Operation::Replace(id, record) => (Method::PATCH, Some(id.to_string()), Some(record)),
            Operation::Create(record) => (Method::POST, None, Some(record)),
        };
        let path: Vec<&str> = [domain, "records"].into_iter().chain(id.as_deref()).collect();
        let (url, body) = (self.url(&path)?, record.map(serde_json::to_vec).transpose());
        let body = body.map_err(|error| ProviderError::Unsupported(error.to_string()))?;
        let request = |http: &reqwest::Client| {
            let request = http.request(method.clone(), url.clone());
            let request = request.header("Authorization", self.authorization.clone());
            let request = match &body {
                Some(body) => request.header("Content-Type", "application/json").body(body.clone()),
                None => request,
            };
            request.build().map_err(|_| unusable())
        };
        let answer = self.client.write(request).await?;
        match answer.status {
            204 if record.is_none() => Ok(()),
            200 | 201 if record.is_some() => match serde_json::from_slice::<Done>(&answer.body) {
                Ok(done) if id.as_ref().is_none_or(|id| *id == done.domain_record.id.to_string()) => Ok(()),
                _ => Err(ProviderError::Indeterminate),
            },
            _ if answer.is_success() => Err(ProviderError::Indeterminate),
            _ => Err(refusal(&answer)),
        }
    }

    fn unreadable(&self, why: &str) -> ProviderError {
        ProviderError::Unavailable(format!("{}: {why}", self.client.base()))
    }
}

fn unusable() -> ProviderError {
    ProviderError::Unsupported("no request can be made of the URL".to_owned())
}

/// What a refusal comes to.
fn refusal(answer: &Answer) -> ProviderError {
    let problem: Problem = serde_json::from_slice(&answer.body).unwrap_or_default();
    let told = match (problem.id.as_str(), problem.message.as_str()) {
        (_, "") => answer.text(),
        (id, message) => answer.without_secret(&format!("{id}: {message}")),
    };
    match answer.status {
        401 | 403 => ProviderError::Unauthorized(told),
        status => ProviderError::Rejected { code: status.into(), message: told },
    }
}

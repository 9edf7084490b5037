//! Requests to the API, and what its refusals mean.

use std::time::Duration;

use reqwest::{Method, Request, RequestBuilder, Url};
use serde::de::DeserializeOwned;

use super::credentials::Credentials;
use super::model::{ErrorDocument, Page, SentSet};
use crate::http::{Answer, Client, Hidden, Settings, Tokens};
use crate::{Patience, ProviderError, Rate};

/// The public API: Azure Resource Manager.
const PUBLIC: &str = "https://management.azure.com/";
/// The version of the API that is spoken; the current one that is no preview.
const VERSION: &str = "2018-05-01";
/// Reads of Azure DNS
/// (<https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/request-limits-and-throttling>). Writes may
/// be more.
pub(super) const RATE: Rate = Rate { requests: 500, per: Duration::from_mins(5) };

/// Under which condition something is written.
pub(super) enum Condition<'a> {
    /// It still is as it was when it had this ETag.
    Unchanged(&'a str),
    /// There is none.
    New,
}

/// The API, for one subscription.
#[derive(Debug)]
pub(super) struct Api {
    client: Client,
    tokens: Tokens,
    subscription: String,
}

impl Api {
    pub(super) fn new(
        url: Option<&str>,
        subscription: &str,
        credentials: Credentials,
        timeout: Duration,
    ) -> Result<Self, ProviderError> {
        // The limit is that of the public API.
        let rate = url.is_none().then_some(RATE);
        let settings = Settings { is_throttled, ..Settings::new(timeout, rate) };
        let url = url.unwrap_or(PUBLIC);
        let client = Client::new(url, settings, Hidden::new([credentials.secret()]))?;
        Ok(Self { client, tokens: credentials.tokens(url, timeout)?, subscription: subscription.to_owned() })
    }

    #[must_use]
    pub(super) fn with_patience(self, patience: Patience) -> Self {
        Self { client: self.client.with_patience(patience), ..self }
    }

    /// The URL of something of the subscription.
    pub(super) fn url(&self, path: &[&str]) -> Result<Url, ProviderError> {
        let mut url = self.client.base().clone();
        url.path_segments_mut()
            .map_err(|()| unusable())?
            .pop_if_empty()
            .extend(["subscriptions", &self.subscription])
            .extend(path);
        url.query_pairs_mut().append_pair("api-version", VERSION);
        Ok(url)
    }

    async fn get<T: DeserializeOwned>(&self, url: &Url) -> Result<T, ProviderError> {
        let token = self.tokens.header(&self.client).await?;
        let request = |http: &reqwest::Client| built(http.get(url.clone()).header("Authorization", token.clone()));
        let answer = self.client.read(request).await?;
        if !answer.is_success() {
            return Err(refusal(&answer));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            let why = answer.without_secret(&error.to_string());
            self.unreadable(&format!("the answer is not what Azure answers: {why}"))
        })
    }

    /// A list to its end.
    pub(super) async fn list<T: DeserializeOwned>(&self, path: &[&str]) -> Result<Vec<T>, ProviderError> {
        let (mut all, mut url) = (Vec::new(), self.url(path)?);
        loop {
            let page: Page<T> = self.get(&url).await?;
            all.extend(page.value);
            let Some(next) = page.next_link.filter(|next| !next.is_empty()) else { return Ok(all) };
            let next: Url = next.parse().map_err(|_| self.unreadable("a list leads to what is no URL"))?;
            // The token goes along: it goes nowhere else.
            if next.origin() != url.origin() {
                return Err(self.unreadable("a list leads to another server"));
            }
            if next == url {
                return Err(self.unreadable("a list leads back to itself"));
            }
            url = next;
        }
    }

    /// Writes a set, or takes it away where none is given; what came of it is for the caller to tell.
    pub(super) async fn write(
        &self,
        url: &Url,
        set: Option<&SentSet>,
        condition: &Condition<'_>,
    ) -> Result<Answer, ProviderError> {
        let token = self.tokens.header(&self.client).await?;
        let body = set.map(serde_json::to_vec).transpose();
        let body = body.map_err(|error| ProviderError::Unsupported(error.to_string()))?;
        let request = |http: &reqwest::Client| {
            let method = if body.is_some() { Method::PUT } else { Method::DELETE };
            let request = http.request(method, url.clone()).header("Authorization", token.clone());
            let request = match condition {
                Condition::Unchanged(etag) => request.header("If-Match", *etag),
                Condition::New => request.header("If-None-Match", "*"),
            };
            match &body {
                Some(body) => built(request.header("Content-Type", "application/json").body(body.clone())),
                None => built(request),
            }
        };
        self.client.write(request).await
    }

    pub(super) fn unreadable(&self, why: &str) -> ProviderError {
        ProviderError::Unavailable(format!("{}: {why}", self.client.base()))
    }
}

fn unusable() -> ProviderError {
    ProviderError::Unsupported("no request can be made of the URL".to_owned())
}

fn built(request: RequestBuilder) -> Result<Request, ProviderError> {
    request.build().map_err(|_| unusable())
}

/// The code of a refusal, and what is said.
fn problem(answer: &Answer) -> (String, String) {
    let document: ErrorDocument = serde_json::from_slice(&answer.body).unwrap_or_default();
    let (code, message) = document.into_parts();
    (code, if message.is_empty() { answer.text() } else { answer.without_secret(&message) })
}

/// Whether the service took no notice of a request: there are too many, or it is still at work on the last one.
fn is_throttled(answer: &Answer) -> bool {
    answer.status == 429
        || answer.status == 409 && problem(answer).1.contains("Another operation is pending for requested object")
}

/// What a refusal comes to.
pub(super) fn refusal(answer: &Answer) -> ProviderError {
    let (code, message) = problem(answer);
    let told = if code.is_empty() { message } else { format!("{code}: {message}") };
    match answer.status {
        401 | 403 => ProviderError::Unauthorized(told),
        status => ProviderError::Rejected { code: status.into(), message: told },
    }
}

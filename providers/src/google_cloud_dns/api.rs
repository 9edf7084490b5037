//! Requests to the API, and what its refusals mean.

use std::time::Duration;

use reqwest::{Method, Request, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::credentials::Credentials;
use super::model::ErrorDocument;
use crate::http::{Answer, Client, Hidden, Settings, Tokens};
use crate::{Patience, ProviderError};

/// The public API.
const PUBLIC: &str = "https://dns.googleapis.com/";

/// The API, for one project.
#[derive(Debug)]
pub(super) struct Api {
    client: Client,
    tokens: Tokens,
    project: String,
}

impl Api {
    pub(super) fn new(
        url: Option<&str>,
        project: &str,
        credentials: Credentials,
        timeout: Duration,
    ) -> Result<Self, ProviderError> {
        // How many requests a project may make is for its owner to ask for, and not published as a number.
        let settings = Settings { is_throttled, ..Settings::new(timeout, None) };
        let secrets = credentials.secrets();
        let client = Client::new(url.unwrap_or(PUBLIC), settings, Hidden::new(secrets.iter().map(String::as_str)))?;
        Ok(Self { client, tokens: credentials.tokens(timeout)?, project: project.to_owned() })
    }

    #[must_use]
    pub(super) fn with_patience(self, patience: Patience) -> Self {
        Self { client: self.client.with_patience(patience), ..self }
    }

    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, ProviderError> {
        let mut url = self.client.base().clone();
        {
            let unusable = |()| ProviderError::Unsupported("no request can be made of the URL".to_owned());
            let mut segments = url.path_segments_mut().map_err(unusable)?;
            segments.pop_if_empty().extend(["dns", "v1", "projects", &self.project, "managedZones"]).extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// Asks for a document of the project's zones.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, ProviderError> {
        let (url, token) = (self.url(path, query)?, self.tokens.header(&self.client).await?);
        let request = |http: &reqwest::Client| {
            built(http.request(Method::GET, url.clone()).header("Authorization", token.clone()))
        };
        let answer = self.client.read(request).await?;
        if !answer.is_success() {
            return Err(refusal(&answer));
        }
        self.document(&answer)
    }

    /// Has something done; what came of it is for the caller to tell.
    pub(super) async fn post(&self, path: &[&str], body: &impl Serialize) -> Result<Answer, ProviderError> {
        let (url, token) = (self.url(path, &[])?, self.tokens.header(&self.client).await?);
        let body = serde_json::to_vec(body).map_err(|error| ProviderError::Unsupported(error.to_string()))?;
        let request = |http: &reqwest::Client| {
            let request = http.request(Method::POST, url.clone()).header("Authorization", token.clone());
            built(request.header("Content-Type", "application/json").body(body.clone()))
        };
        self.client.write(request).await
    }

    pub(super) fn document<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, ProviderError> {
        serde_json::from_slice(&answer.body).map_err(|error| {
            let (base, why) = (self.client.base(), answer.without_secret(&error.to_string()));
            ProviderError::Unavailable(format!("{base}: the answer is not what Cloud DNS answers: {why}"))
        })
    }

    /// A list that is of no use.
    pub(super) fn endless(&self) -> ProviderError {
        ProviderError::Unavailable(format!("{}: a list that leads back to itself", self.client.base()))
    }
}

fn built(request: reqwest::RequestBuilder) -> Result<Request, ProviderError> {
    request.build().map_err(|_| ProviderError::Unsupported("no request can be made of the URL".to_owned()))
}

/// The reason of a refusal, in one word of theirs, and what is said.
fn problem(answer: &Answer) -> (String, String) {
    let document: ErrorDocument = serde_json::from_slice(&answer.body).unwrap_or_default();
    let reason = document.error.errors.into_iter().next().map(|detail| detail.reason).unwrap_or_default();
    let message = document.error.message;
    (reason, if message.is_empty() { answer.text() } else { answer.without_secret(&message) })
}

/// Whether the service took no notice of a request
/// (<https://docs.cloud.google.com/dns/docs/reference/rest/v1>; the words are those of all of Google's JSON APIs).
fn is_throttled(answer: &Answer) -> bool {
    answer.status == 429
        || answer.status == 403 && matches!(problem(answer).0.as_str(), "rateLimitExceeded" | "userRateLimitExceeded")
}

/// Whether a change was refused because a set is not as it was read: a deletion that does not match (412
/// `conditionNotMet`) or has nothing to match (404 `notFound`), or an addition of what is there (409 `alreadyExists`).
pub(super) fn is_moved(answer: &Answer) -> bool {
    let (reason, message) = problem(answer);
    match answer.status {
        412 | 409 => true,
        404 => reason == "notFound" && message.contains("entity.change"),
        _ => false,
    }
}

/// What a refusal comes to.
pub(super) fn refusal(answer: &Answer) -> ProviderError {
    let (reason, message) = problem(answer);
    let told = if reason.is_empty() { message } else { format!("{reason}: {message}") };
    match answer.status {
        401 | 403 => ProviderError::Unauthorized(told),
        status => ProviderError::Rejected { code: status.into(), message: told },
    }
}

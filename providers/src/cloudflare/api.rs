//! Requests and answers: lists to their end, changes, refusals. What records mean is not known here.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use cloudflare::framework::Environment;
use cloudflare::framework::auth::Credentials;
use cloudflare::framework::endpoint::RequestBody;
use cloudflare::framework::endpoint::spec::EndpointSpec;
use reqwest::Request;
use reqwest::header::HeaderValue;
use serde_json::Value as Json;

use super::model::{Envelope, Item};
use crate::http::{Answer, Client, Hidden, Settings, secret_header};
use crate::{Patience, ProviderError, Rate};

/// The public API.
const PUBLIC: &str = "https://api.cloudflare.com/client/v4/";
/// Requests that one user may send: 1,200 in five minutes
/// (<https://developers.cloudflare.com/fundamentals/api/reference/limits/>).
pub(super) const RATE: Rate = Rate { requests: 1200, per: Duration::from_mins(5) };
/// How often a list is read that changes while it is read.
const LISTINGS: u32 = 4;
/// Codes of a credential that is not known, not well-formed, or not for this.
const NOT_ALLOWED: [u32; 6] = [6003, 9103, 9106, 9109, 10000, 10001];

/// The API, for one credential.
pub(super) struct Api {
    client: Client,
    environment: Environment,
    /// The header that says who asks, as the crate makes it.
    authorization: (&'static str, HeaderValue),
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("client", &self.client).finish_non_exhaustive()
    }
}

impl Api {
    pub(super) fn new(url: Option<&str>, token: &str, timeout: Duration) -> Result<Self, ProviderError> {
        let settings = Settings::new(timeout, Some(RATE));
        let client = Client::new(url.unwrap_or(PUBLIC), settings, Hidden::new([token]))?;
        // As the client has it: with the slash behind which paths are joined.
        let environment = Environment::Custom(client.base().to_string());
        let headers = Credentials::UserAuthToken { token: token.to_owned() }.headers();
        let Some((name, text)) = headers.into_iter().next() else {
            return Err(ProviderError::Unauthorized("there is no token".to_owned()));
        };
        Ok(Self { client, environment, authorization: (name, secret_header(&text)?) })
    }

    #[must_use]
    pub(super) fn with_patience(self, patience: Patience) -> Self {
        Self { client: self.client.with_patience(patience), ..self }
    }

    #[must_use]
    pub(super) fn with_rate(self, rate: Rate) -> Self {
        Self { client: self.client.with_rate(rate), ..self }
    }

    fn request(&self, http: &reqwest::Client, endpoint: &impl EndpointSpec) -> Result<Request, ProviderError> {
        let (name, value) = &self.authorization;
        let mut request = http.request(endpoint.method(), endpoint.url(&self.environment)).header(*name, value.clone());
        if let Some(RequestBody::Json(body)) = endpoint.body() {
            request = request.header("Content-Type", "application/json").body(body);
        }
        let base = self.client.base();
        request.build().map_err(|_| ProviderError::Unsupported(format!("no request can be made of the URL {base}")))
    }

    /// Sends what changes something.
    pub(super) async fn send(&self, endpoint: &(impl EndpointSpec + Sync)) -> Result<(), ProviderError> {
        let answer = self.client.write(|http| self.request(http, endpoint)).await?;
        match self.envelope(&answer) {
            // An answer that nobody can read says nothing of what was done.
            Err(ProviderError::Unavailable(_)) => Err(ProviderError::Indeterminate),
            other => other.map(|_| ()),
        }
    }

    /// A list to its end. `page` asks for one page of it, `read` takes an item of it, or passes it over.
    pub(super) async fn list<T: Item, E: EndpointSpec + Sync>(
        &self,
        page: impl Fn(u32) -> E + Sync,
        read: impl Fn(Json) -> Result<Option<T>, serde_json::Error> + Sync,
    ) -> Result<Vec<T>, ProviderError> {
        for _ in 0..LISTINGS {
            if let Some(all) = self.listing(&page, &read).await? {
                return Ok(all);
            }
        }
        Err(self.unreadable("the list changes faster than it can be read"))
    }

    /// A list to its end; none where it changed between two pages: what moves over their edge would be missed.
    async fn listing<T: Item, E: EndpointSpec + Sync>(
        &self,
        page: &(impl Fn(u32) -> E + Sync),
        read: &(impl Fn(Json) -> Result<Option<T>, serde_json::Error> + Sync),
    ) -> Result<Option<Vec<T>>, ProviderError> {
        let (mut all, mut ids) = (Vec::new(), HashSet::new());
        let (mut came, mut total) = (0_u64, None);
        for number in 1.. {
            let endpoint = page(number);
            let answer = self.client.read(|http| self.request(http, &endpoint)).await?;
            let envelope = self.envelope(&answer)?;
            let Json::Array(items) = envelope.result else { return Err(self.unreadable("no list")) };
            let is_empty = items.is_empty();
            for item in items {
                came += 1;
                let unreadable = |error: serde_json::Error| self.unreadable(&answer.without_secret(&error.to_string()));
                let Some(item) = read(item).map_err(unreadable)? else { continue };
                if !ids.insert(item.id().to_owned()) {
                    return Ok(None);
                }
                all.push(item);
            }
            let Some(paging) = envelope.result_info else { break };
            if *total.get_or_insert(paging.total_count) != paging.total_count {
                return Ok(None);
            }
            let is_last = match (paging.total_pages, paging.total_count) {
                (Some(pages), _) => number >= pages,
                (None, Some(count)) => came >= count,
                (None, None) => false,
            };
            if is_last || is_empty {
                break;
            }
        }
        Ok(total.flatten().is_none_or(|count| count == came).then_some(all))
    }

    /// An answer that says that it is a success.
    fn envelope(&self, answer: &Answer) -> Result<Envelope, ProviderError> {
        match serde_json::from_slice::<Envelope>(&answer.body) {
            Ok(envelope) if envelope.success && answer.is_success() => Ok(envelope),
            Ok(envelope) => Err(refusal(answer, &envelope)),
            Err(_) if answer.is_success() => Err(self.unreadable("the answer is not what Cloudflare answers")),
            Err(_) => {
                let message = answer.text();
                Err(match answer.status {
                    401 | 403 => ProviderError::Unauthorized(message),
                    code => ProviderError::Rejected { code: code.into(), message },
                })
            }
        }
    }

    fn unreadable(&self, why: &str) -> ProviderError {
        ProviderError::Unavailable(format!("{}: {why}", self.client.base()))
    }
}

/// Why an answer is no success: Cloudflare's words, with their codes.
fn refusal(answer: &Answer, envelope: &Envelope) -> ProviderError {
    let Some((first, rest)) = envelope.errors.split_first() else {
        let (code, message) = (answer.status.into(), answer.text());
        return ProviderError::Rejected { code, message };
    };
    let mut message = first.message.trim().to_owned();
    for problem in rest {
        message.push_str(&format!("; {} (code {})", problem.message.trim(), problem.code));
    }
    let message = answer.without_secret(&message);
    let code = first.code;
    if matches!(answer.status, 401 | 403) || envelope.errors.iter().any(|error| NOT_ALLOWED.contains(&error.code)) {
        let message = format!("{message} (code {code}): the token needs Zone.Zone Read and Zone.DNS Edit");
        return ProviderError::Unauthorized(message);
    }
    ProviderError::Rejected { code, message }
}

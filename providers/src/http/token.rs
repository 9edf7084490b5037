//! Access tokens (RFC 6749): given out by a token server for a while, kept, and asked for anew before they end.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::client::{Answer, Client, Settings, secret_header};
use super::hidden::Hidden;
use crate::ProviderError;

/// How long before its end a token is asked for anew, where it lasts long enough.
const AHEAD: Duration = Duration::from_mins(5);
/// How long a token is kept, whatever is said of it.
const LONGEST: Duration = Duration::from_hours(24);
/// How long a failure counts: each of many requests would try for itself, one after the other.
const COUNTS: Duration = Duration::from_secs(30);

/// The fields of a request for a token.
pub(crate) struct Grant {
    pub(crate) open: Vec<(&'static str, String)>,
    /// What is never told.
    pub(crate) secret: Vec<(&'static str, String)>,
}

/// The way to a token.
pub(crate) struct Exchange {
    client: Client,
    url: Url,
    /// Makes the request anew each time: what it says may be true for a while only.
    grant: Box<dyn Fn() -> Result<Grant, ProviderError> + Send + Sync>,
    held: Mutex<Held>,
}

/// What came of the last request.
enum Held {
    Nothing,
    Token(HeaderValue, Instant),
    Failed(ProviderError, Instant),
}

/// Where the `Authorization` of a request is from.
pub(crate) enum Tokens {
    /// Somebody else had it given out; it is good for as long as it is.
    #[cfg(feature = "google-cloud-dns")]
    Fixed(HeaderValue),
    Exchanged(Box<Exchange>),
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

/// RFC 6749, section 5.1.
#[derive(Deserialize)]
struct Given {
    access_token: String,
    #[serde(default)]
    expires_in: u64,
}

/// RFC 6749, section 5.2.
#[derive(Deserialize)]
struct Refused {
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Tokens {
    /// A token that is there already.
    #[cfg(feature = "google-cloud-dns")]
    pub(crate) fn fixed(token: &str) -> Result<Self, ProviderError> {
        Ok(Self::Fixed(bearer(token)?))
    }

    /// Tokens of the server at `url`, each for a grant.
    pub(crate) fn exchanged(
        url: &str,
        timeout: Duration,
        grant: impl Fn() -> Result<Grant, ProviderError> + Send + Sync + 'static,
    ) -> Result<Self, ProviderError> {
        // The client's own URL ends with a slash, which that of a token server does not.
        let client = Client::new(url, Settings::new(timeout, None), Hidden::new([]))?;
        let url = url.parse().map_err(|error| ProviderError::Unsupported(format!("the URL {url}: {error}")))?;
        let grant = Box::new(grant);
        Ok(Self::Exchanged(Box::new(Exchange { client, url, grant, held: Mutex::new(Held::Nothing) })))
    }

    /// The header of the next request of `client`, which will not tell the token.
    pub(crate) async fn header(&self, client: &Client) -> Result<HeaderValue, ProviderError> {
        match self {
            #[cfg(feature = "google-cloud-dns")]
            Self::Fixed(header) => Ok(header.clone()),
            Self::Exchanged(exchange) => exchange.header(client).await,
        }
    }
}

impl Exchange {
    async fn header(&self, client: &Client) -> Result<HeaderValue, ProviderError> {
        // Whoever comes while it is asked for waits for it.
        let mut held = self.held.lock().await;
        match &*held {
            Held::Token(header, until) if Instant::now() < *until => return Ok(header.clone()),
            Held::Failed(error, at) if at.elapsed() < COUNTS => return Err(error.clone()),
            _ => {}
        }
        let (now, given) = (Instant::now(), self.ask(client).await);
        *held = match &given {
            Ok((header, lasts)) => Held::Token(header.clone(), now + lasts.saturating_sub(AHEAD).max(*lasts / 2)),
            Err(error) => Held::Failed(error.clone(), Instant::now()),
        };
        Ok(given?.0)
    }

    async fn ask(&self, client: &Client) -> Result<(HeaderValue, Duration), ProviderError> {
        let Grant { open, secret } = (self.grant)()?;
        self.client.hide(secret.iter().map(|(_, value)| value.as_str()));
        let fields = open.iter().chain(&secret);
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let unusable = || ProviderError::Unsupported(format!("no request can be made of the URL {}", self.url));
        let request = |http: &reqwest::Client| {
            let request = http.post(self.url.clone()).header("Content-Type", "application/x-www-form-urlencoded");
            request.header("Accept", "application/json").body(form.clone()).build().map_err(|_| unusable())
        };
        // A token that was given out and lost hurts nobody: it may be asked for again.
        let answer = self.client.read(request).await?;
        if !answer.is_success() {
            return Err(self.refusal(&answer));
        }
        let given: Given = serde_json::from_slice(&answer.body).map_err(|_| {
            ProviderError::Unavailable(format!("{}: the answer is not what a token server answers", self.url))
        })?;
        client.hide([given.access_token.as_str()]);
        Ok((bearer(&given.access_token)?, Duration::from_secs(given.expires_in).min(LONGEST)))
    }

    fn refusal(&self, answer: &Answer) -> ProviderError {
        let why = match serde_json::from_slice::<Refused>(&answer.body) {
            // Some add ids and times in lines of their own.
            Ok(Refused { error, error_description }) => match error_description.lines().next() {
                Some(told) => answer.without_secret(&format!("{error}: {told}")),
                None => answer.without_secret(&error),
            },
            Err(_) => answer.text(),
        };
        let told = format!("{}: no token was given: {why}", self.url);
        match answer.status {
            400 | 401 | 403 => ProviderError::Unauthorized(told),
            status => ProviderError::Rejected { code: status.into(), message: told },
        }
    }
}

fn bearer(token: &str) -> Result<HeaderValue, ProviderError> {
    secret_header(&format!("Bearer {token}"))
}

//! Sends requests, within a rate, again where that is safe, and says what became of them.

use std::error::Error as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Request, Response, Url};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use super::certificate;
use super::hidden::Hidden;
use super::pace::Pace;
use crate::{ProviderError, Rate};

/// Largest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// How often a request is sent where there is a chance that the next attempt ends better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often at most.
    pub attempts: u32,
    /// How long before the second attempt; twice as long before the next, and so on.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { attempts: 5, pause: Duration::from_millis(500) }
    }
}

/// How a client behaves towards its service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// How long one request may take, with its answer.
    pub(crate) timeout: Duration,
    /// How often it is sent.
    pub(crate) patience: Patience,
    /// The longest time that the service may ask to wait.
    pub(crate) longest_wait: Duration,
    /// How fast requests may follow each other.
    pub(crate) rate: Option<Rate>,
    /// How many requests may be under way.
    pub(crate) at_once: usize,
    /// Whether an answer says that the request was not looked at, because there are too many.
    pub(crate) is_throttled: fn(&Answer) -> bool,
}

impl Settings {
    /// What suits most services.
    pub(crate) fn new(timeout: Duration, rate: Option<Rate>) -> Self {
        Self {
            timeout,
            patience: Patience::default(),
            longest_wait: Duration::from_mins(6),
            rate,
            at_once: 32,
            is_throttled: |answer| answer.status == 429,
        }
    }
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// What of it is not told.
    hidden: Arc<Hidden>,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The beginning of the answer as text, for a message about it.
    pub(crate) fn text(&self) -> String {
        let text = self.without_secret(&String::from_utf8_lossy(&self.body));
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
        if line.trim().is_empty() { format!("HTTP status {}", self.status) } else { line.trim().to_owned() }
    }

    /// A text out of it for a message: the credential that was sent is not to come back in one.
    pub(crate) fn without_secret(&self, text: &str) -> String {
        self.hidden.out_of(text)
    }

    /// How long the service asks to wait (RFC 9110, section 10.2.3).
    fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::now()).ok()
    }
}

/// What became of one attempt.
enum Fault {
    /// No connection came about: nothing was sent.
    NotSent(String),
    /// The certificate of the server is not trusted: nothing was sent, and trying again changes nothing.
    Untrusted(String),
    /// It was sent, or a part of it, and no whole answer came.
    Lost(String),
}

/// Why a request that rests on a look is not carried out, or perhaps is.
#[cfg(feature = "hosted")]
pub(crate) enum NotWritten {
    /// It was not. After another look it may be made anew; the client holds that back for as long as it has to wait.
    LookAgain(ProviderError),
    /// It may have been, or trying again changes nothing.
    Final(ProviderError),
}

/// A connection to one service, with one credential.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    pace: Pace,
    under_way: Semaphore,
    settings: Settings,
    hidden: Arc<Hidden>,
}

impl Client {
    /// A client for the service at a base URL. Certificates are always verified; without TLS only this machine is
    /// spoken to, for the credential goes along. What is `hidden` is left out of all that is told of answers.
    pub(crate) fn new(base: &str, settings: Settings, hidden: Hidden) -> Result<Self, ProviderError> {
        let unsupported = |why: &str| ProviderError::Unsupported(format!("the URL {base}: {why}"));
        let mut url: Url = base.parse().map_err(|error| unsupported(&format!("{error}")))?;
        let is_loopback = match url.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            None => return Err(unsupported("it names no host")),
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            "http" => return Err(unsupported("without TLS the credential would be readable on its way: use https")),
            other => return Err(unsupported(&format!("`{other}` is not spoken here; use https"))),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ProviderError::Unsupported("a credential does not belong into a URL".to_owned()));
        }
        // What is joined to it is to come behind its path, not in the place of its last part.
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        let builder = reqwest::Client::builder()
            .user_agent(concat!("mailvouch/", env!("CARGO_PKG_VERSION")))
            // A redirection would take the credential elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            // Each attempt is ours to count.
            .retry(reqwest::retry::never())
            .pool_idle_timeout(Duration::from_secs(15))
            .timeout(settings.timeout);
        let builder = if is_loopback { builder.no_proxy() } else { builder };
        // Without TLS no certificate is looked at: a machine that has none of any CA can do without them.
        let builder = if url.scheme() == "http" { builder.tls_certs_only([]) } else { builder };
        let http = builder.build().map_err(|error| ProviderError::Unavailable(told(&error)))?;
        let (pace, under_way) = (Pace::new(settings.rate), Semaphore::new(settings.at_once));
        Ok(Self { http, base: url, pace, under_way, settings, hidden: Arc::new(hidden) })
    }

    /// The same with other patience.
    #[must_use]
    pub(crate) fn with_patience(mut self, patience: Patience) -> Self {
        self.settings.patience = patience;
        self
    }

    /// The same at another rate.
    #[cfg(any(feature = "cloudflare", feature = "desec"))]
    #[must_use]
    pub(crate) fn with_rate(mut self, rate: Rate) -> Self {
        self.settings.rate = Some(rate);
        self.pace = Pace::new(self.settings.rate);
        self
    }

    /// Leaves these, too, out of all that is told of answers.
    #[cfg(any(feature = "azure-dns", feature = "google-cloud-dns"))]
    pub(crate) fn hide<'a>(&self, secrets: impl IntoIterator<Item = &'a str>) {
        self.hidden.add(secrets);
    }

    /// The base URL; its path ends with a slash.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// Asks for something; asks again while there is a chance. `request` makes the request anew for each attempt.
    pub(crate) async fn read(
        &self,
        request: impl Fn(&reqwest::Client) -> Result<Request, ProviderError> + Send,
    ) -> Result<Answer, ProviderError> {
        let mut pause = self.settings.patience.pause;
        for attempt in 1.. {
            let is_last = attempt >= self.settings.patience.attempts;
            match self.attempt(request(&self.http)?).await {
                Ok(answer) if (self.settings.is_throttled)(&answer) => self.hold(&answer, is_last, pause)?,
                Ok(answer) if answer.status >= 500 => {
                    if is_last {
                        return Err(self.unavailable(&answer.text()));
                    }
                    sleep(answer.retry_after().unwrap_or(pause).min(self.settings.longest_wait)).await;
                }
                Ok(answer) => return Ok(answer),
                Err(Fault::Untrusted(why)) => return Err(self.unavailable(&why)),
                Err(Fault::NotSent(why) | Fault::Lost(why)) => {
                    if is_last {
                        return Err(self.unavailable(&why));
                    }
                    sleep(pause).await;
                }
            }
            pause *= 2;
        }
        Err(self.unavailable("no answer"))
    }

    /// Sends what changes something: again only where it was certainly not carried out.
    #[cfg_attr(
        not(any(
            feature = "azure-dns",
            feature = "cloudflare",
            feature = "digitalocean",
            feature = "google-cloud-dns",
            feature = "powerdns",
            feature = "route53"
        )),
        expect(dead_code, reason = "those that write sets whole look again before each attempt")
    )]
    pub(crate) async fn write(
        &self,
        request: impl Fn(&reqwest::Client) -> Result<Request, ProviderError> + Send,
    ) -> Result<Answer, ProviderError> {
        let mut pause = self.settings.patience.pause;
        for attempt in 1.. {
            let is_last = attempt >= self.settings.patience.attempts;
            match self.attempt(request(&self.http)?).await {
                Ok(answer) if (self.settings.is_throttled)(&answer) => self.hold(&answer, is_last, pause)?,
                // It broke off somewhere, before or after.
                Ok(answer) if answer.status >= 500 => return Err(ProviderError::Indeterminate),
                Ok(answer) => return Ok(answer),
                Err(Fault::Lost(_)) => return Err(ProviderError::Indeterminate),
                Err(Fault::Untrusted(why)) => return Err(self.unavailable(&why)),
                Err(Fault::NotSent(why)) => {
                    if is_last {
                        return Err(self.unavailable(&why));
                    }
                    sleep(pause).await;
                }
            }
            pause *= 2;
        }
        Err(self.unavailable("no answer"))
    }

    /// Sends what changes something and rests on a look that was just taken: once, and at once. It waits for no token of
    /// the rate, for what it rests on gets old meanwhile; and where it was certainly not carried out, whoever sent it
    /// looks again before it is made anew.
    #[cfg(feature = "hosted")]
    pub(crate) async fn write_once(&self, request: Request) -> Result<Answer, NotWritten> {
        let pause = self.settings.patience.pause;
        match self.send(request).await {
            Ok(answer) if (self.settings.is_throttled)(&answer) => match self.hold(&answer, false, pause) {
                Ok(()) => Err(NotWritten::LookAgain(ProviderError::RateLimited(answer.retry_after()))),
                Err(error) => Err(NotWritten::Final(error)),
            },
            Ok(answer) if answer.status >= 500 => Err(NotWritten::Final(ProviderError::Indeterminate)),
            Ok(answer) => Ok(answer),
            Err(Fault::Lost(_)) => Err(NotWritten::Final(ProviderError::Indeterminate)),
            Err(Fault::Untrusted(why)) => Err(NotWritten::Final(self.unavailable(&why))),
            Err(Fault::NotSent(why)) => {
                self.pace.pause(pause);
                Err(NotWritten::LookAgain(self.unavailable(&why)))
            }
        }
    }

    /// How often something is sent at most.
    #[cfg(feature = "hosted")]
    pub(crate) fn attempts(&self) -> u32 {
        self.settings.patience.attempts
    }

    /// Heeds an answer that says "too many requests": all of this credential wait.
    fn hold(&self, answer: &Answer, is_last: bool, pause: Duration) -> Result<(), ProviderError> {
        let wait = answer.retry_after();
        if is_last || wait.is_some_and(|wait| wait > self.settings.longest_wait) {
            return Err(ProviderError::RateLimited(wait));
        }
        self.pace.pause(wait.unwrap_or(pause));
        Ok(())
    }

    async fn attempt(&self, request: Request) -> Result<Answer, Fault> {
        let _leave = self.pace.leave().await;
        self.send(request).await
    }

    async fn send(&self, request: Request) -> Result<Answer, Fault> {
        // None is closed, so none fails.
        let _permit = self.under_way.acquire().await;
        let response = self.http.execute(request).await.map_err(|error| {
            if let Some(why) = certificate::refused(&error) {
                return Fault::Untrusted(why);
            }
            let why = told(&error);
            if error.is_connect() || error.is_builder() { Fault::NotSent(why) } else { Fault::Lost(why) }
        })?;
        self.pace.learn(response.headers());
        whole(response, self.hidden.clone()).await
    }

    fn unavailable(&self, why: &str) -> ProviderError {
        ProviderError::Unavailable(format!("{}: {why}", self.base))
    }
}

/// Reads an answer to its end.
async fn whole(mut response: Response, hidden: Arc<Hidden>) -> Result<Answer, Fault> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= MAX_ANSWER => body.extend_from_slice(&chunk),
            Ok(Some(_)) => return Err(Fault::Lost(format!("the answer is larger than {MAX_ANSWER} bytes"))),
            Ok(None) => return Ok(Answer { status, headers, body, hidden }),
            Err(error) => return Err(Fault::Lost(told(&error))),
        }
    }
}

/// An error with all that is behind it, without the URL.
fn told(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() { "no answer in time".to_owned() } else { String::new() };
    let mut next = error.source();
    while let Some(error) = next {
        let part = error.to_string();
        if !text.contains(&part) {
            let colon = if text.is_empty() { "" } else { ": " };
            text.push_str(&format!("{colon}{part}"));
        }
        next = error.source();
    }
    if text.is_empty() { "the request failed".to_owned() } else { text }
}

/// A header that no log and no message shows; none for a text that cannot be one.
#[cfg(any(
    feature = "azure-dns",
    feature = "cloudflare",
    feature = "digitalocean",
    feature = "google-cloud-dns",
    feature = "hosted",
    feature = "powerdns"
))]
pub(crate) fn secret_header(text: &str) -> Result<reqwest::header::HeaderValue, ProviderError> {
    let mut value = reqwest::header::HeaderValue::from_str(text).map_err(|_| {
        ProviderError::Unauthorized(
            "the secret holds characters that no HTTP header can: see where it is from".to_owned(),
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

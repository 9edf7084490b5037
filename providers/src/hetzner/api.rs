//! Requests and answers: lists to their end, actions to their end, refusals. What records mean is not known here.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Method, Request, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};

use super::model::{Action, Failed, OneAction, Page, Problem};
use crate::http::{Answer, Client, Hidden, NotWritten, Settings, secret_header};
use crate::{Patience, ProviderError, Rate};

/// The public API.
const PUBLIC: &str = "https://api.hetzner.cloud/v1/";
/// Requests that a project may send (<https://docs.hetzner.cloud/reference/cloud#rate-limiting>).
pub(super) const RATE: Rate = Rate { requests: 3600, per: Duration::from_hours(1) };
/// How often a list is read that changes while it is read.
const LISTINGS: u32 = 4;
/// How long an action, or the name servers, may take.
pub(super) const ENDS: Duration = Duration::from_mins(1);
/// Codes of requests that were not carried out, since things are not as they were a moment before. `locked`: another action
/// runs; `conflict`: somebody wrote at the same moment.
const MOVED: [&str; 4] = ["conflict", "locked", "uniqueness_error", "not_found"];

/// The API, for one project.
#[derive(Debug)]
pub(super) struct Api {
    client: Client,
    authorization: HeaderValue,
    /// How long before an action that runs is asked after.
    pause: Duration,
}

/// What became of an action.
pub(super) enum Ended {
    /// It was carried out.
    Done(u64),
    /// It was not; after another look it may be asked for again.
    LookAgain(Refusal),
    /// It was not, or nobody knows.
    Failed(ProviderError),
}

/// Why something is not carried out for now, and whether somebody else wrote meanwhile.
pub(super) struct Refusal {
    pub(super) error: ProviderError,
    pub(super) moved: bool,
}

impl Api {
    pub(super) fn new(url: Option<&str>, token: &str, timeout: Duration) -> Result<Self, ProviderError> {
        let settings = Settings { at_once: 8, ..Settings::new(timeout, Some(RATE)) };
        let client = Client::new(url.unwrap_or(PUBLIC), settings, Hidden::new([token]))?;
        let authorization = secret_header(&format!("Bearer {token}"))?;
        Ok(Self { client, authorization, pause: Duration::from_millis(500) })
    }

    #[must_use]
    pub(super) fn with_patience(self, patience: Patience) -> Self {
        Self { client: self.client.with_patience(patience), pause: patience.pause, ..self }
    }

    pub(super) fn attempts(&self) -> u32 {
        self.client.attempts()
    }

    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, ProviderError> {
        let mut url = self.client.base().clone();
        url.path_segments_mut().map_err(|()| self.unusable())?.pop_if_empty().extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    fn unusable(&self) -> ProviderError {
        ProviderError::Unsupported(format!("no request can be made of the URL {}", self.client.base()))
    }

    /// A document.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, ProviderError> {
        let url = self.url(path, query)?;
        let request = |http: &reqwest::Client| {
            let request = http.get(url.clone()).header("Authorization", self.authorization.clone());
            request.build().map_err(|_| self.unusable())
        };
        let answer = self.client.read(request).await?;
        self.document(&answer)
    }

    fn document<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, ProviderError> {
        if !answer.is_success() {
            return Err(refusal(answer));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            let why = answer.without_secret(&error.to_string());
            self.unreadable(&format!("the answer is not what Hetzner answers: {why}"))
        })
    }

    /// A list to its end.
    pub(super) async fn list<P: Page>(&self, path: &[&str], size: u32) -> Result<Vec<P::Item>, ProviderError> {
        for _ in 0..LISTINGS {
            if let Some(all) = self.listing::<P>(path, size).await? {
                return Ok(all);
            }
        }
        Err(self.unreadable("the list changes faster than it can be read"))
    }

    /// A list to its end; none where it changed between two pages: what moves over their edge would be missed.
    async fn listing<P: Page>(&self, path: &[&str], size: u32) -> Result<Option<Vec<P::Item>>, ProviderError> {
        let (mut all, mut ids, mut total) = (Vec::new(), HashSet::new(), None);
        let (mut next, size) = (Some(1), size.to_string());
        while let Some(number) = next {
            let page: P = self.get(path, &[("page", &number.to_string()), ("per_page", &size)]).await?;
            let (items, meta) = page.into_parts();
            for item in items {
                if !ids.insert(P::id(&item)) {
                    return Ok(None);
                }
                all.push(item);
            }
            let paging = meta.map(|meta| meta.pagination);
            let count = paging.and_then(|paging| paging.total_entries);
            if *total.get_or_insert(count) != count {
                return Ok(None);
            }
            next = paging.and_then(|paging| paging.next_page).filter(|next| *next > number);
        }
        let came = u64::try_from(all.len()).unwrap_or(u64::MAX);
        Ok(total.flatten().is_none_or(|count| count == came).then_some(all))
    }

    /// Asks for an action on a record set, and waits until it has ended.
    pub(super) async fn act(&self, path: &[&str], body: &impl Serialize) -> Ended {
        let request = match self.request(path, body) {
            Ok(request) => request,
            Err(error) => return Ended::Failed(error),
        };
        match self.client.write_once(request).await {
            Ok(answer) if answer.is_success() => match serde_json::from_slice::<OneAction>(&answer.body) {
                Ok(OneAction { action }) => self.ended(action).await,
                // An answer that nobody can read says nothing of what was done.
                Err(_) => Ended::Failed(ProviderError::Indeterminate),
            },
            Ok(answer) => {
                let (problem, error) = (problem(&answer), refusal(&answer));
                if MOVED.contains(&problem.code.as_str()) {
                    Ended::LookAgain(Refusal { error, moved: true })
                } else {
                    Ended::Failed(error)
                }
            }
            Err(NotWritten::LookAgain(error)) => Ended::LookAgain(Refusal { error, moved: false }),
            Err(NotWritten::Final(error)) => Ended::Failed(error),
        }
    }

    fn request(&self, path: &[&str], body: &impl Serialize) -> Result<Request, ProviderError> {
        let mut request = Request::new(Method::POST, self.url(path, &[])?);
        let body = serde_json::to_vec(body).map_err(|error| ProviderError::Unsupported(error.to_string()))?;
        request.headers_mut().insert("Authorization", self.authorization.clone());
        request.headers_mut().insert("Content-Type", HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.into());
        Ok(request)
    }

    /// Waits for an action that was begun.
    async fn ended(&self, mut action: Action) -> Ended {
        let until = Instant::now() + ENDS;
        let mut pause = self.pause;
        let id = action.id.to_string();
        loop {
            match action.status.as_str() {
                "success" => return Ended::Done(action.id),
                "error" => {
                    let problem = action.error.unwrap_or_default();
                    let error = ProviderError::Unavailable(format!("the action {id} failed: {}", problem.words()));
                    let moved = MOVED.contains(&problem.code.as_str());
                    return if moved { Ended::LookAgain(Refusal { error, moved }) } else { Ended::Failed(error) };
                }
                // It was taken, and may still be carried out.
                _ if Instant::now() + pause > until => return Ended::Failed(ProviderError::Indeterminate),
                _ => {}
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
            match self.get::<OneAction>(&["actions", &id], &[]).await {
                Ok(now) => action = now.action,
                Err(_) => return Ended::Failed(ProviderError::Indeterminate),
            }
        }
    }

    /// How long before something that is under way is asked after.
    pub(super) fn pause(&self) -> Duration {
        self.pause
    }

    pub(super) fn unreadable(&self, why: &str) -> ProviderError {
        ProviderError::Unavailable(format!("{}: {why}", self.client.base()))
    }
}

fn problem(answer: &Answer) -> Problem {
    serde_json::from_slice::<Failed>(&answer.body).map(|failed| failed.error).unwrap_or_default()
}

/// An answer that is no success.
fn refusal(answer: &Answer) -> ProviderError {
    let problem = problem(answer);
    let message = if problem.code.is_empty() { answer.text() } else { answer.without_secret(&problem.words()) };
    match answer.status {
        401 | 403 => ProviderError::Unauthorized(format!(
            "{message} (the token has to be of the zone's project, with leave to write)"
        )),
        code => ProviderError::Rejected { code: code.into(), message },
    }
}

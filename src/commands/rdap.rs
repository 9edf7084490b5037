//! Asks a registry how old a domain is (RFC 7480): over TLS, or on this machine; never more than a few redirections, and
//! never an answer without end.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use mailvouch_providers::dns::Name;
use reqwest::header::{ACCEPT, LOCATION, RETRY_AFTER};
use reqwest::{Client, Response, Url, redirect};

use super::files::read_text;
use crate::observed::checks::{Bootstrap, Registration, rdap_answer, rdap_question};

/// Redirections that are followed: a registry hands on to a registrar, or to itself.
const MAX_REDIRECTIONS: usize = 5;

/// Largest answer that is read: a domain has some tens of kilobytes, IANA's list a hundred.
const MAX_ANSWER: usize = 4 << 20;

/// Who is asked, and how long.
pub(super) struct Rdap {
    http: Client,
    bootstrap: Bootstrap,
}

impl Rdap {
    /// With IANA's list from a URL or a file, where one is named; else with the few registries that come along.
    pub(super) async fn new(bootstrap: Option<&str>, timeout: Duration) -> anyhow::Result<Self> {
        let http = Client::builder()
            .user_agent(concat!("mailvouch/", env!("CARGO_PKG_VERSION")))
            // Each step is looked at: a redirection must not lead to a place without TLS.
            .redirect(redirect::Policy::none())
            .timeout(timeout)
            .build()
            .context("cannot speak HTTP")?;
        let text = match bootstrap {
            None => return Ok(Self { http, bootstrap: Bootstrap::bundled() }),
            Some(url) if url.contains("://") => match get(&http, url).await {
                Ok((200, text)) => text,
                Ok((status, _)) => bail!("`--rdap-bootstrap {url}`: HTTP status {status}"),
                Err(why) => bail!("`--rdap-bootstrap {url}`: {why}"),
            },
            Some(path) => read_text(Path::new(path))?,
        };
        let bootstrap = Bootstrap::read(&text).context("`--rdap-bootstrap` names no list of RFC 9224")?;
        Ok(Self { http, bootstrap })
    }

    /// What the registry says of a domain.
    pub(super) async fn ask(&self, domain: &Name) -> Registration {
        let Some(server) = self.bootstrap.server(domain) else { return Registration::NoServer };
        match get(&self.http, &rdap_question(server, domain)).await {
            Ok((200, text)) => rdap_answer(&text, domain),
            Ok((404, _)) => Registration::NotFound,
            Ok((status, _)) => Registration::Failed(format!("the registry answers with HTTP status {status}")),
            Err(why) => Registration::Failed(why),
        }
    }
}

/// The status and the text at the end of all redirections.
async fn get(http: &Client, url: &str) -> Result<(u16, String), String> {
    let mut url: Url = url.parse().map_err(|error| format!("{url} is no URL ({error})"))?;
    for _ in 0..=MAX_REDIRECTIONS {
        may_be_asked(&url)?;
        let request = http.get(url.clone()).header(ACCEPT, "application/rdap+json, application/json");
        let response = request.send().await.map_err(|error| told(&error))?;
        let status = response.status();
        if status.is_redirection() {
            let next = response.headers().get(LOCATION).and_then(|next| next.to_str().ok());
            url = next.and_then(|next| url.join(next).ok()).ok_or("a redirection leads nowhere")?;
            continue;
        }
        if status.as_u16() == 429 {
            let wait = response.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok());
            let wait = wait.map(|wait| format!("; it asks to wait {wait} seconds")).unwrap_or_default();
            return Err(format!("the registry was asked too often (HTTP status 429){wait}"));
        }
        return Ok((status.as_u16(), text(response).await?));
    }
    Err(format!("more than {MAX_REDIRECTIONS} redirections"))
}

/// Over TLS, or to this machine.
fn may_be_asked(url: &Url) -> Result<(), String> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback => Ok(()),
        other => Err(format!("`{other}` to {host} is not spoken here: registries are asked over https")),
    }
}

async fn text(mut response: Response) -> Result<String, String> {
    let mut octets = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| told(&error))? {
        if octets.len() + piece.len() > MAX_ANSWER {
            return Err(format!("its answer is larger than {} MiB", MAX_ANSWER >> 20));
        }
        octets.extend_from_slice(&piece);
    }
    String::from_utf8(octets).map_err(|_| "its answer is no text".to_owned())
}

/// An error and what it is caused by, without the URL, which is known.
fn told(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut text = String::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        text = error.to_string();
        cause = error.source();
    }
    if text.is_empty() { "it cannot be reached".to_owned() } else { format!("it cannot be reached ({text})") }
}

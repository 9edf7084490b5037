//! Registration data by RDAP (RFC 9082, RFC 9083): which server to ask, and what its answer says of a domain's age. The
//! asking is done elsewhere, and only where somebody wants it: it tells a registry what is looked at.

use jiff::Timestamp;
use mailvouch_providers::dns::Name;
use serde::Deserialize;

use super::check::{State, check as new};
use super::relevance::Relevance;
use crate::observed::bounce::{Check, CheckId};

/// Which registry answers for which names (RFC 9224, section 4).
#[derive(Clone, Debug, Deserialize)]
pub struct Bootstrap {
    /// Names, and where to ask about what is registered under them.
    services: Vec<(Vec<String>, Vec<String>)>,
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registration {
    /// The registry knows the domain.
    Found {
        /// When it was registered.
        registered: Option<Timestamp>,
        /// When that runs out.
        expires: Option<Timestamp>,
    },
    /// The registry does not know it.
    NotFound,
    /// Nobody is known who could be asked.
    NoServer,
    /// It could not be asked, or its answer is none.
    Failed(String),
}

/// A few large registries; `--rdap-bootstrap` takes the whole list of IANA.
const BUNDLED: &str = include_str!("rdap_bootstrap.json");

impl Bootstrap {
    /// The one that comes with the program.
    pub fn bundled() -> Self {
        Self::read(BUNDLED).unwrap_or(Self { services: Vec::new() })
    }

    /// Reads one in the form of IANA.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Where to ask about a domain: by the longest name that it lies under, a server with TLS first.
    pub fn server(&self, domain: &Name) -> Option<&str> {
        let under = |name: &String| {
            let name: Name = name.parse().ok()?;
            (domain.is_at_or_below(&name) && *domain != name).then(|| name.label_count())
        };
        let services =
            self.services.iter().filter_map(|(names, servers)| Some((names.iter().filter_map(under).max()?, servers)));
        let (_, servers) = services.max_by_key(|(labels, _)| *labels)?;
        let with_tls = servers.iter().find(|server| server.starts_with("https://"));
        with_tls.or(servers.first()).map(String::as_str)
    }
}

/// The address of the question about a domain.
pub fn rdap_question(server: &str, domain: &Name) -> String {
    format!("{}/domain/{domain}", server.trim_end_matches('/'))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    object_class_name: String,
    ldh_name: Option<String>,
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_action: String,
    event_date: Option<String>,
}

/// Reads an answer with the status 200.
pub fn rdap_answer(text: &str, domain: &Name) -> Registration {
    let answer: Answer = match serde_json::from_str(text) {
        Ok(answer) => answer,
        Err(error) => return Registration::Failed(format!("its answer is no RDAP ({error})")),
    };
    let is_it = answer.ldh_name.as_ref().is_none_or(|name| name.parse::<Name>().is_ok_and(|name| name == *domain));
    if answer.object_class_name != "domain" || !is_it {
        return Registration::Failed("its answer is about something else".to_owned());
    }
    let date = |action: &str| {
        let event = answer.events.iter().find(|event| event.event_action == action)?;
        event.event_date.as_ref()?.parse::<Timestamp>().ok()
    };
    Registration::Found { registered: date("registration"), expires: date("expiration") }
}

/// What it means for a bounce: nothing that any receiver has published.
pub fn age_check(registration: &Registration, domain: &Name, now: Timestamp) -> Check {
    let day = |time: &Timestamp| jiff::tz::TimeZone::UTC.to_datetime(*time).date().to_string();
    let (state, text) = match registration {
        Registration::Found { registered: Some(registered), expires } => {
            let days = now.duration_since(*registered).as_hours() / 24;
            let expired = expires.filter(|expires| *expires < now);
            let end =
                expired.map(|expires| format!("; its registration ran out on {}", day(&expires))).unwrap_or_default();
            let text = format!("{domain} was registered on {} ({days} days ago){end}", day(registered));
            (if expired.is_some() { State::Bad } else { State::Plain }, text)
        }
        Registration::Found { registered: None, .. } => {
            (State::Unknown, format!("the registry does not say when {domain} was registered"))
        }
        Registration::NotFound => (State::Unknown, format!("the registry does not know {domain}")),
        Registration::NoServer => (
            State::Unknown,
            format!("no registry is known that could be asked about {domain}: `--rdap-bootstrap` takes IANA's list"),
        ),
        Registration::Failed(why) => (State::Unknown, format!("the age of {domain} could not be had: {why}")),
    };
    let check = new(CheckId::DomainAge, domain.to_string(), state, text, Relevance::Nothing);
    match state {
        State::Plain => Check {
            means: "no receiver says from which age on it trusts a domain; articles name 30 days, and no source for that was found"
                .to_owned(),
            ..check
        },
        _ => check,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().expect("a name")
    }

    #[test]
    fn the_longest_name_decides_and_tls_comes_first() {
        let bootstrap = Bootstrap::read(
            r#"{"version":"1.0","publication":"2026-01-01T00:00:00Z","services":[[["com"],["http://a.example/","https://a.example/"]],[["co.uk","uk"],["https://b.example"]]]}"#,
        )
        .expect("a bootstrap");
        assert_eq!(bootstrap.server(&name("example.com")), Some("https://a.example/"));
        assert_eq!(bootstrap.server(&name("example.co.uk")), Some("https://b.example"));
        assert_eq!(bootstrap.server(&name("example.net")), None);
        assert_eq!(bootstrap.server(&name("com")), None);
        assert_eq!(rdap_question("https://a.example/", &name("example.com")), "https://a.example/domain/example.com");
        assert!(Bootstrap::bundled().server(&name("example.com")).is_some());
    }

    #[test]
    fn an_answer_is_about_the_domain_or_none() {
        let domain = name("example.com");
        let good = r#"{"objectClassName":"domain","ldhName":"EXAMPLE.COM","events":[{"eventAction":"registration","eventDate":"2026-11-01T04:00:00Z"},{"eventAction":"expiration","eventDate":"2027-11-01T04:00:00+01:00"}]}"#;
        let Registration::Found { registered: Some(registered), expires: Some(_) } = rdap_answer(good, &domain) else {
            panic!("{good}")
        };
        assert_eq!(registered.to_string(), "2026-11-01T04:00:00Z");
        assert_eq!(
            rdap_answer(r#"{"objectClassName":"domain"}"#, &domain),
            Registration::Found { registered: None, expires: None }
        );
        for text in
            ["", "[]", "{}", r#"{"objectClassName":"entity"}"#, r#"{"objectClassName":"domain","ldhName":"other.com"}"#]
        {
            assert!(matches!(rdap_answer(text, &domain), Registration::Failed(_)), "{text}");
        }
        let odd = rdap_answer(
            r#"{"objectClassName":"domain","events":[{"eventAction":"registration","eventDate":"yesterday"}]}"#,
            &domain,
        );
        assert_eq!(odd, Registration::Found { registered: None, expires: None });
    }

    #[test]
    fn age_is_told_and_means_nothing() {
        let domain = name("example.com");
        let found = Registration::Found { registered: "2026-11-01T00:00:00Z".parse().ok(), expires: None };
        let check = age_check(&found, &domain, "2026-11-28T12:00:00Z".parse().expect("a time"));
        assert_eq!(check.found, "example.com was registered on 2026-11-01 (27 days ago)");
        assert_eq!(check.bearing, crate::observed::bounce::Bearing::SaysNothing);
    }
}

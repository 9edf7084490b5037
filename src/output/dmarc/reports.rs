//! Whether a destination takes reports about a domain (`docs/formats/dmarc-reports.md`), version 1.

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::dmarc::{Authorization, Reports, authorization_name};
use crate::output::json::{Asked, pretty};
use crate::output::printable::printable;
use crate::output::schema::schema_of;
use crate::output::style::{ERROR, GOOD, WARNING, paint};

#[derive(JsonSchema, Serialize)]
struct Document {
    version: u32,
    policy_domain: String,
    destination: String,
    accepts: bool,
    status: &'static str,
    query: Option<Asked>,
    problem: Option<String>,
}

/// The answer for programs.
pub fn reports_json(reports: &Reports) -> String {
    let (accepts, status) = match reports.authorization {
        Authorization::Own => (true, "own"),
        Authorization::Given => (true, "authorised"),
        Authorization::Missing => (false, "not-authorised"),
        Authorization::Unknown(..) => (false, "temperror"),
    };
    pretty(&Document {
        version: 1,
        policy_domain: reports.policy_domain.to_string(),
        destination: reports.host.to_string(),
        accepts,
        status,
        query: reports.asked.as_ref().map(|(question, reply)| Asked::new(question, reply)),
        problem: reports.failure().map(|(question, reason)| format!("could not look up {question}: {reason}")),
    })
}

/// The answer for people.
pub fn reports(reports: &Reports) -> String {
    let Reports { policy_domain, host, .. } = reports;
    let (head, words) = match &reports.authorization {
        Authorization::Own => {
            (paint(GOOD, "accepted"), format!("{host} and {policy_domain} are of one organizational domain"))
        }
        Authorization::Given => (paint(GOOD, "accepted"), format!("{host} takes DMARC reports about {policy_domain}")),
        Authorization::Missing => {
            let lacking = match authorization_name(policy_domain, host) {
                Ok(name) => format!("it would have to publish `{} TXT \"v=DMARC1\"`", name.absolute()),
                Err(why) => format!("it cannot agree, since the name for that is none: {why}"),
            };
            let words = format!("{host} does not take DMARC reports about {policy_domain}: {lacking}");
            (paint(ERROR, "not accepted"), words)
        }
        Authorization::Unknown(question, reason) => {
            (paint(WARNING, "unknown"), format!("could not look up {question}: {reason}"))
        }
    };
    format!("{head}: {}\n", printable(&words))
}

/// The schema of `dmarc reports`.
pub fn reports_schema() -> Schema {
    schema_of::<Document>()
}

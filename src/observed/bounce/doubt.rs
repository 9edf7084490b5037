//! Signs that a bounce is forged: mail that looks like one, to make somebody open an attachment or follow a link.
//!
//! It is slow to suspect. A real bounce may lack any one thing; what is said here is said only of what no mail system
//! does, or where nothing at all leads back to a message of ours.

use super::address;
use super::fields::Fields;
use super::kind::is_server_name;
use super::mime::{Body, Part};
use super::model::{Doubt, Report, Returned};

/// What is odd about a message that says it is a bounce.
pub(super) fn doubts(root: &Part, reports: &[Report], returned: &Returned) -> Vec<Doubt> {
    let fields = &root.fields;
    let mut doubts = Vec::new();
    let mut doubt = |what: String| doubts.push(Doubt { what });
    for leaf in root.leaves() {
        if let Body::Other(kind) = &leaf.body
            && ["zip", "x-msdownload", "x-dosexec", "javascript", "x-rar", "x-7z", "octet-stream", "x-iso"]
                .iter()
                .any(|end| kind.ends_with(end))
        {
            doubt(format!(
                "it carries an attachment of type `{kind}`: mail systems return the message or its header, and nothing to open"
            ));
        }
    }
    let leads_back = !returned.is_empty()
        || fields.has("In-Reply-To")
        || fields.has("References")
        || reports.iter().any(|report| report.reporting_mta.is_some());
    let from = fields.decoded("From").unwrap_or_default();
    // Somebody who asks about a bounce quotes it, and forges nothing.
    let subject = fields.decoded("Subject").unwrap_or_default().to_lowercase();
    let claims = ["undeliver", "delivery", "returned mail", "failure notice", "mail failure"]
        .iter()
        .any(|words| subject.starts_with(words));
    if claims && !is_server_name(&from) && !leads_back {
        doubt("its author is no mail system, and nothing in it leads back to a message of yours: no returned header, no queue, no server that reports".to_owned());
    }
    if returned.is_empty()
        && let Some(reporter) = stranger(fields, reports)
    {
        doubt(format!(
            "the server that is said to report, {reporter}, is in none of its `Received` lines, and nothing of the message came back"
        ));
    }
    doubts
}

/// A reporting server whose organisation is nowhere on the way that the bounce took. Names inside a network do not count.
fn stranger(fields: &Fields, reports: &[Report]) -> Option<String> {
    let reporter = reports.iter().find_map(|report| report.reporting_mta.as_deref())?;
    let organisation = psl::domain_str(reporter)
        .filter(|name| psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known()))?;
    let way = fields
        .all("Received")
        .chain(fields.get("From"))
        .chain(fields.get("Message-ID"))
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let has_names = fields.all("Received").any(|value| value.contains("from "));
    let is_named = way.contains(&organisation.to_lowercase())
        || address::addresses(&way).iter().any(|found| found.address.ends_with(organisation));
    (has_names && !is_named).then(|| reporter.to_owned())
}

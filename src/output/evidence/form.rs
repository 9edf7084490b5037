//! What is pasted into a form or a mail, and where.

use jiff::Timestamp;

use super::bounce::{BounceEvidence, of_kind};
use crate::observed::bounce::{Bounce, CheckId, Report};

/// The codes in one text: `550 5.7.606`.
pub(super) fn code(report: &Report) -> String {
    let codes = [report.smtp_code.map(|code| code.to_string()), report.enhanced.map(|(code, _)| code.to_string())];
    let code = codes.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if code.is_empty() { "no code".to_owned() } else { code }
}

/// The time of the refusal: that in the answer itself, else that of the bounce.
pub(super) fn time(evidence: &BounceEvidence<'_>, index: usize, report: &Report) -> Option<(String, &'static str)> {
    let words = report.support.iter().map(String::as_str).chain(report.diagnostic.as_deref());
    let stated =
        words.flat_map(|text| text.split([' ', '[', ']', ','])).find_map(|word| word.parse::<Timestamp>().ok());
    let of_bounce = || Some((evidence.copies.get(index)?.date.clone()?, "the date of the bounce"));
    stated.map(|time| (seconds(time), "stated in the answer")).or_else(of_bounce)
}

/// A time without parts of a second.
pub(super) fn seconds(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}

/// What a support engineer finds the message by.
pub(super) fn ids(message: &Bounce, report: &Report) -> Vec<String> {
    let mut ids = report.support.clone();
    ids.extend(message.returned.message_id.clone());
    ids
}

pub(super) fn changed(changed: &[String]) -> String {
    if changed.is_empty() { "[say what was changed, and when]".to_owned() } else { changed.join("; ") }
}

/// The forms and addresses, by name, each once.
pub(super) fn places(all: &[(usize, &Bounce, &Report)]) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for (.., report) in all {
        let place = match &report.cause.contact {
            Some(contact) => format!("`{}`: {contact}", code(report)),
            None => format!("`{}`: no form is known for it; {}", code(report), report.cause.acts.words()),
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// The text to paste.
pub(super) fn text(evidence: &BounceEvidence<'_>) -> String {
    let mut text = String::new();
    for (index, message) in evidence.mail.messages.iter().enumerate() {
        for report in &message.reports {
            if !text.is_empty() {
                text.push_str("\n----\n\n");
            }
            text.push_str(&one(evidence, index, message, report));
        }
    }
    text
}

fn one(evidence: &BounceEvidence<'_>, index: usize, message: &Bounce, report: &Report) -> String {
    let domain = report.sender_domain.clone();
    let from = [report.sender_ip.map(|ip| ip.address.to_string()), domain.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let from = if from.is_empty() { String::new() } else { format!(" from {from}") };
    let mut lines = vec![format!("Our mail{from} was refused with {}.", code(report)), String::new()];
    lines.push(format!("Answer:    {}", flat(report.diagnostic.as_deref().unwrap_or("the bounce gives none"))));
    if let Some((time, of)) = time(evidence, index, report) {
        lines.push(format!("Time:      {time} ({of})"));
    }
    let ids = ids(message, report);
    if !ids.is_empty() {
        lines.push(format!("Ids:       {}", flat(&ids.join("  "))));
    }
    if let Some(ip) = report.sender_ip {
        lines.push(format!("Address:   {}", ip.address));
    }
    lines.extend(domain.map(|domain| format!("Domain:    {}", flat(&domain))));
    lines.extend(report.recipient.as_deref().map(|recipient| format!("Recipient: {}", flat(recipient))));
    for id in [CheckId::Spf, CheckId::Dkim, CheckId::Dmarc, CheckId::ReverseName, CheckId::BlockList] {
        lines.extend(of_kind(&report.checks, id).map(|check| format!("Checked:   {}", flat(&check.found))));
    }
    if !report.checks.is_empty() {
        lines.push(format!("           (at {})", seconds(evidence.dated)));
    }
    lines.push(format!("Changed:   {}", flat(&changed(evidence.changed))));
    lines.join("\n") + "\n"
}

/// On one line, and printable.
fn flat(text: &str) -> String {
    crate::output::printable::printable(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

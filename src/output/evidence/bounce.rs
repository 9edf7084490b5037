//! The folder for a bounce. Everything in it is made from the copy whose recipients are taken out.

use jiff::Timestamp;

use super::form;
use super::html::html;
use super::markdown::markdown;
use super::page::{File, Page, Piece};
use crate::observed::bounce::{Bearing, Bounce, Certainty, Check, CheckId, Copy, Mail, Report};
use crate::output::bounce as shown;

/// What there is to give away.
#[derive(Clone, Copy, Debug)]
pub struct BounceEvidence<'a> {
    /// The bounces, as they are read from the copies, with what was looked up.
    pub mail: &'a Mail,
    /// The copies.
    pub copies: &'a [Copy],
    /// The answers that the checks rest on, as a snapshot.
    pub answers: Option<&'a str>,
    /// When the checks were made.
    pub dated: Timestamp,
    /// What was changed since, in the words of whoever did.
    pub changed: &'a [String],
    /// How many addresses of recipients were taken out; none where they were asked for.
    pub redacted: Option<usize>,
}

/// The files, by name.
pub fn bounce(evidence: &BounceEvidence<'_>) -> Result<Vec<File>, askama::Error> {
    let page = page(evidence);
    let mut files = vec![File::new("REPORT.html", html(&page)?), File::new("REPORT.md", markdown(&page))];
    for (index, copy) in evidence.copies.iter().enumerate() {
        let number = if evidence.copies.len() > 1 { format!("-{}", index + 1) } else { String::new() };
        let end = if copy.has_header { "eml" } else { "txt" };
        files.push(File::new(format!("bounce{number}.{end}"), copy.text.clone()));
        if !copy.headers.is_empty() {
            files.push(File::new(format!("headers{number}.txt"), copy.headers.clone()));
        }
    }
    files.push(File::new("form.txt", form::text(evidence)));
    files.push(File::new("results.json", shown::json(evidence.mail)));
    files.extend(evidence.answers.map(|answers| File::new("answers.json", answers)));
    files.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(files)
}

fn page(evidence: &BounceEvidence<'_>) -> Page {
    let all: Vec<(usize, &Bounce, &Report)> = (evidence.mail.messages.iter().enumerate())
        .flat_map(|(index, message)| message.reports.iter().map(move |report| (index, message, report)))
        .collect();
    let mut page = Page { title: title(&all), sections: Vec::new() };
    for (place, (index, message, report)) in all.iter().enumerate() {
        let of = if all.len() > 1 { format!(" ({} of {})", place + 1, all.len()) } else { String::new() };
        page.section(format!("The refusal{of}"), vec![Piece::Rows(facts(evidence, *index, message, report))]);
        let answer = report.diagnostic.clone().unwrap_or_else(|| "the bounce gives no answer of a server".to_owned());
        page.section("What the server answered", vec![Piece::Block(answer)]);
        let mut means = vec![report.cause.title.clone(), report.cause.meaning.clone()];
        means.extend(report.conflict.clone());
        page.section("What that means", vec![Piece::Items(means)]);
        if !report.checks.is_empty() {
            let checks = report
                .checks
                .iter()
                .map(|check| format!("{}: {}; {}", check.bearing.words(), check.found, check.means));
            page.section("What DNS says now", vec![Piece::Items(checks.collect())]);
        }
    }
    page.section("Where to send it", vec![Piece::Items(form::places(&all)), Piece::Block(form::text(evidence))]);
    page.section("What is in this folder", vec![Piece::Items(contents(evidence))]);
    page
}

fn title(all: &[(usize, &Bounce, &Report)]) -> String {
    match all.first() {
        Some((.., report)) => format!("Mail refused by {}: {}", report.receiver.name(), form::code(report)),
        None => "No bounce".to_owned(),
    }
}

/// In the order in which a support engineer reads.
fn facts(
    evidence: &BounceEvidence<'_>,
    index: usize,
    message: &Bounce,
    report: &Report,
) -> Vec<(&'static str, String)> {
    let unknown = || "not in the bounce".to_owned();
    let mut rows = vec![("code", format!("`{}`", form::code(report)))];
    rows.push((
        "time (UTC)",
        form::time(evidence, index, report).map_or_else(unknown, |(time, of)| format!("`{time}` ({of})")),
    ));
    let ids = form::ids(message, report);
    rows.push((
        "ids",
        if ids.is_empty() {
            unknown()
        } else {
            ids.iter().map(|id| format!("`{}`", id.replace('`', "'"))).collect::<Vec<_>>().join(", ")
        },
    ));
    rows.push((
        "sending address",
        match report.sender_ip {
            Some(ip) => {
                let sure = match ip.certainty {
                    Certainty::Stated => "the receiver states it",
                    Certainty::Likely => "likely",
                    Certainty::Guess => "a guess",
                };
                format!("`{}` ({sure}: {})", ip.address, report.sender_ip_evidence)
            }
            None => report.sender_ip_evidence.clone(),
        },
    ));
    rows.extend(message.returned.helo.clone().map(|helo| ("HELO", helo)));
    rows.push(("sending domain", report.sender_domain.clone().unwrap_or_else(unknown)));
    rows.extend(report.recipient.clone().map(|recipient| ("recipient", recipient)));
    rows.push(("receiver", report.receiver.name().to_owned()));
    for (label, seen, id) in [
        ("SPF", &report.verdicts.spf, CheckId::Spf),
        ("DKIM", &report.verdicts.dkim, CheckId::Dkim),
        ("DMARC", &report.verdicts.dmarc, CheckId::Dmarc),
        ("reverse name", &None, CheckId::ReverseName),
        ("block list", &None, CheckId::BlockList),
    ] {
        let mut told: Vec<String> = seen.iter().map(|seen| format!("the receiver found `{seen}`")).collect();
        told.extend(of_kind(&report.checks, id).map(|check| format!("now: {}", check.found)));
        if !told.is_empty() {
            rows.push((label, told.join("; ")));
        }
    }
    if !report.checks.is_empty() {
        rows.push(("looked up at (UTC)", format!("`{}`", form::seconds(evidence.dated))));
    }
    rows.push(("what was changed", form::changed(evidence.changed)));
    rows
}

pub(super) fn of_kind(checks: &[Check], id: CheckId) -> impl Iterator<Item = &Check> {
    checks.iter().filter(move |check| check.id == id && check.bearing != Bearing::Unknown)
}

fn contents(evidence: &BounceEvidence<'_>) -> Vec<String> {
    let taken = match evidence.redacted {
        Some(0) => "no address of a recipient was found in it".to_owned(),
        Some(1) => "the address of the recipient is taken out".to_owned(),
        Some(number) => format!("{number} addresses of recipients are taken out"),
        None => "recipients are as they were".to_owned(),
    };
    let mut lines = vec![
        format!("the bounce, every part as UTF-8, attachments and the body of the message left out; {taken}"),
        "`headers.txt`: the headers alone".to_owned(),
        "`form.txt`: what to paste into a form, or a mail".to_owned(),
        "`results.json`: the same for programs".to_owned(),
    ];
    if evidence.answers.is_some() {
        lines.push("`answers.json`: each answer of DNS; `mailvouch bounce --answers answers.json` gives the same result without asking".to_owned());
    }
    lines
}

//! The JSON of `bounce` (`docs/formats/bounce.md`), version 1.

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::observed::bounce::{Bounce, Check, CodeFrom, Container, Entry, Form, Kind, Mail, Report};
use crate::output::json::{pretty, reason};
use crate::output::schema::schema_of;
use crate::published::{Failure, Question};

#[derive(JsonSchema, Serialize)]
struct Document<'a> {
    version: u32,
    /// Where the reports come from: delivery-status fields, or text.
    format: &'static str,
    container: &'static str,
    messages: Vec<Message<'a>>,
    reports: Vec<Reported<'a>>,
    checks: Vec<Checked<'a>>,
}

#[derive(JsonSchema, Serialize)]
struct Message<'a> {
    kind: &'static str,
    subject: Option<&'a str>,
    generator: Option<&'static str>,
    /// Why it may be a forgery.
    doubts: Vec<&'a str>,
    returned: Returned<'a>,
}

#[derive(JsonSchema, Serialize)]
struct Returned<'a> {
    from: Option<&'a str>,
    return_path: Option<&'a str>,
    to: &'a [String],
    message_id: Option<&'a str>,
    subject: Option<&'a str>,
    helo: Option<&'a str>,
    signatures: Vec<Signature<'a>>,
}

#[derive(JsonSchema, Serialize)]
struct Signature<'a> {
    domain: &'a str,
    selector: &'a str,
}

#[derive(JsonSchema, Serialize)]
struct Reported<'a> {
    /// Which of the messages tells it.
    message: usize,
    recipient: Option<&'a str>,
    original_recipient: Option<&'a str>,
    action: Option<&'static str>,
    status: Option<&'a str>,
    enhanced_code: Option<String>,
    enhanced_code_from: Option<&'static str>,
    smtp_code: Option<u16>,
    diagnostic: Option<&'a str>,
    reporting_mta: Option<&'a str>,
    remote_mta: Option<&'a str>,
    receiver: &'static str,
    receiver_evidence: &'a str,
    sender_ip: Option<String>,
    sender_ip_certainty: Option<&'static str>,
    sender_ip_evidence: &'a str,
    sender_domain: Option<&'a str>,
    verdicts: Verdicts<'a>,
    reason: &'static str,
    direction: &'static str,
    acts: &'static str,
    title: &'static str,
    meaning: &'static str,
    /// What becomes of the mail: `resend`, `retried`, `given-up`, `arrived`, `unknown`.
    outcome: &'static str,
    conflict: Option<&'a str>,
    /// The other reading, where code and words disagree.
    other: Option<Reading>,
    remedies: &'static [String],
    contact: Option<&'static str>,
    beware: Option<&'static str>,
    support: &'a [String],
    sources: Vec<Source>,
}

#[derive(JsonSchema, Serialize)]
struct Verdicts<'a> {
    spf: Option<&'a str>,
    dkim: Option<&'a str>,
    dmarc: Option<&'a str>,
}

#[derive(JsonSchema, Serialize)]
struct Reading {
    reason: &'static str,
    direction: &'static str,
    acts: &'static str,
    title: &'static str,
    meaning: &'static str,
    remedies: &'static [String],
    contact: Option<&'static str>,
}

#[derive(JsonSchema, Serialize)]
struct Source {
    source: &'static str,
    date: &'static str,
}

#[derive(JsonSchema, Serialize)]
struct Checked<'a> {
    /// Which of the reports it is about.
    report: usize,
    id: &'static str,
    subject: &'a str,
    /// What it has to do with this bounce: `helps`, `hurts`, `says-nothing`, `unknown`.
    bearing: &'static str,
    found: &'a str,
    means: &'a str,
    failed: Vec<Failed>,
}

#[derive(JsonSchema, Serialize)]
struct Failed {
    name: String,
    r#type: String,
    reason: &'static str,
}

/// All of it.
pub fn json(mail: &Mail) -> String {
    let reports: Vec<(usize, &Report)> = mail
        .messages
        .iter()
        .enumerate()
        .flat_map(|(index, message)| message.reports.iter().map(move |report| (index, report)))
        .collect();
    let is_dsn = mail.messages.iter().any(|message| message.form == Form::Dsn);
    let checks = reports
        .iter()
        .enumerate()
        .flat_map(|(index, (_, report))| report.checks.iter().map(move |check| checked(index, check)));
    pretty(&Document {
        version: 1,
        format: if is_dsn { "dsn" } else { "text" },
        container: match mail.container {
            Container::Message => "message",
            Container::Mbox => "mbox",
            Container::Outlook => "outlook",
            Container::Text => "text",
        },
        messages: mail.messages.iter().map(message).collect(),
        checks: checks.collect(),
        reports: reports.iter().map(|(index, report)| recipient(*index, report)).collect(),
    })
}

fn checked(report: usize, check: &Check) -> Checked<'_> {
    let failed = |(question, failure): &(Question, Failure)| Failed {
        name: question.name.to_string(),
        r#type: question.rtype.to_string(),
        reason: reason(failure.reason),
    };
    Checked {
        report,
        id: check.id.name(),
        subject: &check.subject,
        bearing: check.bearing.name(),
        found: &check.found,
        means: &check.means,
        failed: check.failed.iter().map(failed).collect(),
    }
}

fn message(message: &Bounce) -> Message<'_> {
    let returned = &message.returned;
    Message {
        kind: match message.kind {
            Kind::Bounce => "bounce",
            Kind::Delivered => "delivered",
            Kind::Feedback => "feedback-report",
            Kind::Disposition => "disposition-notification",
            Kind::AutoReply => "auto-reply",
            Kind::AggregateReport => "aggregate-report",
            Kind::Other => "other",
        },
        subject: message.subject.as_deref(),
        generator: message.generator,
        doubts: message.doubts.iter().map(|doubt| doubt.what.as_str()).collect(),
        returned: Returned {
            from: returned.from.as_deref(),
            return_path: returned.return_path.as_deref(),
            to: &returned.to,
            message_id: returned.message_id.as_deref(),
            subject: returned.subject.as_deref(),
            helo: returned.helo.as_deref(),
            signatures: returned.signatures.iter().map(|(domain, selector)| Signature { domain, selector }).collect(),
        },
    }
}

fn recipient(message: usize, report: &Report) -> Reported<'_> {
    let cause: &'static Entry = report.cause;
    let source = |entry: &'static Entry| Source { source: &entry.source, date: &entry.date };
    Reported {
        message,
        recipient: report.recipient.as_deref(),
        original_recipient: report.original_recipient.as_deref(),
        action: report.action.map(crate::observed::bounce::Action::name),
        status: report.status.as_deref(),
        enhanced_code: report.enhanced.map(|(code, _)| code.to_string()),
        enhanced_code_from: report.enhanced.map(|(_, from): (_, CodeFrom)| from.name()),
        smtp_code: report.smtp_code,
        diagnostic: report.diagnostic.as_deref(),
        reporting_mta: report.reporting_mta.as_deref(),
        remote_mta: report.remote_mta.as_deref(),
        receiver: report.receiver.id(),
        receiver_evidence: &report.receiver_evidence,
        sender_ip: report.sender_ip.map(|ip| ip.address.to_string()),
        sender_ip_certainty: report.sender_ip.map(|ip| ip.certainty.name()),
        sender_ip_evidence: &report.sender_ip_evidence,
        sender_domain: report.sender_domain.as_deref(),
        verdicts: Verdicts {
            spf: report.verdicts.spf.as_deref(),
            dkim: report.verdicts.dkim.as_deref(),
            dmarc: report.verdicts.dmarc.as_deref(),
        },
        reason: &cause.reason,
        direction: cause.direction.id(),
        acts: cause.acts.id(),
        title: &cause.title,
        meaning: &cause.meaning,
        outcome: report.outcome.name(),
        conflict: report.conflict.as_deref(),
        other: report.other.map(|other| Reading {
            reason: &other.reason,
            direction: other.direction.id(),
            acts: other.acts.id(),
            title: &other.title,
            meaning: &other.meaning,
            remedies: &other.remedies,
            contact: other.contact.as_deref(),
        }),
        remedies: &cause.remedies,
        contact: cause.contact.as_deref(),
        beware: cause.beware.as_deref(),
        support: &report.support,
        sources: std::iter::once(source(cause)).chain(report.other.map(source)).collect(),
    }
}

/// The schema of `bounce`.
pub fn schema() -> Schema {
    schema_of::<Document<'_>>()
}

//! What a message is that may be no bounce at all.

use super::fields::{Fields, media_type};
use super::mime::{Body, Part};
use super::model::Kind;

/// What a message is, apart from whether it is a bounce.
pub(super) fn other_kind(root: &Part) -> Option<Kind> {
    let leaves = root.leaves();
    let report_type = root
        .fields
        .get("Content-Type")
        .and_then(|value| super::fields::parameter(value, "report-type"))
        .unwrap_or_default()
        .to_ascii_lowercase();
    if leaves.iter().any(|leaf| matches!(leaf.body, Body::Feedback)) || report_type == "feedback-report" {
        return Some(Kind::Feedback);
    }
    // Outlook.com's program for complaints sends the message back, with whom it was for.
    if leaves
        .iter()
        .any(|leaf| matches!(&leaf.body, Body::Message(message) if message.fields.has("X-HmXmrOriginalRecipient")))
    {
        return Some(Kind::Feedback);
    }
    let has_status = leaves.iter().any(|leaf| matches!(leaf.body, Body::Status(_)));
    if !has_status && leaves.iter().any(|leaf| matches!(leaf.body, Body::Disposition)) {
        return Some(Kind::Disposition);
    }
    let subject = root.fields.decoded("Subject").unwrap_or_default().to_ascii_lowercase();
    let is_report = subject.starts_with("report domain:")
        || root.fields.get("Content-Type").is_some_and(|value| value.contains("tlsrpt"));
    (is_report && !has_status).then_some(Kind::AggregateReport)
}

/// Whether a message that tells of no failure is an answer that a program wrote.
pub(super) fn is_auto_reply(fields: &Fields) -> bool {
    let says = |name: &str, words: &[&str]| {
        fields.get(name).is_some_and(|value| words.iter().any(|word| value.to_ascii_lowercase().contains(word)))
    };
    says("Auto-Submitted", &["auto-replied", "auto-generated"])
        || says("Precedence", &["auto_reply", "auto-reply", "autoreply"])
        || fields.has("X-Autoreply")
        || fields.has("X-Autorespond")
        || fields.has("X-Auto-Response-Suppress")
        || says("X-Mailer", &["vacation"])
        || says("Subject", &["auto:", "automatic reply", "out of office", "autoreply", "auto-reply", "vacation"])
}

/// Whether the header is that of a message which a mail server wrote about another one.
pub(super) fn is_from_a_server(fields: &Fields) -> bool {
    let from = fields.get("From").unwrap_or_default().to_ascii_lowercase();
    let path = fields.get("Return-Path").map(str::trim);
    fields.has("X-Failed-Recipients")
        || fields.has("X-MS-Exchange-Message-Is-Ndr")
        || path.is_some_and(|path| path == "<>" || path.to_ascii_lowercase().contains("mailer-daemon"))
        || is_server_name(&from)
        || fields.get("Content-Type").is_some_and(|value| media_type(value) == "multipart/report")
}

/// Whether an author is one that servers write as.
pub(super) fn is_server_name(from: &str) -> bool {
    let from = from.trim().to_ascii_lowercase();
    from.is_empty()
        || from == "<>"
        || [
            "mailer-daemon",
            "mailer_daemon",
            "mailerdaemon",
            "postmaster",
            "post_master",
            "mail delivery",
            "mail.delivery",
            "mail-daemon",
            "microsoftexchange",
            "system administrator",
            "no-reply@sns.amazonaws.com",
        ]
        .iter()
        .any(|name| from.contains(name))
}

/// The program that wrote a bounce, by its marks.
pub(super) fn generator(fields: &Fields, text: &str, status: &str) -> Option<&'static str> {
    let received = || fields.all("Received").collect::<Vec<_>>().join("\n");
    let has = |mark: &str| text.contains(mark) || status.contains(mark);
    if fields.has("X-MS-Exchange-Message-Is-Ndr")
        || has(".prod.outlook.com") && (has("Generating server") || has("X-Display-Name"))
    {
        return Some("Exchange Online");
    }
    let marks: [(&str, &str); 14] = [
        ("X-Postfix-Queue-ID", "Postfix"),
        ("This is the mail system at host", "Postfix"),
        ("This is the Postfix program", "Postfix"),
        ("Transcript of session follows", "Sendmail"),
        ("This is the qmail-send program", "qmail"),
        ("This message was created automatically by mail delivery software", "Exim"),
        ("SMTP error from remote mail server", "Exim"),
        ("This is the DragonFly Mail Agent", "DragonFly Mail Agent"),
        ("This is the MAILER-DAEMON, please DO NOT REPLY", "OpenSMTPD"),
        ("This is the Courier Mail Server", "Courier"),
        ("This is a delivery status notification from", "Courier"),
        ("X-Notes;", "Domino"),
        ("#SMTP#", "Exchange"),
        ("MSEXCH:", "Exchange"),
    ];
    marks.iter().find(|(mark, _)| has(mark)).map(|(_, name)| *name).or_else(|| {
        let from = fields.get("From").unwrap_or_default();
        if from.contains("@googlemail.com") || from.contains("@google.com") {
            return Some("Gmail");
        }
        let received = received();
        [("Postfix", "Postfix"), ("Exim", "Exim"), ("qmail", "qmail")]
            .iter()
            .find(|(mark, _)| received.contains(&format!("({mark}")) && fields.has("Auto-Submitted"))
            .map(|(_, name)| *name)
    })
}

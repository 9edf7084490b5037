//! A bounce for the person whose mail is down: the verdict, whose doing it is and what to do now; then what that rests
//! on; then all remedies with their sources, and what not to believe.

use crate::observed::bounce::{Acts, Bearing, Bounce, Certainty, Check, Entry, Kind, Mail, Outcome, Report};
use crate::output::columns::{line_width, wrap};
use crate::output::printable::printable;
use crate::output::prose::Prose;
use crate::output::style::{CODE, DIM, ERROR, GOOD, INFO, STRONG, WARNING, paint};
use crate::output::words::count;

/// Columns of the words in front of what is told.
const LABEL: usize = 16;
/// Columns of an answer that is shown whole; a message could put anything there.
const ANSWER: usize = 1_200;

/// All of it.
pub fn human(mail: &Mail) -> String {
    let several = mail.messages.len() > 1;
    let mut text = String::new();
    for (index, message) in mail.messages.iter().enumerate() {
        if several {
            let subject = message.subject.as_deref().unwrap_or("no subject");
            text.push_str(&format!(
                "{}\n\n",
                paint(DIM, &format!("message {} of {}: {}", index + 1, mail.messages.len(), printable(subject)))
            ));
        }
        text.push_str(&one(message));
        if index + 1 < mail.messages.len() {
            text.push('\n');
        }
    }
    text
}

fn one(message: &Bounce) -> String {
    if message.reports.is_empty() {
        return no_bounce(message.kind);
    }
    let mut text = String::new();
    for doubt in &message.doubts {
        text.push_str(&line(&paint(WARNING, "beware"), 6, &format!("this bounce may be forged: {}", doubt.what)));
    }
    if !message.doubts.is_empty() {
        text.push('\n');
    }
    for (index, group) in groups(&message.reports).iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text.push_str(&told(message, group));
    }
    text
}

/// Reports that differ in their recipient only are told once.
fn groups(reports: &[Report]) -> Vec<Vec<&Report>> {
    let mut groups: Vec<Vec<&Report>> = Vec::new();
    for report in reports {
        let same = |other: &&Report| {
            std::ptr::eq(other.cause, report.cause)
                && other.conflict == report.conflict
                && other.enhanced == report.enhanced
                && other.smtp_code == report.smtp_code
                && other.sender_ip == report.sender_ip
                && other.outcome == report.outcome
        };
        match groups.iter_mut().find(|group| group.first().is_some_and(same)) {
            Some(group) => group.push(report),
            None => groups.push(vec![report]),
        }
    }
    groups
}

fn told(message: &Bounce, group: &[&Report]) -> String {
    let Some(&report) = group.first() else { return String::new() };
    let cause = report.cause;
    let (word, style) = match report.outcome {
        Outcome::Arrived => ("delivered", GOOD),
        Outcome::Retried => ("delayed", WARNING),
        Outcome::GivenUp | Outcome::Resend | Outcome::Unknown => ("bounced", ERROR),
    };
    let mut text = line(&paint(style, word), word.len(), &cause.title);
    if let Some(recipients) = recipients(group) {
        text.push_str(&row("mail to", &recipients));
    }
    text.push_str(&row("code", &code(report)));
    if let Some(conflict) = &report.conflict {
        text.push_str(&line(&paint(WARNING, "beware"), 6, conflict));
    }
    let mut add = |label: &str, words: &str| text.push_str(&row(label, words));
    add("whose doing", cause.direction.words());
    add("who acts", cause.acts.words());
    if let Some(first) = cause.remedies.first() {
        add("do now", first);
    }
    add("the mail", becomes(report.outcome, cause.acts));
    text.push('\n');
    text.push_str(&format!("{}\n", paint(STRONG, "What this rests on")));
    text.push_str(&evidence(message, report));
    text.push_str(&checks(&report.checks));
    text.push('\n');
    text.push_str(&remedies(
        cause,
        if report.other.is_some() { "What helps, if the code is right" } else { "What helps" },
    ));
    if let Some(other) = report.other {
        text.push('\n');
        text.push_str(&remedies(other, "What helps, if the words are right"));
    }
    text
}

/// Who did not get the mail.
fn recipients(group: &[&Report]) -> Option<String> {
    let mut recipients: Vec<&str> = group.iter().filter_map(|report| report.recipient.as_deref()).collect();
    recipients.dedup();
    match recipients.as_slice() {
        [] => None,
        [first, ..] if recipients.len() > 3 => Some(format!("{first} and {} more", recipients.len() - 1)),
        several => Some(several.join(", ")),
    }
}

fn code(report: &Report) -> String {
    let codes = [report.smtp_code.map(|code| code.to_string()), report.enhanced.map(|(code, _)| code.to_string())];
    let code = codes.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if code.is_empty() { "no code".to_owned() } else { code }
}

fn becomes(outcome: Outcome, acts: Acts) -> &'static str {
    match outcome {
        Outcome::Resend if acts == Acts::User => {
            "has not arrived and will not: a 5yz is final; correct it, and send it again"
        }
        Outcome::Resend => "has not arrived and will not: a 5yz is final; send it again once the cause is gone",
        Outcome::Retried => "is still on its way: the server tries on by itself; do not send it again",
        Outcome::GivenUp => {
            "has not arrived: the server tried until its time was up; send it again once the cause is gone"
        }
        Outcome::Arrived => "has arrived",
        Outcome::Unknown => "the bounce does not say whether somebody tries on; take it for lost",
    }
}

fn evidence(message: &Bounce, report: &Report) -> String {
    let mut text = String::new();
    let mut add = |label: &str, words: &str| text.push_str(&row(label, words));
    match &report.diagnostic {
        Some(said) => add("it said", &quoted(said)),
        None => add("it said", "nothing: the bounce gives no answer of a server"),
    }
    add("it means", &report.cause.meaning);
    let (mut receiver, remote) =
        (format!("{}, {}", report.receiver.name(), report.receiver_evidence), report.remote_mta.as_deref());
    if let Some(remote) = remote {
        receiver = format!("{receiver}; server {remote}");
    }
    add("who refused", &receiver);
    let status = report
        .status
        .as_deref()
        .filter(|status| report.enhanced.is_some_and(|(code, _)| !status.starts_with(&code.to_string())));
    if let Some(status) = status {
        add("status field", &format!("{status}: the answer itself is more precise"));
    }
    let address = match report.sender_ip {
        None => report.sender_ip_evidence.clone(),
        Some(ip) => {
            let sure = match ip.certainty {
                Certainty::Stated => "",
                Certainty::Likely => "probably ",
                Certainty::Guess => "perhaps ",
            };
            format!("{sure}{}: {}", ip.address, report.sender_ip_evidence)
        }
    };
    add("sending address", &address);
    if let Some(domain) = &report.sender_domain {
        add("sending domain", domain);
    }
    let verdicts = [("SPF", &report.verdicts.spf), ("DKIM", &report.verdicts.dkim), ("DMARC", &report.verdicts.dmarc)];
    let verdicts: Vec<String> =
        verdicts.into_iter().filter_map(|(name, verdict)| Some(format!("{name} {}", verdict.as_deref()?))).collect();
    if !verdicts.is_empty() {
        add("it found", &verdicts.join(", "));
    }
    let signatures: Vec<String> = message
        .returned
        .signatures
        .iter()
        .map(|(domain, selector)| format!("{domain} (selector {selector})"))
        .collect();
    if !signatures.is_empty() {
        add("signed by", &signatures.join(", "));
    }
    if let Some(reporter) = &report.reporting_mta {
        let generator = message.generator.map(|name| format!(" ({name})")).unwrap_or_default();
        add("bounce written", &format!("by {reporter}{generator}"));
    }
    if !report.support.is_empty() {
        add("for support", &report.support.join(" "));
    }
    text
}

/// What was looked up, and what it has to do with the bounce: what hurts first.
fn checks(checks: &[Check]) -> String {
    if checks.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", paint(STRONG, "What DNS says now"));
    for bearing in [Bearing::Hurts, Bearing::Unknown, Bearing::Helps, Bearing::SaysNothing] {
        for check in checks.iter().filter(|check| check.bearing == bearing) {
            text.push_str(&row(bearing.words(), &format!("{}; {}", check.found, check.means)));
        }
    }
    text
}

pub(super) fn remedies(entry: &Entry, heading: &str) -> String {
    let mut text = format!("{}\n", paint(STRONG, heading));
    for (index, remedy) in entry.remedies.iter().enumerate() {
        text.push_str(&hanging(&format!("  {}. ", index + 1), remedy));
    }
    if let Some(contact) = &entry.contact {
        text.push_str(&row("where", contact));
    }
    if let Some(beware) = &entry.beware {
        text.push_str(&row("do not believe", beware));
    }
    text.push_str(&row("source", &format!("{} ({})", entry.source, entry.date)));
    text
}

/// What is said of a message that tells of no failure.
fn no_bounce(kind: Kind) -> String {
    let (is, advice) = match kind {
        Kind::Feedback => (
            "this is no bounce: it is a feedback report (ARF, RFC 5965)",
            "Somebody complained of a message that arrived, or its authentication was reported. Take the address off the list that it is about.",
        ),
        Kind::Disposition => (
            "this is no bounce: it is a disposition notification (RFC 8098)",
            "The message arrived; it tells that it was shown, or deleted.",
        ),
        Kind::AutoReply => ("this is no bounce: a program answered in somebody's place", "The message arrived."),
        Kind::AggregateReport => (
            "this is no bounce: it is an aggregate report of DMARC or TLS",
            "It counts what a receiver saw in a day. Nothing is to be answered.",
        ),
        Kind::Bounce | Kind::Delivered | Kind::Other => (
            "nothing in this message says that mail did not arrive",
            "There is no reply code, no status, no list of recipients in it. If it is about a bounce, give the bounce itself: save it as `.eml` or `.msg`, or paste its text.",
        ),
    };
    line(&paint(INFO, "no bounce"), 9, is) + &row("", advice)
}

/// Words after a word in a style.
fn line(head: &str, width: usize, words: &str) -> String {
    let mut text = String::new();
    let room = line_width().saturating_sub(width + 2);
    for (index, piece) in wrap(&printable(words), room).into_iter().enumerate() {
        if index == 0 {
            text.push_str(&format!("{head}: {}\n", paint(STRONG, &piece)));
        } else {
            text.push_str(&format!("{:width$}  {}\n", "", paint(STRONG, &piece)));
        }
    }
    text
}

/// `label  words`, the words wrapped under themselves. They may be anybody's.
pub(super) fn row(label: &str, words: &str) -> String {
    hanging(&format!("  {label:LABEL$} "), words)
}

pub(super) fn hanging(head: &str, words: &str) -> String {
    let mut text = String::new();
    let width = head.chars().count();
    for (index, piece) in wrap(&printable(words), line_width().saturating_sub(width)).into_iter().enumerate() {
        let shown: String = Prose::of(&piece)
            .pieces
            .iter()
            .map(|piece| if piece.is_code { paint(CODE, &piece.text) } else { piece.text.clone() })
            .collect();
        if index == 0 {
            text.push_str(&format!("{}{shown}\n", paint(DIM, head)));
        } else {
            text.push_str(&format!("{:width$}{shown}\n", ""));
        }
    }
    text
}

/// Somebody's words, cut where nobody reads on.
fn quoted(said: &str) -> String {
    let mut text: String = said.chars().take(ANSWER).collect();
    if text.len() < said.len() {
        text.push_str(&format!(" … ({} more)", count(said.chars().count() - ANSWER, "character")));
    }
    text.replace('`', "'")
}

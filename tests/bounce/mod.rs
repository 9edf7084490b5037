//! Bounces: what is read out of them, and what is said of them.

mod catalogue;
mod forms;
mod hostile;
mod outlook;
mod own;
mod page;
mod readings;
mod vectors;

use mailvouch::observed::bounce::{Bounce, Mail, Report, read};

/// Reads one that has to be readable.
fn mail(bytes: &[u8]) -> Mail {
    read(bytes).unwrap_or_else(|error| panic!("{error}"))
}

/// The only message of a mail.
fn message(text: &str) -> Bounce {
    let mut mail = mail(text.as_bytes());
    assert_eq!(mail.messages.len(), 1);
    mail.messages.remove(0)
}

/// The only report of the only message.
fn report(text: &str) -> Report {
    let mut message = message(text);
    assert_eq!(message.reports.len(), 1, "{:#?}", message.reports);
    message.reports.remove(0)
}

/// `550 5.7.708`, with a dash for what is lacking.
fn codes(report: &Report) -> String {
    let code = report.smtp_code.map_or("-".to_owned(), |code| code.to_string());
    let enhanced = report.enhanced.map_or("-".to_owned(), |(code, _)| code.to_string());
    format!("{code} {enhanced}")
}

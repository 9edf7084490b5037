//! What is known of a bounce once it is read. Whoever looks further (DNS, block lists, registration data) starts here.

use std::net::IpAddr;

use super::catalogue::{Entry, Receiver};
use super::check::Check;
use super::code::Enhanced;

/// One input: a file, or what was pasted.
#[derive(Clone, Debug)]
pub struct Mail {
    /// What it came in.
    pub container: Container,
    /// The messages in it, in their order; never empty.
    pub messages: Vec<Bounce>,
}

/// What a message came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// A message as it travels, `.eml`.
    Message,
    /// A mailbox of several, each behind a line that begins with `From `.
    Mbox,
    /// A file of Outlook, `.msg`.
    Outlook,
    /// Text without headers, as it is pasted.
    Text,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Bounce {
    /// What it is.
    pub kind: Kind,
    /// Where the reports come from.
    pub form: Form,
    /// Its own subject, decoded.
    pub subject: Option<String>,
    /// The program that wrote it, where that can be told.
    pub generator: Option<&'static str>,
    /// One per recipient; empty for what is no bounce.
    pub reports: Vec<Report>,
    /// The message that did not arrive, as far as it came back.
    pub returned: Returned,
    /// Why it may be a forgery.
    pub doubts: Vec<Doubt>,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It says that mail did not arrive, or arrives late.
    Bounce,
    /// It says that mail arrived.
    Delivered,
    /// A complaint or an authentication report (RFC 5965).
    Feedback,
    /// Somebody opened, or deleted, the message (RFC 8098).
    Disposition,
    /// An answer that a program wrote in somebody's absence.
    AutoReply,
    /// An aggregate report of DMARC or TLS.
    AggregateReport,
    /// Nothing in it says that mail did not arrive.
    Other,
}

/// Where reports come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Delivery-status fields (RFC 3464).
    Dsn,
    /// What was written for people.
    Text,
}

/// What became of the mail to one recipient.
#[derive(Clone, Debug)]
pub struct Report {
    /// The address that it was for.
    pub recipient: Option<String>,
    /// The address that the sender had written, where it differs.
    pub original_recipient: Option<String>,
    /// What was done.
    pub action: Option<Action>,
    /// The `Status` field as it stands. It is often less than the answer of the receiver says.
    pub status: Option<String>,
    /// The code that tells the cause, and where it stands.
    pub enhanced: Option<(Enhanced, CodeFrom)>,
    /// The reply code of the receiver: 550.
    pub smtp_code: Option<u16>,
    /// The answer of the receiver, unfolded, or the words in place of one.
    pub diagnostic: Option<String>,
    /// Who wrote the bounce.
    pub reporting_mta: Option<String>,
    /// Who refused.
    pub remote_mta: Option<String>,
    /// Whose rules apply.
    pub receiver: Receiver,
    /// By what the receiver was recognised.
    pub receiver_evidence: String,
    /// The address that the receiver saw.
    pub sender_ip: Option<SenderIp>,
    /// Where that address stands, or that there is none.
    pub sender_ip_evidence: String,
    /// The domain that the mail was from.
    pub sender_domain: Option<String>,
    /// SPF, DKIM and DMARC as the receiver saw them.
    pub verdicts: Verdicts,
    /// The cause, as the catalogue has it: by code and words.
    pub cause: &'static Entry,
    /// The other reading, where code and words say different things.
    pub other: Option<&'static Entry>,
    /// What the disagreement is.
    pub conflict: Option<String>,
    /// What becomes of the mail.
    pub outcome: Outcome,
    /// What a support case wants to have, word for word: `AS(7230)`, host and time of the refusal.
    pub support: Vec<String>,
    /// What was looked up because of it; nothing until somebody does.
    pub checks: Vec<Check>,
}

/// What was done with the mail (RFC 3464, section 2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It will not arrive.
    Failed,
    /// It has not arrived yet.
    Delayed,
    /// It arrived.
    Delivered,
    /// It went on to a server that sends no reports.
    Relayed,
    /// It went on to several recipients.
    Expanded,
}

impl Action {
    /// Its name in the field.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

/// Where a code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFrom {
    /// In the answer of the receiver.
    Diagnostic,
    /// In the `Status` field, since the answer has none.
    Status,
    /// In what was written for people.
    Text,
}

impl CodeFrom {
    /// Its name in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Diagnostic => "diagnostic",
            Self::Status => "status",
            Self::Text => "text",
        }
    }
}

/// The address that a receiver saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderIp {
    /// The address.
    pub address: IpAddr,
    /// How far it can be relied on.
    pub certainty: Certainty,
}

/// How far something can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The receiver says so in its answer.
    Stated,
    /// A header says so that a receiver wrote.
    Likely,
    /// It is concluded from the way that the message took.
    Guess,
}

impl Certainty {
    /// Its name in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Likely => "likely",
            Self::Guess => "guess",
        }
    }
}

/// What the receiver found, where its answer says so: `pass`, `fail`, `none`, in small letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// SPF.
    pub spf: Option<String>,
    /// DKIM.
    pub dkim: Option<String>,
    /// DMARC.
    pub dmarc: Option<String>,
}

impl Verdicts {
    /// Whether the answer says nothing of them.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What becomes of the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is gone: 5yz is permanent (RFC 5321, section 4.2.1).
    Resend,
    /// The server that wrote the bounce tries on.
    Retried,
    /// The failure was temporary, but nobody tries on: the time in the queue is over.
    GivenUp,
    /// It arrived.
    Arrived,
    /// The bounce does not say.
    Unknown,
}

impl Outcome {
    /// Its name in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::Retried => "retried",
            Self::GivenUp => "given-up",
            Self::Arrived => "arrived",
            Self::Unknown => "unknown",
        }
    }
}

/// The message that did not arrive, as far as it came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// The address in its `From`.
    pub from: Option<String>,
    /// The address that bounces go to.
    pub return_path: Option<String>,
    /// Its `Message-ID`.
    pub message_id: Option<String>,
    /// Its `Subject`, decoded.
    pub subject: Option<String>,
    /// Who signed it: domain and selector of each DKIM signature.
    pub signatures: Vec<(String, String)>,
    /// What it was sent to.
    pub to: Vec<String>,
    /// The name that the sending server gave itself, where a header tells.
    pub helo: Option<String>,
}

impl Returned {
    /// Whether nothing of it came back.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A reason to think that a bounce is forged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// What is odd, as a sentence without a full stop.
    pub what: String,
}

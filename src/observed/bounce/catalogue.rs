//! What codes and words of receivers mean, and what helps: data (`catalogue.toml`, and
//! `catalogue_any.toml` for what anybody may answer), compiled in. Every entry says where
//! it was read and when.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer};

use super::code::Enhanced;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    // Both are part of the program, and read by its tests.
    let read =
        |text: &str| toml::from_str::<Catalogue>(text).unwrap_or_else(|error| unreachable!("the catalogue: {error}"));
    let mut catalogue = read(include_str!("catalogue.toml"));
    catalogue.entry.extend(read(include_str!("catalogue_any.toml")).entry);
    catalogue
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    #[serde(default)]
    receiver: Vec<ReceiverInfo>,
    entry: Vec<Entry>,
}

/// Whose rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Receiver {
    /// Exchange Online and Exchange Online Protection.
    #[serde(rename = "microsoft-365")]
    Microsoft365,
    /// Outlook.com, Hotmail, Live, MSN.
    #[serde(rename = "outlook.com")]
    OutlookCom,
    /// Gmail and Google Workspace.
    #[serde(rename = "gmail")]
    Gmail,
    /// Yahoo and AOL.
    #[serde(rename = "yahoo")]
    Yahoo,
    /// iCloud Mail.
    #[serde(rename = "apple")]
    Apple,
    /// Somebody else, or nobody knows.
    #[serde(rename = "other")]
    Other,
}

impl Receiver {
    /// Its id.
    pub fn id(self) -> &'static str {
        match self {
            Self::Microsoft365 => "microsoft-365",
            Self::OutlookCom => "outlook.com",
            Self::Gmail => "gmail",
            Self::Yahoo => "yahoo",
            Self::Apple => "apple",
            Self::Other => "other",
        }
    }

    /// Its name, for people.
    pub fn name(self) -> &'static str {
        receiver_info(self).map_or("the receiving server", |info| &info.name)
    }
}

/// How a receiver is recognised.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReceiverInfo {
    /// Which one.
    pub id: Receiver,
    /// Its name, for people.
    pub name: String,
    /// Ends of the names of its servers.
    pub hosts: Vec<String>,
    /// What only its answers hold, in small letters.
    pub marks: Vec<String>,
}

/// Whose doing a bounce is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// The service that the sender's organisation sends through will not send for it.
    OutboundTenant,
    /// The receiver does not take mail from that address.
    InboundIp,
    /// SPF, DKIM, DMARC, reverse names, TLS.
    Authentication,
    /// What is in the message, or how it is built.
    Content,
    /// Too much, too fast.
    Rate,
    /// Whoever runs the recipient's side decided so.
    RecipientRule,
    /// The address.
    RecipientAddress,
    /// The mailbox.
    Mailbox,
    /// Relaying and connectors: the server does not hold itself responsible.
    Relay,
    /// Names, routes, connections.
    Network,
    /// A fault of the receiving system.
    ReceiverSystem,
    /// The bounce does not say.
    Unknown,
}

impl Direction {
    /// Its id.
    pub fn id(self) -> &'static str {
        match self {
            Self::OutboundTenant => "outbound-tenant",
            Self::InboundIp => "inbound-ip",
            Self::Authentication => "authentication",
            Self::Content => "content",
            Self::Rate => "rate",
            Self::RecipientRule => "recipient-rule",
            Self::RecipientAddress => "recipient-address",
            Self::Mailbox => "mailbox",
            Self::Relay => "relay",
            Self::Network => "network",
            Self::ReceiverSystem => "receiver-system",
            Self::Unknown => "unknown",
        }
    }

    /// Whose doing it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::OutboundTenant => "your own mail service stopped it on its way out",
            Self::InboundIp => "the receiver refuses the address that the mail came from",
            Self::Authentication => "the mail did not prove who it is from",
            Self::Content => "the message itself was refused",
            Self::Rate => "too much mail in too short a time",
            Self::RecipientRule => "a rule on the recipient's side",
            Self::RecipientAddress => "the recipient's address",
            Self::Mailbox => "the recipient's mailbox",
            Self::Relay => "the server does not forward mail for you, or for that address",
            Self::Network => "names, routes or connections between the servers",
            Self::ReceiverSystem => "a fault on the receiving side",
            Self::Unknown => "the bounce does not say",
        }
    }
}

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Acts {
    /// Whoever wrote the message.
    User,
    /// Whoever runs mail and DNS of the sender.
    Admin,
    /// The recipient, or whoever runs mail there.
    Recipient,
    /// Nobody: it is tried again.
    Nobody,
}

impl Acts {
    /// Its id.
    pub fn id(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
            Self::Recipient => "recipient",
            Self::Nobody => "nobody",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::User => "whoever wrote the message",
            Self::Admin => "you, who run mail or DNS of the sender",
            Self::Recipient => "the recipient, or whoever runs mail there",
            Self::Nobody => "nobody for now: it is tried again by itself",
        }
    }
}

/// What a code or words mean.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    /// The id of the cause: what went wrong.
    pub reason: String,
    /// Whose rules it belongs to; nobody's, if it is anybody's.
    #[serde(default)]
    pub receivers: Vec<Receiver>,
    /// The codes, as in the file.
    #[serde(default)]
    pub codes: Vec<Codes>,
    /// Words that tell it, any of them, in small letters; ` … ` is a gap.
    #[serde(default)]
    pub words: Vec<String>,
    /// How it may be asked for besides: `S3150`, `TSS04`.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Whether the code alone is no sign of it.
    #[serde(default)]
    pub needs_words: bool,
    /// Whether the code says next to nothing, so that words need not agree with it.
    #[serde(default)]
    pub vague: bool,
    /// Whose doing it is.
    pub direction: Direction,
    /// Who has to act.
    pub acts: Acts,
    /// What it is, in a line.
    pub title: String,
    /// What it means.
    pub meaning: String,
    /// What helps, the first thing first, with the real times.
    pub remedies: Vec<String>,
    /// The form, address or place for it.
    #[serde(default)]
    pub contact: Option<String>,
    /// What is often said of it, and wrong.
    #[serde(default)]
    pub beware: Option<String>,
    /// An answer as it is sent; tests hold the entry to it.
    pub sample: String,
    /// Where it was read.
    pub source: String,
    /// When: year, month, day, as far as the source says.
    pub date: String,
}

/// A code, or a run of them: `5.7.708`, `5.7.606-649`, `x.7.26` (4 and 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codes {
    class: Option<u8>,
    subject: u16,
    detail: RangeInclusive<u16>,
}

impl Codes {
    /// Whether a code is one of them.
    pub fn hold(&self, code: Enhanced) -> bool {
        self.class.map_or(code.class != 2, |class| class == code.class)
            && self.subject == code.subject
            && self.detail.contains(&code.detail)
    }

    /// How precisely they say what they mean.
    pub(super) fn precision(&self) -> u8 {
        u8::from(self.class.is_some()) + if self.detail.start() == self.detail.end() { 2 } else { 0 }
    }
}

impl fmt::Display for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.class {
            Some(class) => write!(f, "{class}")?,
            None => f.write_str("x")?,
        }
        write!(f, ".{}.{}", self.subject, self.detail.start())?;
        if self.detail.start() == self.detail.end() { Ok(()) } else { write!(f, "-{}", self.detail.end()) }
    }
}

impl<'de> Deserialize<'de> for Codes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        codes_of(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no code and no run of codes")))
    }
}

fn codes_of(text: &str) -> Option<Codes> {
    let mut parts = text.splitn(3, '.');
    let class = match parts.next()? {
        "x" => None,
        class => Some(class.parse().ok()?),
    };
    let subject = parts.next()?.parse().ok()?;
    let detail = parts.next()?;
    let (first, last) = detail.split_once('-').unwrap_or((detail, detail));
    Some(Codes { class, subject, detail: first.parse().ok()?..=last.parse().ok()? })
}

/// All entries, in the order of the file.
pub fn entries() -> &'static [Entry] {
    &CATALOGUE.entry
}

/// The entry of this id and this receiver; of nobody in particular where it has none of its own.
pub(super) fn entry(reason: &str, receiver: Receiver) -> Option<&'static Entry> {
    let all = || entries().iter().filter(|entry| entry.reason == reason);
    all().find(|entry| entry.receivers.contains(&receiver)).or_else(|| all().next())
}

/// All receivers.
pub fn receivers() -> &'static [ReceiverInfo] {
    &CATALOGUE.receiver
}

/// What is known of a receiver.
fn receiver_info(receiver: Receiver) -> Option<&'static ReceiverInfo> {
    receivers().iter().find(|info| info.id == receiver)
}

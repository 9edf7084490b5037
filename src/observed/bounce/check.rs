//! What a look-up says about one report. The looking up is done elsewhere.

use crate::published::{Failure, Question};

/// What a look-up says about one report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub id: CheckId,
    /// What it was looked at for: an address, a domain, a selector.
    pub subject: String,
    /// What it has to do with this bounce.
    pub bearing: Bearing,
    /// What was found, as a sentence without a full stop.
    pub found: String,
    /// What that means for this bounce, likewise.
    pub means: String,
    /// What could not be looked up.
    pub failed: Vec<(Question, Failure)>,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckId {
    /// SPF of the envelope sender.
    Spf,
    /// SPF of the HELO name.
    SpfHelo,
    /// A selector of the returned message.
    Dkim,
    /// The policy, and alignment.
    Dmarc,
    /// The reverse name, and back.
    ReverseName,
    /// Where mail for the sender's domain goes.
    Route,
    /// A block list.
    BlockList,
    /// How old the domain is.
    DomainAge,
}

/// What a finding has to do with a bounce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// It speaks for the mail.
    Helps,
    /// It is a reason for the bounce, or makes it worse.
    Hurts,
    /// It is no reason for this bounce, whatever else it is.
    SaysNothing,
    /// It could not be looked up.
    Unknown,
}

impl CheckId {
    /// Its name in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spf => "spf",
            Self::SpfHelo => "spf-helo",
            Self::Dkim => "dkim",
            Self::Dmarc => "dmarc",
            Self::ReverseName => "ptr",
            Self::Route => "mx",
            Self::BlockList => "dnsbl",
            Self::DomainAge => "domain-age",
        }
    }
}

impl Bearing {
    /// Its name in the JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Helps => "helps",
            Self::Hurts => "hurts",
            Self::SaysNothing => "says-nothing",
            Self::Unknown => "unknown",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Helps => "helps",
            Self::Hurts => "hurts",
            Self::SaysNothing => "says nothing",
            Self::Unknown => "not known",
        }
    }
}

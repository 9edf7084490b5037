//! What a comparison says.

/// One thing that was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub subject: Subject,
    /// How it stands.
    pub standing: Standing,
    /// In words.
    pub text: String,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The address that the message came from.
    Address,
    /// The name that the host gave.
    Helo,
    /// SPF of the envelope sender.
    Spf,
    /// The signatures.
    Dkim,
    /// Alignment.
    Dmarc,
    /// The declaration itself.
    Declaration,
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is not as declared.
    Differs,
    /// It cannot be told.
    Unknown,
    /// It is as declared.
    Matches,
    /// Worth knowing.
    Note,
}

impl Subject {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Helo => "helo",
            Self::Spf => "spf",
            Self::Dkim => "dkim",
            Self::Dmarc => "dmarc",
            Self::Declaration => "declaration",
        }
    }
}

impl Standing {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Differs => "differs",
            Self::Unknown => "unknown",
            Self::Matches => "matches",
            Self::Note => "note",
        }
    }
}

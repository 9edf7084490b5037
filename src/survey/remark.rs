//! What is said beside the lines of a draft.

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What it is for.
    pub kind: Kind,
    /// Its words. They may hold other people's text: whoever writes them down sees to it that it stays in its line.
    pub text: String,
}

/// What a comment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What stands in DNS.
    Seen,
    /// What no answer came for: it may be there or not.
    Unseen,
    /// What only a person can tell.
    Decide,
}

impl Remark {
    /// What stands in DNS.
    pub fn seen(text: impl Into<String>) -> Self {
        Self { kind: Kind::Seen, text: text.into() }
    }

    /// What no answer came for.
    pub fn unseen(text: impl Into<String>) -> Self {
        Self { kind: Kind::Unseen, text: text.into() }
    }

    /// What only a person can tell.
    pub fn decide(text: impl Into<String>) -> Self {
        Self { kind: Kind::Decide, text: text.into() }
    }
}

impl Kind {
    /// The word that begins the comment.
    pub fn word(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Unseen => "not seen",
            Self::Decide => "decide",
        }
    }
}

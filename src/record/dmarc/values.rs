//! The values that DMARC tags take (RFC 9989, section 4.7). All are read in any case, as ABNF strings are.

use std::fmt;

/// What the owner asks receivers to do: `p`, `sp`, `np`. In order of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Policy {
    /// Nothing.
    None,
    /// Treat with suspicion.
    Quarantine,
    /// Refuse.
    Reject,
}

impl Policy {
    /// The policy that `value` names.
    pub fn from_value(value: &[u8]) -> Option<Self> {
        [Self::None, Self::Quarantine, Self::Reject].into_iter().find(|policy| is(value, policy.as_str()))
    }

    /// As a record has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }

    /// What is asked for while `t=y` stands: one level less (RFC 9989, section 4.7).
    #[must_use]
    pub fn while_testing(self) -> Self {
        match self {
            Self::None | Self::Quarantine => Self::None,
            Self::Reject => Self::Quarantine,
        }
    }
}

/// How close an identifier must be to the author's domain: `adkim`, `aspf`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Alignment {
    /// `r`: the same organizational domain.
    Relaxed,
    /// `s`: the same domain.
    Strict,
}

impl Alignment {
    /// The mode that `value` names.
    pub fn from_value(value: &[u8]) -> Option<Self> {
        [Self::Relaxed, Self::Strict].into_iter().find(|mode| is(value, mode.as_str()))
    }

    /// As a record has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Relaxed => "r",
            Self::Strict => "s",
        }
    }
}

/// When failure reports are wanted: `fo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailureOption {
    /// `0`: when nothing passes and aligns.
    All,
    /// `1`: when anything does not pass or align.
    Any,
    /// `d`: when a DKIM signature fails.
    Dkim,
    /// `s`: when SPF fails.
    Spf,
}

impl FailureOption {
    /// The option that `value` names.
    pub fn from_value(value: &[u8]) -> Option<Self> {
        [Self::All, Self::Any, Self::Dkim, Self::Spf].into_iter().find(|option| is(value, option.as_str()))
    }

    /// As a record has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "0",
            Self::Any => "1",
            Self::Dkim => "d",
            Self::Spf => "s",
        }
    }

    /// The options of a whole value: none twice, and not both `0` and `1`.
    pub(super) fn list(value: &[u8]) -> Option<Vec<Self>> {
        let items = value.split(|&byte| byte == b':').map(|item| Self::from_value(item.trim_ascii()));
        let options: Vec<Self> = items.collect::<Option<_>>()?;
        let is_unique = (1..options.len()).all(|at| !options[..at].contains(&options[at]));
        let is_clear = !(options.contains(&Self::All) && options.contains(&Self::Any));
        (is_unique && is_clear).then_some(options)
    }
}

/// Whether the domain is a public suffix: `psd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublicSuffix {
    /// `y`
    Yes,
    /// `n`: it is an organizational domain.
    No,
    /// `u`: found out by the tree walk.
    Unknown,
}

impl PublicSuffix {
    /// The answer that `value` names.
    pub fn from_value(value: &[u8]) -> Option<Self> {
        [Self::Yes, Self::No, Self::Unknown].into_iter().find(|answer| is(value, answer.as_str()))
    }

    /// As a record has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "y",
            Self::No => "n",
            Self::Unknown => "u",
        }
    }
}

fn is(value: &[u8], text: &str) -> bool {
    value.eq_ignore_ascii_case(text.as_bytes())
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Alignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for FailureOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for PublicSuffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

//! The words of the SPF and DMARC policies that a declaration may ask for. They are wishes: what records hold is
//! parsed elsewhere.

use std::ops::Range;

use super::source::At;

/// What an SPF record is to end in. `+all` cannot be asked for: it lets the whole world send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AllPolicy {
    /// `?all`.
    Neutral,
    /// `~all`.
    SoftFail,
    /// `-all`.
    Fail,
}

impl AllPolicy {
    pub(super) const WORDS: &[(&str, Self)] =
        &[("fail", Self::Fail), ("softfail", Self::SoftFail), ("neutral", Self::Neutral)];

    /// The term in a record.
    pub fn term(self) -> &'static str {
        match self {
            Self::Neutral => "?all",
            Self::SoftFail => "~all",
            Self::Fail => "-all",
        }
    }
}

/// The DMARC record that is to stand at `_dmarc` (RFC 9989, section 4.7). What is left out is not asked for.
#[derive(Clone, Debug)]
pub struct DmarcPolicy {
    /// The key `dmarc`, which may stand in the header of a section.
    pub span: Range<usize>,
    /// `p`.
    pub policy: At<DmarcAction>,
    /// `sp`: for subdomains that exist.
    pub subdomain_policy: Option<At<DmarcAction>>,
    /// `np`: for subdomains that do not.
    pub nonexistent_policy: Option<At<DmarcAction>>,
    /// Where aggregate reports go: `mailto:` URIs, in order.
    pub rua: Vec<At<String>>,
    /// Where failure reports go: `mailto:` URIs, in order.
    pub ruf: Vec<At<String>>,
    /// Alignment of DKIM.
    pub adkim: Option<At<Alignment>>,
    /// Alignment of SPF.
    pub aspf: Option<At<Alignment>>,
    /// `fo`: when failure reports are wanted, in its own notation (`1`, `d:s`).
    pub fo: Option<At<String>>,
    /// `t`: whether receivers should apply the policy one step lower.
    pub testing: Option<At<bool>>,
    /// `psd`: whether this is a public suffix.
    pub psd: Option<At<Psd>>,
}

/// What a receiver is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DmarcAction {
    /// Nothing but to report.
    None,
    /// To treat the message with suspicion.
    Quarantine,
    /// To refuse the message.
    Reject,
}

impl DmarcAction {
    pub(super) const WORDS: &[(&str, Self)] =
        &[("none", Self::None), ("quarantine", Self::Quarantine), ("reject", Self::Reject)];

    /// The word in a record.
    pub fn tag_value(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }
}

/// How closely an authenticated domain has to match the author's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alignment {
    /// The same organizational domain.
    Relaxed,
    /// The same domain.
    Strict,
}

impl Alignment {
    pub(super) const WORDS: &[(&str, Self)] = &[("relaxed", Self::Relaxed), ("strict", Self::Strict)];

    /// The letter in a record.
    pub fn tag_value(self) -> &'static str {
        match self {
            Self::Relaxed => "r",
            Self::Strict => "s",
        }
    }
}

/// What a record says about its name being a public suffix (RFC 9989, section 4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Psd {
    /// It is one.
    Yes,
    /// It is an organizational domain.
    No,
    /// The tree walk finds out.
    Undetermined,
}

impl Psd {
    pub(super) const WORDS: &[(&str, Self)] = &[("y", Self::Yes), ("n", Self::No), ("u", Self::Undetermined)];

    /// The letter in a record.
    pub fn tag_value(self) -> &'static str {
        match self {
            Self::Yes => "y",
            Self::No => "n",
            Self::Undetermined => "u",
        }
    }
}

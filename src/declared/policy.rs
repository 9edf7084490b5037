//! The words of the SPF and DMARC policies that a declaration may ask for. They are wishes: what records hold is
//! parsed elsewhere.

use std::ops::Range;

use super::source::At;
use crate::record::dmarc::{Alignment, Policy, PublicSuffix};
use crate::record::spf::Qualifier;

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

impl From<AllPolicy> for Qualifier {
    fn from(policy: AllPolicy) -> Self {
        match policy {
            AllPolicy::Neutral => Self::Neutral,
            AllPolicy::SoftFail => Self::SoftFail,
            AllPolicy::Fail => Self::Fail,
        }
    }
}

/// Whether a sender needs the domain's own SPF record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpfNeed {
    /// The envelope sender is in the domain: the sender has to pass its SPF.
    Required,
    /// The envelope sender is in a domain of the sender's, or of its own: nothing is needed at the domain.
    ReturnPath,
    /// It relies on DKIM alone.
    None,
}

impl SpfNeed {
    pub(super) const WORDS: &[(&str, Self)] =
        &[("required", Self::Required), ("return-path", Self::ReturnPath), ("none", Self::None)];
}

/// The DMARC record that is to stand at `_dmarc` (RFC 9989, section 4.7). What is left out is not asked for.
#[derive(Clone, Debug)]
pub struct DmarcPolicy {
    /// The key `dmarc`, which may stand in the header of a section.
    pub span: Range<usize>,
    /// `p`.
    pub policy: At<Policy>,
    /// `sp`: for subdomains that exist.
    pub subdomain_policy: Option<At<Policy>>,
    /// `np`: for subdomains that do not.
    pub nonexistent_policy: Option<At<Policy>>,
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
    pub psd: Option<At<PublicSuffix>>,
}

/// The words of a declaration for what a receiver is asked to do.
pub(super) const ACTIONS: &[(&str, Policy)] =
    &[("none", Policy::None), ("quarantine", Policy::Quarantine), ("reject", Policy::Reject)];

/// The words of a declaration for how closely a domain has to match.
pub(super) const ALIGNMENTS: &[(&str, Alignment)] = &[("relaxed", Alignment::Relaxed), ("strict", Alignment::Strict)];

/// The words of a declaration for a name's being a public suffix: those of the record.
pub(super) const PUBLIC_SUFFIXES: &[(&str, PublicSuffix)] =
    &[("y", PublicSuffix::Yes), ("n", PublicSuffix::No), ("u", PublicSuffix::Unknown)];

//! Addresses that meet the same fate, and the term that decides it.

use std::ops::Range;
use std::sync::Arc;

use mailvouch_providers::dns::Name;

use super::{LOOKUP_LIMIT, Published, RangeSet, VOID_LIMIT};
use crate::record::spf::Qualifier;

/// What evaluation comes to for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It may send.
    Pass,
    /// It probably may not.
    SoftFail,
    /// Nothing is said.
    Neutral,
    /// It may not.
    Fail,
    /// There is no record.
    None,
    /// The record, or one that it leads to, is broken.
    PermError,
    /// It depends on a look-up that failed.
    TempError,
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::SoftFail => "softfail",
            Self::Neutral => "neutral",
            Self::Fail => "fail",
            Self::None => "none",
            Self::PermError => "permerror",
            Self::TempError => "temperror",
        })
    }
}

impl From<Qualifier> for Class {
    fn from(qualifier: Qualifier) -> Self {
        match qualifier {
            Qualifier::Pass => Self::Pass,
            Qualifier::Fail => Self::Fail,
            Qualifier::SoftFail => Self::SoftFail,
            Qualifier::Neutral => Self::Neutral,
        }
    }
}

/// The term that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decider {
    /// The names of the records that lead to the one with the term: the domain asked about first, that one last.
    pub path: Arc<[Name]>,
    /// The record.
    pub published: Arc<Published>,
    /// The term's bytes in it.
    pub span: Range<usize>,
    /// The term of the first record that leads there: the same one where the path is short.
    pub entry: Range<usize>,
}

/// Addresses that meet the same fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The addresses.
    pub set: RangeSet,
    /// The result.
    pub class: Class,
    /// The term that decided; none where no term matched, or there is no one record.
    pub decided_by: Option<Decider>,
    /// Terms met on the way whose match nobody can tell beforehand (`exists`, `ptr`, macros): one of them may decide
    /// instead.
    pub dynamic: Vec<Decider>,
    /// Look-ups spent.
    pub lookups: usize,
    /// Void look-ups met.
    pub voids: usize,
}

impl Region {
    /// Whether evaluation ends here because it asked too much (RFC 7208, section 4.6.4).
    pub fn is_past_limit(&self) -> bool {
        self.class == Class::PermError && (self.lookups > LOOKUP_LIMIT || self.voids > VOID_LIMIT)
    }

    /// Whether the addresses get this whatever the message says, and whatever a look-up that failed would have said.
    pub fn is_certain(&self) -> bool {
        self.class != Class::TempError && self.dynamic.is_empty()
    }
}

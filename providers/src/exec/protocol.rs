//! The words that are exchanged with the program, version 1.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::dns::{Name, RrType};
use crate::{Change, CompareAndSwap, Limits, Owner, ProviderError, Rate, Receipt, Value, Zone};

/// The version that both sides have to speak.
pub(super) const VERSION: u32 = 1;
/// Changes in one group, where the program does not say.
const BATCH: usize = 50;

/// What the program is asked.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    version: u32,
    #[serde(flatten)]
    method: Method<'a>,
}

/// What it is to do, with what that takes.
#[derive(Debug, Serialize)]
#[serde(tag = "method", rename_all = "kebab-case")]
pub(super) enum Method<'a> {
    /// Say what it can and cannot hold.
    Limits,
    /// Find the zone of a name.
    Zone { owner: &'a Name },
    /// Say what stands at some names.
    Read { zone: ZoneWord, owners: &'a [Name] },
    /// Change values.
    Write { zone: ZoneWord, changes: Vec<ChangeWord<'a>> },
    /// Wait until a change is out.
    Settled { owner: &'a Name, id: &'a str },
}

impl<'a> Method<'a> {
    /// Its name, for people.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Limits => "limits",
            Self::Zone { .. } => "zone",
            Self::Read { .. } => "read",
            Self::Write { .. } => "write",
            Self::Settled { .. } => "settled",
        }
    }

    pub(super) fn request(self) -> Request<'a> {
        Request { version: VERSION, method: self }
    }
}

/// A zone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ZoneWord {
    name: Name,
    #[serde(default)]
    id: Option<String>,
}

impl From<&Zone> for ZoneWord {
    fn from(zone: &Zone) -> Self {
        Self { name: zone.name.clone(), id: zone.id.clone() }
    }
}

impl From<ZoneWord> for Zone {
    fn from(word: ZoneWord) -> Self {
        Self { name: word.name, id: word.id }
    }
}

/// A change.
#[derive(Debug, Serialize)]
pub(super) struct ChangeWord<'a> {
    owner: &'a Name,
    remove: &'a [Value],
    add: &'a [Value],
    seen: &'a [Value],
}

impl<'a> From<&'a Change> for ChangeWord<'a> {
    fn from(change: &'a Change) -> Self {
        Self { owner: &change.owner, remove: &change.remove, add: &change.add, seen: &change.seen }
    }
}

/// What the program answers: one of these, or an error in its place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub(super) version: u32,
    #[serde(default)]
    pub(super) limits: Option<LimitsWord>,
    #[serde(default)]
    pub(super) zone: Option<ZoneWord>,
    #[serde(default)]
    pub(super) owners: Option<Vec<OwnerWord>>,
    #[serde(default)]
    pub(super) results: Option<Vec<ResultWord>>,
    #[serde(default)]
    pub(super) error: Option<ErrorWord>,
}

/// What a program can and cannot hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsWord {
    cas: CasWord,
    types: Vec<RrType>,
    #[serde(default)]
    batch: Option<usize>,
    #[serde(default)]
    min_ttl: u32,
    #[serde(default)]
    per_value_ttl: bool,
    #[serde(default)]
    rate: Option<RateWord>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum CasWord {
    Atomic,
    PerValue,
    ReadThenWrite,
    Unconditional,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateWord {
    requests: u32,
    seconds: u32,
}

impl From<LimitsWord> for Limits {
    fn from(word: LimitsWord) -> Self {
        let cas = match word.cas {
            CasWord::Atomic => CompareAndSwap::Atomic,
            CasWord::PerValue => CompareAndSwap::PerValue,
            CasWord::ReadThenWrite => CompareAndSwap::ReadThenWrite,
            CasWord::Unconditional => CompareAndSwap::Unconditional,
        };
        let per = |rate: RateWord| Rate { requests: rate.requests, per: Duration::from_secs(rate.seconds.into()) };
        // What a server numbers itself is not changed by anybody else, whatever a program says.
        let types = word.types.into_iter().filter(|rtype| *rtype != RrType::SOA).collect();
        Self {
            cas,
            batch: word.batch.unwrap_or(BATCH).max(1),
            min_ttl: word.min_ttl,
            per_value_ttl: word.per_value_ttl,
            types: Cow::Owned(types),
            rate: word.rate.map(per),
        }
    }
}

/// What stands at a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnerWord {
    name: Name,
    values: Vec<Value>,
    #[serde(default)]
    delegated_at: Option<Name>,
}

impl From<OwnerWord> for Owner {
    fn from(word: OwnerWord) -> Self {
        Self { name: word.name, values: word.values, delegated_at: word.delegated_at }
    }
}

/// What became of one change.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ResultWord {
    /// It was made.
    Written(WrittenWord),
    /// It was not.
    Error(ErrorWord),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenWord {
    #[serde(default)]
    id: Option<String>,
}

impl ResultWord {
    /// The same as the contract has it.
    pub(super) fn of(self, owner: &Name) -> Result<Receipt, ProviderError> {
        match self {
            Self::Written(WrittenWord { id }) => Ok(Receipt { owner: owner.clone(), id }),
            Self::Error(error) => Err(error.of(owner)),
        }
    }
}

/// Why something was not done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ErrorWord {
    kind: KindWord,
    #[serde(default)]
    message: String,
    /// What stands otherwise than it was said to, for `stale`.
    #[serde(default)]
    values: Vec<Value>,
    /// How long to wait, for `rate-limited`.
    #[serde(default)]
    seconds: Option<u32>,
    /// The service's own code, for `rejected`.
    #[serde(default)]
    code: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KindWord {
    Stale,
    Indeterminate,
    Unfinished,
    Unauthorized,
    NoZone,
    RateLimited,
    Unsupported,
    Unavailable,
    Rejected,
}

impl ErrorWord {
    /// The same as the contract has it, about this name.
    pub(super) fn of(self, owner: &Name) -> ProviderError {
        let Self { kind, message, values, seconds, code } = self;
        match kind {
            KindWord::Stale => ProviderError::Stale(values),
            KindWord::Indeterminate => ProviderError::Indeterminate,
            KindWord::Unfinished => ProviderError::Unfinished(message),
            KindWord::Unauthorized => ProviderError::Unauthorized(message),
            KindWord::NoZone => ProviderError::NoZone(owner.clone()),
            KindWord::RateLimited => {
                ProviderError::RateLimited(seconds.map(|seconds| Duration::from_secs(seconds.into())))
            }
            KindWord::Unsupported => ProviderError::Unsupported(message),
            KindWord::Unavailable => ProviderError::Unavailable(message),
            KindWord::Rejected => ProviderError::Rejected { code, message },
        }
    }
}

//! What a service that holds zones must be able to do, and how it says that it could not.
//!
//! The unit of change is one owner name, the unit of work a group of them. A change names the values that go and the
//! values that come; whatever else stands at the owner is somebody else's and stays as it is, byte for byte.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::dns::{Name, Rdata, RrType};

/// One record, as the provider holds it.
#[derive(Clone, Debug, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// Its data.
    pub rdata: Rdata,
    /// Its time to live, in seconds.
    pub ttl: u32,
    /// The provider's own id for it, where it has one. No part of equality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.rdata == other.rdata && self.ttl == other.ttl
    }
}

impl Value {
    /// A value that no provider has an id for yet.
    pub fn new(rdata: Rdata, ttl: u32) -> Self {
        Self { rdata, ttl, handle: None }
    }
}

/// All that a provider holds at one owner name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The name.
    pub name: Name,
    /// Every record there, of every type, in the provider's order; empty where there is none.
    pub values: Vec<Value>,
    /// The zone cut below the apex that this owner stands at or under: it is somebody else's to change.
    pub delegated_at: Option<Name>,
}

impl Owner {
    /// The values of one type.
    pub fn of_type(&self, rtype: RrType) -> impl Iterator<Item = &Value> {
        self.values.iter().filter(move |value| value.rdata.rtype() == rtype)
    }
}

/// A zone at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its apex.
    pub name: Name,
    /// The provider's own id for it, where it has one.
    pub id: Option<String>,
}

/// What is to happen at one owner name, and what was read there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The name.
    pub owner: Name,
    /// Values to take away. Each must be there, or the change is stale. Only the data is compared, not the TTL.
    pub remove: Vec<Value>,
    /// Values to add. None of them may be there yet.
    pub add: Vec<Value>,
    /// Everything that was read at the owner, for providers that compare before they swap.
    pub seen: Vec<Value>,
}

impl Change {
    /// What must hold at the owner for this change to be made: each removed value is there, none of the added is
    /// (unless it is also removed, for a new TTL), the owner is not somebody else's by a delegation, and no alias gets
    /// company or company an alias.
    ///
    /// Providers that cannot have the server check this, check it on what they read just before. What can be told
    /// without reading is [`check_group`]'s.
    pub fn check(&self, now: &Owner) -> Result<(), ProviderError> {
        let there = |wanted: &Value| now.values.iter().any(|value| value.rdata == wanted.rdata);
        let removed = |wanted: &Value| self.remove.iter().any(|value| value.rdata == wanted.rdata);
        let mut stale: Vec<Value> = self.remove.iter().filter(|value| !there(value)).cloned().collect();
        stale.extend(self.add.iter().filter(|value| there(value) && !removed(value)).cloned());
        if !stale.is_empty() {
            return Err(ProviderError::Stale(stale));
        }
        if let Some(cut) = &now.delegated_at {
            let message = format!("{} is delegated at {cut}: its records are not in this zone", self.owner);
            return Err(ProviderError::Unsupported(message));
        }
        let after = self.after(&now.values);
        let aliases = after.iter().filter(|value| value.rdata.rtype() == RrType::CNAME).count();
        if aliases > 0 && (aliases > 1 || after.iter().any(|value| !may_stand_beside_alias(value.rdata.rtype()))) {
            let message = format!("{} would hold a CNAME beside other records (RFC 1034, section 3.6.2)", self.owner);
            return Err(ProviderError::Unsupported(message));
        }
        Ok(())
    }

    /// For services whose sets have one TTL ([`Limits::per_value_ttl`]): an added value has that of the values that
    /// stay in its set. With another it would change theirs, and they may be somebody else's.
    pub fn check_one_ttl(&self, now: &Owner) -> Result<(), ProviderError> {
        let after = self.after(&now.values);
        let (stay, _) = after.split_at(after.len() - self.add.len());
        for added in &self.add {
            let mut siblings = stay.iter().filter(|value| value.rdata.rtype() == added.rdata.rtype()).peekable();
            if let Some(first) = siblings.peek().map(|value| value.ttl)
                && siblings.all(|value| value.ttl != added.ttl)
            {
                let (owner, rtype, ttl) = (&self.owner, added.rdata.rtype(), added.ttl);
                let message = format!(
                    "a TTL of {ttl} would also change that of the other {rtype} records at {owner}, which is {first}"
                );
                return Err(ProviderError::Unsupported(message));
            }
        }
        Ok(())
    }

    /// Whether all of this change stands: what comes is there, and what goes is not. A value that goes and comes has the
    /// TTL that it is given.
    pub fn is_made(&self, now: &Owner) -> bool {
        let same = |one: &Value, other: &Value| one.rdata == other.rdata;
        let came = |added: &Value| {
            let again = self.remove.iter().any(|removed| same(removed, added));
            now.values.iter().any(|held| same(held, added) && (!again || held.ttl == added.ttl))
        };
        let went = |removed: &Value| {
            let again = self.add.iter().any(|added| same(added, removed));
            again || !now.values.iter().any(|held| same(held, removed))
        };
        self.add.iter().all(came) && self.remove.iter().all(went)
    }

    /// The values at the owner once this change is made to `now`; the order of what stays is kept.
    pub fn after(&self, now: &[Value]) -> Vec<Value> {
        let goes = |value: &Value| self.remove.iter().any(|removed| removed.rdata == value.rdata);
        now.iter().filter(|value| !goes(value)).chain(&self.add).cloned().collect()
    }
}

/// Largest TTL, in seconds (RFC 2181, section 8).
const MAX_TTL: u32 = 0x7fff_ffff;

/// What must hold for a group of changes whatever stands in the zone: each owner is in the zone and named once, no
/// value is added twice, and types, TTLs and size keep to the limits.
pub fn check_group(zone: &Zone, limits: &Limits, group: &[Change]) -> Result<(), ProviderError> {
    if group.len() > limits.batch {
        let message = format!("{} changes in one group; {} is the most", group.len(), limits.batch);
        return Err(ProviderError::Unsupported(message));
    }
    let mut owners = HashSet::new();
    for change in group {
        let owner = &change.owner;
        if !owner.is_at_or_below(&zone.name) {
            return Err(ProviderError::NoZone(owner.clone()));
        }
        if !owners.insert(owner) {
            return Err(ProviderError::Unsupported(format!("{owner} is named twice in one group of changes")));
        }
        let unwritable = |value: &&Value| !limits.types.contains(&value.rdata.rtype());
        if let Some(value) = change.remove.iter().chain(&change.add).find(unwritable) {
            let message = format!("records of type {} cannot be changed there ({owner})", value.rdata.rtype());
            return Err(ProviderError::Unsupported(message));
        }
        for (index, value) in change.add.iter().enumerate() {
            if change.add[..index].iter().any(|earlier| earlier.rdata == value.rdata) {
                let message = format!("{owner} {} {} would be added twice", value.rdata.rtype(), value.rdata);
                return Err(ProviderError::Unsupported(message));
            }
            if value.ttl < limits.min_ttl || value.ttl > MAX_TTL {
                let (ttl, least) = (value.ttl, limits.min_ttl);
                let message = format!("a TTL of {ttl} at {owner}: {least} to {MAX_TTL} is what can be written");
                return Err(ProviderError::Unsupported(message));
            }
        }
    }
    Ok(())
}

/// The answers to a group that is done as a whole or not at all, once one change in it cannot be made: each gets its
/// own error, and those that could have been made get that of the first that could not. None if all could.
pub fn refused_together(checked: &[Result<(), ProviderError>]) -> Option<Vec<Result<Receipt, ProviderError>>> {
    let first = checked.iter().find_map(|result| result.as_ref().err())?;
    Some(checked.iter().map(|result| Err(result.as_ref().err().unwrap_or(first).clone())).collect())
}

/// Whether a group that was sent, and refused because something is not as it was read, was made after all. Then it was not
/// somebody else who moved things: on its way the request came to be sent twice, as some proxies do where a connection
/// breaks, and the refusal is the answer to the second.
#[cfg(any(
    feature = "azure-dns",
    feature = "cloudflare",
    feature = "digitalocean",
    feature = "google-cloud-dns",
    feature = "hosted",
    feature = "rfc2136",
    feature = "route53"
))]
pub(crate) fn was_made_all_the_same<'a>(group: impl IntoIterator<Item = (&'a Change, &'a Owner)>) -> bool {
    group.into_iter().any(|(change, now)| change.is_made(now))
}

/// A name relative to its zone, `@` for the zone itself, where a host takes letters, digits, hyphens, underscores and
/// asterisks in its labels, and nothing else.
#[cfg(any(feature = "azure-dns", feature = "digitalocean"))]
pub(crate) fn plain_relative(owner: &Name, apex: &Name, host: &str) -> Result<String, ProviderError> {
    let labels: Vec<&[u8]> = owner.labels().collect();
    let own = &labels[..labels.len().saturating_sub(apex.label_count())];
    if own.is_empty() {
        return Ok("@".to_owned());
    }
    let is_plain = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'*');
    let plain = |label: &&[u8]| {
        let text = std::str::from_utf8(label).ok().filter(|_| label.iter().all(is_plain));
        let message = format!("{owner} has characters that a name at {host} cannot have");
        text.map(str::to_owned).ok_or(ProviderError::Unsupported(message))
    };
    Ok(own.iter().map(plain).collect::<Result<Vec<_>, _>>()?.join("."))
}

/// The signatures over an alias are the only records that may stand beside it (RFC 4034, section 3).
fn may_stand_beside_alias(rtype: RrType) -> bool {
    matches!(rtype, RrType::CNAME | RrType::RRSIG | RrType::NSEC)
}

/// How a provider keeps two writers from undoing each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareAndSwap {
    /// The whole group happens if what it rests on still stands, or nothing does.
    Atomic,
    /// Each value is addressed on its own: others cannot be hurt, but the group can end half done.
    PerValue,
    /// As [`Self::PerValue`], where values only come or only go. One that comes in the place of another of its type does so
    /// by a write of the whole set, for no moment is to see both or neither; that one is as [`Self::Unconditional`].
    PerValueButReplacing,
    /// Read, then written, at a server of one's own: another writer between the two is overwritten. Whoever runs it knows
    /// who else writes there; the provider's page says what can be lost.
    ReadThenWrite,
    /// The same at a host on the Internet, whose API can only replace a set whole and takes no condition to do it under: a
    /// person at its web panel, or another program, writes there too, and what it put into the set between our last look
    /// and our write is gone. To be allowed before anything is written.
    Unconditional,
}

impl CompareAndSwap {
    /// Its word, in tables and in the protocol of programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Atomic => "atomic",
            Self::PerValue => "per-value",
            Self::PerValueButReplacing => "per-value, but replacing unconditional",
            Self::ReadThenWrite => "read-then-write",
            Self::Unconditional => "unconditional",
        }
    }

    /// Whether a change by these values, all of one type, could take away what somebody else writes at the same time, with
    /// nobody the wiser, at a service where others are to be expected. Where sets are always written whole, one that is new
    /// is no exception: it is replaced again where it is taken back.
    pub fn is_unconditional(self, remove: &[&Value], add: &[&Value]) -> bool {
        match self {
            Self::Unconditional => true,
            // A value that goes and comes again gets another TTL, which is no write of the set.
            Self::PerValueButReplacing => {
                let goes = remove.iter().any(|old| add.iter().all(|new| new.rdata != old.rdata));
                let comes = add.iter().any(|new| remove.iter().all(|old| old.rdata != new.rdata));
                goes && comes
            }
            Self::Atomic | Self::PerValue | Self::ReadThenWrite => false,
        }
    }
}

/// How fast requests may follow each other, as a service publishes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The requests.
    pub requests: u32,
    /// The time that they are for.
    pub per: Duration,
}

/// What a provider can and cannot hold; checked while planning, before anything is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How writers are kept apart.
    pub cas: CompareAndSwap,
    /// Most changes in one group.
    pub batch: usize,
    /// Smallest TTL that it takes, in seconds.
    pub min_ttl: u32,
    /// Whether values of one set may have different TTLs (DNS itself knows none such: RFC 2181, section 5.2).
    pub per_value_ttl: bool,
    /// Types that it can write.
    pub types: Cow<'static, [RrType]>,
    /// How fast it may be asked, where it says so; kept for each credential.
    pub rate: Option<Rate>,
}

/// What the provider said about a change that it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The owner that was changed.
    pub owner: Name,
    /// The provider's own id for the change, where it gives one.
    pub id: Option<String>,
}

/// Why a provider did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// What the change rests on is not so any more; nothing was written. The values tell which, where known.
    #[error("the zone changed since it was read{}", listed(.0))]
    Stale(Vec<Value>),
    /// The request was sent and its answer lost: it may have happened. Ask before doing anything else.
    #[error("the request was sent, but its answer was lost: it may or may not have been carried out")]
    Indeterminate,
    /// The change is made and stands; what had to follow it failed. It is not to be made again.
    #[error("the change is written, but not finished: {0}")]
    Unfinished(String),
    /// The credential is missing, wrong, or not allowed to do this.
    #[error("not allowed: {0}")]
    Unauthorized(String),
    /// No zone there holds the name.
    #[error("no zone for {0} there")]
    NoZone(Name),
    /// Too many requests; the provider may have said how long to wait.
    #[error("too many requests{}", .0.map(|wait| format!("; to be tried again in {} s", wait.as_secs())).unwrap_or_default())]
    RateLimited(Option<Duration>),
    /// The provider cannot do this safely, or at all.
    #[error("{0}")]
    Unsupported(String),
    /// The provider cannot be reached, or failed on its side.
    #[error("{0}")]
    Unavailable(String),
    /// The provider refused.
    #[error("refused: {message} (code {code})")]
    Rejected {
        /// Its code.
        code: u32,
        /// Its words.
        message: String,
    },
}

fn listed(values: &[Value]) -> String {
    let mut text = String::new();
    for value in values {
        text.push_str(&format!("; {} {}", value.rdata.rtype(), value.rdata));
    }
    text
}

/// A change in a source that people keep: lines of a file as they are, and as they would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEdit {
    /// The file; none where it is not known which.
    pub path: Option<PathBuf>,
    /// The first line that is not as it was, from 1; where none goes, the one that the new ones come before.
    pub line: Option<usize>,
    /// Where on it the value stands, from 1, in characters.
    pub column: Option<usize>,
    /// The lines that go.
    pub old: Vec<String>,
    /// The lines that come.
    pub new: Vec<String>,
    /// What whoever puts them in should know.
    pub note: Option<String>,
}

/// What a zone held at one time: what stood at each name. A name at which it cannot be told is an error of its own.
pub type Holdings = Box<dyn Fn(&Name) -> Result<Owner, ProviderError> + Send + Sync>;

/// A service that holds zones.
///
/// A failure is always an error, never an empty answer: nothing may be concluded from what could not be read.
#[async_trait]
pub trait Provider: Send + Sync {
    /// What it can and cannot hold.
    fn limits(&self) -> Limits;

    /// Why it could not hold this value as it is, octet for octet; none where it can. Such a value is refused, and nothing
    /// else is written in its place.
    fn cannot_hold(&self, _rdata: &Rdata) -> Option<String> {
        None
    }

    /// Where the zone named so would have its records, if this is a source that something else publishes: a file that may
    /// be lacking. None where what it holds is served.
    fn source_file(&self, _zone: &Name) -> Option<PathBuf> {
        None
    }

    /// The zone in which `owner` is to be found: the longest one that holds it.
    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError>;

    /// Whether the zone takes changes at all, as far as can be told without making one. Asked before the first write.
    async fn takes_changes(&self, _zone: &Zone) -> Result<(), ProviderError> {
        Ok(())
    }

    /// What stands at these owners now, one answer each, in their order.
    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError>;

    /// All that the zone holds now, for those who go on to look at many names of it. None where every name has to be
    /// asked for by itself, with [`Provider::read`].
    async fn holdings(&self, _zone: &Zone) -> Result<Option<Holdings>, ProviderError> {
        Ok(None)
    }

    /// What a group of changes would do to a source that people keep and look through; nothing where there is none.
    async fn source_edits(&self, _zone: &Zone, _group: &[Change]) -> Result<Vec<SourceEdit>, ProviderError> {
        Ok(Vec::new())
    }

    /// Carries out a group of changes, one answer each, in their order. Where [`Limits::cas`] is
    /// [`CompareAndSwap::Atomic`], either all are done or none. An owner stands in a group once at most.
    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>>;

    /// Waits until the provider itself says that the change is out; for most that is at once.
    async fn settled(&self, _receipt: &Receipt) -> Result<(), ProviderError> {
        Ok(())
    }
}

//! What the analysis reads: a declaration in which every name is resolved and every value makes sense. It is made only
//! by [`Declaration::load`] and [`Declaration::from_text`], and holds no secret.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use mailvouch_providers::dns::Name;

use super::catalogue::KnownSender;
use super::dates::{self, Moment};
use super::guard::Guard;
use super::key::PublicKey;
use super::leave::IgnoredRule;
use super::policy::{AllPolicy, DmarcPolicy, SpfNeed};
use super::problem::Problem;
use super::provider::ProviderConfig;
use super::source::{At, SourceFile};

/// How long a key stays published after the day it last signed: mail takes days to arrive, and is verified then.
pub const REVOKED_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A whole `mailvouch.toml`.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// The text that every span counts in.
    pub file: SourceFile,
    /// The domains, in the order of the file.
    pub domains: Vec<Domain>,
    /// Every egress group, also those that no domain names.
    pub egress: BTreeMap<String, Arc<EgressGroup>>,
    /// Every sender with a section of its own. Those of the catalogue are asked of
    /// [`super::known_sender`].
    pub senders: BTreeMap<String, Arc<Sender>>,
    /// Every provider, also those that no domain names.
    pub providers: BTreeMap<String, Arc<ProviderConfig>>,
    /// What is allowed, and worth a word: by position. Nothing here is an error.
    pub notes: Vec<Problem>,
    pub(super) by_name: HashMap<Name, usize>,
}

impl Declaration {
    /// What is declared for exactly this domain.
    pub fn domain(&self, name: &Name) -> Option<&Domain> {
        self.by_name.get(name).and_then(|index| self.domains.get(*index))
    }
}

/// What one domain is meant to publish.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own, independent of the others")]
pub struct Domain {
    /// Its name; the span is that of the key.
    pub name: At<Name>,
    /// Whether mail is sent with it in the sender's address. If not: `-all` and `p=reject`.
    pub sends: bool,
    /// Whether it takes mail. If not: a null MX (RFC 7505).
    pub receives: bool,
    /// Whether the declaration says where its mail comes from: by `egress`, by `senders`, or by `sends = false`. If
    /// not, two empty lists below mean that nothing is known, not that nobody sends.
    pub says_who_sends: bool,
    /// The groups of addresses that its mail leaves from; each span is where the domain names the group.
    pub egress: Vec<At<Arc<EgressGroup>>>,
    /// Third parties that send for it; each span is where the domain names the sender.
    pub senders: Vec<At<Arc<Sender>>>,
    /// What is said about the SPF record beyond who sends.
    pub spf: SpfPolicy,
    /// TTL of record sets that are new, in seconds.
    pub ttl: Option<At<u32>>,
    /// Ids of rules whose *ask* fixes go into plans. [`Declaration::check_rule_names`] says which are none.
    pub accept: Vec<At<String>>,
    /// Guards that need no `--allow` here.
    pub allow: Vec<At<Guard>>,
    /// Rules whose findings may stand here until a day. [`Declaration::check_rule_names`] says which are none.
    pub ignore: Vec<IgnoredRule>,
    /// Whether it sends in bulk (5,000 messages a day or more to one receiver).
    pub bulk: bool,
    /// The DMARC policy, where one is declared.
    pub dmarc: Option<DmarcPolicy>,
    /// The DKIM selectors, in the order of the file.
    pub dkim: Vec<Selector>,
    /// Where its records are changed. Without one the domain is only linted and compared.
    pub provider: Option<At<Arc<ProviderConfig>>>,
    /// Where its published state is read.
    pub published: PublishedFrom,
}

/// What is said about an SPF record beyond who sends.
#[derive(Clone, Debug, Default)]
pub struct SpfPolicy {
    /// What the record is to end in.
    pub all: Option<At<AllPolicy>>,
    /// Whether nobody but those declared may pass: what is published beyond them is an error.
    pub exclusive: bool,
}

/// Where the published state of a domain is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PublishedFrom {
    /// From live DNS.
    #[default]
    Dns,
    /// From what the provider holds (`published = "provider"`).
    Provider,
}

/// Addresses that mail leaves from.
#[derive(Clone, Debug)]
pub struct EgressGroup {
    /// Its name; the span is that of the key.
    pub name: At<String>,
    /// The addresses, a single one as /32 or /128; never a host bit set.
    pub addresses: Vec<At<IpNet>>,
    /// Names that the hosts give in HELO.
    pub helo: Vec<At<Name>>,
    /// When mail begins to leave from here.
    pub from: Option<At<Moment>>,
    /// When the last mail leaves from here.
    pub until: Option<At<Moment>>,
}

/// Where a moment stands against `from` and `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EgressState {
    /// Mail will leave from here, and does not yet.
    Planned,
    /// Mail leaves from here.
    Current,
    /// No mail leaves from here any more.
    Retired,
}

impl EgressGroup {
    /// What the group is at this time.
    pub fn state_at(&self, now: Timestamp) -> EgressState {
        if self.until.as_ref().is_some_and(|until| until.value.ends() <= now) {
            EgressState::Retired
        } else if self.from.as_ref().is_some_and(|from| now < from.value.starts()) {
            EgressState::Planned
        } else {
            EgressState::Current
        }
    }
}

/// A third party that sends for domains.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The id that domains name it by.
    pub id: String,
    /// Where its section stands; none where it is only in the catalogue.
    pub declared_at: Option<Range<usize>>,
    /// What the catalogue knows under this id; a section of the same id changes just the keys that it names.
    pub known: Option<&'static KnownSender>,
    /// Records that an `include` may name for it. One is enough.
    pub include: Vec<Name>,
    /// Its addresses, where the declaration lists them.
    pub addresses: Vec<At<IpNet>>,
    /// Whether it needs SPF at the domain itself.
    pub spf: SpfNeed,
    /// The domain of its envelope sender, where it uses one of its own.
    pub mail_from: Option<At<Name>>,
    /// The domain that it signs as.
    pub dkim: Option<At<Name>>,
}

impl Sender {
    /// Its name, for people.
    pub fn title(&self) -> &str {
        self.known.map_or(&self.id, |known| &known.name)
    }
}

/// A DKIM selector.
#[derive(Clone, Debug)]
pub struct Selector {
    /// The selector as written; the span is that of the key.
    pub name: At<String>,
    /// `<selector>._domainkey.<domain>`.
    pub owner: Name,
    /// What is to stand there.
    pub want: SelectorWant,
    /// When it signs for the last time.
    pub retire: Option<At<Moment>>,
}

/// What is to stand at a selector.
#[derive(Clone, Debug)]
pub enum SelectorWant {
    /// This key; the span is that of the path to its file.
    Key(At<Arc<PublicKey>>),
    /// An alias with this target.
    Cname(At<Name>),
    /// Any sound key: somebody else's.
    Present,
    /// An empty key (RFC 6376, section 3.6.1).
    Revoked,
}

/// Where a moment stands against `retire`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectorState {
    /// It signs, or may sign.
    InUse,
    /// It signs no more, and what it signed is still being verified.
    Retiring,
    /// It is to be revoked.
    Revoked,
}

impl Selector {
    /// What the selector is at this time: `retire` is the last day it signs, and [`REVOKED_AFTER`] follows.
    pub fn state_at(&self, now: Timestamp) -> SelectorState {
        if matches!(self.want, SelectorWant::Revoked) {
            return SelectorState::Revoked;
        }
        match self.retire.as_ref().map(|retire| retire.value.ends()) {
            Some(last) if dates::after(last, REVOKED_AFTER) <= now => SelectorState::Revoked,
            Some(last) if last <= now => SelectorState::Retiring,
            _ => SelectorState::InUse,
        }
    }
}

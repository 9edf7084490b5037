//! DKIM keys: what stands at each selector, where an alias leads, and what a declared alias would lead to.

use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp};
use mailvouch_providers::dns::{Name, Rdata, RrType, Txt};
use memchr::memmem;

use super::{Depth, Subject, Values, asked, texts};
use crate::declared::{Selector, SelectorState, SelectorWant};
use crate::published::{Ask, ReadAs, Reason, Reply};
use crate::record::dkim::{Fault, KeyProblem, PublicKey, Stranger, same_key};
use crate::record::{DkimRecord, Memo};

/// Longest chain of aliases that is followed; resolvers give up at about as many.
const MAX_CHAIN: usize = 16;

/// What the armour of a private key says, whatever its type. Made ready once: many texts are searched.
static PRIVATE_KEY: LazyLock<memmem::Finder<'_>> = LazyLock::new(|| memmem::Finder::new("PRIVATE KEY"));

/// One selector.
#[derive(Clone, Debug)]
pub struct DkimFacts {
    /// The selector.
    pub selector: String,
    /// `<selector>._domainkey.<domain>`.
    pub owner: Name,
    /// What is declared for it.
    pub declared: Option<Selector>,
    /// The TXT set there, aliases followed.
    pub reply: Arc<Reply>,
    /// Its values.
    pub records: Values<Arc<DkimRecord>>,
    /// Those of them that were meant as keys, sound or not.
    pub keys: Arc<[KeyText]>,
    /// Those that were not.
    pub strangers: Values<Stranger>,
    /// The names that the aliases lead through, where nothing is at their end or they have none.
    pub dead_end: Option<DeadEnd>,
    /// The alias at the name; asked for only where one is declared and another thing is published.
    pub alias: Option<Arc<Reply>>,
    /// What stands behind the declared alias; asked for only then.
    pub target: Option<(Arc<Reply>, Vec<DkimRecord>)>,
    /// A key at the name with the domain twice, `<selector>._domainkey.<domain>.<domain>`; asked for only where there is
    /// none at the selector.
    pub doubled: Option<(Name, KeyText)>,
}

/// The texts at a selector, read.
#[derive(Clone)]
struct Texts {
    records: Values<Arc<DkimRecord>>,
    keys: Arc<[KeyText]>,
    strangers: Values<Stranger>,
}

impl Texts {
    fn of(reply: &Reply) -> Self {
        let records = records(reply);
        let (mut keys, mut strangers) = (Vec::new(), Vec::new());
        for (txt, record) in records.iter() {
            match KeyText::of(txt, record) {
                Ok(key) => keys.push(key),
                Err(stranger) => strangers.push((txt.clone(), stranger)),
            }
        }
        Self { records, keys: keys.into(), strangers: strangers.into() }
    }
}

/// The texts of a reply, each as a key record.
fn records(reply: &Reply) -> Values<Arc<DkimRecord>> {
    texts(reply).iter().map(|(txt, text)| (txt.clone(), Arc::new(DkimRecord::parse(text)))).collect()
}

/// A text that was meant as a key.
#[derive(Clone, Debug)]
pub struct KeyText {
    /// As it stands.
    pub txt: Txt,
    /// As it is read.
    pub record: Arc<DkimRecord>,
    /// What has no place in it.
    pub faults: Vec<Fault>,
    /// The record without them, where that can be told.
    pub mended: Option<DkimRecord>,
    /// What [`Self::is_private`] tells: many ask.
    is_private: Memo<bool>,
}

/// Aliases that lead to no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadEnd {
    /// Each name that an alias leads to, in order.
    pub chain: Vec<Name>,
    /// Whether they lead back to where they have been, and not to a name with nothing at it.
    pub is_loop: bool,
}

impl KeyText {
    /// The value, where it was meant as a key.
    fn of(txt: &Txt, record: &Arc<DkimRecord>) -> Result<Self, Stranger> {
        if let Some(stranger) = Stranger::of(record) {
            return Err(stranger);
        }
        let faults = record.faults();
        let mended = record.mended(&faults);
        Ok(Self { txt: txt.clone(), record: record.clone(), faults, mended, is_private: Memo::default() })
    }

    /// What it was meant to say: what stands there, less what tools left in it.
    pub fn meant(&self) -> &DkimRecord {
        self.mended.as_ref().unwrap_or(&self.record)
    }

    /// The key in it, as far as one can be made out, whatever verifiers think of its form.
    pub fn key(&self) -> Option<PublicKey> {
        match self.meant().lenient_key()? {
            Ok(key) | Err(KeyProblem::Pkcs1(key) | KeyProblem::Wrapped(key) | KeyProblem::OtherType(key)) => Some(key),
            Err(_) => None,
        }
    }

    /// Whether it shows a private key to everybody.
    pub fn is_private(&self) -> bool {
        *self.is_private.get(|| {
            PRIVATE_KEY.find(self.record.text()).is_some()
                || matches!(self.meant().lenient_key(), Some(Err(KeyProblem::PrivateKey(_))))
        })
    }
}

impl DkimFacts {
    /// The declared selectors, then those asked for besides.
    pub(super) fn all(ask: &Ask<'_>, subject: &Subject) -> Vec<Self> {
        let declared = subject.declared.as_ref().map_or(&[][..], |declared| &declared.domain().dkim);
        let mut all: Vec<Self> = declared
            .iter()
            .map(|selector| Self::of(ask, subject, selector.name.value.clone(), selector.owner.clone(), Some(selector)))
            .collect();
        for selector in &subject.selectors {
            match subject.selector_owner(selector) {
                Some(owner) if !all.iter().any(|key| key.owner == owner) => {
                    all.push(Self::of(ask, subject, selector.clone(), owner, None));
                }
                _ => {}
            }
        }
        all
    }

    fn of(ask: &Ask<'_>, subject: &Subject, selector: String, owner: Name, declared: Option<&Selector>) -> Self {
        let reply = asked(ask, &owner, RrType::TXT);
        let Texts { records, keys, strangers } = Texts::clone(&reply.readings.get(ReadAs::Dkim, || Texts::of(&reply)));
        let (mut alias, mut target) = (None, None);
        if let Some(SelectorWant::Cname(wanted)) = declared.map(|declared| &declared.want)
            && !reply.chain.contains(&wanted.value)
        {
            alias = Some(asked(ask, &owner, RrType::CNAME));
            let behind = asked(ask, &wanted.value, RrType::TXT);
            let keys = texts(&behind).iter().map(|(_, text)| DkimRecord::parse(text)).collect();
            target = Some((behind, keys));
        }
        let dead_end = dead_end(ask, &owner, &reply);
        let doubled = if reply.is_absent() && !reply.is_alias() { doubled(ask, subject, &owner) } else { None };
        Self {
            selector,
            owner,
            declared: declared.cloned(),
            reply,
            records,
            keys,
            strangers,
            dead_end,
            alias,
            target,
            doubled,
        }
    }

    /// The key text, where exactly one value stands there: with several, a verifier may take any.
    pub fn one(&self) -> Option<&KeyText> {
        match (&*self.records, &*self.keys) {
            ([_], [one]) => Some(one),
            _ => None,
        }
    }

    /// Whether some verifier can check a signature with what stands there.
    pub fn is_usable(&self) -> bool {
        self.records.iter().any(|(_, record)| record.is_usable())
    }

    /// Whether both publish the same key.
    pub fn publishes_same_key(&self, other: &Self) -> bool {
        self.records.iter().any(|(_, one)| other.records.iter().any(|(_, other)| same_key(one, other)))
    }

    /// The target that the name is an alias of.
    pub fn alias_target(&self) -> Option<&Name> {
        self.reply.chain.first()
    }

    /// What the selector is meant to be now; none where it is not declared.
    ///
    /// A key that signs no more is withdrawn only once what was looked up on its last day has left every cache: its TTL
    /// is waited for beside [`crate::declared::REVOKED_AFTER`].
    pub fn state_at(&self, now: Timestamp) -> Option<SelectorState> {
        let selector = self.declared.as_ref()?;
        let ttl = self.reply.records().map_or(0, |set| set.ttl);
        let earlier = now.checked_sub(SignedDuration::from_secs(i64::from(ttl))).unwrap_or(now);
        Some(match selector.state_at(now) {
            SelectorState::Revoked => match selector.state_at(earlier) {
                SelectorState::Revoked => SelectorState::Revoked,
                SelectorState::InUse | SelectorState::Retiring => SelectorState::Retiring,
            },
            state => state,
        })
    }

    /// Whether signatures may be made with it: it is declared so, or nothing is declared of it.
    pub fn may_sign(&self, now: Timestamp) -> bool {
        matches!(self.state_at(now), None | Some(SelectorState::InUse))
    }

    /// Whether its retirement is due and nothing is lost by it: the declaration gave the day for the key that stands
    /// there, all that it signed has arrived, and another declared selector signs with a key that verifiers take. `all`
    /// are the domain's selectors.
    pub fn is_succeeded(&self, all: &[Self], now: Timestamp) -> bool {
        let is_retired = match self.declared.as_ref().map(|selector| (&selector.want, &selector.retire)) {
            Some((SelectorWant::Key(wanted), Some(_))) => {
                let wanted = DkimRecord::parse(wanted.value.record_text().as_bytes());
                // A key that nobody declared has no day.
                self.records.iter().all(|(_, record)| same_key(record, &wanted))
            }
            _ => false,
        };
        let takes_over = |other: &Self| {
            other.declared.is_some() && other.owner != self.owner && other.may_sign(now) && other.is_usable()
        };
        is_retired && self.is_to_be_revoked(now) && all.iter().any(takes_over)
    }

    /// Whether it is declared that no key is to stand there.
    pub fn is_to_be_revoked(&self, now: Timestamp) -> bool {
        self.state_at(now) == Some(SelectorState::Revoked)
    }
}

/// Where aliases end, if not at a record. They are asked for one by one only where a resolver says no more than that it
/// failed: that is what some make of a loop.
fn dead_end(ask: &Ask<'_>, owner: &Name, reply: &Reply) -> Option<DeadEnd> {
    let failed = reply.failure().is_some_and(|failure| failure.reason == Reason::ServFail);
    let mut chain = reply.chain.to_vec();
    if failed && chain.is_empty() {
        while chain.len() < MAX_CHAIN && !is_loop(owner, &chain) {
            let next = ask.get_thorough(chain.last().unwrap_or(owner), RrType::CNAME);
            let alias = next.as_ref().and_then(|reply| reply.records()).and_then(|set| {
                set.values.iter().find_map(|value| match value {
                    Rdata::Cname(target) => Some(target.clone()),
                    _ => None,
                })
            });
            match alias {
                Some(target) => chain.push(target),
                None => break,
            }
        }
    }
    let is_loop = failed && is_loop(owner, &chain);
    let is_dangling = reply.is_absent() && !chain.is_empty();
    (is_loop || is_dangling).then_some(DeadEnd { chain, is_loop })
}

/// Whether the last name has been met before, or there are more than anybody follows.
fn is_loop(owner: &Name, chain: &[Name]) -> bool {
    chain.len() >= MAX_CHAIN || chain.split_last().is_some_and(|(last, before)| last == owner || before.contains(last))
}

/// What stands where the domain was written twice: panels append it to a name that has it already.
fn doubled(ask: &Ask<'_>, subject: &Subject, owner: &Name) -> Option<(Name, KeyText)> {
    let twice = Name::from_labels(owner.labels().chain(subject.domain.labels())).ok()?;
    // No verdict rests on it: the selector has no key, whatever stands there.
    let reply = ask.get_thorough(&twice, RrType::TXT)?;
    let [(txt, joined)] = &texts(&reply)[..] else { return None };
    let is_made = reply.is_alias() || reply.wildcard.is_some();
    let key = KeyText::of(txt, &Arc::new(DkimRecord::parse(joined))).ok()?;
    (!is_made && key.record.is_dkim_like()).then_some((twice, key))
}

/// What is answered for a selector that nobody uses; asked only where much is.
#[derive(Clone, Debug)]
pub struct WildcardProbe {
    /// A selector made up from the domain: the same at every run.
    pub owner: Name,
    /// What came of it.
    pub reply: Arc<Reply>,
    /// The values that are keys, or stand where one would.
    pub records: Values<Arc<DkimRecord>>,
}

impl WildcardProbe {
    pub(super) fn of(ask: &Ask<'_>, subject: &Subject) -> Option<Self> {
        if subject.depth != Depth::Thorough {
            return None;
        }
        let owner = unused_selector(&subject.domain)?;
        let reply = ask.get_thorough(&owner, RrType::TXT)?;
        let records = records(&reply);
        Some(Self { owner, reply, records })
    }
}

/// Where a selector stands that nobody uses: made up from the domain, the same at every run.
pub fn unused_selector(domain: &Name) -> Option<Name> {
    domain.child(&format!("mv-{:016x}._domainkey", domain.stable_hash())).ok()
}

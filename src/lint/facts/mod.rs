//! One domain's facts: its records parsed, its SPF tree evaluated, its declaration beside it.
//!
//! Pure: computed from what an [`Ask`] knows. While answers are still lacking, what depends on them reads as unknown;
//! only the facts of the last pass are shown to rules.

mod authority;
mod bogus;
mod dkim;
mod dmarc;
mod dmarc_reports;
mod dmarc_senders;
mod egress;
mod lead;
mod lures;
mod repair;
mod spare;
mod spf;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use ipnet::IpNet;
use jiff::Timestamp;
use mailvouch_providers::dns::{Name, Rdata, RrType, Txt};
use rustc_hash::FxBuildHasher;

pub use self::authority::{Authority, AuthorityFacts, Served, Standing, authoritative_servers, delegated_servers};
pub(in crate::lint) use self::authority::{is_newer, last_change};
pub use self::bogus::Bogus;
pub use self::dkim::{DeadEnd, DkimFacts, KeyText, WildcardProbe, unused_selector};
pub use self::dmarc::DmarcFacts;
pub use self::dmarc_reports::DestinationFacts;
pub use self::dmarc_senders::{SenderFacts, SenderPath};
pub(in crate::lint) use self::egress::addresses;
pub use self::egress::{HeloFacts, HostFacts, addresses as addresses_of, reverse_name};
pub use self::lead::negative_ttl;
pub use self::lures::{Lure, LureKind};
pub(in crate::lint) use self::repair::{Repair, family_term, is_argument_of_the_name_before, meant};
pub use self::spare::Spare;
use self::spf::OwnTree;
pub use self::spf::SpfFacts;
pub(in crate::lint) use self::spf::{needs_spf, unlooped};
use super::Place;
use crate::declared::{At, Declaration, Domain, EgressState};
pub use crate::dmarc::organizational_domain;
use crate::dmarc::policy_name;
use crate::published::{Answers, Ask, Failure, Question, Reason, Reply, State};
use crate::spf::Tree;

/// What is declared for a domain.
#[derive(Clone, Debug)]
pub struct Declared {
    declaration: Arc<Declaration>,
    index: usize,
}

impl Declared {
    /// What `declaration` says of `domain`; none if it says nothing.
    pub fn of(declaration: &Arc<Declaration>, domain: &Name) -> Option<Self> {
        let index = declaration.domains.iter().position(|declared| declared.name.value == *domain)?;
        Some(Self { declaration: declaration.clone(), index })
    }

    /// What is declared for each domain, in the order of the file.
    pub fn all(declaration: &Arc<Declaration>) -> impl Iterator<Item = Self> {
        (0..declaration.domains.len()).map(|index| Self { declaration: declaration.clone(), index })
    }

    /// The domain's section.
    pub fn domain(&self) -> &Domain {
        &self.declaration.domains[self.index]
    }

    /// The whole declaration.
    pub fn declaration(&self) -> &Arc<Declaration> {
        &self.declaration
    }

    /// The declaration's text, for a label.
    pub fn place(&self) -> Place {
        Place::Declaration(self.declaration.file.clone())
    }

    /// Where a value is declared, for a label.
    pub fn at<T>(&self, at: &At<T>) -> (Place, Range<usize>) {
        (self.place(), at.span.clone())
    }
}

/// What a published record set is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordRole {
    /// The TXT set at the domain, where SPF stands.
    Spf,
    /// Where mail for the domain goes.
    Mx,
    /// A DKIM selector.
    Dkim,
    /// The DMARC policy.
    Dmarc,
    /// The name of a host that mail leaves from.
    Ptr,
}

impl RecordRole {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spf => "spf",
            Self::Mx => "mx",
            Self::Dkim => "dkim",
            Self::Dmarc => "dmarc",
            Self::Ptr => "ptr",
        }
    }
}

/// A record set that the analysis rests on.
#[derive(Clone, Debug)]
pub struct PublishedSet {
    /// What it is for.
    pub role: RecordRole,
    /// Owner and type.
    pub question: Question,
    /// What DNS said.
    pub reply: Arc<Reply>,
}

/// Everything that rules may know of one domain.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The domain.
    pub domain: Name,
    /// Its organizational domain, by the public suffix list.
    pub organization: Name,
    /// What is declared for it.
    pub declared: Option<Declared>,
    /// The time that dates of the declaration are held against.
    pub now: Timestamp,
    /// How long caches hold that something is not there, in seconds; asked for only where it counts.
    pub absence: u32,
    /// The A and AAAA sets at the domain; asked for only where it has no MX.
    pub addresses: Option<[Arc<Reply>; 2]>,
    /// The hosts that its mail leaves from; samples of ranges only where much is asked.
    pub hosts: Vec<HostFacts>,
    /// The names that they give in HELO.
    pub helos: Vec<HeloFacts>,
    /// Places that lead to names that do not exist.
    pub lures: Vec<Lure>,
    /// Where mail for it goes.
    pub mx: Arc<Reply>,
    /// Who may send, by address.
    pub spf: SpfFacts,
    /// Its selectors: the declared ones and those asked for.
    pub dkim: Vec<DkimFacts>,
    /// What a selector that nobody uses is answered with; asked for only where much is.
    pub dkim_probe: Option<WildcardProbe>,
    /// What receivers do with what does not pass.
    pub dmarc: DmarcFacts,
    /// What the authoritative servers serve; asked for only where much is.
    pub authority: Option<AuthorityFacts>,
    /// Questions that resolvers answer only with checking disabled.
    pub bogus: Vec<Bogus>,
    /// Questions that nobody answered, of those that the facts rest on; in order.
    pub failures: Vec<(Question, Failure)>,
    /// Which questions were thorough ones: no verdict rests on their answers.
    pub thorough: HashSet<Question, FxBuildHasher>,
    /// How much was asked.
    pub depth: Depth,
}

/// What is to be examined: a domain, and what is said about it.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The domain.
    pub domain: Name,
    /// What is declared for it.
    pub declared: Option<Declared>,
    /// Selectors to look at beside the declared ones.
    pub selectors: Vec<String>,
    /// The time that dates of the declaration are held against.
    pub now: Timestamp,
    /// How much is asked.
    pub depth: Depth,
}

impl Subject {
    /// What is asked about every such domain, whatever the answers are.
    pub fn first_questions(&self) -> Vec<Question> {
        let text = |owner: &Name| Question::new(owner, RrType::TXT);
        let mx = Question::new(&self.domain, RrType::MX);
        let mut first = vec![mx, text(&self.domain), text(&policy_name(&self.domain))];
        for question in self.selector_owners().iter().map(text) {
            // A selector may be declared and named besides.
            if !first.contains(&question) {
                first.push(question);
            }
        }
        first
    }

    /// Where the selectors stand that are looked at.
    pub fn selector_owners(&self) -> Vec<Name> {
        let declared = self.declared.iter().flat_map(|declared| &declared.domain().dkim);
        let named = self.selectors.iter().filter_map(|selector| self.selector_owner(selector));
        declared.map(|selector| selector.owner.clone()).chain(named).collect()
    }

    /// Where a selector stands that was named (RFC 6376, section 3.6.2.1); none where the name would be too long.
    pub(in crate::lint) fn selector_owner(&self, selector: &str) -> Option<Name> {
        self.domain.child(&[selector, "._domainkey"].concat()).ok()
    }
}

/// How much is asked of DNS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// What the verdict rests on, and no more: for long lists.
    Brief,
    /// Also where reports go, whether mail arrives there.
    #[default]
    Usual,
    /// Also samples of the ranges that mail leaves from, and what a probe tells.
    Thorough,
}

impl Facts {
    /// The facts, as far as the snapshot knows them.
    pub fn of(ask: &Ask<'_>, subject: &Subject) -> Self {
        let Subject { domain, declared, now, .. } = subject;
        let mx = asked(ask, domain, RrType::MX);
        let addresses = mx.is_absent().then(|| [RrType::A, RrType::AAAA].map(|rtype| asked(ask, domain, rtype)));
        let spf = SpfFacts::of(ask, domain, declared.as_ref(), subject.depth);
        let dkim = DkimFacts::all(ask, subject);
        let dmarc = DmarcFacts::of(ask, domain, declared.as_ref(), subject.depth);
        let hosts = HostFacts::all(ask, subject);
        let helos = HeloFacts::all(ask, subject);
        let lures = lures::lures(ask, domain, subject.depth, &spf, &dkim, &dmarc);
        let dkim_probe = WildcardProbe::of(ask, subject);
        let mut names = vec![(domain.clone(), spf.reply.clone()), (dmarc.owner.clone(), dmarc.reply.clone())];
        names.extend(dkim.iter().map(|key| (key.owner.clone(), key.reply.clone())));
        let authority = AuthorityFacts::of(ask, subject, names);
        Self {
            domain: domain.clone(),
            organization: dmarc.older.organizational.clone(),
            declared: declared.clone(),
            now: *now,
            absence: lead::absence(ask, subject),
            mx,
            addresses,
            hosts,
            helos,
            lures,
            spf,
            dkim,
            dkim_probe,
            dmarc,
            authority,
            // Last: it is about the questions that all the others asked.
            bogus: Bogus::all(ask),
            failures: Vec::new(),
            thorough: ask.thorough(),
            depth: subject.depth,
        }
    }

    /// Asks for what the answers to the [first questions](Subject::first_questions) lead to: the records behind the SPF record,
    /// the policies above the domain, and whether its reports are welcome where they go. Nearly all of the rest is known then.
    pub fn ask_ahead(ask: &Ask<'_>, subject: &Subject) {
        let Subject { domain, declared, depth, .. } = subject;
        let _ = Tree::of(ask, domain);
        DmarcFacts::ask_ahead(ask, domain, declared.as_ref(), *depth);
    }

    /// Notes which of the questions that the facts rest on got no answer: known once the last pass is over.
    #[must_use]
    pub fn with_failures(mut self, answers: &Answers) -> Self {
        // Zone files of a domain seldom come with those of its addresses: that says nothing about either.
        let beside = |(question, failure): &(Question, Failure)| {
            let outside = failure.reason == Reason::OutsideView;
            let is_thorough = self.thorough.contains(question);
            // A snapshot of a run that asked less lacks what only a curious one asks.
            let unsaved = is_thorough && failure.reason == Reason::NotInSnapshot;
            // A link of a chain is asked for where the chain could not be had: that has been told.
            let link = is_thorough && question.rtype == RrType::CNAME;
            // Nobody reads the SPF type: whether it is there leaves nothing open.
            // A name that could be used and was not seen is not used: that leaves nothing open either.
            let is_spare = |spare: &Spare| spare.name == question.name && question.rtype == RrType::TXT;
            let spare = self.spf.spare.iter().any(is_spare) && !self.spf.leads_to(std::slice::from_ref(&question.name));
            // Who answers in another way than the usual is asked beside, and told of elsewhere.
            !question.via.is_resolver()
                || question.rtype == RrType::SPF
                || spare
                || unsaved
                || link
                // What stands above a record, and who takes its reports, is seen where it can be.
                || is_thorough && self.depth != Depth::Thorough
                || outside && (is_thorough || is_reverse(&question.name))
        };
        self.failures = answers.failures().into_iter().filter(|failed| !beside(failed)).collect();
        self
    }

    /// What is declared for the domain, where something is.
    pub fn declared_domain(&self) -> Option<&Domain> {
        self.declared.as_ref().map(Declared::domain)
    }

    /// The declared networks that mail leaves from now.
    pub fn current_networks(&self) -> Vec<IpNet> {
        let groups = self.declared_domain().into_iter().flat_map(|domain| &domain.egress).map(|group| &group.value);
        let current = groups.filter(|group| group.state_at(self.now) == EgressState::Current);
        current.flat_map(|group| group.addresses.iter().map(|address| address.value)).collect()
    }

    /// Whether the domain sends mail: as declared; else unless it says itself that it does not, by `v=spf1 -all` or by
    /// a null MX.
    pub fn sends(&self) -> bool {
        match self.declared_domain() {
            Some(declared) => declared.sends,
            None => !self.spf.says_nobody_sends() && self.null_mx().is_none(),
        }
    }

    /// The null MX (RFC 7505), if the domain publishes one.
    pub fn null_mx(&self) -> Option<&Rdata> {
        let set = self.mx.records()?;
        set.values.iter().find(|value| matches!(value, Rdata::Mx { exchange, .. } if exchange.is_root()))
    }

    /// Whether `name` is under the same organizational domain as this one, by the public suffix list.
    pub fn is_own(&self, name: &Name) -> bool {
        // Most names that are asked about are the domain's own, or far from it: the list is looked at for the others.
        *name == self.domain
            || name.is_at_or_below(&self.organization) && organizational_domain(name) == self.organization
    }

    /// The SPF records that are the owner's to mend: the domain's, and those behind it under the same organizational domain, each
    /// as often as it stands there.
    pub fn own_trees(&self) -> impl Iterator<Item = &Tree> {
        self.own_list().iter().map(|own| own.below.as_deref().unwrap_or(&self.spf.tree))
    }

    /// The same, each name once.
    pub fn own_trees_once(&self) -> impl Iterator<Item = &Tree> {
        let once = self.own_list().iter().filter(|own| !own.again);
        once.map(|own| own.below.as_deref().unwrap_or(&self.spf.tree))
    }

    /// Nearly all rules about SPF begin with these.
    fn own_list(&self) -> &[OwnTree] {
        self.spf.own.get(|| {
            let mut names: Vec<&Name> = Vec::new();
            let mut own = Vec::new();
            let mut add = |tree, below: Option<&Arc<Tree>>| {
                let name: &Name = tree;
                if self.is_own(name) {
                    own.push(OwnTree { below: below.cloned(), again: names.contains(&name) });
                    names.push(name);
                }
            };
            add(&self.spf.tree.name, None);
            for below in self.spf.tree.below() {
                add(&below.name, Some(below));
            }
            own
        })
    }

    /// The record sets that the verdict rests on, for reports.
    pub fn published(&self) -> Vec<PublishedSet> {
        let set = |role, owner: &Name, rtype, reply: &Arc<Reply>| {
            let question = Question::new(owner, rtype);
            PublishedSet { role, question, reply: reply.clone() }
        };
        let mut sets = vec![
            set(RecordRole::Spf, &self.domain, RrType::TXT, &self.spf.reply),
            set(RecordRole::Mx, &self.domain, RrType::MX, &self.mx),
        ];
        sets.extend(self.dkim.iter().map(|key| set(RecordRole::Dkim, &key.owner, RrType::TXT, &key.reply)));
        sets.push(set(RecordRole::Dmarc, &self.dmarc.owner, RrType::TXT, &self.dmarc.reply));
        sets.extend(self.hosts.iter().map(|host| set(RecordRole::Ptr, &host.reverse, RrType::PTR, &host.ptr)));
        sets
    }

    /// Whether something could not be told that a verdict would have to rest on. A name outside the zone files given
    /// is no such thing, since it was not meant to be looked at; unless it is the domain itself, of which then nothing
    /// was seen.
    pub fn has_unknowns(&self) -> bool {
        let outside = |failure: &Failure| failure.reason == Reason::OutsideView;
        let itself_unseen = self.spf.reply.failure().is_some_and(outside);
        let counts = |question: &Question, failure: &Failure| !outside(failure) && !self.thorough.contains(question);
        itself_unseen || self.failures.iter().any(|(question, failure)| counts(question, failure))
    }
}

/// Whether a name stands for an address (RFC 1035, section 3.5; RFC 3596, section 2.5).
fn is_reverse(name: &Name) -> bool {
    let text = name.to_string().to_ascii_lowercase();
    [".in-addr.arpa", ".ip6.arpa"].iter().any(|suffix| text.trim_end_matches('.').ends_with(suffix))
}

/// What is known; unknown while it has not been asked yet.
fn asked(ask: &Ask<'_>, name: &Name, rtype: RrType) -> Arc<Reply> {
    ask.get(name, rtype).unwrap_or_else(|| Arc::new(Reply::unknown(Reason::NotInSnapshot)))
}

/// TXT values, each with what was read from it. Read once, and shared by all who look at the reply.
pub type Values<T> = Arc<[(Txt, T)]>;

/// The TXT values of a reply, each with its joined text.
fn texts(reply: &Reply) -> Values<Vec<u8>> {
    match &reply.state {
        State::Found(set) => set.txts().map(|txt| (txt.clone(), txt.joined())).collect(),
        State::Absent(_) | State::Unknown(_) => Arc::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_questions_are_asked_whatever_is_known() {
        let domain: Name = "a.example.com".parse().expect("a name");
        let selectors = ["s1".to_owned(), "s1".to_owned(), "s2".to_owned()].into();
        let depth = Depth::Brief;
        let subject = Subject { domain, declared: None, selectors, now: Timestamp::UNIX_EPOCH, depth };
        let nothing = Answers::default();
        let ask = Ask::new(&nothing, None);
        let _ = Facts::of(&ask, &subject);
        let (first, wanted) = (subject.first_questions(), ask.wanted());
        assert_eq!(first.len(), 5);
        assert!(first.iter().all(|question| wanted.contains(question)), "{first:?}\n{wanted:?}");
    }
}

//! The records behind a record: everything that its terms lead to, asked for all at once.

mod whole;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use mailvouch_providers::dns::{Name, Rdata, RrType, Txt};
use rustc_hash::FxBuildHasher;

use self::whole::Asking;
use super::budget::{lookups_of_macros, lookups_of_mechanism};
use super::{Coverage, Family, LOOKUP_LIMIT, MX_LIMIT, Published, Selection};
use crate::published::{Ask, Failure, Question, Reason, Reply, State};
use crate::record::SpfRecord;
use crate::record::spf::{DomainSpec, Mechanism, Modifier, Term};

/// The SPF record of one name, and what each of its terms leads to.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The name.
    pub name: Name,
    /// What it publishes.
    pub selection: Selection,
    /// Where the name is an alias: the name that the records really stand at.
    pub alias_to: Option<Name>,
    /// Whether there is no TXT record at all: asking was a void look-up (RFC 7208, section 4.6.4).
    pub is_void: bool,
    /// For how long caches may hold the set, in seconds; none where none was seen.
    pub ttl: Option<u32>,
    /// What the record's terms lead to, one entry a term, in order; empty unless there is exactly one record.
    pub branches: Vec<Branch>,
    /// What every address gets by it, once somebody wanted to know.
    coverage: OnceLock<Coverage>,
}

/// What one term leads to.
#[derive(Clone, Debug)]
pub enum Branch {
    /// Nowhere: the term asks nothing (`ip4`, `ip6`, `all`), is not understood, or is never evaluated: it stands behind
    /// `all`, or is a `redirect` beside one (RFC 7208, sections 5.1 and 6.1).
    Leaf,
    /// Another record: `include` and `redirect`.
    Record(Lead),
    /// Addresses of names: `a` and `mx`, by family.
    Addresses {
        /// For clients that come over IPv4.
        v4: Box<Addresses>,
        /// For clients that come over IPv6.
        v6: Box<Addresses>,
    },
    /// What it matches depends on the message or on the client's own name: `exists`, `ptr`, macros. No fixed set. With
    /// its look-ups: two where `%{p}` stands.
    Dynamic(usize),
    /// Not followed: every evaluation has spent its look-ups before it comes here, and ends.
    PastLimit,
}

/// Where `include` and `redirect` lead.
#[derive(Clone, Debug)]
pub enum Lead {
    /// To this record.
    Tree(Arc<Tree>),
    /// Back to a name that is being evaluated already: it runs into the limit of look-ups.
    Loop(Name),
    /// Nobody knows before a message comes: the name holds a macro. With the term's look-ups: two where `%{p}` stands.
    Dynamic(usize),
    /// To what can be no domain name (an empty label, one over 63 octets): no record stands there (section 4.3).
    NoName,
}

/// What `a` or `mx` comes to for one family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The addresses found.
    pub found: Vec<IpAddr>,
    /// Names that do not exist or have no such address: void look-ups (RFC 7208, section 4.6.4).
    pub voids: Vec<Name>,
    /// Names that could not be looked up.
    pub unknown: Vec<(Name, Failure)>,
    /// Exchanges of an `mx`, whether or not they were looked up.
    pub exchanges: usize,
    /// Whether an `mx` has more exchanges than may be looked up: none of them is (RFC 7208, section 4.6.4).
    pub past_mx_limit: bool,
    /// Names that answered with several addresses: what was seen may be a part of a larger pool, which servers hand out
    /// in turns. From one answer nobody can tell.
    pub samples: Vec<Name>,
    /// Names that are aliases, each with the name where its records stand.
    pub aliases: Vec<(Name, Name)>,
}

/// Records that are followed although no evaluation reaches them: reports show what they would cost.
const MAX_BEYOND: usize = 64;

/// Terms that the records of one tree may have together. A record is 64 KB at the most and may stand in a tree a
/// thousand times: past this, what else it leads to is not known, as past the budget of questions.
const MAX_TERMS: usize = 1 << 16;

impl Tree {
    /// The tree of `name`, as far as the snapshot knows it.
    ///
    /// Every branch is followed that an evaluation may reach, whichever address it is for, and some beyond: an early
    /// pass asks for all of a level at once, and what it does not know yet reads as unknown.
    pub fn of(ask: &Ask<'_>, name: &Name) -> Self {
        Growth::new(ask).tree(name, 0)
    }

    /// The tree of `name`, were this text its only record. None where it would not be selected.
    pub fn if_published(ask: &Ask<'_>, name: &Name, text: &[u8]) -> Option<Self> {
        let record = SpfRecord::parse(text)?;
        let published = Arc::new(Published { value: Txt::from_text(text), record });
        let branches = Growth::new(ask).branches(name, &published.record, 0);
        Some(Self { selection: Selection::One(published), branches, ..Self::nothing(name) })
    }

    fn nothing(name: &Name) -> Self {
        Self {
            name: name.clone(),
            selection: Selection::None,
            alias_to: None,
            is_void: false,
            ttl: None,
            branches: Vec::new(),
            coverage: OnceLock::new(),
        }
    }

    /// What every address gets, were this the record that is asked for: worked out once, however many domains include it.
    pub fn coverage(&self) -> &Coverage {
        self.coverage.get_or_init(|| Coverage::of(self))
    }

    /// Whether a record in it leads back to one that leads there: an evaluation that comes to it has no end but the
    /// limit of look-ups.
    pub fn has_loop(&self) -> bool {
        let is_loop = |branch: &Branch| matches!(branch, Branch::Record(Lead::Loop(_)));
        self.holds(&|tree| tree.branches.iter().any(is_loop))
    }

    /// Whether this tree or one below it is such a one.
    pub fn holds(&self, is_wanted: &dyn Fn(&Self) -> bool) -> bool {
        is_wanted(self)
            || self.branches.iter().any(|branch| match branch {
                Branch::Record(Lead::Tree(below)) => below.holds(is_wanted),
                _ => false,
            })
    }

    /// All trees below it, in order.
    pub fn below(&self) -> Vec<&Arc<Self>> {
        fn add<'a>(tree: &'a Tree, all: &mut Vec<&'a Arc<Tree>>) {
            for branch in &tree.branches {
                if let Branch::Record(Lead::Tree(below)) = branch {
                    all.push(below);
                    add(below, all);
                }
            }
        }
        let mut all = Vec::with_capacity(LOOKUP_LIMIT);
        add(self, &mut all);
        all
    }

    /// This tree and all below it.
    pub fn walk(&self) -> Vec<&Self> {
        std::iter::once(self).chain(self.below().into_iter().map(Arc::as_ref)).collect()
    }
}

/// What a look-up is before the first answer: it never stands in a final result.
fn not_yet() -> Failure {
    Failure { reason: Reason::NotInSnapshot, server: None }
}

/// A tree while it grows.
///
/// A record may name the next one a thousand times, and that one the next: only what an evaluation can reach is
/// followed without end. `spent` is the fewest look-ups with which one can come to a place; where that is the limit,
/// every evaluation ends there. That leaves at most 2^10 records, however they include each other.
struct Growth<'a> {
    ask: Asking<'a>,
    /// The names that lead here.
    path: Vec<Name>,
    /// How many more records may be followed for reports alone.
    beyond: usize,
    /// How many more terms there may be.
    terms: usize,
    /// What each name publishes: a record is parsed once, however often it is included.
    read: HashMap<Name, Option<Seen>, FxBuildHasher>,
}

/// What was read at one name.
#[derive(Clone)]
struct Seen {
    reply: Arc<Reply>,
    selection: Selection,
    alias_to: Option<Name>,
    is_void: bool,
    ttl: Option<u32>,
}

impl Seen {
    fn at(ask: &Ask<'_>, name: &Name) -> Option<Self> {
        let reply = ask.get(name, RrType::TXT)?;
        let alias_to = reply.chain.last().cloned();
        let ttl = reply.records().map(|set| set.ttl);
        Some(Self { selection: Selection::of(&reply), alias_to, is_void: reply.is_absent(), ttl, reply })
    }
}

impl<'a> Growth<'a> {
    fn new(ask: &'a Ask<'a>) -> Self {
        Self {
            ask: Asking { ask, told: Vec::new() },
            path: Vec::new(),
            beyond: MAX_BEYOND,
            terms: MAX_TERMS,
            read: HashMap::default(),
        }
    }

    fn tree(&mut self, name: &Name, spent: usize) -> Tree {
        let seen = self.read.entry(name.clone()).or_insert_with(|| Seen::at(self.ask.ask, name)).clone();
        let unknown = |reason| Selection::Unknown(Failure { reason, server: None });
        let Some(Seen { reply, mut selection, alias_to, is_void, ttl }) = seen else {
            // Before the first answer: it never stands in a final result.
            let selection = unknown(Reason::NotInSnapshot);
            return Tree { selection, ..Tree::nothing(name) };
        };
        self.ask.told.push((Question::new(name, RrType::TXT), reply));
        let mut branches = Vec::new();
        if let Some(published) = selection.one().cloned() {
            match self.terms.checked_sub(published.record.terms().len()) {
                Some(left) => {
                    self.terms = left;
                    branches = self.branches(name, &published.record, spent);
                }
                None => selection = unknown(Reason::Budget),
            }
        }
        Tree { selection, alias_to, is_void, ttl, branches, ..Tree::nothing(name) }
    }

    /// What the terms of one record lead to.
    fn branches(&mut self, name: &Name, record: &SpfRecord, spent: usize) -> Vec<Branch> {
        self.path.push(name.clone());
        let terms = record.terms();
        let reached = terms.iter().position(|term| is_all(&term.node)).unwrap_or(terms.len());
        let mut before = spent;
        let mut branches = Vec::with_capacity(terms.len());
        for (index, term) in terms.iter().enumerate() {
            branches.push(match &term.node {
                Term::Directive(directive) if index < reached => {
                    before += lookups_of_mechanism(&directive.mechanism);
                    self.branch(name, &directive.mechanism, before)
                }
                _ => Branch::Leaf,
            });
        }
        // Wherever it stands, it comes last, and only where there is no `all` (section 6.1).
        let redirect = terms.iter().enumerate().find_map(|(index, term)| match &term.node {
            Term::Modifier(Modifier::Redirect(target)) if reached == terms.len() => Some((index, target)),
            _ => None,
        });
        if let Some((index, target)) = redirect {
            branches[index] = self.lead(target, before + 1);
        }
        self.path.pop();
        branches
    }

    /// What a mechanism leads to; `spent` counts its own look-up.
    fn branch(&mut self, at: &Name, mechanism: &Mechanism, spent: usize) -> Branch {
        let (domain, look_up): (_, fn(&mut Asking<'_>, &Name, Family, &mut Addresses)) = match mechanism {
            Mechanism::All | Mechanism::Ip4(_) | Mechanism::Ip6(_) => return Branch::Leaf,
            Mechanism::Include(target) => return self.lead(target, spent),
            Mechanism::Ptr(_) | Mechanism::Exists(_) => return Branch::Dynamic(lookups_of_mechanism(mechanism)),
            Mechanism::A { domain, .. } => (domain, ask_addresses),
            Mechanism::Mx { domain, .. } => (domain, ask_exchanges),
        };
        if domain.as_ref().is_some_and(DomainSpec::has_macros) {
            return Branch::Dynamic(lookups_of_mechanism(mechanism));
        }
        if spent > LOOKUP_LIMIT {
            return Branch::PastLimit;
        }
        let name = domain.as_ref().map_or_else(|| Some(at.clone()), DomainSpec::literal);
        let mut of = |family| {
            let mut out = Box::<Addresses>::default();
            // What can be no name has no address: it matches nothing, and there is nothing to ask.
            if let Some(name) = &name {
                look_up(&mut self.ask, name, family, &mut out);
            }
            out
        };
        Branch::Addresses { v4: of(Family::V4), v6: of(Family::V6) }
    }

    /// Where `include` or `redirect` leads; `spent` counts its own look-up.
    fn lead(&mut self, target: &DomainSpec, spent: usize) -> Branch {
        if target.has_macros() {
            return Branch::Record(Lead::Dynamic(1 + lookups_of_macros(target)));
        }
        let Some(name) = target.literal() else { return Branch::Record(Lead::NoName) };
        if self.path.contains(&name) {
            return Branch::Record(Lead::Loop(name));
        }
        if spent > LOOKUP_LIMIT {
            let Some(left) = self.beyond.checked_sub(1) else { return Branch::PastLimit };
            self.beyond = left;
        }
        if let Some(whole) = self.known_whole(&name, spent) {
            return Branch::Record(Lead::Tree(whole));
        }
        let (first, terms) = (self.ask.told.len(), self.terms);
        let tree = Arc::new(self.tree(&name, spent));
        self.keep_whole(&tree, first, terms);
        Branch::Record(Lead::Tree(tree))
    }
}

fn is_all(term: &Term) -> bool {
    matches!(term, Term::Directive(directive) if directive.mechanism == Mechanism::All)
}

/// The addresses of one name go into `out`.
fn ask_addresses(ask: &mut Asking<'_>, name: &Name, family: Family, out: &mut Addresses) {
    let Some(reply) = ask.get(name, family.choose(RrType::A, RrType::AAAA)) else {
        return out.unknown.push((name.clone(), not_yet()));
    };
    out.aliases.extend(reply.chain.last().map(|target| (name.clone(), target.clone())));
    match &reply.state {
        State::Found(set) => {
            let before = out.found.len();
            out.found.extend(set.values.iter().filter_map(|value| match value {
                Rdata::A(address) => Some(IpAddr::V4(*address)),
                Rdata::Aaaa(address) => Some(IpAddr::V6(*address)),
                _ => None,
            }));
            if out.found.len() > before + 1 {
                out.samples.push(name.clone());
            }
        }
        State::Absent(_) => out.voids.push(name.clone()),
        State::Unknown(failure) => out.unknown.push((name.clone(), failure.clone())),
    }
}

/// The addresses of a name's mail exchanges go into `out`. There is no falling back to the name itself (section 5.4).
fn ask_exchanges(ask: &mut Asking<'_>, name: &Name, family: Family, out: &mut Addresses) {
    let Some(reply) = ask.get(name, RrType::MX) else { return out.unknown.push((name.clone(), not_yet())) };
    let exchanges = match &reply.state {
        State::Found(set) => exchanges(&set.values),
        State::Absent(_) => return out.voids.push(name.clone()),
        State::Unknown(failure) => return out.unknown.push((name.clone(), failure.clone())),
    };
    out.exchanges = exchanges.len();
    out.past_mx_limit = exchanges.len() > MX_LIMIT;
    // Past the limit none is asked for: the result is an error whatever they have.
    for exchange in exchanges.iter().filter(|_| exchanges.len() <= MX_LIMIT) {
        // One that fails ends the evaluation of whoever has not matched by then (section 5): what comes behind it is
        // asked for, since answers come in any order, and counts for nobody.
        let mut behind = Addresses::default();
        let counts = if out.unknown.is_empty() { &mut *out } else { &mut behind };
        ask_addresses(ask, exchange, family, counts);
    }
}

/// The hosts of an MX set, by preference, then as they came. A null MX names none (RFC 7505).
pub(super) fn exchanges(values: &[Rdata]) -> Vec<&Name> {
    let mut exchanges: Vec<(u16, &Name)> = values
        .iter()
        .filter_map(|value| match value {
            Rdata::Mx { preference, exchange } if !exchange.is_root() => Some((*preference, exchange)),
            _ => None,
        })
        .collect();
    exchanges.sort_by_key(|(preference, _)| *preference);
    exchanges.into_iter().map(|(_, exchange)| exchange).collect()
}

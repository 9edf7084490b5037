//! The records behind a record: everything that its terms lead to, asked for all at once.

use std::net::IpAddr;
use std::sync::Arc;

use mailvouch_providers::dns::{Name, Rdata, RrType, Txt};

use super::{Family, LOOKUP_LIMIT, MX_LIMIT, Published, Selection};
use crate::published::{Ask, Failure, Reason, State};
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
    /// What the record's terms lead to, one entry a term, in order; empty unless there is exactly one record.
    pub branches: Vec<Branch>,
}

/// What one term leads to.
#[derive(Clone, Debug)]
pub enum Branch {
    /// Nowhere: the term asks nothing (`ip4`, `ip6`, `all`), or is not understood.
    Leaf,
    /// Another record: `include` and `redirect`.
    Record(Lead),
    /// Addresses of names: `a` and `mx`, by family.
    Addresses {
        /// For clients that come over IPv4.
        v4: Addresses,
        /// For clients that come over IPv6.
        v6: Addresses,
    },
    /// What it matches depends on the message or on the client's own name: `exists`, `ptr`, macros. No fixed set.
    Dynamic,
}

impl Branch {
    /// The addresses for one family, where the term has such.
    pub fn addresses(&self, family: Family) -> Option<&Addresses> {
        match (self, family) {
            (Self::Addresses { v4, .. }, Family::V4) => Some(v4),
            (Self::Addresses { v6, .. }, Family::V6) => Some(v6),
            _ => None,
        }
    }
}

/// Where `include` and `redirect` lead.
#[derive(Clone, Debug)]
pub enum Lead {
    /// To this record.
    Tree(Arc<Tree>),
    /// Back to a name that is being evaluated already: it runs into the limit of look-ups.
    Loop(Name),
    /// Nobody knows before a message comes: the name holds a macro.
    Dynamic,
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
    /// Whether an `mx` has more exchanges than may be looked up.
    pub past_mx_limit: bool,
}

impl Tree {
    /// The tree of `name`, as far as the snapshot knows it.
    ///
    /// Every branch is followed, also one that no address may ever reach: an early pass asks for all of a level at
    /// once, and what it does not know yet reads as unknown.
    pub fn of(ask: &Ask<'_>, name: &Name) -> Self {
        Self::below(ask, name, &mut Vec::new())
    }

    /// The tree of `name`, were this text its only record. None where it would not be selected.
    pub fn if_published(ask: &Ask<'_>, name: &Name, text: &[u8]) -> Option<Self> {
        let record = SpfRecord::parse(text)?;
        let published = Arc::new(Published { value: Txt::from_text(text), record });
        let branches = branches(ask, name, &published, &mut Vec::new());
        Some(Self {
            name: name.clone(),
            selection: Selection::One(published),
            alias_to: None,
            is_void: false,
            branches,
        })
    }

    /// `path` holds the names that lead here, this one not yet among them.
    fn below(ask: &Ask<'_>, name: &Name, path: &mut Vec<Name>) -> Self {
        let reply = ask.get(name, RrType::TXT);
        let alias_to = reply.as_ref().and_then(|reply| reply.chain.last().cloned());
        let is_void = reply.as_ref().is_some_and(|reply| reply.is_absent());
        let selection = reply.map_or_else(|| Selection::Unknown(not_yet()), |reply| Selection::of(&reply));
        let branches = match selection.one() {
            None => Vec::new(),
            Some(published) => branches(ask, name, published, path),
        };
        Self { name: name.clone(), selection, alias_to, is_void, branches }
    }

    /// This tree and all below it.
    pub fn walk(&self) -> Vec<&Self> {
        let mut all = vec![self];
        for branch in &self.branches {
            if let Branch::Record(Lead::Tree(tree)) = branch {
                all.extend(tree.walk());
            }
        }
        all
    }
}

/// What a look-up is before the first answer: it never stands in a final result.
fn not_yet() -> Failure {
    Failure { reason: Reason::NotInSnapshot, server: None }
}

/// What the terms of one record lead to.
fn branches(ask: &Ask<'_>, name: &Name, published: &Published, path: &mut Vec<Name>) -> Vec<Branch> {
    path.push(name.clone());
    let branches = published.record.terms().iter().map(|term| branch(ask, name, &term.node, path)).collect();
    path.pop();
    branches
}

fn branch(ask: &Ask<'_>, at: &Name, term: &Term, path: &mut Vec<Name>) -> Branch {
    match term {
        Term::Directive(directive) => match &directive.mechanism {
            Mechanism::All | Mechanism::Ip4(_) | Mechanism::Ip6(_) => Branch::Leaf,
            Mechanism::Include(target) => Branch::Record(lead(ask, target, path)),
            Mechanism::A { domain, .. } => match target_of(domain.as_ref(), at) {
                Some(name) => addresses(|family, out| ask_addresses(ask, &name, family, out)),
                None => Branch::Dynamic,
            },
            Mechanism::Mx { domain, .. } => match target_of(domain.as_ref(), at) {
                Some(name) => addresses(|family, out| ask_exchanges(ask, &name, family, out)),
                None => Branch::Dynamic,
            },
            Mechanism::Ptr(_) | Mechanism::Exists(_) => Branch::Dynamic,
        },
        Term::Modifier(Modifier::Redirect(target)) => Branch::Record(lead(ask, target, path)),
        Term::Modifier(Modifier::Exp(_) | Modifier::Unknown { .. }) | Term::Malformed(_) => Branch::Leaf,
    }
}

/// The name that a term is about; none if a macro makes it.
fn target_of(domain: Option<&DomainSpec>, at: &Name) -> Option<Name> {
    domain.map_or_else(|| Some(at.clone()), DomainSpec::literal)
}

fn lead(ask: &Ask<'_>, target: &DomainSpec, path: &mut Vec<Name>) -> Lead {
    let Some(name) = target.literal() else { return Lead::Dynamic };
    // A path longer than the limit of look-ups is never evaluated to its end.
    if path.contains(&name) || path.len() > LOOKUP_LIMIT {
        return Lead::Loop(name);
    }
    Lead::Tree(Arc::new(Tree::below(ask, &name, path)))
}

fn addresses(look_up: impl Fn(Family, &mut Addresses)) -> Branch {
    let of = |family| {
        let mut out = Addresses::default();
        look_up(family, &mut out);
        out
    };
    Branch::Addresses { v4: of(Family::V4), v6: of(Family::V6) }
}

/// The addresses of one name go into `out`.
fn ask_addresses(ask: &Ask<'_>, name: &Name, family: Family, out: &mut Addresses) {
    let rtype = match family {
        Family::V4 => RrType::A,
        Family::V6 => RrType::AAAA,
    };
    match ask.get(name, rtype).map(|reply| reply.state.clone()) {
        Some(State::Found(set)) => out.found.extend(set.values.iter().filter_map(|value| match value {
            Rdata::A(address) => Some(IpAddr::V4(*address)),
            Rdata::Aaaa(address) => Some(IpAddr::V6(*address)),
            _ => None,
        })),
        Some(State::Absent(_)) => out.voids.push(name.clone()),
        Some(State::Unknown(failure)) => out.unknown.push((name.clone(), failure)),
        None => out.unknown.push((name.clone(), not_yet())),
    }
}

/// The addresses of a name's mail exchanges go into `out`. There is no falling back to the name itself (section 5.4).
fn ask_exchanges(ask: &Ask<'_>, name: &Name, family: Family, out: &mut Addresses) {
    let exchanges: Vec<Name> = match ask.get(name, RrType::MX).map(|reply| reply.state.clone()) {
        Some(State::Found(set)) => set
            .values
            .into_iter()
            .filter_map(|value| match value {
                Rdata::Mx { exchange, .. } => Some(exchange),
                _ => None,
            })
            // A null MX names no host (RFC 7505).
            .filter(|exchange| !exchange.is_root())
            .collect(),
        Some(State::Absent(_)) => return out.voids.push(name.clone()),
        Some(State::Unknown(failure)) => return out.unknown.push((name.clone(), failure)),
        None => return out.unknown.push((name.clone(), not_yet())),
    };
    out.past_mx_limit = exchanges.len() > MX_LIMIT;
    for exchange in exchanges.iter().take(MX_LIMIT) {
        ask_addresses(ask, exchange, family, out);
    }
}

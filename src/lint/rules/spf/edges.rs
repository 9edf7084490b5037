//! The terms of SPF records, each with what it leads to: what the rules about cost and targets look at.

use std::sync::Arc;

use ipnet::IpNet;
use mailvouch_providers::dns::{Name, Rdata};

use crate::lint::{Diagnostic, Facts, Meta, Operation, Place};
use crate::record::Span;
use crate::record::spf::{DomainSpec, DualPrefix, Mechanism, Modifier, Qualifier, Term};
use crate::spf::{Branch, Family, Lead, Published, RangeSet, Region, Tree};

/// One term of one record.
pub(super) struct Edge<'a> {
    pub(super) tree: &'a Tree,
    pub(super) published: &'a Arc<Published>,
    pub(super) index: usize,
    pub(super) branch: &'a Branch,
}

impl<'a> Edge<'a> {
    pub(super) fn term(&self) -> &'a Term {
        &self.published.record.terms()[self.index].node
    }

    pub(super) fn span(&self) -> Span {
        self.published.record.terms()[self.index].span.clone()
    }

    /// The term as it is written.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.published.record.text()[self.span()]).into_owned()
    }

    pub(super) fn place(&self) -> Place {
        Place::value(&self.tree.name, &Rdata::Txt(self.published.value.clone()))
    }

    /// A finding about this term.
    pub(super) fn diagnostic(&self, meta: &Meta, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(meta, message, self.place(), self.span())
    }

    /// Takes the term out.
    pub(super) fn removal(&self) -> Option<Operation> {
        let edit = self.published.record.remove_term(self.index)?;
        Some(Operation::edit(&self.tree.name, &self.published.value, edit))
    }

    /// Puts other terms in its place.
    pub(super) fn replacement(&self, text: &str) -> Option<Operation> {
        let edit = self.published.record.replace_term(self.index, text)?;
        Some(Operation::edit(&self.tree.name, &self.published.value, edit))
    }

    /// Whether evaluation of these addresses ends at this term.
    pub(super) fn decides(&self, region: &Region) -> bool {
        let here =
            |decider: &crate::spf::Decider| decider.path.last() == Some(&self.tree.name) && decider.span == self.span();
        region.decided_by.as_ref().is_some_and(here)
    }

    /// The target of an `include`.
    pub(super) fn include(&self) -> Option<&'a DomainSpec> {
        match self.term() {
            Term::Directive(directive) => match &directive.mechanism {
                Mechanism::Include(target) => Some(target),
                _ => None,
            },
            Term::Modifier(_) | Term::Malformed(_) => None,
        }
    }

    /// The target of a `redirect`.
    pub(super) fn redirect(&self) -> Option<&'a DomainSpec> {
        match self.term() {
            Term::Modifier(Modifier::Redirect(target)) => Some(target),
            _ => None,
        }
    }

    /// Where an `include` or `redirect` leads, as far as it is evaluated.
    pub(super) fn lead(&self) -> Option<&'a Lead> {
        match self.branch {
            Branch::Record(lead) => Some(lead),
            _ => None,
        }
    }

    /// What a match of the term yields; none for a modifier.
    pub(super) fn qualifier(&self) -> Option<Qualifier> {
        match self.term() {
            Term::Directive(directive) => Some(directive.effective_qualifier()),
            Term::Modifier(_) | Term::Malformed(_) => None,
        }
    }

    /// The networks that an `ip4`, `ip6`, `a` or `mx` matches, with whether they are all of them; none for other terms.
    pub(super) fn networks(&self) -> Option<(Vec<IpNet>, Completeness)> {
        let Term::Directive(directive) = self.term() else { return None };
        let prefix = match &directive.mechanism {
            Mechanism::Ip4(range) => return Some((vec![range.network().into()], Completeness::Whole)),
            Mechanism::Ip6(range) => return Some((vec![range.network().into()], Completeness::Whole)),
            Mechanism::A { prefix, .. } | Mechanism::Mx { prefix, .. } => *prefix,
            _ => return None,
        };
        let Branch::Addresses { v4, v6 } = self.branch else { return None };
        let networks = self.networks_of(prefix);
        let partly = |family: &crate::spf::Addresses| !family.unknown.is_empty() || family.past_mx_limit;
        let whole = if partly(v4) || partly(v6) { Completeness::Part } else { Completeness::Whole };
        Some((networks, whole))
    }

    /// Whether an `a` or `mx` is known to match nobody of a family, whatever its prefix length.
    pub(super) fn matches_nobody(&self, family: Family) -> bool {
        let Branch::Addresses { v4, v6 } = self.branch else { return false };
        let addresses = family.choose(v4, v6);
        addresses.found.is_empty() && addresses.unknown.is_empty()
    }

    /// The networks that an `a` or `mx` would match with this prefix length, as far as they are known.
    pub(super) fn networks_of(&self, prefix: DualPrefix) -> Vec<IpNet> {
        let Branch::Addresses { v4, v6 } = self.branch else { return Vec::new() };
        let mut networks: Vec<IpNet> = Vec::new();
        for (addresses, length) in [(v4, prefix.v4_bits()), (v6, prefix.v6_bits())] {
            for address in &addresses.found {
                networks.extend(IpNet::new(*address, length).ok().map(|network| network.trunc()));
            }
        }
        networks.sort_unstable();
        networks.dedup();
        networks
    }
}

/// Whether all of something is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Completeness {
    /// All of it.
    Whole,
    /// There may be more.
    Part,
}

/// The terms of one record, where there is exactly one.
pub(super) fn edges(tree: &Tree) -> impl Iterator<Item = Edge<'_>> {
    let published = tree.selection.one();
    let of = move |published| {
        let branches = tree.branches.iter().enumerate();
        branches.map(move |(index, branch)| Edge { tree, published, index, branch })
    };
    published.into_iter().flat_map(of)
}

/// The terms of the records that are the owner's to mend, each once.
pub(super) fn own_edges(facts: &Facts) -> impl Iterator<Item = Edge<'_>> {
    facts.own_trees_once().flat_map(edges)
}

/// Whether some current declared address meets such a fate; none where no current address is declared.
pub(super) fn declared_meets(facts: &Facts, fate: impl Fn(&Region) -> bool) -> Option<bool> {
    let networks = facts.current_networks();
    if networks.is_empty() {
        return None;
    }
    let meets = |family: &Family| {
        let wanted = RangeSet::from_networks(*family, &networks);
        let regions = facts.spf.coverage().regions(*family).iter().filter(|region| fate(region));
        regions.into_iter().any(|region| !region.set.intersection(&wanted).is_empty())
    };
    Some(Family::BOTH.iter().any(meets))
}

/// Whether a declared sender names this record: then it is to stay, and its operator has to mend it.
pub(super) fn is_of_declared_sender(facts: &Facts, target: &Name) -> bool {
    let senders = facts.declared_domain().into_iter().flat_map(|domain| &domain.senders);
    senders.into_iter().any(|sender| sender.value.include.contains(target))
}

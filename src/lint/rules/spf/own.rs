//! The records that are the owner's to mend: the domain's, and those behind it under the same organizational domain.

use std::sync::Arc;

use ipnet::IpNet;
use mailvouch_providers::dns::{Name, Rdata};

use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Safety, facts::Repair};
use crate::record::spf::{Directive, Malformed, Mechanism, Qualifier, SpfRecord, Term};
use crate::record::{Edit, Span, Spanned};
use crate::spf::{Branch, Lead, Published, Tree};

/// Every own record with its owner, each once; where several stand at one name, all of them.
pub(super) fn own_records(facts: &Facts) -> impl Iterator<Item = (&Name, &Arc<Published>)> {
    own(facts).map(|own| (own.owner, own.published))
}

/// Every own record, each once; where several stand at one name, all of them.
pub(super) fn own(facts: &Facts) -> impl Iterator<Item = Own<'_>> {
    facts.own_trees_once().flat_map(move |tree| {
        let owns = |published| Own { facts, owner: &tree.name, published };
        tree.selection.records().iter().map(owns)
    })
}

/// One own record.
pub(super) struct Own<'a> {
    facts: &'a Facts,
    pub(super) owner: &'a Name,
    pub(super) published: &'a Arc<Published>,
}

impl<'a> Own<'a> {
    pub(super) fn record(&self) -> &'a SpfRecord {
        &self.published.record
    }

    /// The bytes at `span`, for people.
    pub(super) fn shown(&self, span: &Span) -> String {
        mailvouch_providers::dns::escape_joined_text(&self.record().text()[span.clone()])
    }

    pub(super) fn place(&self) -> Place {
        Place::value(self.owner, &Rdata::Txt(self.published.value.clone()))
    }

    /// A finding about bytes of the record.
    pub(super) fn finding(&self, meta: &Meta, message: impl Into<String>, span: &Span) -> Diagnostic {
        Diagnostic::new(meta, message, self.place(), span.clone())
    }

    /// Edits of the record.
    pub(super) fn fix(&self, safety: Safety, edits: impl IntoIterator<Item = Edit>) -> Fix {
        let operation = |edit| Operation::edit(self.owner, &self.published.value, edit);
        Fix::of(safety, edits.into_iter().map(operation))
    }

    /// Takes the terms with these indexes out.
    pub(super) fn without(&self, safety: Safety, terms: impl IntoIterator<Item = usize>) -> Fix {
        self.fix(safety, terms.into_iter().filter_map(|index| self.record().remove_term(index)))
    }

    /// The terms that are sound and stand by themselves, with their indexes: what is a piece of a torn term, or two
    /// terms in one, `spf-syntax` and `spf-lost-space` speak of.
    pub(super) fn sound(&self) -> impl Iterator<Item = (usize, &'a Spanned<Term>)> {
        let torn = self.record().torn();
        let is_torn = move |span: &Span| torn.iter().any(|torn| contains(&torn.span, span));
        self.record().terms().iter().enumerate().filter(move |(_, term)| {
            !matches!(term.node, Term::Malformed(_))
                && !is_torn(&term.span)
                && Repair::Spaces.edit(self.published, term).is_none()
        })
    }

    /// The directives that an evaluation can reach, with their indexes: the first `all` is the last of them.
    pub(super) fn reached(&self) -> impl Iterator<Item = (usize, &'a Span, &'a Directive)> {
        let all = self.record().all().map_or(usize::MAX, |(span, _)| span.start);
        self.sound().filter_map(move |(index, term)| match &term.node {
            Term::Directive(directive) if term.span.start <= all => Some((index, &term.span, directive)),
            _ => None,
        })
    }

    /// The terms that count: the reached directives, and the modifiers.
    pub(super) fn counting(&self) -> impl Iterator<Item = (usize, &'a Spanned<Term>)> {
        let all = self.record().all().map_or(usize::MAX, |(span, _)| span.start);
        self.sound().filter(move |(_, term)| matches!(term.node, Term::Modifier(_)) || term.span.start <= all)
    }

    /// The networks that reached terms list, with the qualifier of each.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (usize, &'a Span, Qualifier, IpNet)> {
        self.reached().filter_map(|(index, span, directive)| {
            let network = match &directive.mechanism {
                Mechanism::Ip4(range) => range.network().into(),
                Mechanism::Ip6(range) => range.network().into(),
                _ => return None,
            };
            Some((index, span, directive.effective_qualifier(), network))
        })
    }

    /// The malformed terms that neither spaces inside nor missing spaces make so: `spf-syntax` and `spf-lost-space`
    /// speak of those.
    pub(super) fn malformed(&self) -> impl Iterator<Item = (&'a Spanned<Term>, &'a Malformed)> {
        let torn = self.record().torn();
        let is_torn = move |span: &Span| torn.iter().any(|torn| contains(&torn.span, span));
        self.record()
            .malformed()
            .filter(move |(term, _)| !is_torn(&term.span) && Repair::Spaces.edit(self.published, term).is_none())
    }

    /// Who takes a repair of this kind: it is safe where nobody passes afterwards who is not declared.
    pub(super) fn safety_of(&self, repair: Repair) -> Safety {
        let (facts, spf) = (self.facts, &self.facts.spf);
        let is_only = *self.owner == facts.domain && spf.one().is_some();
        let within = || {
            let Some(text) = repair.text(self.published) else { return false };
            (is_only && spf.stays_within(&text, facts.declared.as_ref())) || names_only_declared(facts, &text)
        };
        if facts.declared.is_none() || within() { Safety::Safe } else { Safety::Ask }
    }
}

/// Whether each term of the record that lets somebody pass is declared as it stands.
fn names_only_declared(facts: &Facts, text: &[u8]) -> bool {
    SpfRecord::parse(text).is_some_and(|record| {
        let mut passing =
            record.directives().filter(|(_, directive)| directive.effective_qualifier() == Qualifier::Pass);
        record.redirect().is_none()
            && passing.all(|(_, directive)| is_declared(facts, &directive.mechanism.to_string()))
    })
}

/// Whether one span lies within another.
pub(super) fn contains(outer: &Span, inner: &Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The record that decides what unmatched addresses get, through redirects, and what that is.
pub(super) fn deciding(tree: &Tree) -> Option<(&Tree, Qualifier)> {
    let record = &tree.selection.one()?.record;
    if !record.is_valid() {
        return None;
    }
    if let Some((_, qualifier)) = record.all() {
        return Some((tree, qualifier));
    }
    let Some((redirect, _)) = record.redirect() else {
        // Nothing matched: neutral (RFC 7208, section 4.7).
        return Some((tree, Qualifier::Neutral));
    };
    let index = record.terms().iter().position(|term| term.span == *redirect)?;
    match tree.branches.get(index)? {
        Branch::Record(Lead::Tree(target)) => deciding(target),
        _ => None,
    }
}

/// Whether the declaration says that what the term authorises may send.
pub(super) fn is_declared(facts: &Facts, text: &str) -> bool {
    let Some(domain) = facts.declared_domain() else { return false };
    let record = SpfRecord::parse(format!("v=spf1 {text}").as_bytes());
    let term = record.as_ref().and_then(|record| record.terms().first()).map(|term| &term.node);
    let Some(Term::Directive(Directive { mechanism, .. })) = term else { return false };
    let network = match mechanism {
        Mechanism::Include(target) => {
            let target = target.literal();
            let mut includes = domain.senders.iter().flat_map(|sender| &sender.value.include);
            return includes.any(|include| Some(include) == target.as_ref());
        }
        Mechanism::Ip4(range) => range.network().into(),
        Mechanism::Ip6(range) => range.network().into(),
        _ => return false,
    };
    declares(facts, &network)
}

/// Whether the declaration names the whole network, for the domain itself or for one of its senders.
pub(super) fn declares(facts: &Facts, network: &IpNet) -> bool {
    let Some(domain) = facts.declared_domain() else { return false };
    let groups = domain.egress.iter().flat_map(|group| &group.value.addresses);
    let senders = domain.senders.iter().flat_map(|sender| &sender.value.addresses);
    groups.chain(senders).any(|address| address.value.contains(network))
}

//! Where records lead to names that do not exist: is the domain above them to be had?

use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::{Depth, DkimFacts, DmarcFacts, SpfFacts, asked, organizational_domain};
use crate::dmarc::is_public_suffix;
use crate::published::{Absence, Ask, State};
use crate::record::spf::{DomainSpec, Mechanism, Modifier, Term};
use crate::record::{Edit, Span};
use crate::spf::{Branch, Lead};

/// What somebody gains who registers the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LureKind {
    /// An SPF pass.
    Spf,
    /// A DKIM signature.
    Dkim,
    /// DMARC reports.
    Report,
}

/// A place that leads to a name that does not exist.
#[derive(Clone, Debug)]
pub struct Lure {
    /// What is to be gained.
    pub kind: LureKind,
    /// Where the record stands.
    pub owner: Name,
    /// The record; none where it is the alias at the owner.
    pub value: Option<Rdata>,
    /// The bytes of it that lead there.
    pub span: Span,
    /// Takes those out.
    pub removal: Option<Edit>,
    /// The name that it leads to.
    pub target: Name,
    /// The domain that would have to be registered.
    pub registrable: Name,
    /// Whether that does not exist, for certain.
    pub is_free: bool,
}

/// All such places. Asked for only where a target does not exist; the domains of reports only where much is asked.
pub(super) fn lures(
    ask: &Ask<'_>,
    domain: &Name,
    depth: Depth,
    spf: &SpfFacts,
    dkim: &[DkimFacts],
    dmarc: &DmarcFacts,
) -> Vec<Lure> {
    let mut all = Vec::new();
    for tree in spf.tree.walk() {
        let Some(published) = tree.selection.one() else { continue };
        for (index, (term, branch)) in published.record.terms().iter().zip(&tree.branches).enumerate() {
            // What is never evaluated, or leads there by another name, is no way in; and what the tree found exists.
            let rtype = match branch {
                Branch::Record(Lead::Tree(below)) if !below.is_void => continue,
                Branch::Addresses { v4, .. } if v4.voids.is_empty() => continue,
                Branch::Record(_) => RrType::TXT,
                // Of a name without macros, an `exists` matches everybody once it has an address.
                Branch::Addresses { .. } | Branch::Dynamic(_) => RrType::A,
                Branch::Leaf | Branch::PastLimit => continue,
            };
            let Some(target) = target(&term.node).and_then(DomainSpec::literal) else { continue };
            all.extend(missing(ask, &target, rtype).map(|target| Lure {
                kind: LureKind::Spf,
                owner: tree.name.clone(),
                value: Some(Rdata::Txt(published.value.clone())),
                span: term.span.clone(),
                removal: published.record.remove_term(index),
                registrable: organizational_domain(&target),
                target,
                is_free: false,
            }));
        }
    }
    for key in dkim.iter().filter(|key| key.reply.is_alias() && key.reply.state == State::Absent(Absence::NxDomain)) {
        all.extend(key.reply.chain.last().map(|target| Lure {
            kind: LureKind::Dkim,
            owner: key.owner.clone(),
            value: None,
            span: 0..0,
            removal: None,
            registrable: organizational_domain(target),
            target: target.clone(),
            is_free: false,
        }));
    }
    if depth == Depth::Thorough {
        all.extend(reports(dmarc));
    }
    all.retain(|lure| lure.registrable != organizational_domain(domain) && !is_public_suffix(&lure.registrable));
    all.dedup_by(|one, other| (&one.owner, &one.span, &one.value) == (&other.owner, &other.span, &other.value));
    for lure in &mut all {
        let reply = match lure.kind {
            LureKind::Report => ask.get_thorough(&lure.registrable, RrType::SOA),
            LureKind::Spf | LureKind::Dkim => Some(asked(ask, &lure.registrable, RrType::SOA)),
        };
        lure.is_free = reply.is_some_and(|reply| reply.state == State::Absent(Absence::NxDomain));
    }
    all
}

/// The last name of a chain that does not exist; none where it does, or nobody knows.
fn missing(ask: &Ask<'_>, name: &Name, rtype: RrType) -> Option<Name> {
    let reply = asked(ask, name, rtype);
    let absent = reply.state == State::Absent(Absence::NxDomain);
    absent.then(|| reply.chain.last().unwrap_or(name).clone())
}

/// The name that a term leads to.
fn target(term: &Term) -> Option<&DomainSpec> {
    match term {
        Term::Directive(directive) => match &directive.mechanism {
            Mechanism::Include(target) | Mechanism::Exists(target) => Some(target),
            Mechanism::A { domain, .. } => domain.as_ref(),
            _ => None,
        },
        Term::Modifier(Modifier::Redirect(target)) => Some(target),
        Term::Modifier(_) | Term::Malformed(_) => None,
    }
}

/// The domains that reports go to.
fn reports(dmarc: &DmarcFacts) -> Vec<Lure> {
    let of_record = |txt: &mailvouch_providers::dns::Txt, record: &crate::record::DmarcRecord| {
        let lures = record.report_hosts().map(|(domain, span)| Lure {
            kind: LureKind::Report,
            owner: dmarc.owner.clone(),
            value: Some(Rdata::Txt(txt.clone())),
            span: span.clone(),
            removal: None,
            registrable: organizational_domain(domain),
            target: domain.clone(),
            is_free: false,
        });
        lures.collect::<Vec<_>>()
    };
    dmarc.records.iter().flat_map(|(txt, record)| of_record(txt, record)).collect()
}

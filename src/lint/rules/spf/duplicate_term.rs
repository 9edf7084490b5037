//! `spf-duplicate-term`: the same term twice.

use mailvouch_providers::dns::Name;

use super::{Own, own};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::Span;
use crate::record::spf::{Directive, DomainSpec, Mechanism};
use crate::spf::{LOOKUP_LIMIT, VOID_LIMIT};

pub(in crate::lint::rules) struct DuplicateTerm;

impl Rule for DuplicateTerm {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-duplicate-term",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/spf-duplicate-term.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        // Past a limit, a look-up less lets senders pass who meet an error now.
        let cost = facts.spf.cost;
        let is_within = cost.lookups <= LOOKUP_LIMIT && cost.voids <= VOID_LIMIT;
        let safety = if is_within { Safety::Safe } else { Safety::Ask };
        for own in own(facts) {
            for Again { index, span, directive, first } in again(&own) {
                let mut diagnostic = own
                    .finding(self.meta(), format!("`{}` says nothing new", own.shown(span)), span)
                    .context(own.place(), first.clone(), "the same term");
                if !matches!(directive.mechanism, Mechanism::Ip4(_) | Mechanism::Ip6(_)) {
                    diagnostic = diagnostic.note("it costs its look-ups again");
                }
                found.push(diagnostic.fix(own.without(safety, [index])));
            }
        }
        found
    }
}

/// A term that says what an earlier one has said.
pub(super) struct Again<'a> {
    pub(super) index: usize,
    span: &'a Span,
    directive: &'a Directive,
    first: &'a Span,
}

/// The terms of a record that say nothing new, in order.
pub(super) fn again<'a>(own: &Own<'a>) -> Vec<Again<'a>> {
    let mut seen: Vec<(&Directive, &Span)> = Vec::new();
    let mut all = Vec::new();
    for (index, span, directive) in own.reached() {
        match seen.iter().find(|(other, _)| is_same(own.owner, other, directive)) {
            Some((_, first)) => all.push(Again { index, span, directive, first }),
            None => seen.push((directive, span)),
        }
    }
    all
}

/// Whether two terms match the same clients with the same result.
fn is_same(owner: &Name, one: &Directive, other: &Directive) -> bool {
    if one.effective_qualifier() != other.effective_qualifier() {
        return false;
    }
    match (&one.mechanism, &other.mechanism) {
        (Mechanism::Ip4(one), Mechanism::Ip4(other)) => one.network() == other.network(),
        (Mechanism::Ip6(one), Mechanism::Ip6(other)) => one.network() == other.network(),
        (one, other) => {
            let prefix = |mechanism: &Mechanism| match mechanism {
                Mechanism::A { prefix, .. } | Mechanism::Mx { prefix, .. } => Some(*prefix),
                _ => None,
            };
            one.keyword() == other.keyword()
                && prefix(one) == prefix(other)
                && is_same_name(owner, one.domain(), other.domain())
        }
    }
}

/// Whether two mechanisms ask for the same name; without one, that is the record's own.
fn is_same_name(owner: &Name, one: Option<&DomainSpec>, other: Option<&DomainSpec>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(domain), None) | (None, Some(domain)) => {
            !domain.has_macros() && without_dot(domain).eq_ignore_ascii_case(&owner.to_string())
        }
        // What a macro stands for may differ by case.
        (Some(one), Some(other)) => {
            without_dot(one).eq_ignore_ascii_case(without_dot(other))
                && (one.as_str() == other.as_str() || !one.has_macros() && !other.has_macros())
        }
    }
}

fn without_dot(domain: &DomainSpec) -> &str {
    let text = domain.as_str();
    text.strip_suffix('.').unwrap_or(text)
}

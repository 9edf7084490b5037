//! `spf-duplicate-term`: the same term twice.

use mailvouch_providers::dns::Name;

use super::{Own, own};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::Span;
use crate::record::spf::{Directive, Mechanism, Qualifier};
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
    let mut seen: Vec<((Qualifier, String), &Span)> = Vec::new();
    let mut all = Vec::new();
    for (index, span, directive) in own.reached() {
        let key = key(own.owner, directive);
        match seen.iter().find(|(other, _)| *other == key) {
            Some((_, first)) => all.push(Again { index, span, directive, first }),
            None => seen.push((key, span)),
        }
    }
    all
}

/// What is the same for terms that match the same clients with the same result.
fn key(owner: &Name, directive: &Directive) -> (Qualifier, String) {
    let text = match &directive.mechanism {
        Mechanism::Ip4(range) => range.network().to_string(),
        Mechanism::Ip6(range) => range.network().to_string(),
        mechanism => {
            let name = match mechanism.domain() {
                Some(domain) if domain.has_macros() => domain.as_str().to_owned(),
                Some(domain) => {
                    let text = domain.as_str().to_ascii_lowercase();
                    text.strip_suffix('.').unwrap_or(&text).to_owned()
                }
                None => owner.to_string().to_ascii_lowercase(),
            };
            let prefix = match mechanism {
                Mechanism::A { prefix, .. } | Mechanism::Mx { prefix, .. } => prefix.to_string(),
                _ => String::new(),
            };
            format!("{}:{name}{prefix}", mechanism.keyword())
        }
    };
    (directive.effective_qualifier(), text)
}

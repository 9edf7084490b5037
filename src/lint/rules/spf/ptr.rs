//! `spf-ptr`: `ptr` and `%{p}` are slow, and not to be used.

use super::own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::spf::{DomainSpec, MacroLetter, Mechanism, Modifier, Term};

pub(in crate::lint::rules) struct PtrUsed;

impl Rule for PtrUsed {
    fn meta(&self) -> &'static Meta {
        &Meta { id: "spf-ptr", severity: Severity::Warning, docs: include_str!("../../../../docs/rules/spf-ptr.md") }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let help = "list the addresses instead, by `ip4:` and `ip6:`";
        for own in own(facts) {
            for (index, term) in own.counting() {
                if let Term::Directive(directive) = &term.node
                    && let Mechanism::Ptr(_) = directive.mechanism
                {
                    let message = "`ptr` is not to be used (RFC 7208, section 5.5)";
                    found.push(
                        own.finding(self.meta(), message, &term.span)
                            .note("slow, and many receivers skip it")
                            .help(help)
                            .fix(own.without(Safety::Ask, [index])),
                    );
                } else if let Some(span) =
                    domain(&term.node).and_then(|domain| first_macro(domain, &[MacroLetter::ValidatedName]))
                {
                    let message = "`%{p}` is not to be used (RFC 7208, section 7.3)";
                    let found_here = own.finding(self.meta(), message, &span);
                    // Without its `redirect` a record ends in nothing: what it should end in is not known.
                    let is_redirect = matches!(term.node, Term::Modifier(Modifier::Redirect(_)));
                    found.push(if is_redirect {
                        found_here.help("name the record that is meant, without the macro")
                    } else {
                        found_here.help(help).fix(own.without(Safety::Ask, [index]))
                    });
                }
            }
        }
        found
    }
}

/// The domain that a term names.
pub(super) fn domain(term: &Term) -> Option<&DomainSpec> {
    match term {
        Term::Directive(directive) => directive.mechanism.domain(),
        Term::Modifier(Modifier::Redirect(domain) | Modifier::Exp(domain)) => Some(domain),
        Term::Modifier(Modifier::Unknown { .. }) | Term::Malformed(_) => None,
    }
}

/// Where the first of these macros stands in it.
pub(super) fn first_macro(domain: &DomainSpec, letters: &[MacroLetter]) -> Option<crate::record::Span> {
    domain.macros().find(|(_, expand)| letters.contains(&expand.letter)).map(|(span, _)| span.clone())
}

//! `spf-syntax`: a term that RFC 7208 does not allow makes the whole record a permerror.

use mailvouch_providers::dns::Rdata;

use super::malformed::{Explained, explain};
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::Span;
use crate::record::spf::{Malformed, MalformedKind, Term};
use crate::spf::Published;

pub(in crate::lint::rules) struct Syntax;

impl Rule for Syntax {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-syntax",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-syntax.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        // Own records behind an include spoil the domain's record too.
        let mut seen = Vec::new();
        for tree in facts.spf.own_trees(|name| facts.is_own(name)) {
            let Some(published) = tree.selection.one().filter(|_| !seen.contains(&&tree.name)) else { continue };
            seen.push(&tree.name);
            let place = Place::value(&tree.name, &Rdata::Txt(published.value.clone()));
            let edit = |span: &Span, content: Vec<u8>| Operation::Edit {
                owner: tree.name.clone(),
                value: published.value.clone(),
                span: span.clone(),
                content,
            };
            let torn = published.record.torn();
            for torn in &torn {
                let meant = String::from_utf8_lossy(&torn.meant);
                let message = format!("spaces tear one SPF term apart: `{meant}` is meant");
                let diagnostic = Diagnostic::new(self.meta(), message, place.clone(), torn.span.clone())
                    .note("a permerror, for every sender")
                    .fix(Fix::ask([edit(&torn.span, torn.meant.clone())]));
                found.push(diagnostic);
            }
            let is_torn =
                |span: &Span| torn.iter().any(|torn| torn.span.start <= span.start && span.end <= torn.span.end);
            for (term, malformed) in published.record.malformed().filter(|(term, _)| !is_torn(&term.span)) {
                if matches!(malformed.kind, MalformedKind::UnknownMechanism { .. }) {
                    continue; // `spf-unknown-mechanism` speaks of that.
                }
                let Explained { message, at, help } = explain(&published.record, term, malformed);
                let mut diagnostic =
                    Diagnostic::new(self.meta(), message, place.clone(), at).note("a permerror, for every sender");
                if let Some(help) = help {
                    diagnostic = diagnostic.help(help);
                }
                if let Some(content) = separated(published, malformed) {
                    diagnostic = diagnostic.fix(Fix::safe([edit(&term.span, content)]));
                }
                found.push(diagnostic);
            }
            for (span, _) in published.record.duplicate_modifiers() {
                let message = "`redirect` and `exp` may stand once each in an SPF record";
                let diagnostic = Diagnostic::new(self.meta(), message, place.clone(), span.clone())
                    .note("a permerror, for every sender")
                    .help("keep the one that is meant, and take the other out");
                found.push(diagnostic);
            }
            // Terms that are sound as they are, and name something that nobody has.
            for term in published.record.terms().iter().filter(|term| !matches!(term.node, Term::Malformed(_))) {
                let Some(pieces) = published.record.run_together(term) else { continue };
                let message = "a space is missing between two SPF terms";
                let diagnostic = Diagnostic::new(self.meta(), message, place.clone(), term.span.clone())
                    .note("read as one name, which does not exist")
                    .fix(Fix::safe([edit(&term.span, joined(published, &pieces))]));
                found.push(diagnostic);
            }
        }
        found
    }
}

/// The terms that were run together, with spaces between them.
fn separated(published: &Published, malformed: &Malformed) -> Option<Vec<u8>> {
    match &malformed.kind {
        MalformedKind::RunTogether(pieces) => Some(joined(published, pieces)),
        _ => None,
    }
}

fn joined(published: &Published, pieces: &[Span]) -> Vec<u8> {
    let pieces: Vec<&[u8]> = pieces.iter().map(|span| &published.record.text()[span.clone()]).collect();
    pieces.join(&b' ')
}

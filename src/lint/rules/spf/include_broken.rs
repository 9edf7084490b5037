//! `spf-include-broken`: an include or redirect leads to a record that is itself a permerror.

use mailvouch_providers::dns::{Name, Rdata, RrType};

use super::edges::{Edge, edges, is_of_declared_sender, own_edges};
use super::include_no_record::leads_to_no_record;
use super::mx_limit::is_past_limit;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Place, Rule, Severity};
use crate::record::Span;
use crate::spf::{Lead, Selection, Tree};

pub(in crate::lint::rules) struct IncludeBroken;

impl Rule for IncludeBroken {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-include-broken",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-include-broken.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        own_edges(facts).filter_map(|edge| self.about(facts, &edge)).collect()
    }
}

impl IncludeBroken {
    fn about(&self, facts: &Facts, edge: &Edge<'_>) -> Option<Diagnostic> {
        let Some(Lead::Tree(below)) = edge.lead() else { return None };
        let defect = defect(facts, below)?;
        let at = &defect.owner;
        let inside = if *at == below.name { String::new() } else { format!(" behind {}", below.name) };
        let message = format!("the SPF record of {at}{inside} is broken: {}", defect.what);
        let mut found = edge
            .diagnostic(self.meta(), message)
            .note("a permerror for whoever is not matched before")
            .context(defect.place, defect.span, defect.note);
        if is_of_declared_sender(facts, &below.name) {
            return Some(found.help(format!("a declared sender names it: ask whoever runs {at} to mend it")));
        }
        found = found.help(format!("ask whoever runs {at} to mend it, or take the term out until it is"));
        // Without its `redirect` the record would end in nothing: that is no mending.
        let removal = edge.include().and_then(|_| edge.removal());
        Some(match removal {
            Some(removal) => found.fix(Fix::ask([removal])),
            None => found,
        })
    }
}

/// What is wrong, and where.
struct Defect {
    owner: Name,
    place: Place,
    span: Span,
    what: String,
    note: &'static str,
}

/// The first thing that makes the tree of an include a permerror and that no other rule speaks of.
fn defect(facts: &Facts, tree: &Tree) -> Option<Defect> {
    match &tree.selection {
        Selection::None | Selection::Unknown(_) => None,
        Selection::Many(records) => {
            let owner = tree.name.clone();
            let place = match records.last() {
                Some(last) => Place::value(&owner, &Rdata::Txt(last.value.clone())),
                None => Place::nothing(&owner, RrType::TXT),
            };
            let span = 0..place.bytes().len();
            let what = format!("it has {} SPF records", records.len());
            Some(Defect { owner, place, span, what, note: "one of several" })
        }
        // Of the terms of own records their own rules speak, and this one of where they lead.
        Selection::One(_) if facts.is_own(&tree.name) => None,
        Selection::One(published) => {
            let malformed = published.record.malformed().next().map(|(term, _)| term.span.clone());
            let twice = || published.record.duplicate_modifiers().next().map(|(span, _)| span.clone());
            if let Some(span) = malformed.or_else(twice) {
                let term = String::from_utf8_lossy(&published.record.text()[span.clone()]).into_owned();
                let what = format!("`{term}` is a syntax error");
                let owner = tree.name.clone();
                let place = Place::value(&owner, &Rdata::Txt(published.value.clone()));
                return Some(Defect { owner, place, span, what, note: "a syntax error" });
            }
            edges(tree).find_map(|edge| inside(facts, &edge))
        }
    }
}

/// What is wrong with one term of somebody else's record, or behind it.
fn inside(facts: &Facts, edge: &Edge<'_>) -> Option<Defect> {
    let at = |what: String, note| {
        Some(Defect { owner: edge.tree.name.clone(), place: edge.place(), span: edge.span(), what, note })
    };
    if leads_to_no_record(edge) {
        return at(format!("`{}` leads to no SPF record", edge.text()), "no SPF record there");
    }
    if is_past_limit(edge) {
        return at(format!("`{}` has too many mail exchanges", edge.text()), "more than 10 mail exchanges");
    }
    match edge.lead() {
        // A way back to an own record is a loop of which `spf-include-loop` speaks.
        Some(Lead::Tree(below)) => defect(facts, below),
        _ => None,
    }
}

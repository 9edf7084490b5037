//! `spf-lookup-limit`: evaluating the record asks DNS more than ten times.

use mailvouch_providers::dns::Rdata;

use super::cheaper::cheaper;
use super::edges::{Edge, edges};
use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};
use crate::spf::{Branch, Cost, LOOKUP_LIMIT, Lead, Tree, lookups_of};

pub(in crate::lint::rules) struct LookupLimit;

impl Rule for LookupLimit {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-lookup-limit",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-lookup-limit.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let tree = &facts.spf.tree;
        let Some(published) = facts.spf.one() else { return Vec::new() };
        let spent = facts.spf.cost.lookups;
        // Of a loop `spf-include-loop` speaks: it runs into the limit whatever the rest costs.
        if spent <= LOOKUP_LIMIT || tree.has_loop() {
            return Vec::new();
        }
        let (steps, number) = crossing(tree);
        let Some((first, rest)) = steps.split_first() else { return Vec::new() };
        let at_least = if is_cut(tree) { "at least " } else { "" };
        let message = format!(
            "evaluating the SPF record of {} asks DNS {at_least}{spent} times; receivers stop after {LOOKUP_LIMIT}",
            facts.domain
        );
        let note = match rest {
            [] => format!("{number}: whoever is not matched before gets a permerror"),
            _ => format!("look-up number {PAST} is spent in here: whoever is not matched before gets a permerror"),
        };
        let mut found = first.diagnostic(self.meta(), message).note(note);
        if let Some(last) = rest.last() {
            let place = Place::value(&last.tree.name, &Rdata::Txt(last.published.value.clone()));
            found = found.context(place, last.span(), number);
        }
        let costs = in_order(tree).into_iter().filter_map(|edge| {
            let lookups = Cost::of_term(tree, edge.index).lookups;
            (lookups > 0).then(|| format!("`{}` {lookups}", edge.text()))
        });
        let costs: Vec<String> = costs.collect();
        let costs = costs.join(", ");
        // A broken record is mended first: what it costs is known for certain only then.
        if !published.record.is_valid() {
            return vec![found.help(format!("what each term costs: {costs}"))];
        }
        vec![match cheaper(facts) {
            Ok(fix) if fix.first.is_empty() => {
                let notes: Vec<&str> = fix.notes.iter().map(|(_, note)| note.as_str()).collect();
                let help = format!("what each term costs: {costs}; the fix saves what is over: {}", notes.join("; "));
                found.help(help).fix(fix)
            }
            Ok(fix) => {
                let notes: Vec<&str> = fix.notes.iter().map(|(_, note)| note.as_str()).take(2).collect();
                let help = format!(
                    "what each term costs: {costs}; take out services that no longer send for you; else the fix \
                     flattens: {}",
                    notes.join("; ")
                );
                found.help(help).fix(fix)
            }
            Err(why) => {
                let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
                found.help(format!(
                    "what each term costs: {costs}; take out services that no longer send for you, or have them send \
                     from a subdomain: nothing that could be written here is enough{why}"
                ))
            }
        }]
    }
}

/// The terms in the order of evaluation: a `redirect` comes last, wherever it stands.
fn in_order(tree: &Tree) -> Vec<Edge<'_>> {
    let (mut terms, redirect): (Vec<_>, Vec<_>) = edges(tree).partition(|edge| edge.redirect().is_none());
    terms.extend(redirect);
    terms
}

/// The first look-up that no receiver makes.
const PAST: usize = LOOKUP_LIMIT + 1;

/// The term with which the limit is crossed, and, where that is inside another record, the way to it; then which of all
/// look-ups are its own: `%{p}` in a term costs one more (RFC 7208, section 4.6.4).
fn crossing(tree: &Tree) -> (Vec<Edge<'_>>, String) {
    let mut steps = Vec::new();
    let (mut at, mut spent) = (tree, 0);
    loop {
        let edge = in_order(at).into_iter().find_map(|edge| {
            let cost = Cost::of_term(at, edge.index).lookups;
            if spent + cost > LOOKUP_LIMIT {
                return Some(edge);
            }
            spent += cost;
            None
        });
        let Some(edge) = edge else { return (steps, format!("look-up number {PAST}")) };
        // The term itself comes first; the rest is spent behind it.
        let first = spent + 1;
        spent += lookups_of(edge.term()).max(1);
        let below = match edge.lead() {
            Some(Lead::Tree(below)) if spent <= LOOKUP_LIMIT => Some(&**below),
            _ => None,
        };
        steps.push(edge);
        match below {
            Some(below) => at = below,
            None if spent > first => return (steps, format!("look-ups number {first} and {spent}")),
            None => return (steps, format!("look-up number {first}")),
        }
    }
}

/// Whether records were left unread since nothing reaches them.
fn is_cut(tree: &Tree) -> bool {
    tree.holds(&|tree| tree.branches.iter().any(|branch| matches!(branch, Branch::PastLimit)))
}

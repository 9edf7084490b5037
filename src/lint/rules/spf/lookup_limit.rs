//! `spf-lookup-limit`: evaluating the record asks DNS more than ten times.

use mailvouch_providers::dns::Rdata;

use super::edges::{Completeness, Edge, edges};
use super::network_term;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};
use crate::record::spf::Qualifier;
use crate::spf::{Branch, Cost, LOOKUP_LIMIT, Lead, Tree};

/// So many addresses are written in place of an own `a` or `mx`: more belong into a record of their own.
const MAX_WRITTEN: usize = 4;

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
        let steps = crossing(tree);
        let Some((first, rest)) = steps.split_first() else { return Vec::new() };
        let at_least = if is_cut(tree) { "at least " } else { "" };
        let message = format!(
            "evaluating the SPF record of {} asks DNS {at_least}{spent} times; receivers stop after {LOOKUP_LIMIT}",
            facts.domain
        );
        let note = match rest {
            [] => "look-up number 11: whoever is not matched before gets a permerror".to_owned(),
            _ => "look-up number 11 is spent in here: whoever is not matched before gets a permerror".to_owned(),
        };
        let mut found = first.diagnostic(self.meta(), message).note(note);
        if let Some(last) = rest.last() {
            let place = Place::value(&last.tree.name, &Rdata::Txt(last.published.value.clone()));
            found = found.context(place, last.span(), "look-up number 11");
        }
        let costs = in_order(tree).into_iter().filter_map(|edge| {
            let lookups = Cost::of_term(tree, edge.index).lookups;
            (lookups > 0).then(|| format!("`{}` {lookups}", edge.text()))
        });
        let costs: Vec<String> = costs.collect();
        found = found.help(format!(
            "what each term costs: {}; take out services that no longer send for you, and write own `a` and `mx` as \
             addresses",
            costs.join(", ")
        ));
        let operations = cheaper(facts, tree, spent - LOOKUP_LIMIT);
        // A broken record is mended first: what it costs is known for certain only then.
        if operations.is_empty() || !published.record.is_valid() {
            return vec![found];
        }
        vec![found.fix(Fix::ask(operations))]
    }
}

/// The terms in the order of evaluation: a `redirect` comes last, wherever it stands.
fn in_order(tree: &Tree) -> Vec<Edge<'_>> {
    let (mut terms, redirect): (Vec<_>, Vec<_>) = edges(tree).partition(|edge| edge.redirect().is_none());
    terms.extend(redirect);
    terms
}

/// The term with which the limit is crossed, and, where that is inside another record, the way to it.
fn crossing(tree: &Tree) -> Vec<Edge<'_>> {
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
        let Some(edge) = edge else { return steps };
        // The term itself is one; the rest is spent behind it.
        spent += 1;
        let below = match edge.lead() {
            Some(Lead::Tree(below)) if spent <= LOOKUP_LIMIT => Some(&**below),
            _ => None,
        };
        steps.push(edge);
        match below {
            Some(below) => at = below,
            None => return steps,
        }
    }
}

/// Whether records were left unread since nothing reaches them.
fn is_cut(tree: &Tree) -> bool {
    tree.walk().iter().any(|tree| tree.branches.iter().any(|branch| matches!(branch, Branch::PastLimit)))
}

/// Writes the addresses of own `a` and `mx` terms in their place, as many as it takes; nothing where that is not enough.
fn cheaper(facts: &Facts, tree: &Tree, over: usize) -> Vec<Operation> {
    let operations: Vec<Operation> = edges(tree).filter_map(|edge| as_addresses(facts, &edge)).take(over).collect();
    if operations.len() < over { Vec::new() } else { operations }
}

fn as_addresses(facts: &Facts, edge: &Edge<'_>) -> Option<Operation> {
    if !matches!(edge.branch, Branch::Addresses { .. }) {
        return None;
    }
    let (networks, Completeness::Whole) = edge.networks()? else { return None };
    let target = match edge.term() {
        crate::record::spf::Term::Directive(directive) => directive.mechanism.domain(),
        _ => return None,
    };
    // The addresses of somebody else's hosts change without notice.
    let is_own = target.is_none_or(|target| target.literal().is_some_and(|name| facts.is_own(&name)));
    if !is_own || networks.len() > MAX_WRITTEN {
        return None;
    }
    if networks.is_empty() {
        return edge.removal();
    }
    let sign = match edge.qualifier()? {
        Qualifier::Pass => String::new(),
        other => other.to_string(),
    };
    let terms: Vec<String> = networks.iter().map(|network| format!("{sign}{}", network_term(network))).collect();
    edge.replacement(&terms.join(" "))
}

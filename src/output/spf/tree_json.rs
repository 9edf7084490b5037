//! The JSON of `spf tree` (`docs/formats/spf-tree.md`), version 1: a field keeps its name and its meaning.

use mailvouch_providers::dns::Name;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::term::{Remark, Standing, remarks, standing_below, status, text};
use super::view::{View, chain_of, term_of};
use crate::declared::EgressState;
use crate::output::json::pretty;
use crate::output::schema::schema_of;
use crate::published::Failure;
use crate::record::spf::Term;
use crate::spf::{Addresses, Branch, Class, Entry, LOOKUP_LIMIT, Lead, Ledger, Selection, Tree, VOID_LIMIT};

/// Terms of the whole tree that are written out; of the others their number is told.
const TERMS: usize = 5000;

#[derive(JsonSchema, Serialize)]
struct Document {
    version: u32,
    domain: String,
    lookups: Lookups,
    voids: Spent,
    /// The term that passes the limit of look-ups: the way to it, the domain's own term first.
    crossing: Option<Vec<Step>>,
    record: Record,
    declared: Vec<Declared>,
    unknown: Vec<Unknown>,
}

#[derive(JsonSchema, Serialize)]
struct Lookups {
    #[serde(flatten)]
    spent: Spent,
    /// Whether a loop spends them without end.
    endless: bool,
}

#[derive(JsonSchema, Serialize)]
struct Spent {
    worst: usize,
    limit: usize,
    /// Whether it may be more, since part was not seen.
    at_least: bool,
}

#[derive(JsonSchema, Serialize)]
struct Step {
    owner: String,
    term: String,
    start: usize,
    end: usize,
}

#[derive(JsonSchema, Serialize)]
struct Record {
    owner: String,
    status: &'static str,
    reason: Option<String>,
    alias_of: Option<String>,
    void: bool,
    value: Option<String>,
    terms: Vec<Element>,
    terms_left_out: usize,
}

#[derive(JsonSchema, Serialize)]
struct Element {
    term: String,
    start: usize,
    end: usize,
    counts: bool,
    section: &'static str,
    status: &'static str,
    lookups: usize,
    lookups_with_below: usize,
    voids: usize,
    voids_with_below: usize,
    number: Option<usize>,
    passes_lookup_limit: bool,
    passes_void_limit: bool,
    remarks: Vec<String>,
    addresses: Option<Targets>,
    record: Option<Box<Record>>,
}

#[derive(JsonSchema, Serialize)]
struct Targets {
    found: Vec<String>,
    voids: Vec<String>,
    unknown: Vec<String>,
    aliases: Vec<Alias>,
    sample: bool,
}

#[derive(JsonSchema, Serialize)]
struct Alias {
    name: String,
    target: String,
}

#[derive(JsonSchema, Serialize)]
struct Declared {
    group: String,
    state: &'static str,
    networks: Vec<String>,
    result: String,
    lookups: usize,
    voids: usize,
    decided_by: Option<Decided>,
    dynamic: bool,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Decided {
    term: String,
    owner: String,
    start: usize,
    end: usize,
    chain: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Unknown {
    owner: String,
    r#type: String,
    reason: String,
}

/// The tree as one document.
pub fn json(view: &View) -> String {
    let ledger = Ledger::of(&view.spf.tree);
    let mut left = TERMS;
    let unseen = view.is_partly_unseen();
    pretty(&Document {
        version: 1,
        domain: view.domain.to_string(),
        lookups: Lookups {
            spent: Spent { worst: view.spf.cost.lookups, limit: LOOKUP_LIMIT, at_least: unseen },
            endless: view.spf.tree.has_loop(),
        },
        voids: Spent { worst: view.spf.cost.voids, limit: VOID_LIMIT, at_least: unseen },
        crossing: ledger
            .crossing()
            .map(|path| path.iter().filter_map(|(record, index)| step(record.tree, *index)).collect()),
        record: record(&ledger, Standing::Decides, &mut left),
        declared: declared(view),
        unknown: unknown(view),
    })
}

fn step(tree: &Tree, index: usize) -> Option<Step> {
    let published = tree.selection.one()?;
    let span = published.record.terms().get(index)?.span.clone();
    let term = text(published.record.text(), &span);
    Some(Step { owner: tree.name.to_string(), term, start: span.start, end: span.end })
}

fn record(ledger: &Ledger<'_>, standing: Standing, left: &mut usize) -> Record {
    let tree = ledger.tree;
    let (status, reason) = match &tree.selection {
        Selection::None => ("no-record", None),
        Selection::Many(_) => ("several-records", None),
        Selection::Unknown(failure) => ("unknown", Some(failure.to_string())),
        Selection::One(published) if !published.record.is_valid() => ("broken", None),
        Selection::One(_) => ("record", None),
    };
    let published = tree.selection.one();
    let terms = published.map_or(&[][..], |published| published.record.terms());
    let mut elements = Vec::new();
    for (index, (term, entry)) in terms.iter().zip(&ledger.entries).enumerate() {
        let Some(rest) = left.checked_sub(1) else { break };
        *left = rest;
        let branch = tree.branches.get(index).unwrap_or(&Branch::Leaf);
        let text = published.map_or_else(String::new, |published| text(published.record.text(), &term.span));
        elements.push(element(&term.node, text, term.span.clone(), entry, branch, standing, left));
    }
    Record {
        owner: tree.name.to_string(),
        status,
        reason,
        alias_of: tree.alias_to.as_ref().map(ToString::to_string),
        void: tree.is_void,
        value: published.map(|published| text(published.record.text(), &(0..published.record.text().len()))),
        terms_left_out: terms.len() - elements.len(),
        terms: elements,
    }
}

fn element(
    term: &Term,
    text: String,
    span: std::ops::Range<usize>,
    entry: &Entry<'_>,
    branch: &Branch,
    standing: Standing,
    left: &mut usize,
) -> Element {
    let remarks = remarks(term, entry, branch, standing).into_iter().map(|Remark { text, .. }| text);
    let below = match branch {
        Branch::Record(Lead::Tree(_)) => entry.below.as_ref(),
        _ => None,
    };
    Element {
        term: text,
        start: span.start,
        end: span.end,
        counts: entry.nth.is_some(),
        section: entry.charge.section(),
        status: status(entry, branch),
        lookups: entry.own.lookups,
        lookups_with_below: entry.whole.lookups,
        voids: entry.own.voids,
        voids_with_below: entry.whole.voids,
        number: entry.nth,
        passes_lookup_limit: entry.passes_lookup_limit,
        passes_void_limit: !entry.passes_void_limit.is_empty(),
        remarks: remarks.filter(|text| !text.is_empty()).collect(),
        addresses: found(branch),
        record: below.map(|below| Box::new(record(below, standing_below(term, standing), left))),
    }
}

fn found(branch: &Branch) -> Option<Targets> {
    let Branch::Addresses { v4, v6 } = branch else { return None };
    let both: [&Addresses; 2] = [v4, v6];
    let names = |of: fn(&Addresses) -> Vec<String>| {
        let mut all: Vec<String> = both.into_iter().flat_map(of).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let mut aliases: Vec<&(Name, Name)> = both.into_iter().flat_map(|of| &of.aliases).collect();
    aliases.sort_unstable();
    aliases.dedup();
    let failed = |(name, failure): &(Name, Failure)| format!("{name}: {failure}");
    let unknown = both.into_iter().flat_map(|of| of.unknown.iter().map(failed)).collect();
    Some(Targets {
        found: both.into_iter().flat_map(|of| of.found.iter().map(ToString::to_string)).collect(),
        voids: names(|of| of.voids.iter().map(ToString::to_string).collect()),
        unknown,
        aliases: aliases
            .into_iter()
            .map(|(name, target)| Alias { name: name.to_string(), target: target.to_string() })
            .collect(),
        sample: both.into_iter().any(|of| !of.samples.is_empty()),
    })
}

fn declared(view: &View) -> Vec<Declared> {
    let of = |of: super::view::Declares| Declared {
        group: of.group,
        state: match of.state {
            EgressState::Planned => "planned",
            EgressState::Current => "current",
            EgressState::Retired => "retired",
        },
        networks: of.region.set.networks(of.family).iter().map(ToString::to_string).collect(),
        result: class(of.region.class).to_owned(),
        lookups: of.region.lookups,
        voids: of.region.voids,
        dynamic: !of.region.dynamic.is_empty(),
        decided_by: of.region.decided_by.as_ref().map(decided),
    };
    view.declared_addresses().into_iter().map(of).collect()
}

/// The term that decides, and the way to it.
pub(super) fn decided(decider: &crate::spf::Decider) -> Decided {
    Decided {
        term: term_of(decider),
        owner: decider.path.last().map(ToString::to_string).unwrap_or_default(),
        start: decider.span.start,
        end: decider.span.end,
        chain: chain_of(decider),
    }
}

/// What could not be looked up.
pub(super) fn unknown(view: &View) -> Vec<Unknown> {
    let of = |(question, failure): &(crate::published::Question, Failure)| Unknown {
        owner: question.name.to_string(),
        r#type: question.rtype.to_string(),
        reason: failure.to_string(),
    };
    view.failures.iter().map(of).collect()
}

/// Written out here, so that no change elsewhere changes what programs read.
pub(super) fn class(class: Class) -> &'static str {
    match class {
        Class::Pass => "pass",
        Class::SoftFail => "softfail",
        Class::Neutral => "neutral",
        Class::Fail => "fail",
        Class::None => "none",
        Class::PermError => "permerror",
        Class::TempError => "temperror",
    }
}

/// The schema of `spf tree`.
pub fn tree_schema() -> Schema {
    schema_of::<Document>()
}

//! The records behind a domain's SPF record as a tree, each term with what it costs and what it leads to.

use super::coverage::{Held, Section, depends, held, sections};
use crate::lint::Report;
use crate::output::printable::printable;
use crate::output::prose::Prose;
use crate::output::spf::{
    Remark, Standing, Tone, View, crossing, passing, remarks, shown, standing_below, status, text,
};
use crate::output::words::count;
use crate::spf::{Branch, Cost, Entry, LOOKUP_LIMIT, Lead, Ledger, Selection, VOID_LIMIT};

/// Terms of a tree that are shown.
const ROWS: usize = 400;
/// Records behind each other that are shown: no evaluation comes deeper than its look-ups.
const DEPTH: usize = LOOKUP_LIMIT + 1;

/// A domain's SPF.
pub(super) struct Spf {
    /// What it comes to, in a line.
    pub(super) title: String,
    /// One for each look-up that may be spent, and the first one too many.
    pub(super) pips: Vec<&'static str>,
    pub(super) spent: Prose,
    /// How bad that is: a class of the style sheet.
    pub(super) class: &'static str,
    /// The term that passes the limit.
    pub(super) crossing: Option<Prose>,
    /// The name that the domain is an alias of.
    pub(super) alias: Option<String>,
    /// The beginning of the record.
    pub(super) version: String,
    pub(super) rows: Vec<Row>,
    pub(super) sections: Vec<Section>,
    pub(super) depends: Option<Prose>,
    pub(super) held: Vec<Held>,
}

/// A term.
pub(super) struct Row {
    pub(super) term: String,
    /// A class of the style sheet.
    pub(super) class: &'static str,
    /// Its look-ups, and those behind it.
    pub(super) cost: Option<String>,
    /// Which look-up it is.
    pub(super) number: Option<usize>,
    pub(super) is_past: bool,
    pub(super) remarks: Vec<Said>,
    /// The record that hangs below it.
    pub(super) target: Option<String>,
    /// Where that is drawn, if not here, and the words for it.
    pub(super) elsewhere: Option<(String, String)>,
    /// Whether the terms of the record that it leads to follow.
    pub(super) opens: bool,
    /// How many records end behind it.
    pub(super) closes: usize,
}

/// A remark on a term.
pub(super) struct Said {
    /// A class of the style sheet.
    pub(super) class: &'static str,
    pub(super) text: String,
}

impl Spf {
    /// None where the domain does not have exactly one record: its findings say so.
    pub(super) fn of(report: &Report) -> Option<Self> {
        let facts = &report.facts;
        let Selection::One(published) = &facts.spf.tree.selection else { return None };
        let view = View {
            domain: facts.domain.clone(),
            declared: facts.declared.clone(),
            spf: facts.spf.clone(),
            failures: facts.failures.clone(),
            now: facts.now,
        };
        let ledger = Ledger::of(&facts.spf.tree);
        let mut rows = Vec::new();
        record(&ledger, Standing::Decides, 0, &mut rows);
        let Cost { lookups, voids } = facts.spf.cost;
        let spent = match (facts.spf.tree.has_loop(), view.is_partly_unseen()) {
            (true, _) => format!("a loop, so no end of look-ups (the limit is {LOOKUP_LIMIT})"),
            (false, true) => format!("at least {lookups} of {LOOKUP_LIMIT} look-ups"),
            (false, false) => format!("{lookups} of {LOOKUP_LIMIT} look-ups"),
        };
        Some(Self {
            title: passing(facts.spf.coverage())
                .map_or_else(|| "no address passes".to_owned(), |size| format!("pass: {size}")),
            pips: pips(lookups),
            class: within(lookups, LOOKUP_LIMIT).max(within(voids, VOID_LIMIT + 1)).class(),
            crossing: ledger.crossing().as_deref().and_then(crossing).map(|text| Prose::of(&text)),
            alias: facts.spf.tree.alias_to.as_ref().map(|name| printable(&name.to_string()).into_owned()),
            version: text(published.record.text(), &published.record.version()),
            sections: sections(&view),
            depends: depends(&view),
            held: held(&view),
            spent: Prose::of(&format!("{spent}, {voids} of {VOID_LIMIT} void look-ups")),
            rows,
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Within {
    Far,
    Near,
    Past,
}

impl Within {
    fn class(self) -> &'static str {
        match self {
            Self::Far => "good",
            Self::Near => "warning",
            Self::Past => "error",
        }
    }
}

fn within(spent: usize, limit: usize) -> Within {
    if spent > limit {
        Within::Past
    } else if spent + 1 >= limit {
        Within::Near
    } else {
        Within::Far
    }
}

/// The budget drawn: what is spent, what is left, what is too much.
fn pips(lookups: usize) -> Vec<&'static str> {
    let of = |at: usize| match (at < lookups, at < LOOKUP_LIMIT) {
        (true, true) => "spent",
        (true, false) => "past",
        (false, _) => "free",
    };
    (0..LOOKUP_LIMIT.max(lookups.min(LOOKUP_LIMIT + 10))).map(of).collect()
}

/// The terms of one record, and of all below it.
fn record(ledger: &Ledger<'_>, standing: Standing, depth: usize, rows: &mut Vec<Row>) {
    let Some(published) = ledger.tree.selection.one() else { return };
    let terms = published.record.terms();
    let shown = shown(ledger);
    let mut index = 0;
    while index < terms.len() {
        let full = rows.len() >= ROWS;
        if full || !shown[index] {
            let next = shown[index..].iter().position(|shown| *shown).map(|run| index + run);
            let end = next.filter(|_| !full).unwrap_or(terms.len());
            rows.push(left_out(ledger, index..end));
            index = end;
            continue;
        }
        let (entry, term) = (&ledger.entries[index], &terms[index]);
        let branch = ledger.tree.branches.get(index).unwrap_or(&Branch::Leaf);
        let below = entry.below.as_ref().filter(|below| !below.entries.is_empty());
        rows.push(Row {
            term: text(published.record.text(), &term.span),
            class: class(entry, branch),
            cost: entry.nth.map(|_| cost(entry, branch)),
            number: entry.nth,
            is_past: entry.nth.is_some_and(|number| number > LOOKUP_LIMIT),
            remarks: remarks(&term.node, entry, branch, standing).iter().filter_map(said).collect(),
            target: below.map(|below| printable(&below.tree.name.to_string()).into_owned()),
            elsewhere: None,
            opens: below.is_some(),
            closes: 0,
        });
        if let Some(below) = below {
            if depth + 1 < DEPTH {
                record(below, standing_below(&term.node, standing), depth + 1, rows);
            } else {
                rows.push(left_out(below, 0..below.entries.len()));
            }
            if let Some(last) = rows.last_mut() {
                last.closes += 1;
            }
        }
        index += 1;
    }
}

/// What stands for terms that are not shown.
fn left_out(ledger: &Ledger<'_>, terms: std::ops::Range<usize>) -> Row {
    let hidden = &ledger.entries[terms];
    let lookups: usize = hidden.iter().map(|entry| entry.whole.lookups).sum();
    let cost = if lookups > 0 { format!(", {}", count(lookups, "look-up")) } else { String::new() };
    Row {
        term: format!("… {}{cost}", count(hidden.len(), "more term")),
        class: "faint",
        cost: None,
        number: None,
        is_past: false,
        remarks: vec![Said { class: "faint", text: "left out here".to_owned() }],
        target: None,
        elsewhere: None,
        opens: false,
        closes: 0,
    }
}

fn cost(entry: &Entry<'_>, branch: &Branch) -> String {
    let below = entry.whole.lookups - entry.own.lookups;
    match branch {
        // Round and round, until the limit ends it.
        Branch::Record(Lead::Loop(_)) => "loop".to_owned(),
        Branch::Record(Lead::Tree(below)) if below.has_loop() => format!("{} + ∞", entry.own.lookups),
        _ if below == 0 => entry.own.lookups.to_string(),
        _ => format!("{} + {below}", entry.own.lookups),
    }
}

/// What is broken is seen first.
fn class(entry: &Entry<'_>, branch: &Branch) -> &'static str {
    match status(entry, branch) {
        "malformed" | "loop" | "no-name" | "no-record" | "several-records" | "broken" | "void" | "past-mx-limit" => {
            "error"
        }
        "unknown" => "warning",
        "behind-all" | "ignored" | "unknown-modifier" | "past-limit" => "faint",
        "record" => "record",
        _ => "",
    }
}

fn said(remark: &Remark) -> Option<Said> {
    let class = match remark.tone {
        Tone::Plain => "",
        Tone::Faint => "faint",
        Tone::Dynamic => "info",
        Tone::Warning => "warning",
        Tone::Broken => "error",
    };
    (!remark.text.is_empty()).then(|| Said { class, text: remark.text.clone() })
}

//! The tree for people: every term on its line, with what it costs and what it leads to.

use anstyle::Style;

use super::sizes::sizes;
use super::term::{Remark, Standing, Tone, remarks, short, standing_below, text};
use super::view::{View, term_of};
use crate::declared::EgressState;
use crate::output::columns::{line_width, shortened, width, wrap};
use crate::output::printable::printable;
use crate::output::style::{CODE, DIM, ERROR, GOOD, STRONG, WARNING, paint};
use crate::output::words::{count, indented};
use crate::record::spf::Term;
use crate::spf::{
    Branch, Charge, Class, Cost, Entry, Family, LOOKUP_LIMIT, Lead, Ledger, RangeSet, Region, Selection, VOID_LIMIT,
};

/// Lines of a tree that are shown.
const ROWS: usize = 400;
/// Terms of one record that are all shown.
const TERMS: usize = 60;
/// Of a longer record: terms that ask nothing, and terms that cost or decide something.
const PLAIN_TERMS: usize = 12;
const TELLING_TERMS: usize = 40;
/// Records behind each other that are shown: no evaluation comes deeper than its look-ups.
const DEPTH: usize = LOOKUP_LIMIT + 1;
/// Columns of the terms: at least, and at most.
const LABELS: std::ops::RangeInclusive<usize> = 24..=58;
/// Lines that are said of one term.
const REMARK_LINES: usize = 4;
/// Declared addresses that are listed.
const DECLARED: usize = 40;
/// Unanswered questions that are listed.
const UNANSWERED: usize = 5;

/// One line, or a few that belong together.
struct Row {
    /// The branches before the term.
    bars: String,
    /// The branches before what is said on further lines.
    bars_below: String,
    label: String,
    style: Style,
    entry: Option<(Cost, Cost, Option<usize>)>,
    remarks: Vec<Remark>,
    loops: Loops,
}

/// Whether evaluation goes round and round at a term, or behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loops {
    No,
    Behind,
    Here,
}

/// The tree of a domain's records, what they cost, and what declared addresses meet.
pub fn human(view: &View) -> String {
    let tree = &view.spf.tree;
    let domain = printable(&view.domain.to_string()).into_owned();
    if let Some(nothing) = no_tree(view) {
        return format!("{}: {nothing}\n", paint(STRONG, &domain));
    }
    let ledger = Ledger::of(tree);
    let mut rows = Vec::new();
    record(&ledger, "", Standing::Decides, 0, &mut rows);
    let labels = rows.iter().map(|row| width(&row.bars) + width(&row.label)).max().unwrap_or_default();
    let column = labels.clamp(*LABELS.start(), *LABELS.end());
    let version = tree.selection.one().map(|one| text(one.record.text(), &one.record.version())).unwrap_or_default();
    let head = shortened(&format!("{domain}. {version}"), column);
    let mut out = format!(
        "{}{}\n",
        paint(STRONG, &head),
        paint(DIM, &format!("{}  {:>5} {:>4}", " ".repeat(column.saturating_sub(width(&head))), "cost", "no."))
    );
    if let Some(target) = &tree.alias_to {
        out.push_str(&format!("{} an alias (CNAME) of {}\n", paint(DIM, "│"), short(target)));
    }
    for row in &rows {
        out.push_str(&line(row, column));
    }
    out.push('\n');
    out.push_str(&indented("", LEGEND.map(|line| paint(DIM, line))));
    out.push('\n');
    out.push_str(&declared(view));
    out.push_str(&total(view, &ledger));
    out
}

const LEGEND: [&str; 2] = [
    "cost: look-ups of the term + of the records behind it. no.: which look-up it is. include, a, mx, ptr, exists and",
    "redirect ask DNS and count; the others, and what is never evaluated, do not (RFC 7208, sections 4.6.4, 5.1, 6.1).",
];

/// Why there is nothing to draw, if there is nothing.
fn no_tree(view: &View) -> Option<String> {
    match &view.spf.tree.selection {
        Selection::One(_) => None,
        Selection::None => Some("no SPF record, so nothing is looked up; every evaluation is none".to_owned()),
        Selection::Many(records) => {
            Some(format!("{} SPF records, so every evaluation is a {}", records.len(), paint(ERROR, "permerror")))
        }
        Selection::Unknown(failure) => {
            Some(format!("{}: {}", paint(WARNING, "could not be looked up"), printable(&failure.to_string())))
        }
    }
}

/// The lines of one record and of all below it.
fn record(ledger: &Ledger<'_>, bars: &str, standing: Standing, depth: usize, rows: &mut Vec<Row>) {
    let Some(published) = ledger.tree.selection.one() else { return };
    let terms = published.record.terms();
    let shown = shown(ledger);
    let mut index = 0;
    while index < terms.len() {
        let is_last = |next: usize| next >= terms.len();
        if rows.len() >= ROWS {
            rows.push(left_out(bars, ledger, index..terms.len(), true));
            return;
        }
        if !shown[index] {
            let end = shown[index..].iter().position(|shown| *shown).map_or(terms.len(), |run| index + run);
            rows.push(left_out(bars, ledger, index..end, is_last(end)));
            index = end;
            continue;
        }
        let (entry, term) = (&ledger.entries[index], &terms[index]);
        let branch = ledger.tree.branches.get(index).unwrap_or(&Branch::Leaf);
        let (sign, below) = if is_last(index + 1) { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let inner = format!("{bars}{below}");
        let has_rows = entry.below.as_ref().is_some_and(|below| !below.entries.is_empty());
        rows.push(Row {
            bars: format!("{bars}{sign}"),
            bars_below: if has_rows { format!("{inner}│") } else { inner.clone() },
            label: text(published.record.text(), &term.span),
            style: style(entry, branch),
            entry: Some((entry.own, entry.whole, entry.nth)),
            remarks: remarks(&term.node, entry, branch, standing),
            loops: loops(branch),
        });
        if let Some(below) = &entry.below {
            if depth + 1 < DEPTH {
                record(below, &inner, standing_below(&term.node, standing), depth + 1, rows);
            } else if !below.entries.is_empty() {
                rows.push(left_out(&inner, below, 0..below.entries.len(), true));
            }
        }
        index += 1;
    }
}

/// Which terms of a record are shown: all, unless there are very many.
pub(in crate::output) fn shown(ledger: &Ledger<'_>) -> Vec<bool> {
    let many = ledger.entries.len() > TERMS;
    let (mut plain, mut telling) = (PLAIN_TERMS, TELLING_TERMS);
    let last = ledger.entries.len().saturating_sub(1);
    let takes = |left: &mut usize| {
        let some = *left > 0;
        *left = left.saturating_sub(1);
        some
    };
    let shows = |(index, entry): (usize, &Entry<'_>)| {
        let passes = entry.passes_lookup_limit || !entry.passes_void_limit.is_empty();
        let tells = entry.nth.is_some() || matches!(entry.charge, Charge::Malformed | Charge::Duplicate);
        !many || passes || index == last || if tells { takes(&mut telling) } else { takes(&mut plain) }
    };
    ledger.entries.iter().enumerate().map(shows).collect()
}

/// What stands for terms that are not shown.
fn left_out(bars: &str, ledger: &Ledger<'_>, terms: std::ops::Range<usize>, is_last: bool) -> Row {
    let hidden = &ledger.entries[terms];
    let lookups: usize = hidden.iter().map(|entry| entry.whole.lookups).sum();
    let cost = if lookups > 0 { format!(", {}", count(lookups, "look-up")) } else { String::new() };
    let passes = hidden.iter().any(passes_somewhere);
    let mut remarks = vec![Remark { tone: Tone::Faint, text: "left out here; `--format json` has more".to_owned() }];
    if passes {
        remarks.insert(0, Remark { tone: Tone::Broken, text: "◄ a limit is passed among these".to_owned() });
    }
    Row {
        bars: format!("{bars}{}", if is_last { "└─ " } else { "├─ " }),
        bars_below: format!("{bars}{}", if is_last { "   " } else { "│  " }),
        label: format!("… {}{cost}", count(hidden.len(), "more term")),
        style: DIM,
        entry: None,
        remarks,
        loops: Loops::No,
    }
}

fn passes_somewhere(entry: &Entry<'_>) -> bool {
    let below = || entry.below.as_ref().is_some_and(|below| below.entries.iter().any(passes_somewhere));
    entry.passes_lookup_limit || !entry.passes_void_limit.is_empty() || below()
}

/// The style of a term: what is broken is seen first.
fn style(entry: &Entry<'_>, branch: &Branch) -> Style {
    match super::term::status(entry, branch) {
        "malformed" | "loop" | "no-name" | "no-record" | "several-records" | "broken" | "void" | "past-mx-limit" => {
            ERROR
        }
        "unknown" => WARNING,
        "behind-all" | "ignored" | "unknown-modifier" | "past-limit" => DIM,
        "record" => CODE,
        _ => Style::new(),
    }
}

/// One term: the branches, the term, what it costs, and what is said of it.
fn line(row: &Row, column: usize) -> String {
    let room = column.saturating_sub(width(&row.bars));
    let label = shortened(&row.label, room);
    let gap = " ".repeat(room.saturating_sub(width(&label)));
    let (cost, nth, nth_style) = match &row.entry {
        Some((own, whole, Some(nth))) => {
            let below = whole.lookups - own.lookups;
            // Round and round, until the limit ends it.
            let cost = match (row.loops, below) {
                (Loops::Here, _) => "loop".to_owned(),
                (Loops::Behind, _) => format!("{}+∞", own.lookups),
                (Loops::No, 0) => own.lookups.to_string(),
                (Loops::No, _) => format!("{}+{below}", own.lookups),
            };
            (cost, nth.to_string(), if *nth > LOOKUP_LIMIT { ERROR } else { DIM })
        }
        _ => (String::new(), String::new(), DIM),
    };
    let numbers = format!("  {}{}", format_args!("{cost:>5} "), paint(nth_style, &format!("{nth:>4}")));
    let room = line_width().saturating_sub(column + 2 + 5 + 1 + 4 + 2);
    let mut lines = said(&row.remarks, room);
    lines.truncate(REMARK_LINES);
    let mut lines = lines.into_iter();
    let first = lines.next().map(|line| format!("  {line}")).unwrap_or_default();
    let mut text = format!("{}{}{gap}{numbers}{first}", paint(DIM, &row.bars), paint(row.style, &label));
    text.truncate(text.trim_end().len());
    text.push('\n');
    for line in lines {
        let gap = " ".repeat((line_width() - room).saturating_sub(width(&row.bars_below)));
        text.push_str(&format!("{}{gap}{line}\n", paint(DIM, &row.bars_below)));
    }
    text
}

/// The remarks, short ones beside each other; each line already in its style.
fn said(remarks: &[Remark], room: usize) -> Vec<String> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for remark in remarks.iter().filter(|remark| !remark.text.is_empty()) {
        let wrapped = wrap(&remark.text, room);
        let fits = wrapped.len() == 1 && !matches!(remark.tone, Tone::Broken);
        if let (true, Some((used, line))) = (fits, lines.last_mut())
            && *used + 2 + width(&remark.text) <= room
        {
            *used += 2 + width(&remark.text);
            line.push_str(&format!("; {}", paint(remark.tone.style(), &remark.text)));
            continue;
        }
        lines.extend(wrapped.into_iter().map(|line| {
            let line = shortened(&line, room);
            (width(&line), paint(remark.tone.style(), &line))
        }));
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

/// What each declared address gets, and what evaluation has spent by then.
fn declared(view: &View) -> String {
    let all = view.declared_addresses();
    if all.is_empty() {
        return String::new();
    }
    let mut lines = Vec::new();
    for of in all.iter().take(DECLARED) {
        let Region { set, class, decided_by, lookups, voids, .. } = &of.region;
        let networks = network(set, of.family).unwrap_or_default();
        let decides = decided_by.as_ref().map_or_else(
            || "no term".to_owned(),
            |decider| {
                let at = decider.path.last().filter(|_| decider.path.len() > 1);
                let at = at.map(|name| format!(" in {}", short(name))).unwrap_or_default();
                format!("`{}`{at}", shortened(&printable(&term_of(decider)), 40))
            },
        );
        let when = match of.state {
            EgressState::Current => "",
            EgressState::Planned => ", planned",
            EgressState::Retired => ", retired",
        };
        let word = paint(of_class(*class), &format!("{class:<9}", class = class.to_string()));
        let plural = if *lookups == 1 { " " } else { "s" };
        let spent = format!("{lookups:>2} look-up{plural}, {voids} void");
        lines.push(format!(
            "{:<26} {word} {spent}  {decides} ({}{when})",
            shortened(&networks, 46),
            shortened(&printable(&of.group), 24)
        ));
    }
    if all.len() > DECLARED {
        lines.push(format!("and {} more", all.len() - DECLARED));
    }
    format!("{}\n{}\n", paint(STRONG, "declared addresses, as evaluation reaches them:"), indented("  ", lines))
}

/// The first network of a set, and how many more there are.
fn network(set: &RangeSet, family: Family) -> Option<String> {
    let networks = set.networks(family);
    let first = networks.first()?;
    let first = if first.prefix_len() == first.max_prefix_len() { first.addr().to_string() } else { first.to_string() };
    Some(if networks.len() > 1 { format!("{first} and {} more", networks.len() - 1) } else { first })
}

pub(super) fn of_class(class: Class) -> Style {
    match class {
        Class::Pass => GOOD,
        Class::Fail | Class::PermError => ERROR,
        Class::SoftFail | Class::TempError | Class::Neutral => WARNING,
        Class::None => DIM,
    }
}

/// The last lines: what it all costs, and what that means.
fn total(view: &View, ledger: &Ledger<'_>) -> String {
    let Cost { lookups, voids } = view.spf.cost;
    let spent = match (view.spf.tree.has_loop(), view.is_partly_unseen()) {
        (true, _) => format!("a loop, so no end of look-ups (the limit is {LOOKUP_LIMIT})"),
        (false, true) => format!("at least {lookups} of {LOOKUP_LIMIT} look-ups"),
        (false, false) => format!("{lookups} of {LOOKUP_LIMIT} look-ups"),
    };
    let mut lines = Vec::new();
    let within = |spent, limit| {
        if spent > limit {
            ERROR
        } else if spent + 1 >= limit {
            WARNING
        } else {
            GOOD
        }
    };
    let void_style = if voids > VOID_LIMIT { WARNING } else { GOOD };
    lines.push(format!(
        "{}: {}, {} ({}, {})",
        paint(STRONG, &printable(&view.domain.to_string())),
        paint(within(lookups, LOOKUP_LIMIT), &spent),
        paint(void_style, &format!("{voids} of {VOID_LIMIT} void look-ups")),
        count(ledger.records(), "record"),
        count(ledger.terms(), "term"),
    ));
    if let Some(crossing) = ledger.crossing().as_deref().and_then(crossing) {
        lines.push(paint(ERROR, &crossing));
    }
    lines.extend(unanswered(view));
    let v = |family| view.spf.coverage().class(family, Class::Pass);
    let passes = sizes(&v(Family::V4), &v(Family::V6));
    let passes = if passes.is_empty() { "no address passes".to_owned() } else { format!("pass: {passes}") };
    let dynamic = if view.spf.coverage().is_dynamic() { ", and what depends on the message" } else { "" };
    lines.push(format!("{passes}{dynamic}"));
    let head = lines.remove(0);
    format!("{head}\n{}", indented("  ", lines))
}

/// The questions without an answer, and why they have none.
pub(super) fn unanswered(view: &View) -> Vec<String> {
    let failed = view.failures.iter().take(UNANSWERED).map(|(question, failure)| {
        let text = format!("could not tell: {}: {}", printable(&question.to_string()), printable(&failure.to_string()));
        paint(WARNING, &shortened(&text, line_width() - 2))
    });
    let mut lines: Vec<String> = failed.collect();
    if view.failures.len() > UNANSWERED {
        lines.push(paint(WARNING, &format!("and {} more that could not be told", view.failures.len() - UNANSWERED)));
    }
    lines
}

fn loops(branch: &Branch) -> Loops {
    match branch {
        Branch::Record(Lead::Loop(_)) => Loops::Here,
        Branch::Record(Lead::Tree(below)) if below.has_loop() => Loops::Behind,
        _ => Loops::No,
    }
}

/// The way to the term that passes the limit of look-ups.
pub(in crate::output) fn crossing(path: &[(&Ledger<'_>, usize)]) -> Option<String> {
    let (record, index) = path.last()?;
    let published = record.tree.selection.one()?;
    let term: &crate::record::Spanned<Term> = published.record.terms().get(*index)?;
    let shown = shortened(&printable(&text(published.record.text(), &term.span)), 48);
    Some(format!("the limit of {LOOKUP_LIMIT} look-ups is passed at `{shown}` in {}", short(&record.tree.name)))
}

//! The addresses and their results, for people.

use super::results::{CLASSES, Outcome, Part, dynamic};
use super::sizes::{many, sizes};
use super::term::{short, word};
use super::tree::{of_class, unanswered};
use super::view::{View, term_of};
use crate::output::columns::{line_width, shortened, width, wrap};
use crate::output::printable::printable;
use crate::output::style::{DIM, ERROR, GOOD, INFO, STRONG, WARNING, paint};
use crate::output::words::{count, indented};
use crate::spf::{Class, Decider, Family, RangeSet, Selection};

/// Networks of one result and family that are listed.
const NETWORKS: usize = 100;
/// Terms that a line names.
const TERMS: usize = 2;
/// Columns of a network: an IPv6 one takes no more.
const NETWORK: usize = 43;
/// Terms and networks of one kind that are listed.
const LISTED: usize = 20;

/// Which addresses get which result, and by which term.
pub fn human(view: &View) -> String {
    let domain = paint(STRONG, &printable(&view.domain.to_string()));
    let mut text = String::new();
    if let Selection::Unknown(failure) = &view.spf.tree.selection {
        let why = printable(&failure.to_string()).into_owned();
        return format!("{domain}: {}: {why}\n", paint(WARNING, "could not be looked up"));
    }
    let outcomes = Outcome::all(view);
    for class in CLASSES {
        let of_class: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.class == class).collect();
        if !of_class.is_empty() {
            text.push_str(&section(class, &of_class));
        }
    }
    text.push_str(&uncertain(view, &outcomes));
    text.push_str(&declared(view));
    let set = |family| view.spf.coverage().class(family, Class::Pass);
    let passes = sizes(&set(Family::V4), &set(Family::V6));
    let ranges = Family::BOTH.map(|family| set(family).networks(family).len()).iter().sum();
    let head = if passes.is_empty() {
        "no address passes".to_owned()
    } else {
        format!("{} in {} pass", passes, count(ranges, "network"))
    };
    text.push_str(&format!("{domain}: {head}\n{}", indented("  ", unanswered(view))));
    text
}

/// One result: its networks, and everyone else who gets it.
fn section(class: Class, outcomes: &[&Outcome]) -> String {
    let of = |family| outcomes.iter().find(|outcome| outcome.family == family).map(|outcome| outcome.set.clone());
    let (v4, v6) = (of(Family::V4).unwrap_or_default(), of(Family::V6).unwrap_or_default());
    let mut text = format!("{}: {}\n", paint(of_class(class), &class.to_string()), sizes(&v4, &v6));
    for outcome in outcomes {
        let set = outcome.particular();
        let pieces = outcome.pieces(&set);
        let column =
            pieces.iter().take(NETWORKS).map(|piece| piece.network.to_string().len()).max().unwrap_or_default();
        let column = column.clamp(18, NETWORK);
        let mut lines: Vec<String> = Vec::new();
        for piece in pieces.iter().take(NETWORKS) {
            let size = many(RangeSet::from_networks(outcome.family, [&piece.network]).size());
            // Whoever nothing else matched is told of below.
            let parts: Vec<&Part> =
                piece.parts.iter().filter_map(|part| outcome.parts.get(*part)).filter(|part| !part.is_rest).collect();
            let head = format!("{:<column$}  {size:>13}  ", piece.network.to_string());
            let by = by(&parts, line_width() - 2 - width(&head));
            lines.push(format!("{head}{by}"));
        }
        if pieces.len() > NETWORKS {
            let more = count(pieces.len() - NETWORKS, &format!("more {} network", word(outcome.family)));
            lines.push(paint(DIM, &format!("and {more}: `--format json` has them")));
        }
        text.push_str(&indented("  ", lines));
    }
    let mut rests: Vec<(Option<&Decider>, [RangeSet; 2])> = Vec::new();
    for outcome in outcomes {
        for part in outcome.parts.iter().filter(|part| part.is_rest) {
            let place = outcome.family.choose(0, 1);
            if let Some((_, sets)) = rests.iter_mut().find(|(decider, _)| *decider == part.decider.as_ref()) {
                sets[place] = part.set.clone();
            } else {
                let mut sets = <[RangeSet; 2]>::default();
                sets[place] = part.set.clone();
                rests.push((part.decider.as_ref(), sets));
            }
        }
    }
    let more = rests.len().saturating_sub(LISTED);
    let mut lines: Vec<String> = rests
        .iter()
        .take(LISTED)
        .map(|(decider, [v4, v6])| {
            let head = format!("everyone else: {}, ", sizes(v4, v6));
            let by = decider.map_or_else(
                || "since no term matches".to_owned(),
                |decider| format!("by {}", place(decider, line_width().saturating_sub(width(&head) + 6))),
            );
            format!("{head}{by}")
        })
        .collect();
    if more > 0 {
        lines.push(paint(DIM, &format!("and by {}", count(more, "more term"))));
    }
    text.push_str(&indented("  ", lines));
    text.push('\n');
    text
}

/// The terms that authorise a network: the first ones, and how many more there are.
fn by(parts: &[&Part], room: usize) -> String {
    let each = room / parts.len().clamp(1, TERMS);
    let mut shown: Vec<String> = Vec::new();
    for part in parts.iter().take(TERMS) {
        let tag = if part.is_sample { " (sample)" } else { "" };
        let place = part.decider.as_ref().map_or_else(String::new, |decider| place(decider, each.saturating_sub(10)));
        shown.push(format!("{place}{}", paint(INFO, tag)));
    }
    let more = parts.len().saturating_sub(TERMS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &more
}

/// A term, and the records that lead to it.
fn place(decider: &Decider, room: usize) -> String {
    let term = shortened(&printable(&term_of(decider)), (room / 2).max(24));
    let names: Vec<String> = decider.path.iter().skip(1).map(short).collect();
    if names.is_empty() {
        return format!("`{term}`");
    }
    let chain = shortened(&names.join(" > "), room.saturating_sub(width(&term) + 6).max(20));
    format!("`{term}` in {chain}")
}

/// What cannot be told from DNS alone.
fn uncertain(view: &View, outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    let dynamic = dynamic(view);
    if !dynamic.is_empty() {
        text.push_str(&format!("{}\n", paint(INFO, "depends on the message, and may decide otherwise:")));
        let mut lines: Vec<String> =
            dynamic.iter().take(LISTED).map(|decider| place(decider, line_width() - 8)).collect();
        if dynamic.len() > LISTED {
            lines.push(format!("and {}", count(dynamic.len() - LISTED, "more term")));
        }
        text.push_str(&indented("  ", lines));
        text.push('\n');
    }
    if outcomes.iter().flat_map(|outcome| &outcome.parts).any(|part| part.is_sample) {
        let why = "(sample): a name behind this term gave several addresses. DNS may hand out a larger pool in turns, so \
                   that others pass at other times; from one answer nobody can tell.";
        text.push_str(&indented("", wrap(why, line_width()).into_iter().map(|line| paint(DIM, &line))));
        text.push('\n');
    }
    text
}

/// Published against declared.
fn declared(view: &View) -> String {
    let Some(declared) = &view.declared else { return String::new() };
    let list = |networks: &[ipnet::IpNet]| {
        let mut lines: Vec<String> = networks.iter().take(LISTED).map(ToString::to_string).collect();
        if networks.len() > LISTED {
            lines.push(format!("and {}", count(networks.len() - LISTED, "more network")));
        }
        indented("  ", lines)
    };
    let missing = view.spf.missing(declared, view.now);
    let excess = if declared.domain().says_who_sends { view.spf.excess(declared) } else { Vec::new() };
    let mut text = String::new();
    if !missing.is_empty() {
        text.push_str(&format!("{}\n{}", paint(ERROR, "declared, and does not pass:"), list(&missing)));
    }
    if !excess.is_empty() {
        text.push_str(&format!("{}\n{}", paint(WARNING, "passes, and is not declared:"), list(&excess)));
    }
    let open = view.open_addresses();
    if !open.is_empty() {
        text.push_str(&format!("{}\n{}", paint(WARNING, "declared, and it cannot be told:"), list(&open)));
    }
    if text.is_empty() {
        let words = if declared.domain().says_who_sends { "passes as declared" } else { "the addresses given pass" };
        text = format!("{}\n", paint(GOOD, words));
    }
    text + "\n"
}

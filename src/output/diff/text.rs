//! The difference for people: a sign in the margin, so that it reads without colour, and the changed pieces marked.

use anstyle::Style;
use mailvouch_providers::dns::{Rdata, Txt};

use super::sets::{Row, SetChange};
use super::tokens::{Token, alone, compare};
use crate::output::columns::{ELLIPSIS, shortened, width};
use crate::output::style::{ADDED, ADDED_TOKEN, DIM, REMOVED, REMOVED_TOKEN, STRONG, paint};
use crate::output::words::count;
use crate::plan::Desired;

/// How much of a value is shown.
#[derive(Clone, Copy, Debug)]
pub(in crate::output) enum Detail {
    /// All of it.
    Whole,
    /// As much as fits into these columns: what changed, and what stands beside it.
    Fitting(usize),
}

/// What would change for one domain, set by set.
pub fn desired(desired: &Desired) -> String {
    let sets = SetChange::of_desired(desired);
    if sets.is_empty() {
        return format!("{}: nothing to change\n", desired.before.domain);
    }
    sets.iter().map(|change| set(change).join("\n") + "\n").collect::<Vec<_>>().join("\n")
}

/// The lines of one set: its name, then its values.
pub(in crate::output) fn set(change: &SetChange) -> Vec<String> {
    let source = paint(STRONG, &format!("{} {}", change.owner.absolute(), change.rtype));
    let ttl = match (change.old_ttl, change.new_ttl) {
        (Some(_), None) => "the set goes".to_owned(),
        (None, Some(ttl)) => format!("new, TTL {ttl}"),
        (Some(old), Some(new)) if old != new => format!("TTL {old} becomes {new}"),
        (Some(ttl), _) => format!("TTL {ttl}"),
        (None, None) => "nothing".to_owned(),
    };
    let mut lines = vec![format!("{source} ({ttl})")];
    for row in &change.rows {
        lines.extend(match row {
            Row::Same(value) => vec![line(' ', &alone(value, false), DIM, DIM, Detail::Whole)],
            Row::Removed(value) => patch(Some(value), None, Detail::Whole),
            Row::Added(value) => patch(None, Some(value), Detail::Whole),
            Row::Changed(before, after) => patch(Some(before), Some(after), Detail::Whole),
        });
    }
    lines
}

/// The lines of one value that goes, comes, or becomes another.
pub(in crate::output) fn patch(before: Option<&Rdata>, after: Option<&Rdata>, detail: Detail) -> Vec<String> {
    let removed = |tokens: &[Token]| line('-', tokens, REMOVED, REMOVED_TOKEN, detail);
    let added = |tokens: &[Token]| line('+', tokens, ADDED, ADDED_TOKEN, detail);
    match (before, after) {
        (Some(before), Some(after)) => {
            let strings = restrung(before, after);
            let (old, new) = compare(before, after);
            if old == new {
                let mut lines = vec![line('~', &old, Style::new(), Style::new(), detail)];
                lines.extend(strings);
                return lines;
            }
            let mut lines = vec![removed(&old), added(&new)];
            lines.extend(strings);
            lines
        }
        (Some(before), None) => vec![removed(&alone(before, false))],
        (None, Some(after)) => {
            let mut lines = vec![added(&alone(after, false))];
            if let Rdata::Txt(txt) = after
                && txt.strings().len() > 1
            {
                lines.push(format!("  in {}", strings(txt)));
            }
            lines
        }
        (None, None) => Vec::new(),
    }
}

/// What happens to the boundaries of the strings, where that is no matter of course.
pub(in crate::output) fn restrung(before: &Rdata, after: &Rdata) -> Option<String> {
    let (Rdata::Txt(before), Rdata::Txt(after)) = (before, after) else { return None };
    let words = || format!("{} before, {} after", strings(before), strings(after));
    if before.joined() == after.joined() && before != after {
        Some(format!("  the same text, cut anew: {}", words()))
    } else if before.strings().len() != after.strings().len() {
        Some(format!("  cut anew: {}", words()))
    } else {
        None
    }
}

/// Strings whose lengths a line has room for.
const LENGTHS: usize = 6;

/// `2 strings (255 + 14 octets)`; of many, only how many.
pub(in crate::output) fn strings(txt: &Txt) -> String {
    let lengths: Vec<String> = txt.strings().iter().map(|string| string.len().to_string()).collect();
    if lengths.len() > LENGTHS {
        return count(lengths.len(), "string");
    }
    format!("{} ({} octets)", count(lengths.len(), "string"), lengths.join(" + "))
}

/// One value behind its sign.
fn line(sign: char, tokens: &[Token], style: Style, changed: Style, detail: Detail) -> String {
    let mut text = paint(style, &format!("{sign} "));
    for token in &fitting(tokens, detail) {
        if token.changed && token.body.is_empty() {
            text.push_str(&paint(changed, &token.lead));
        } else {
            text.push_str(&paint(style, &token.lead));
            text.push_str(&paint(if token.changed { changed } else { style }, &token.body));
        }
    }
    text
}

/// The tokens as they are where they fit; else the changed ones and their neighbours, long ones shortened.
fn fitting(tokens: &[Token], detail: Detail) -> Vec<Token> {
    let Detail::Fitting(room) = detail else { return tokens.to_vec() };
    let total: usize = tokens.iter().map(|token| width(&token.lead) + width(&token.body)).sum();
    if total <= room {
        return tokens.to_vec();
    }
    let any_changed = tokens.iter().any(|token| token.changed);
    let is_near = |index: usize| {
        let around = tokens[index.saturating_sub(1)..tokens.len().min(index + 2)].iter();
        !any_changed || around.into_iter().any(|token| token.changed)
    };
    let mut kept: Vec<Token> = Vec::new();
    let mut used = 0;
    let mut left_out = false;
    for (index, token) in tokens.iter().enumerate() {
        let mut token = Token { body: shortened(&token.body, room / 3), ..token.clone() };
        let takes = width(&token.lead) + width(&token.body) + 2 * width(ELLIPSIS) + 1;
        if index > 0 && (!is_near(index) || used + takes > room) {
            left_out = true;
            continue;
        }
        if left_out {
            token.lead = format!(" {ELLIPSIS}{}", token.lead);
            left_out = false;
        }
        used += takes;
        kept.push(token);
    }
    if left_out {
        kept.push(Token { lead: format!(" {ELLIPSIS}"), body: String::new(), changed: false });
    }
    kept
}

//! What one term of a tree leads to, in words.

use anstyle::Style;
use mailvouch_providers::dns::{Name, escape_joined_text};

use super::sizes::{addresses, many, passing};
use crate::output::columns::shortened;
use crate::output::printable::printable;
use crate::output::style::{DIM, ERROR, INFO, WARNING};
use crate::output::words::{count, some};
use crate::record::Span;
use crate::record::spf::{Mechanism, Modifier, Term};
use crate::spf::{
    Addresses, Branch, Charge, Class, Coverage, Entry, Family, LOOKUP_LIMIT, Lead, MX_LIMIT, Selection, Tree,
    VOID_LIMIT,
};

/// Columns that a name may take inside a sentence.
const NAME: usize = 48;
/// Octets of a term that are looked at: nobody reads more of it.
const TERM: usize = 400;
/// Names that a sentence lists.
const LISTED: usize = 2;

/// How bad a remark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::output) enum Tone {
    /// What was found.
    Plain,
    /// Of no effect.
    Faint,
    /// Nobody can tell beforehand.
    Dynamic,
    /// It may go wrong, or was not seen.
    Warning,
    /// It is broken.
    Broken,
}

impl Tone {
    pub(super) fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Faint => DIM,
            Self::Dynamic => INFO,
            Self::Warning => WARNING,
            Self::Broken => ERROR,
        }
    }
}

/// A few words on a term.
#[derive(Clone, Debug)]
pub(in crate::output) struct Remark {
    pub(in crate::output) tone: Tone,
    pub(in crate::output) text: String,
}

fn remark(tone: Tone, text: impl Into<String>) -> Remark {
    Remark { tone, text: text.into() }
}

/// Whose record a term stands in: outside `pass`, an include only says that it does not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::output) enum Standing {
    /// The domain's own, or one that `redirect` hands over to: its results are the results.
    Decides,
    /// Behind an `include`.
    Included,
}

/// The text of a term, for people: long ones are cut.
pub(in crate::output) fn text(record: &[u8], span: &Span) -> String {
    let octets = &record[span.clone()];
    let shown = escape_joined_text(&octets[..octets.len().min(TERM)]);
    if octets.len() > TERM { shown + "…" } else { shown }
}

/// The word for what a term leads to, for programs.
pub(in crate::output) fn status(entry: &Entry<'_>, branch: &Branch) -> &'static str {
    match entry.charge {
        Charge::Malformed | Charge::Duplicate => return "malformed",
        Charge::BehindAll => return "behind-all",
        Charge::BesideAll => return "ignored",
        Charge::UnknownModifier => return "unknown-modifier",
        Charge::Asks | Charge::AsksNothing | Charge::Afterwards => {}
    }
    match branch {
        Branch::Leaf => "static",
        Branch::Dynamic(_) | Branch::Record(Lead::Dynamic(_)) => "dynamic",
        Branch::PastLimit => "past-limit",
        Branch::Record(Lead::Loop(_)) => "loop",
        Branch::Record(Lead::NoName) => "no-name",
        Branch::Record(Lead::Tree(tree)) => match &tree.selection {
            Selection::Unknown(_) => "unknown",
            Selection::None => "no-record",
            Selection::Many(_) => "several-records",
            Selection::One(published) if !published.record.is_valid() => "broken",
            Selection::One(_) => "record",
        },
        Branch::Addresses { v4, v6 } if v4.past_mx_limit || v6.past_mx_limit => "past-mx-limit",
        Branch::Addresses { v4, v6 } if !v4.unknown.is_empty() || !v6.unknown.is_empty() => "unknown",
        Branch::Addresses { v4, v6 } if v4.found.is_empty() && v6.found.is_empty() => "void",
        Branch::Addresses { .. } => "addresses",
    }
}

/// What is to be said of a term: limits that it passes first, then what it leads to.
pub(in crate::output) fn remarks(term: &Term, entry: &Entry<'_>, branch: &Branch, standing: Standing) -> Vec<Remark> {
    let mut all = Vec::new();
    if entry.passes_lookup_limit {
        all.push(remark(
            Tone::Broken,
            format!("◄ passes the limit of {LOOKUP_LIMIT} look-ups: permerror for whoever gets this far"),
        ));
    }
    if !entry.passes_void_limit.is_empty() {
        let families: Vec<String> = entry.passes_void_limit.iter().map(|family| word(*family).to_owned()).collect();
        all.push(remark(
            Tone::Warning,
            format!(
                "◄ passes the limit of {VOID_LIMIT} void look-ups ({} clients): permerror for whoever gets this far",
                families.join(" and ")
            ),
        ));
    }
    all.extend(match entry.charge {
        Charge::Malformed => vec![remark(Tone::Broken, "not understood: the whole record is a permerror")],
        Charge::Duplicate => vec![remark(Tone::Broken, "there twice: the whole record is a permerror")],
        Charge::BehindAll => vec![remark(Tone::Faint, "behind `all`: never evaluated, costs nothing")],
        Charge::BesideAll => vec![remark(Tone::Faint, "ignored, since an `all` stands beside it: costs nothing")],
        Charge::UnknownModifier => vec![remark(Tone::Faint, "a modifier that receivers ignore")],
        Charge::Afterwards => vec![remark(Tone::Faint, "asked for after a fail only: costs nothing")],
        Charge::AsksNothing | Charge::Asks => of_branch(term, branch, standing),
    });
    all
}

fn of_branch(term: &Term, branch: &Branch, standing: Standing) -> Vec<Remark> {
    match branch {
        Branch::Leaf => vec![of_static(term, standing)],
        Branch::Dynamic(_) | Branch::Record(Lead::Dynamic(_)) => {
            vec![remark(Tone::Dynamic, "depends on the message: what it matches is not known beforehand")]
        }
        Branch::PastLimit => vec![remark(Tone::Faint, "not followed: no evaluation comes here")],
        Branch::Record(Lead::NoName) => vec![remark(Tone::Broken, "no domain name: permerror")],
        Branch::Record(Lead::Loop(name)) => {
            vec![remark(Tone::Broken, format!("a loop, back to {}: permerror", short(name)))]
        }
        Branch::Record(Lead::Tree(tree)) => of_record(tree),
        Branch::Addresses { v4, v6 } => of_addresses(term, v4, v6, standing),
    }
}

/// A term that asks nothing.
fn of_static(term: &Term, standing: Standing) -> Remark {
    let Term::Directive(directive) = term else { return remark(Tone::Plain, "") };
    let size = match &directive.mechanism {
        Mechanism::Ip4(range) => 1_u128 << (32 - range.network().prefix_len()),
        Mechanism::Ip6(range) => 1_u128.checked_shl(128 - u32::from(range.network().prefix_len())).unwrap_or(u128::MAX),
        _ => return of_all(directive.effective_qualifier().into(), standing),
    };
    let what = format!("{} {}", many(size), addresses(size));
    remark(Tone::Plain, with_class(what, directive.effective_qualifier().into(), standing))
}

fn of_all(class: Class, standing: Standing) -> Remark {
    match (class, standing) {
        (Class::Pass, Standing::Decides) => remark(Tone::Broken, "everyone else passes, too"),
        (Class::Pass, Standing::Included) => remark(Tone::Broken, "everyone passes by this include"),
        (class, Standing::Decides) => remark(Tone::Plain, format!("everyone else: {class}")),
        (_, Standing::Included) => remark(Tone::Faint, "everyone else: no match here"),
    }
}

/// What is matched, behind the result where that is no pass.
fn with_class(what: String, class: Class, standing: Standing) -> String {
    match (class, standing) {
        (Class::Pass, _) => what,
        (class, Standing::Decides) => format!("{class}: {what}"),
        (_, Standing::Included) => format!("no match here: {what}"),
    }
}

/// The record behind an `include` or a `redirect`.
fn of_record(tree: &Tree) -> Vec<Remark> {
    let mut all = Vec::new();
    if let Some(target) = &tree.alias_to {
        all.push(remark(Tone::Plain, format!("an alias (CNAME) of {}", short(target))));
    }
    match &tree.selection {
        Selection::None if tree.is_void => {
            all.push(remark(Tone::Broken, "nothing is there: a void look-up, and a permerror"));
        }
        Selection::None => all.push(remark(Tone::Broken, "no SPF record there: permerror")),
        Selection::Many(records) => {
            all.push(remark(Tone::Broken, format!("{} SPF records there: permerror", records.len())));
        }
        Selection::Unknown(failure) => {
            all.push(remark(Tone::Warning, format!("unknown: {}", printable(&failure.to_string()))));
        }
        Selection::One(published) if !published.record.is_valid() => {
            all.push(remark(Tone::Broken, "the record there is broken: permerror"));
        }
        Selection::One(_) => {
            let coverage = Coverage::of(tree);
            let text = passing(&coverage).unwrap_or_else(|| "no address".to_owned());
            let dynamic = if coverage.is_dynamic() { ", and what depends on the message" } else { "" };
            all.push(remark(Tone::Plain, format!("{text}{dynamic}")));
        }
    }
    all
}

/// What `a` and `mx` come to.
fn of_addresses(term: &Term, v4: &Addresses, v6: &Addresses, standing: Standing) -> Vec<Remark> {
    let mut all = Vec::new();
    if v4.past_mx_limit || v6.past_mx_limit {
        let number = v4.exchanges.max(v6.exchanges);
        return vec![remark(Tone::Broken, format!("{number} exchanges, and {MX_LIMIT} may be looked up: permerror"))];
    }
    for (name, target) in v4.aliases.iter().chain(&v6.aliases) {
        let text = format!("{} is an alias (CNAME) of {}", short(name), short(target));
        if !all.iter().any(|remark: &Remark| remark.text == text) {
            all.push(remark(Tone::Plain, text));
        }
    }
    let found: Vec<String> = [(v4, Family::V4), (v6, Family::V6)]
        .into_iter()
        .filter(|(of, _)| !of.found.is_empty())
        .map(|(of, family)| format!("{} {}", of.found.len(), word(family)))
        .collect();
    let exchanges = if v4.exchanges > 0 { format!("{}: ", count(v4.exchanges, "exchange")) } else { String::new() };
    if !found.is_empty() {
        let total = v4.found.len() + v6.found.len();
        let class = match term {
            Term::Directive(directive) => directive.effective_qualifier().into(),
            _ => Class::Pass,
        };
        let each = prefix(term).map(|prefix| format!(", each with its {prefix}")).unwrap_or_default();
        let what = format!("{exchanges}{} {}{each}", found.join(" and "), addresses(total as u128));
        all.insert(0, remark(Tone::Plain, with_class(what, class, standing)));
    }
    all.extend(voids(v4, v6));
    let mut unknown: Vec<&(Name, crate::published::Failure)> = v4.unknown.iter().chain(&v6.unknown).collect();
    unknown.sort_by_key(|(name, _)| name);
    unknown.dedup_by_key(|(name, _)| name);
    if let Some((name, failure)) = unknown.first() {
        let more = if unknown.len() > 1 { format!(" and {} more", unknown.len() - 1) } else { String::new() };
        all.push(remark(Tone::Warning, format!("unknown: {}{more}: {}", short(name), printable(&failure.to_string()))));
    }
    if !v4.samples.is_empty() || !v6.samples.is_empty() {
        all.push(remark(Tone::Faint, "several addresses for one name: perhaps a sample of more"));
    }
    all
}

/// The look-ups that found nothing. That a host has no IPv6 address is nothing to be afraid of.
fn voids(v4: &Addresses, v6: &Addresses) -> Option<Remark> {
    let nowhere: Vec<String> = v4.voids.iter().filter(|name| v6.voids.contains(name)).map(short).collect();
    if !nowhere.is_empty() {
        let are = if nowhere.len() == 1 { "has" } else { "have" };
        return Some(remark(Tone::Broken, format!("void: {} {are} nothing", some(&nowhere, LISTED))));
    }
    let (of, family) = match (v4.voids.len(), v6.voids.len()) {
        (0, 0) => return None,
        (_, 0) => (v4, Family::V4),
        _ => (v6, Family::V6),
    };
    let times = if of.voids.len() > 1 { format!("{} times ", of.voids.len()) } else { String::new() };
    Some(remark(Tone::Faint, format!("{times}void for {} clients", word(family))))
}

/// The prefix lengths of `a` and `mx`, where they say something.
fn prefix(term: &Term) -> Option<String> {
    let Term::Directive(directive) = term else { return None };
    let (Mechanism::A { prefix, .. } | Mechanism::Mx { prefix, .. }) = &directive.mechanism else { return None };
    Some(prefix.to_string()).filter(|text| !text.is_empty())
}

pub(super) fn word(family: Family) -> &'static str {
    family.choose("IPv4", "IPv6")
}

/// A name that fits into a sentence.
pub(super) fn short(name: &Name) -> String {
    shortened(&printable(&name.to_string()), NAME)
}

/// Whether the records behind a term keep deciding, or only match.
pub(in crate::output) fn standing_below(term: &Term, standing: Standing) -> Standing {
    match term {
        Term::Modifier(Modifier::Redirect(_)) => standing,
        _ => Standing::Included,
    }
}

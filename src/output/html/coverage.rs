//! Who passes: the addresses of each result as ranges, by the term of the domain's own record that leads to them.

use crate::output::printable::printable;
use crate::output::prose::Prose;
use crate::output::spf::{CLASSES, Outcome, View, dynamic, many, sizes, term_of, text};
use crate::output::words::{count, some};
use crate::spf::{Class, Decider, Family, RangeSet};

/// Networks of one term that are listed.
const NETWORKS: usize = 40;
/// Terms that depend on the message, of which all are named.
const DYNAMIC: usize = 8;

/// The addresses of one result.
pub(super) struct Section {
    /// The result, which is also its class of the style sheet.
    pub(super) result: String,
    pub(super) ways: Vec<Way>,
    /// Whoever nothing else matched.
    pub(super) rest: Vec<Prose>,
}

/// The addresses that one term leads to.
pub(super) struct Way {
    pub(super) term: String,
    pub(super) size: String,
    pub(super) networks: Vec<String>,
    pub(super) more: usize,
    /// Whether a name behind it gave several addresses, so that there may be others.
    pub(super) is_sample: bool,
}

/// Published against declared.
pub(super) struct Held {
    pub(super) class: &'static str,
    pub(super) title: &'static str,
    pub(super) networks: Vec<String>,
    pub(super) more: usize,
}

/// All results, those that let mail through first.
pub(super) fn sections(view: &View) -> Vec<Section> {
    let outcomes = Outcome::all(view);
    let of = |class| {
        let of_class: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.class == class).collect();
        (!of_class.is_empty()).then(|| section(view, class, &of_class))
    };
    CLASSES.into_iter().filter_map(of).collect()
}

fn section(view: &View, class: Class, outcomes: &[&Outcome]) -> Section {
    // By the place of the term in the domain's own record: whoever reads it knows that one.
    let mut ways: Vec<(usize, Way, [RangeSet; 2])> = Vec::new();
    let mut rest: Vec<(Option<&Decider>, [RangeSet; 2])> = Vec::new();
    for outcome in outcomes {
        let place = outcome.family.choose(0, 1);
        for part in &outcome.parts {
            let Some(decider) = part.decider.as_ref().filter(|_| !part.is_rest) else {
                let known = rest.iter().position(|(decider, _)| *decider == part.decider.as_ref());
                let at = known.unwrap_or_else(|| {
                    rest.push((part.decider.as_ref(), <[RangeSet; 2]>::default()));
                    rest.len() - 1
                });
                rest[at].1[place] = rest[at].1[place].union(&part.set);
                continue;
            };
            let known = ways.iter().position(|(start, ..)| *start == decider.entry.start);
            let at = known.unwrap_or_else(|| {
                let term = entry(view, decider);
                let way = Way { term, size: String::new(), networks: Vec::new(), more: 0, is_sample: false };
                ways.push((decider.entry.start, way, <[RangeSet; 2]>::default()));
                ways.len() - 1
            });
            ways[at].1.is_sample |= part.is_sample;
            ways[at].2[place] = ways[at].2[place].union(&part.set);
        }
    }
    ways.sort_by_key(|(start, ..)| *start);
    let way = |(_, way, [v4, v6]): (usize, Way, [RangeSet; 2])| {
        let networks: Vec<String> =
            v4.networks(Family::V4).iter().chain(&v6.networks(Family::V6)).map(ToString::to_string).collect();
        let size = format!("{} in {}", sizes(&v4, &v6), count(networks.len(), "range"));
        let more = networks.len().saturating_sub(NETWORKS);
        Way { size, more, networks: networks.into_iter().take(NETWORKS).collect(), ..way }
    };
    let rest = rest.iter().map(|(decider, [v4, v6])| {
        let by = decider.map_or_else(
            || "since no term matches".to_owned(),
            |decider| match decider.path.last().filter(|_| decider.path.len() > 1) {
                Some(name) => format!("by `{}` in {name}", term_of(decider)),
                None => format!("by `{}`", term_of(decider)),
            },
        );
        Prose::of(&format!("everyone else ({}), {by}", everyone(v4, v6)))
    });
    Section { result: class.to_string(), ways: ways.into_iter().map(way).collect(), rest: rest.collect() }
}

/// How many, where the number says something: the rest of the world is no number to read.
fn everyone(v4: &RangeSet, v6: &RangeSet) -> String {
    match (v4.is_empty(), v6.is_empty()) {
        (false, false) => "IPv4 and IPv6".to_owned(),
        (false, true) => format!("IPv4, {}", many(v4.size())),
        (true, _) => format!("IPv6, {}", many(v6.size())),
    }
}

/// The term of the domain's own record.
fn entry(view: &View, decider: &Decider) -> String {
    let own = view.spf.tree.selection.one();
    own.map_or_else(|| term_of(decider), |published| text(published.record.text(), &decider.entry))
}

/// The terms that depend on the message, where there are any.
pub(super) fn depends(view: &View) -> Option<Prose> {
    let terms: Vec<String> = dynamic(view).iter().map(|decider| format!("`{}`", term_of(decider))).collect();
    (!terms.is_empty())
        .then(|| Prose::of(&format!("depends on the message, and may decide otherwise: {}", some(&terms, DYNAMIC))))
}

/// What is declared and does not pass, and what passes and is not declared.
pub(super) fn held(view: &View) -> Vec<Held> {
    let Some(declared) = &view.declared else { return Vec::new() };
    let list = |class, title, networks: Vec<ipnet::IpNet>| Held {
        class,
        title,
        more: networks.len().saturating_sub(NETWORKS),
        networks: networks.iter().take(NETWORKS).map(|network| printable(&network.to_string()).into_owned()).collect(),
    };
    let says_who = declared.domain().says_who_sends;
    let excess = if says_who { view.spf.excess(declared) } else { Vec::new() };
    let all = [
        list("error", "declared, and does not pass", view.spf.missing(declared, view.now)),
        list("warning", "declared, and it cannot be told", view.open_addresses()),
        list("warning", "passes, and is not declared", excess),
    ];
    let mut held: Vec<Held> = all.into_iter().filter(|held| !held.networks.is_empty()).collect();
    if held.is_empty() {
        held.push(list("good", if says_who { "passes as declared" } else { "the addresses given pass" }, Vec::new()));
    }
    held
}

//! The whole page.

use askama::Template;

use super::domain::Domain;
use super::glossary::{Entry, glossary};
use super::policy::{SCRIPT, STYLE, policy};
use super::shared::{Shared, share};
use crate::lint::{Report, Verdict};
use crate::output::headline::headline;
use crate::output::next::steps;
use crate::output::prose::Prose;
use crate::output::told::worst_first;
use crate::output::words::{count, grouped};
use crate::output::{Note, Tally};

/// Domains that are shown unfolded: of more, the worst ones.
const OPEN: usize = 3;

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    policy: String,
    style: &'a str,
    script: &'a str,
    version: &'a str,
    title: String,
    /// The worst verdict, and the words for it.
    verdict: Verdict,
    headline: String,
    /// What the counts are of, each with its class of the style sheet.
    counts: Vec<(&'static str, String)>,
    steps: Vec<Prose>,
    /// What is to be said of entries of the declaration and the baseline.
    notes: Vec<Prose>,
    rules: Vec<Entry>,
    domains: Vec<Domain>,
    shared: Vec<Shared>,
}

/// All reports as one page, the worst first. No text in it says when it was made: the same reports give the same page.
pub fn document(reports: &[Report], notes: &[Note]) -> Result<String, askama::Error> {
    let tally: Tally = reports.iter().collect();
    let few = reports.len() <= OPEN;
    let domain = |(place, report): (usize, &Report)| {
        Domain::of(report, place, few || place < OPEN && !report.diagnostics.is_empty())
    };
    let mut domains: Vec<Domain> = worst_first(reports).into_iter().enumerate().map(domain).collect();
    let page = Page {
        shared: share(&mut domains),
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        version: env!("CARGO_PKG_VERSION"),
        title: title(reports, &tally),
        verdict: tally.worst(),
        headline: headline(reports, &tally),
        counts: counts(&tally),
        steps: steps(reports, &tally).iter().map(|step| Prose::of(step)).collect(),
        notes: notes.iter().map(note).collect(),
        rules: glossary(reports),
        domains,
    };
    page.render()
}

fn note(Note { file, line, column, message, help, .. }: &Note) -> Prose {
    let help = help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    Prose::of(&format!("`{file}:{line}:{column}`: {message}{help}"))
}

fn title(reports: &[Report], tally: &Tally) -> String {
    match reports {
        [one] => format!("{}: {}", one.facts.domain, one.verdict().name()),
        _ => format!("{} of {} fail", grouped(tally.fail as u128), count(tally.domains(), "domain")),
    }
}

fn counts(tally: &Tally) -> Vec<(&'static str, String)> {
    let verdicts = [("fail", tally.fail), ("unknown", tally.unknown), ("pass", tally.pass)];
    let verdicts = verdicts.map(|(word, number)| (word, number, format!("{} {word}", grouped(number as u128))));
    let severities = [("error", tally.errors), ("warning", tally.warnings), ("info", tally.infos)];
    let severities = severities.map(|(word, number)| (word, number, count(number, word)));
    let all = verdicts.into_iter().filter(|_| tally.domains() > 1).chain(severities);
    all.filter(|(_, number, _)| *number > 0).map(|(word, _, text)| (word, text)).collect()
}

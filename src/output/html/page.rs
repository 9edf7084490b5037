//! The whole page.

use askama::Template;

use super::domain::Domain;
use super::glossary::{Entry, glossary};
use super::next::steps;
use super::policy::{SCRIPT, STYLE, policy};
use super::prose::Prose;
use super::shared::{Shared, share};
use crate::lint::{Report, Severity, Verdict};
use crate::output::Tally;
use crate::output::words::{count, grouped};

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
    rules: Vec<Entry>,
    domains: Vec<Domain>,
    shared: Vec<Shared>,
}

/// All reports as one page, the worst first. No text in it says when it was made: the same reports give the same page.
pub fn document(reports: &[Report]) -> Result<String, askama::Error> {
    let tally: Tally = reports.iter().collect();
    let mut worst_first: Vec<&Report> = reports.iter().collect();
    let badness = |report: &&Report| {
        let of = |severity| std::cmp::Reverse(report.count(severity));
        (std::cmp::Reverse(report.verdict()), of(Severity::Error), of(Severity::Warning))
    };
    worst_first.sort_by_key(badness);
    let few = reports.len() <= OPEN;
    let domain = |(place, report): (usize, &&Report)| {
        Domain::of(report, place, few || place < OPEN && !report.diagnostics.is_empty())
    };
    let mut domains: Vec<Domain> = worst_first.iter().enumerate().map(domain).collect();
    let page = Page {
        shared: share(&mut domains),
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        version: env!("CARGO_PKG_VERSION"),
        title: title(reports, &tally),
        verdict: worst(&tally),
        headline: headline(reports, &tally),
        counts: counts(&tally),
        steps: steps(reports, &tally),
        rules: glossary(reports),
        domains,
    };
    page.render()
}

fn worst(tally: &Tally) -> Verdict {
    match (tally.fail, tally.unknown) {
        (0, 0) => Verdict::Pass,
        (0, _) => Verdict::Unknown,
        _ => Verdict::Fail,
    }
}

fn title(reports: &[Report], tally: &Tally) -> String {
    match reports {
        [one] => format!("{}: {}", one.facts.domain, one.verdict().name()),
        _ => format!("{} of {} fail", grouped(tally.fail as u128), count(tally.domains(), "domain")),
    }
}

/// The answer to the question that brought whoever reads this here.
fn headline(reports: &[Report], tally: &Tally) -> String {
    let total = grouped(tally.domains() as u128);
    let of_all = |number: usize| match tally.domains() {
        all if all == number => format!("all {total} domains"),
        _ => format!("{} of {}", grouped(number as u128), count(tally.domains(), "domain")),
    };
    match (reports, worst(tally)) {
        ([], _) => "no domain was looked at".to_owned(),
        ([one], Verdict::Fail) => format!("mail from {} fails, or can be forged", one.facts.domain),
        ([one], Verdict::Unknown) => format!("could not tell whether mail from {} is believed", one.facts.domain),
        ([one], Verdict::Pass) => format!("mail from {} is believed", one.facts.domain),
        (_, Verdict::Fail) => format!("mail from {} fails, or can be forged", of_all(tally.fail)),
        (_, Verdict::Unknown) => format!("could not tell whether mail from {} is believed", of_all(tally.unknown)),
        (_, Verdict::Pass) => format!("mail from all {total} domains is believed"),
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

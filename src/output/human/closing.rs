//! The last lines: what a domain comes to, and what a run does.

use std::collections::BTreeSet;

use crate::lint::{DkimFacts, Facts, HostFacts, Report, Severity, Verdict};
use crate::output::columns::{line_width, wrap};
use crate::output::printable::printable;
use crate::output::remark::remark;
use crate::output::style::{STRONG, of_severity, of_verdict, paint};
use crate::output::words::{addresses, count, grouped, indented, some};
use crate::output::{Next, Tally};
use crate::published::{Failure, Reason};
use crate::record::dmarc::Policy;
use crate::spf::{Class, Family, LOOKUP_LIMIT, Selection};

/// Most unanswered questions that the verdict names.
const LISTED: usize = 5;

/// The verdict in words. A pass says what was looked at, so that it can be seen that something was.
pub(super) fn verdict(report: &Report) -> String {
    let facts = &report.facts;
    let verdict = report.verdict();
    let word = paint(of_verdict(verdict), verdict.name());
    let domain = paint(STRONG, &facts.domain.to_string());
    let counts = counts(&severities(|severity| report.count(severity)));
    let counts = if counts.is_empty() { counts } else { format!(" ({counts})") };
    let told = match verdict {
        Verdict::Fail => format!("{domain}: {word}{counts}\n"),
        Verdict::Unknown => {
            let head = format!("{domain}: {word}{counts}\n  could not tell, so this is no pass:\n");
            head + &indented("    ", unanswered(facts))
        }
        Verdict::Pass => format!("{domain}: {word}{counts}\n{}", below(&format!("looked at {}", looked_at(facts)))),
    };
    told + &known(report)
}

/// What may stand, in one sentence.
fn known(report: &Report) -> String {
    if report.known.is_empty() {
        return String::new();
    }
    let rules: BTreeSet<&str> = report.known.iter().map(|known| known.finding.rule).collect();
    let rules: Vec<String> = rules.into_iter().map(str::to_owned).collect();
    let number = count(report.known.len(), "finding");
    below(&format!("{number} known, and not counted: {}", some(&rules, LISTED)))
}

/// The last lines of a run: how many domains, what was found, and what to do next. `plan` is how to ask for a plan of the
/// same domains.
pub fn summary(tally: &Tally, next: &Next, plan: &str) -> String {
    let steps = next.steps(tally, plan);
    let mut text = counted(tally);
    if !steps.is_empty() {
        text.push_str(&format!("\n{}\n", paint(STRONG, "next:")));
    }
    for (index, step) in steps.iter().enumerate() {
        let number = format!("{}.", index + 1);
        text.push_str(&remark("  ", STRONG, &number, step));
    }
    text
}

pub(super) fn counted(tally: &Tally) -> String {
    let Tally { pass, fail, unknown, errors, warnings, infos } = *tally;
    let verdicts = [(Verdict::Pass, pass), (Verdict::Fail, fail), (Verdict::Unknown, unknown)];
    let verdicts: Vec<String> = verdicts
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(verdict, number)| {
            paint(of_verdict(*verdict), &format!("{} {}", grouped(*number as u128), verdict.name()))
        })
        .collect();
    let counts = counts(&[(Severity::Error, errors), (Severity::Warning, warnings), (Severity::Info, infos)]);
    let counts = if counts.is_empty() { "nothing found".to_owned() } else { counts };
    let domains = count(tally.domains(), "domain");
    if verdicts.is_empty() {
        return format!("{domains}\n");
    }
    format!("{domains}: {}; {counts}\n", verdicts.join(", "))
}

fn severities(of: impl Fn(Severity) -> usize) -> [(Severity, usize); 3] {
    [Severity::Error, Severity::Warning, Severity::Info].map(|severity| (severity, of(severity)))
}

/// `2 errors, 1 warning`: what there is of each kind; empty where there is nothing.
fn counts(found: &[(Severity, usize)]) -> String {
    let some = found.iter().filter(|(_, number)| *number > 0);
    let some: Vec<String> =
        some.map(|(severity, number)| paint(of_severity(*severity), &count(*number, severity.name()))).collect();
    some.join(", ")
}

pub(super) fn below(text: &str) -> String {
    indented("  ", wrap(text, line_width() - 2))
}

/// The questions without an answer, and why they have none.
pub(in crate::output) fn unanswered(facts: &Facts) -> Vec<String> {
    let counts =
        |question, failure: &Failure| failure.reason != Reason::OutsideView && !facts.thorough.contains(question);
    let failed = facts.failures.iter().filter(|(question, failure)| counts(question, failure));
    let mut lines: Vec<String> =
        failed.map(|(question, failure)| printable(&format!("{question}: {failure}")).into_owned()).collect();
    let more = lines.len().saturating_sub(LISTED);
    if more > 0 {
        lines.truncate(LISTED);
        lines.push(format!("and {more} more"));
    }
    if lines.is_empty() {
        lines.push("the zone files given do not hold this domain".to_owned());
    }
    lines
}

/// What the verdict rests on.
pub(in crate::output) fn looked_at(facts: &Facts) -> String {
    let reverse = reverse_names(facts).map_or_else(String::new, |names| format!("; reverse names ({names})"));
    format!("SPF ({}); DKIM ({}); DMARC ({}){reverse}", spf(facts), dkim(facts), dmarc(facts))
}

/// How many of the hosts that mail leaves from have a reverse name that leads back to them; none where no single
/// address is declared. Reverse zones are seldom at hand: that they were not seen is told here, and nowhere else.
fn reverse_names(facts: &Facts) -> Option<String> {
    let hosts: Vec<&HostFacts> = facts.hosts.iter().filter(|host| !host.is_sample).collect();
    let outside = |host: &&&HostFacts| host.ptr.failure().is_some_and(|why| why.reason == Reason::OutsideView);
    let unseen = hosts.iter().filter(outside).count();
    let sound = hosts.iter().filter(|host| host.comes_back() == Some(true)).count();
    let seen = hosts.len() - unseen;
    match (seen, unseen) {
        (0, 0) => None,
        (0, _) => Some("not in the zone files given".to_owned()),
        (_, 0) => Some(format!("{sound} of {seen}")),
        _ => Some(format!("{sound} of {seen}, {unseen} not in the zone files given")),
    }
}

fn spf(facts: &Facts) -> String {
    let spf = &facts.spf;
    match &spf.tree.selection {
        Selection::None => return "no record".to_owned(),
        Selection::Many(records) => return count(records.len(), "record"),
        Selection::Unknown(failure) => return not_seen(failure),
        Selection::One(_) if spf.says_nobody_sends() => return "nobody may send".to_owned(),
        Selection::One(_) => {}
    }
    let (v4, v6) = (spf.coverage().class(Family::V4, Class::Pass), spf.coverage().class(Family::V6, Class::Pass));
    let passing = addresses(v4.size(), v6.size());
    let mut text = if passing.is_empty() {
        "no address passes".to_owned()
    } else {
        let ranges = count(v4.ranges().len() + v6.ranges().len(), "range");
        format!("pass for {passing}, in {ranges}")
    };
    if spf.coverage().is_dynamic() {
        text.push_str(", and for what depends on the message");
    }
    if Family::BOTH.iter().any(|family| !spf.coverage().class(*family, Class::TempError).is_empty()) {
        text = format!("only in part, the rest was not seen: {text}");
    }
    if spf.tree.has_loop() {
        return format!("{text}, a loop, so no end of look-ups");
    }
    format!("{text}, {} of {LOOKUP_LIMIT} look-ups", spf.cost.lookups)
}

fn dkim(facts: &Facts) -> String {
    let keys = &facts.dkim;
    if keys.is_empty() {
        let wanted = "no selector known: declare it, or name it with --selector";
        return if facts.sends() { wanted } else { "no selector, and nothing is sent" }.to_owned();
    }
    let state = |key: &DkimFacts| match key.reply.failure() {
        Some(failure) => format!("{}: {}", key.selector, not_seen(failure)),
        None if key.is_usable() => key.selector.clone(),
        None if key.records.is_empty() => format!("{}: no key", key.selector),
        None if key.records.iter().all(|(_, record)| record.is_revoked()) => format!("{}: revoked", key.selector),
        None => format!("{}: no usable key", key.selector),
    };
    let states: Vec<String> = keys.iter().map(|key| printable(&state(key)).into_owned()).collect();
    some(&states, 8)
}

fn dmarc(facts: &Facts) -> String {
    let dmarc = &facts.dmarc;
    let policy = |policy: Policy| format!("p={}", policy.as_str());
    match (dmarc.own_record(), dmarc.inherited(), dmarc.policy()) {
        (Some(_), _, Some(effective)) => policy(effective),
        (None, Some((name, _)), Some(effective)) => format!("{} from {name}", policy(effective)),
        _ => match dmarc.reply.failure() {
            Some(failure) => not_seen(failure),
            None if dmarc.is_partly_unknown() => "not all was seen".to_owned(),
            None => "no policy".to_owned(),
        },
    }
}

fn not_seen(failure: &Failure) -> String {
    format!("not seen: {}", printable(&failure.to_string()))
}

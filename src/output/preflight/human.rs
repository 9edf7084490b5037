//! For people: what passes when, what is in the way, and the steps.

use anstyle::Style;

use super::sentences::{cost, ptr, term, time, verdict, when};
use crate::output::columns::shortened;
use crate::output::printable::printable;
use crate::output::remark::remark;
use crate::output::style::{ADDED, CODE, DIM, ERROR, GOOD, INFO, REMOVED, STRONG, WARNING, paint};
use crate::output::words::duration;
use crate::preflight::{DomainReport, HeloRow, HostReport, Outcome, Preflight, Readiness, Row, State, Step, shown};
use crate::spf::Class;

const INDENT: &str = "  ";
/// Columns that a term may take.
const TERM: usize = 60;

/// All of it.
pub fn human(preflight: &Preflight) -> String {
    let mut text = String::new();
    for domain in &preflight.domains {
        text.push_str(&of_domain(domain));
    }
    text.push_str(&hosts_in_reverse(preflight));
    for host in &preflight.hosts {
        text.push_str(&of_host(host));
    }
    text.push_str(&list("in the way:", ERROR, &preflight.obstacles));
    text.push_str(&list("could not be told:", WARNING, &preflight.unknowns));
    text.push_str(&list("worth knowing:", INFO, &preflight.notes));
    if !preflight.steps.is_empty() {
        text.push_str(&format!("{}\n\n", paint(STRONG, "steps (times in UTC)")));
        for (index, each) in preflight.steps.iter().enumerate() {
            text.push_str(&step(index + 1, each));
            text.push('\n');
        }
    }
    let (style, sentence) = (of_readiness(preflight.readiness()), verdict(preflight));
    let (head, rest) = sentence.split_once(':').unwrap_or((&sentence, ""));
    let rest = if rest.is_empty() { String::new() } else { format!(":{rest}") };
    text + &format!("{}{}\n", paint(style, head), rest)
}

fn of_readiness(readiness: Readiness) -> Style {
    match readiness {
        Readiness::Ready => GOOD,
        Readiness::Unknown => WARNING,
        Readiness::NotReady => ERROR,
    }
}

fn of_domain(domain: &DomainReport) -> String {
    let mut text = format!("{} {}\n", paint(STRONG, "SPF of"), paint(STRONG, &domain.domain.to_string()));
    text.extend(domain.rows.iter().map(row));
    text + &format!("{INDENT}{}\n\n", paint(DIM, &cost(domain)))
}

/// One address: what it gets at each stage, said once where it stays the same.
fn row(row: &Row) -> String {
    let (sign, style) = if row.is_arriving { ("+", ADDED) } else { ("-", REMOVED) };
    let mut text = format!("{INDENT}{} {}\n", paint(style, sign), shown(&row.network));
    let names = ["now", "planned", "moved", "at the end"];
    let mut before: Option<&Outcome> = None;
    for (name, outcome) in names.into_iter().zip(row.all()) {
        let same = before.is_some_and(|before| (before.class, &before.term) == (outcome.class, &outcome.term));
        if !same {
            text.push_str(&format!("{INDENT}  {name:10} {}\n", result(outcome)));
        }
        before = Some(outcome);
    }
    text
}

/// The result, and what decides.
fn result(outcome: &Outcome) -> String {
    let mut text = paint(of_class(outcome.class), &outcome.class.to_string());
    if !outcome.part.is_empty() {
        let part: Vec<String> = outcome.part.iter().take(3).map(ToString::to_string).collect();
        text.push_str(&format!(" for {}", part.join(", ")));
    }
    match (term(outcome), &outcome.problem) {
        (_, Some(problem)) => text.push_str(&format!(": {}", printable(problem))),
        (Some((term, owner)), None) => {
            text.push_str(&format!(", by {} of {owner}", paint(CODE, &shortened(&printable(&term), TERM))));
        }
        (None, None) if outcome.class == Class::Neutral => text.push_str(", since no term matches"),
        (None, None) => {}
    }
    text
}

fn of_class(class: Class) -> Style {
    match class {
        Class::Pass => GOOD,
        Class::Fail | Class::PermError => ERROR,
        Class::SoftFail | Class::TempError => WARNING,
        Class::Neutral | Class::None => INFO,
    }
}

/// Reverse names and HELO names of the new hosts.
fn hosts_in_reverse(preflight: &Preflight) -> String {
    if preflight.addresses.is_empty() && preflight.helo.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n", paint(STRONG, "the new hosts"));
    for address in &preflight.addresses {
        let sample = if address.is_sample { " (a sample)" } else { "" };
        text.push_str(&format!("{INDENT}{}{sample}: {}\n", address.address, printable(&ptr(address))));
    }
    text.extend(preflight.helo.iter().map(helo));
    text + "\n"
}

fn helo(row: &HeloRow) -> String {
    let HeloRow { name, is_declared, network, moved, .. } = row;
    let says = if *is_declared { "HELO" } else { "HELO (the reverse name is taken for it)" };
    let words = match moved.class {
        Class::None => "publishes no SPF record, which stands against nothing".to_owned(),
        _ => result(moved),
    };
    format!("{INDENT}{says} {name} from {}: {words}\n", shown(network))
}

fn of_host(host: &HostReport) -> String {
    let addresses = |all: &[std::net::IpAddr]| {
        if all.is_empty() {
            "nothing".to_owned()
        } else {
            all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
    };
    let mut text = format!(
        "{} {}: {}, then {} from {} on; caches hold the old for {}\n",
        paint(STRONG, "host"),
        host.name,
        addresses(&host.before),
        addresses(&host.after),
        time(host.at),
        duration(host.ttl)
    );
    let over = host.at.checked_add(jiff::SignedDuration::from_secs(host.ttl.into())).unwrap_or(host.at);
    for effect in &host.effects {
        let mut part = |word: &str, style: Style, set: &[ipnet::IpNet]| {
            if !set.is_empty() {
                let set: Vec<String> = set.iter().take(8).map(shown).collect();
                text.push_str(&remark(INDENT, style, word, &set.join(", ")));
            }
        };
        let domain = &effect.domain;
        part(
            &format!("{domain}: pass everywhere only after {}, and here and there before:", time(over)),
            ADDED,
            &effect.gained,
        );
        part(&format!("{domain}: may still pass until {}:", time(over)), REMOVED, &effect.lost);
    }
    text + "\n"
}

fn list(title: &str, style: Style, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n", paint(STRONG, title));
    text.extend(lines.iter().map(|line| remark(INDENT, style, "-", line)));
    text + "\n"
}

fn step(number: usize, step: &Step) -> String {
    let state = match step.state {
        State::Open => String::new(),
        State::Late => format!("  {}", paint(ERROR, "late")),
        State::Done => format!("  {}", paint(GOOD, "done")),
    };
    let mut text = format!("{}. {}{state}\n", number, paint(STRONG, &when(&step.when)));
    text.push_str(&remark("   ", STRONG, "what:", &step.what));
    for line in &step.lines {
        let style = match line.as_bytes().first() {
            Some(b'+') => ADDED,
            Some(b'-') => REMOVED,
            _ => DIM,
        };
        text.push_str(&format!("     {}\n", paint(style, &printable(line))));
    }
    if step.state != State::Done {
        text.push_str(&remark("   ", Style::new(), "who:", step.who));
        for command in &step.commands {
            text.push_str(&format!("     {} {}\n", paint(DIM, "$"), paint(CODE, &printable(command))));
        }
        text.push_str(&remark("   ", Style::new(), "why:", &format!("{} [{}]", step.why, step.source)));
    }
    text
}

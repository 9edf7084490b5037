//! What is known before a move, and its steps, for a ticket.

use super::room::Room;
use super::text::{block, code, prose, words};
use crate::output::preflight::sentences::{cost, ptr, term, verdict, when};
use crate::output::printable::printable;
use crate::preflight::{DomainReport, Outcome, Preflight, State, Step, shown};

/// Octets kept for the last line.
const END: usize = 200;

/// A preflight as one comment of at most 60,000 octets.
pub fn preflight(preflight: &Preflight) -> String {
    let mut room = Room::new(END);
    room.push(&format!("### mailvouch preflight: {}\n\n", words(&verdict(preflight))), 0);
    let mut pieces = vec![
        list("In the way", &preflight.obstacles),
        list("Could not be told", &preflight.unknowns),
        list("Worth knowing", &preflight.notes),
    ];
    if !preflight.steps.is_empty() {
        pieces.push("**Steps** (times in UTC)\n\n".to_owned());
        pieces.extend(preflight.steps.iter().map(step));
    }
    pieces.extend(preflight.domains.iter().map(domain));
    pieces.push(hosts(preflight));
    let fits = pieces.iter().all(|piece| room.push(piece, 0));
    room.end(if fits { "" } else { "**Not all fits into a comment**: `mailvouch preflight` shows the rest.\n" })
}

fn domain(domain: &DomainReport) -> String {
    let mut text = format!("**SPF of** {} ({})\n\n", code(&domain.domain.to_string()), words(&cost(domain)));
    text.push_str("| address | | now | planned | moved | at the end |\n|---|---|---|---|---|---|\n");
    for row in &domain.rows {
        let cells: Vec<String> = row.all().into_iter().map(outcome).collect();
        let sign = if row.is_arriving { "comes" } else { "goes" };
        text.push_str(&format!("| {} | {sign} | {} |\n", code(&shown(&row.network)), cells.join(" | ")));
    }
    text + "\n"
}

fn hosts(preflight: &Preflight) -> String {
    if preflight.addresses.is_empty() {
        return String::new();
    }
    let addresses =
        preflight.addresses.iter().map(|one| format!("- {}: {}\n", code(&one.address.to_string()), words(&ptr(one))));
    let helo = preflight.helo.iter().map(|row| {
        let (name, network) = (code(&row.name.to_string()), code(&shown(&row.network)));
        format!("- HELO {name} from {network}: {}\n", outcome(&row.moved))
    });
    format!("**The new hosts**\n\n{}\n", addresses.chain(helo).collect::<String>())
}

/// The result, and what decides; within a table, where a bar ends a cell.
fn outcome(outcome: &Outcome) -> String {
    let class = words(&outcome.class.to_string());
    match (term(outcome), &outcome.problem) {
        (_, Some(problem)) => format!("{class}: {}", words(problem)),
        (Some((term, _)), None) => format!("{class} {}", code(&term)),
        (None, None) => class,
    }
}

fn list(title: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = lines.iter().map(|line| format!("- {}\n", prose(line))).collect();
    format!("**{title}**\n\n{}\n", lines.concat())
}

/// A step, and below it all that belongs to it.
fn step(step: &Step) -> String {
    let state = match step.state {
        State::Open => "",
        State::Late => " **late**",
        State::Done => " **done**",
    };
    let when = code(&when(&step.when));
    let mut text = format!("- {when}{state}: {} ({})\n", prose(&step.what), words(step.who));
    let within = |lines: &str| lines.lines().map(|line| format!("  {line}\n")).collect::<Vec<_>>().concat();
    if !step.lines.is_empty() {
        text.push_str(&format!("\n{}", within(&block("diff", &plain(&step.lines)))));
    }
    if step.state == State::Done {
        return text + "\n";
    }
    if !step.commands.is_empty() {
        text.push_str(&format!("\n{}", within(&block("sh", &plain(&step.commands)))));
    }
    text + &format!("\n  {} ({})\n\n", prose(&step.why), prose(step.source))
}

/// Lines that hold nothing but themselves.
fn plain(lines: &[String]) -> String {
    lines.iter().map(|line| printable(line).into_owned() + "\n").collect()
}

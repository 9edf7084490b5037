//! Findings, the worst first, for as long as there is room.

use super::room::Room;
use super::text::{block, code, html, prose, words};
use crate::lint::{Diagnostic, Known, Report, Severity};
use crate::output::columns::WIDTH;
use crate::output::diff::{Detail, patch};
use crate::output::headline::headline;
use crate::output::human::{Taker, changes, decides, excerpts_of, unanswered};
use crate::output::next::steps;
use crate::output::told::{told, worst_first};
use crate::output::words::count;
use crate::output::{Note, Tally};

/// Octets kept for the last lines.
const END: usize = 400;
/// Octets that the table of domains may take.
const TABLE: usize = 12_000;
/// Domains whose findings are shown unfolded: of more, none is.
const OPEN: usize = 1;
const FOLD_END: &str = "</details>\n\n";

/// All reports as one comment of at most 60,000 octets.
pub fn document(reports: &[Report], notes: &[Note]) -> String {
    let tally: Tally = reports.iter().collect();
    let mut room = Room::new(END);
    room.push(&format!("### mailvouch: {}\n\n", words(&headline(reports, &tally))), 0);
    let worst_first = worst_first(reports);
    if reports.len() > 1 {
        room.push(&table(&worst_first), 0);
    }
    let steps: Vec<String> = steps(reports, &tally).iter().map(|step| format!("1. {}", prose(step))).collect();
    if !steps.is_empty() {
        room.push(&format!("**What to do**\n\n{}\n\n", steps.join("\n")), 0);
    }
    let mut left = Left::default();
    if !notes.is_empty() {
        let lines: Vec<String> = notes.iter().map(note).collect();
        room.push(&format!("**What may stand, and has to be looked at**\n\n{}\n", lines.concat()), 0);
    }
    for report in worst_first {
        domain(report, reports.len() <= OPEN, &mut room, &mut left);
    }
    room.end(&left.told())
}

/// An entry of a baseline, or of `ignore`, as an item of a list.
fn note(Note { file, line, column, message, help, .. }: &Note) -> String {
    let help = help.as_ref().map(|help| format!("; {}", prose(help))).unwrap_or_default();
    format!("- {}: {}{help}\n", code(&format!("{file}:{line}:{column}")), prose(message))
}

/// What there was no room for.
#[derive(Default)]
struct Left {
    findings: usize,
    domains: usize,
}

impl Left {
    fn told(&self) -> String {
        if self.findings == 0 {
            return String::new();
        }
        let domains = count(self.domains, "domain");
        let findings = count(self.findings, "more finding");
        format!(
            "**{findings}, of {domains}**, would not fit into a comment: `mailvouch check` shows them, and \
             `--format html` writes them as one page.\n"
        )
    }
}

/// Each domain in a line.
fn table(worst_first: &[&Report]) -> String {
    let mut table = "| domain | verdict | errors | warnings | infos |\n|---|---|--:|--:|--:|\n".to_owned();
    for (index, report) in worst_first.iter().enumerate() {
        let [errors, warnings, infos] =
            [Severity::Error, Severity::Warning, Severity::Info].map(|severity| report.count(severity));
        let name = code(&report.facts.domain.to_string());
        let row = format!("| {name} | {} | {errors} | {warnings} | {infos} |\n", report.verdict().name());
        if table.len() + row.len() > TABLE {
            table.push_str(&format!("| and {} | | | | |\n", count(worst_first.len() - index, "more domain")));
            break;
        }
        table.push_str(&row);
    }
    table + "\n"
}

/// A domain's findings, folded away, for as long as they fit.
fn domain(report: &Report, is_open: bool, room: &mut Room, left: &mut Left) {
    let told = told(report);
    let unseen = if report.facts.has_unknowns() { unanswered(&report.facts) } else { Vec::new() };
    if told.is_empty() && unseen.is_empty() && report.known.is_empty() {
        return;
    }
    let open = if is_open { " open" } else { "" };
    let name = html(&report.facts.domain.to_string());
    let counts =
        [Severity::Error, Severity::Warning, Severity::Info].map(|severity| (severity, report.count(severity)));
    let counts = counts.iter().filter(|(_, number)| *number > 0);
    let counts: Vec<String> = counts.map(|(severity, number)| count(*number, severity.name())).collect();
    let counts = if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) };
    let verdict = report.verdict().name();
    let mut head = format!("<details{open}><summary><b>{name}</b>: {verdict}{counts}</summary>\n\n");
    if !unseen.is_empty() {
        head.push_str("Could not tell, so this is no pass:\n\n");
        head.push_str(&block("text", &unseen.join("\n")));
        head.push('\n');
    }
    let known: Vec<String> = report.known.iter().map(known).collect();
    if !known.is_empty() {
        head.push_str(&format!("Known, and not counted:\n\n{}\n", known.concat()));
    }
    let mut is_shown = told.is_empty() && room.push(&head, FOLD_END.len());
    for (index, found) in told.iter().enumerate() {
        let text = finding(found, report);
        let text = if is_shown { text } else { format!("{head}{text}") };
        if !room.push(&text, FOLD_END.len()) {
            left.findings += told.len() - index;
            left.domains += 1;
            break;
        }
        is_shown = true;
    }
    if is_shown {
        room.close(FOLD_END);
    }
}

/// A finding that may stand, as an item of a list.
fn known(known: &Known) -> String {
    let Known { finding, leave, .. } = known;
    let (rule, message) = (code(finding.rule), prose(&finding.message));
    format!("- {rule}: {message} (until {}: {})\n", leave.expires, words(&leave.reason))
}

/// One finding: what is wrong, the bytes, what to do, and what the program would change.
fn finding(found: &Diagnostic, report: &Report) -> String {
    let mut text = format!("**{}** {}: {}\n\n", found.severity.name(), code(found.rule), prose(&found.message));
    let excerpts = excerpts_of(found, &report.facts);
    if !excerpts.is_empty() {
        text.push_str(&block("text", &excerpts));
        text.push('\n');
    }
    if let Some(help) = &found.help {
        text.push_str(&format!("*Help:* {}\n\n", prose(help)));
    }
    if let Some(fix) = &found.fix {
        text.push_str(&format!("*Fix:* {}\n\n", prose(&decides(fix.safety, found.rule, Taker::Plan))));
        let lines: Vec<String> = changes(&fix.operations)
            .iter()
            .flat_map(|change| {
                let source = format!("@@ {} {} @@", change.owner.absolute(), change.rtype);
                let lines = patch(change.before.as_ref(), change.after.as_ref(), Detail::Fitting(WIDTH));
                std::iter::once(source).chain(lines)
            })
            .collect();
        if !lines.is_empty() {
            text.push_str(&block("diff", &lines.join("\n")));
            text.push('\n');
        }
    }
    text
}

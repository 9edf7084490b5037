//! What `init` says beside the file.

use std::path::Path;

use super::file::contents;
use crate::lint::{Report, Severity};
use crate::output::Tally;
use crate::output::printable::printable;
use crate::output::remark::remark;
use crate::output::style::{CODE, GOOD, WARNING, of_severity, paint};
use crate::output::words::count;
use crate::survey::Draft;

/// Most findings that are named.
const MOST: usize = 12;

/// What was written, what is to be decided, and what `check` makes of it. `path` is none for standard output.
pub fn written(draft: &Draft, text: &str, path: Option<&Path>, reports: &[Report]) -> String {
    let place = path.map_or_else(|| "standard output".to_owned(), |path| printable(&path.display().to_string()).into());
    let mut told = remark("", GOOD, "wrote:", &format!("{place}, with {}", contents(draft)));
    let lines = |word: &str| text.lines().filter(|line| line.trim_start().starts_with(&format!("# {word}"))).count();
    let (decide, unseen) = (lines("decide:"), lines("not seen:"));
    told += &remark("", WARNING, "decide:", &format!("{} marked `decide:` in it", questions(decide)));
    if unseen > 0 {
        let text = format!(
            "{} marked `not seen:`; what is not known is not left out as if it were not there",
            answers(unseen)
        );
        told += &remark("", WARNING, "not seen:", &text);
    }
    let tally: Tally = reports.iter().collect();
    let sums = format!("{}, {}", count(tally.errors, "error"), count(tally.warnings, "warning"));
    told += &remark("", of_severity(worst(&tally)), "check:", &format!("finds {sums} with it as it is"));
    let found = reports.iter().flat_map(|report| report.diagnostics.iter().map(|found| (&report.facts.domain, found)));
    let serious: Vec<_> = found.filter(|(_, found)| found.severity < Severity::Info).collect();
    for (domain, found) in serious.iter().take(MOST) {
        let word = format!("{}[{}]:", found.severity.name(), found.rule);
        told += &remark("  ", of_severity(found.severity), &word, &format!("{domain}: {}", found.message));
    }
    if serious.len() > MOST {
        told += &format!("  and {} more\n", serious.len() - MOST);
    }
    let config = path
        .map_or_else(String::new, |path| format!(" -c {}", crate::output::plan::as_argument(&path.to_string_lossy())));
    told + &format!("next: {}\n", paint(CODE, &printable(&format!("mailvouch check{config}"))))
}

fn questions(number: usize) -> String {
    if number == 1 { "1 question is".to_owned() } else { format!("{number} questions are") }
}

fn answers(number: usize) -> String {
    if number == 1 {
        "1 answer that did not come is".to_owned()
    } else {
        format!("{number} answers that did not come are")
    }
}

fn worst(tally: &Tally) -> Severity {
    match (tally.errors, tally.warnings) {
        (0, 0) => Severity::Info,
        (0, _) => Severity::Warning,
        _ => Severity::Error,
    }
}

/// What is said where the file is there already.
pub fn refused(path: &Path) -> String {
    format!(
        "{} exists, and `init` overwrites nothing: name another file with `-o`, or `-o -` to see it first",
        printable(&path.display().to_string())
    )
}

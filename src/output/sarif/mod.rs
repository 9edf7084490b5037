//! Findings as SARIF 2.1.0 (OASIS), for code scanning.
//!
//! A result stands where the declaration speaks of it; it also has the record as a logical location, with the bytes. A
//! result about a domain that nobody declared has the record alone.

mod fix;
mod log;
mod results;
mod rules;

use crate::lint::Report;
use crate::output::Note;
use crate::output::json::pretty;
use crate::output::told::worst_first;

/// All reports as one log with one run, the worst first; notes are notifications about the configuration.
pub fn document(reports: &[Report], notes: &[Note]) -> String {
    let worst_first = worst_first(reports);
    let rules = rules::of(&worst_first);
    pretty(&log::Log::of(results::of(&worst_first, &rules), rules, results::notifications(notes)))
}

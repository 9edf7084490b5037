//! The folder for a check.

use jiff::Timestamp;

use super::page::File;
use crate::lint::Report;
use crate::output::{Note, html, json, markdown};

/// What there is to give away.
#[derive(Clone, Copy, Debug)]
pub struct CheckEvidence<'a> {
    /// What was found.
    pub reports: &'a [Report],
    /// What is to be said of the files that it was judged by.
    pub notes: &'a [Note],
    /// The answers that it rests on, as a snapshot.
    pub answers: &'a str,
    /// When it was looked up.
    pub dated: Timestamp,
    /// What was changed since, in the words of whoever did.
    pub changed: &'a [String],
}

/// The files, by name.
pub fn check(evidence: &CheckEvidence<'_>) -> Result<Vec<File>, askama::Error> {
    let CheckEvidence { reports, notes, answers, dated, changed } = evidence;
    let looked_up = super::form::seconds(*dated);
    let changed = super::form::changed(changed);
    let report = format!(
        "{}\n\nLooked up at {looked_up} (UTC). What was changed: {}. `answers.json` holds each answer of DNS: `mailvouch check \
         --answers answers.json` gives the same result without asking.\n",
        markdown::document(reports, notes).trim_end(),
        markdown::words(&changed)
    );
    Ok(vec![
        File::new("REPORT.html", html::document(reports, notes)?),
        File::new("REPORT.md", report),
        File::new("answers.json", *answers),
        File::new("results.json", json::document(reports, notes)),
    ])
}

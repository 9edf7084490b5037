//! What is to be said of a line of a file that the user wrote: that it is allowed, and worth a word.

use schemars::JsonSchema;
use serde::Serialize;

use crate::declared::{Problem, SourceFile};
use crate::lint::Severity;

/// A note. Line and column count from 1, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Note {
    /// How bad it is: `warning` for what has to be looked at, `info` for a remark.
    #[schemars(with = "String", extend("enum" = ["warning", "info"]))]
    pub severity: Severity,
    /// The path as it was given.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// What there is to say, in one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Note {
    /// Notes on one file, each with its place.
    pub fn all(problems: &[Problem], file: &SourceFile, severity: Severity) -> Vec<Self> {
        let starts: Vec<usize> = problems.iter().map(|problem| problem.span.start).collect();
        let places = file.positions(&starts);
        let note = |(problem, place): (&Problem, &crate::declared::Position)| Self {
            severity,
            file: file.path().display().to_string(),
            line: place.line,
            column: place.column,
            message: problem.message.clone(),
            help: problem.help.clone(),
        };
        problems.iter().zip(&places).map(note).collect()
    }
}

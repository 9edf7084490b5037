//! The declaration: what is read from it, and what is said about one that is wrong.

mod catalogue;
pub(crate) mod documented;
mod hostile;
mod keys;
mod notes;
mod parked;
mod reads;
mod refuses;

use std::path::{Path, PathBuf};

use anstream::adapter::strip_str;
use mailvouch::declared::{Declaration, DeclarationError, Problem, SourceFile};
use mailvouch::lint::Severity;
use mailvouch::output::{Note, human};

/// Where the fixtures of this area are.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/declared")
}

/// Reads a declaration whose key files are those of `tests/declared/keys`.
fn read(text: &str) -> Result<Declaration, DeclarationError> {
    Declaration::from_text(Path::new("mailvouch.toml"), text, &folder())
}

/// What is shown of problems, without colours.
fn render(file: &SourceFile, problems: &[Problem]) -> String {
    let error = DeclarationError::Invalid { file: file.clone(), problems: problems.to_vec(), omitted: 0 };
    render_error(&error)
}

/// What is shown of a declaration that is wrong, without colours.
fn render_error(error: &DeclarationError) -> String {
    strip_str(&human::problems(error)).to_string()
}

/// What is shown of notes, without colours.
fn render_notes(file: &SourceFile, notes: &[Problem]) -> String {
    strip_str(&human::notes(&Note::all(notes, file, Severity::Info))).to_string()
}

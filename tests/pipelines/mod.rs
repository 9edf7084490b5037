//! What pipelines run: the GitHub action, the pre-commit hook, and the examples for GitLab and systemd, each by the
//! lines that stand in its file.

mod action;
mod examples;
mod github;

use std::path::{Path, PathBuf};

/// The top of this repository.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program, as something that a line of a shell finds by its name.
fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_mailvouch"))
}

/// A copy of an example's files.
fn copy_of(example: &str) -> tempfile::TempDir {
    let to = tempfile::Builder::new().prefix("mailvouch-").tempdir().expect("a temporary directory");
    let from = repository().join("examples").join(example).join(".");
    let copied = std::process::Command::new("cp").arg("-r").arg(from).arg(to.path()).status().expect("cp");
    assert!(copied.success());
    to
}

//! The declaration: what is read from it, and what is said about one that is wrong.

mod reads;

use std::path::{Path, PathBuf};

use mailvouch::declared::{Declaration, DeclarationError};

/// Where the fixtures of this area are.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/declared")
}

/// Reads a declaration whose key files are those of `tests/declared/keys`.
fn read(text: &str) -> Result<Declaration, DeclarationError> {
    Declaration::from_text(Path::new("mailvouch.toml"), text, &folder())
}

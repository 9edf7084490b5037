//! A program of the user's that reads and writes the records: for services that have no provider here.
//!
//! Each call runs it once: a JSON document on its standard input, one on its standard output
//! (`docs/providers/exec.md`). Nothing that it says is believed beyond its word: names, numbers and types are checked,
//! and each change is held against what it has just read.

mod protocol;
mod provider;
mod run;

pub use provider::Exec;

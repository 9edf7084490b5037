//! `check --domains-from … --format ndjson`: a list of any length, looked at while it is read.
//!
//! Nothing in here grows with the list: domains are read as there is room for them, looked at beside each other, printed as
//! they are done and forgotten. Whoever reads slowly is waited for.

mod domain;
mod progress;
mod run;
mod stop;
mod writer;

pub(super) use run::{run, takes};

//! `--evidence`, where it is offered.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

/// What goes to somebody else.
#[derive(Clone, Debug, Args)]
pub struct EvidenceArgs {
    /// Write what a support case or a delisting form wants to this new folder, and to a zip beside it.
    #[arg(id = "evidence", long = "evidence", value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// What was changed since, for the evidence; may be given again.
    #[arg(long, value_name = "TEXT", requires = "evidence")]
    pub changed: Vec<String>,
    /// Date the evidence so [default: now]: with `--answers`, the same folder to the octet each time.
    #[arg(long, value_name = "TIME", requires = "evidence", value_parser = time)]
    pub dated: Option<Timestamp>,
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "a time with its offset is wanted: 2026-11-28T13:00:00Z".to_owned())
}

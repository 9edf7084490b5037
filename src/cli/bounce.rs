//! `bounce`: mail that did not arrive.

use std::path::PathBuf;

use clap::Args;

use super::Form;

/// `bounce`.
#[derive(Debug, Args)]
pub struct BounceArgs {
    /// The bounce: a message (`.eml`), a mailbox, a file of Outlook (`.msg`), or a text with what it said; `-` or nothing
    /// is standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: PathBuf,
    /// Look nothing up: say only what the bounce itself tells.
    #[arg(long)]
    pub no_dns: bool,
    /// How to print: `human` or `json`.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Form,
    /// Print to this file.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

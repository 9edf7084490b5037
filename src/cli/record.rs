//! `record`: one text.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{FailOn, Form};

/// `record`.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// The text; `-` is standard input. Behind `--` it may begin with a hyphen.
    #[arg(value_name = "TEXT")]
    pub text: OsString,
    /// What it is meant as [default: what --owner or the text says].
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<RecordType>,
    /// Where it will stand, for messages: example.com, _dmarc.example.com, s1._domainkey.example.com.
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// Only these rules; may be given again.
    #[arg(long, value_name = "RULE")]
    pub select: Vec<String>,
    /// Not these rules; may be given again.
    #[arg(long, value_name = "RULE")]
    pub ignore: Vec<String>,
    /// Fail from this severity on.
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub fail_on: FailOn,
    /// Exit with 0 whatever is found.
    #[arg(long)]
    pub exit_zero: bool,
    /// How to print: `human` or `json`.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Form,
    /// Print to this file.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What a text is meant as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RecordType {
    /// Who may send.
    Spf,
    /// A public key.
    Dkim,
    /// What receivers do with what does not pass.
    Dmarc,
}

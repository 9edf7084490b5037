//! `bounce`: mail that did not arrive.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{EvidenceArgs, Form, SourceArgs, seconds};

/// `bounce`.
#[derive(Debug, Args)]
pub struct BounceArgs {
    /// The bounce: a message (`.eml`), a mailbox, a file of Outlook (`.msg`), or a text with what it said; `-` or nothing
    /// is standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: PathBuf,
    /// Look nothing up: say only what the bounce itself tells.
    #[arg(long, conflicts_with_all = ["resolver", "zone_file", "answers", "save_answers", "dnsbl", "rdap"])]
    pub no_dns: bool,
    /// Where what is published comes from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Ask this DNS block list about the sending address; may be given again. Its operator learns what you ask.
    #[arg(long, value_name = "ZONE")]
    pub dnsbl: Vec<String>,
    /// Ask the registry how old the sender's domain is (RDAP). It learns what you ask.
    #[arg(long)]
    pub rdap: bool,
    /// Which registry answers for what, as IANA lists it [default: a few large ones].
    #[arg(long, value_name = "URL|FILE", requires = "rdap")]
    pub rdap_bootstrap: Option<String>,
    /// Save all answers that the checks rest on, as evidence and for `--answers`.
    #[arg(long, value_name = "FILE")]
    pub save_answers: Option<PathBuf>,
    /// How long one query may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub timeout: Duration,
    /// How long all queries together may take, in seconds; what is not answered by then is unknown.
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub deadline: Duration,
    /// What goes to somebody else.
    #[command(flatten)]
    pub evidence: EvidenceArgs,
    /// Leave the addresses of recipients in the evidence.
    #[arg(long, requires = "evidence")]
    pub show_recipients: bool,
    /// How to print: `human` or `json`.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Form,
    /// Print to this file.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

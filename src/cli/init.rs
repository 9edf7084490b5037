//! `init`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{SourceArgs, seconds};

/// `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The domains to declare.
    #[arg(value_name = "DOMAIN", required = true)]
    pub domains: Vec<String>,
    /// Where what is published comes from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// A DKIM selector to look at beside the usual ones; may be given again.
    #[arg(long, value_name = "NAME")]
    pub selector: Vec<String>,
    /// Save all answers that the declaration rests on, as evidence and for `--answers`.
    #[arg(long, value_name = "FILE")]
    pub save_answers: Option<PathBuf>,
    /// How long one query may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub timeout: Duration,
    /// How long all queries together may take, in seconds; what is not answered by then is unknown.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub deadline: Duration,
    /// The file to write, which may not be there yet; `-` is standard output.
    #[arg(short, long, value_name = "FILE", default_value = "mailvouch.toml")]
    pub output: PathBuf,
}

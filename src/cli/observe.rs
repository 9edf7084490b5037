//! `observe`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Form, SourceArgs, seconds};

/// `observe`.
#[derive(Debug, Args)]
pub struct ObserveArgs {
    /// The message, with all its headers, as the recipient has it; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The declaration [default: `mailvouch.toml`, here or in a folder above].
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where what is published comes from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Ask no DNS: compare with the declaration alone.
    #[arg(long, conflicts_with_all = ["resolver", "zone_file", "answers", "save_answers"])]
    pub no_dns: bool,
    /// Save all answers that the result rests on, as evidence and for `--answers`.
    #[arg(long, value_name = "FILE")]
    pub save_answers: Option<PathBuf>,
    /// How long one query may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub timeout: Duration,
    /// How long all queries together may take, in seconds; what is not answered by then is unknown.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub deadline: Duration,
    /// How to print: `human` or `json`.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Form,
    /// Print to this file.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

//! `spf`: one domain's SPF, looked at from several sides.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use ipnet::IpNet;

use super::{Form, SourceArgs, SpfEvalArgs, network, seconds};

/// What can be asked about SPF.
#[derive(Debug, Subcommand)]
pub enum SpfCommand {
    /// Evaluate SPF for one message, as a receiver does (RFC 7208), and show every step.
    Eval(SpfEvalArgs),
    /// Show the records behind a record as a tree, with what each term costs in look-ups.
    Tree(SpfArgs),
    /// Show which addresses get which result, and the term that decides.
    Coverage(SpfArgs),
}

/// One domain, and how DNS is asked about it.
#[derive(Debug, Args)]
pub struct SpfArgs {
    /// The domain.
    #[arg(value_name = "DOMAIN")]
    pub domain: String,
    /// The declaration [default: `mailvouch.toml`, here or in a folder above].
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where it comes from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Save all answers that the result rests on, as evidence and for `--answers`.
    #[arg(long, value_name = "FILE")]
    pub save_answers: Option<PathBuf>,
    /// An address that mail leaves from, for a domain that is not declared; may be given again.
    #[arg(long, value_name = "IP|CIDR", value_parser = network)]
    pub egress: Vec<IpNet>,
    /// How long one query may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub timeout: Duration,
    /// How long all queries together may take, in seconds; what is not answered by then is unknown.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub deadline: Duration,
    /// How to print: `human` or `json`.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Form,
    /// Print to this file.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

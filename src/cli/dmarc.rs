//! `dmarc`: what receivers find.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::{Form, SourceArgs, seconds};

/// What can be asked about DMARC.
#[derive(Debug, Subcommand)]
pub enum DmarcCommand {
    /// Find the policy for a domain as receivers do (RFC 9989), and judge a message by it.
    Policy(DmarcPolicyArgs),
    /// Ask whether a domain takes DMARC reports about another.
    Reports(DmarcReportsArgs),
}

/// `dmarc policy`.
#[derive(Debug, Args)]
pub struct DmarcPolicyArgs {
    /// The domain of the author's address (`From:`).
    #[arg(value_name = "DOMAIN")]
    pub domain: String,
    /// A domain whose DKIM signature was verified (`d=`); may be given again.
    #[arg(long, value_name = "D")]
    pub dkim_pass: Vec<String>,
    /// A domain of MAIL FROM for which SPF passed; may be given again.
    #[arg(long, value_name = "D")]
    pub spf_pass: Vec<String>,
    /// How DNS is asked, and where the result goes.
    #[command(flatten)]
    pub ask: DmarcAsk,
}

/// `dmarc reports`.
#[derive(Debug, Args)]
pub struct DmarcReportsArgs {
    /// The domain whose policy asks for reports.
    #[arg(value_name = "DOMAIN")]
    pub domain: String,
    /// The domain of the address that they are to go to.
    #[arg(value_name = "DESTINATION")]
    pub destination: String,
    /// How DNS is asked, and where the result goes.
    #[command(flatten)]
    pub ask: DmarcAsk,
}

/// How DNS is asked, and where the result goes.
#[derive(Debug, Args)]
pub struct DmarcAsk {
    /// Where it comes from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Save all answers that the result rests on, as evidence and for `--answers`.
    #[arg(long, value_name = "FILE")]
    pub save_answers: Option<PathBuf>,
    /// How long one query may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub timeout: Duration,
    /// How long all queries together may take, in seconds; then the result is temperror.
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub deadline: Duration,
    /// How to print: `human` or `json`.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Form,
    /// Print to this file.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

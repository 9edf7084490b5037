//! `spf eval`: one message.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{Form, SourceArgs, seconds};

/// `spf eval`.
#[derive(Debug, Args)]
pub struct SpfEvalArgs {
    /// The address that the message comes from.
    #[arg(long, value_name = "IP")]
    pub ip: IpAddr,
    /// What the sending host says in HELO or EHLO; it is checked itself where there is no reverse-path.
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub helo: Option<String>,
    /// The reverse-path (MAIL FROM): `user@example.com`, `example.com`, or `<>` for a bounce.
    #[arg(long, value_name = "ADDR", allow_hyphen_values = true, required_unless_present = "helo")]
    pub mail_from: Option<String>,
    /// The name of the host that checks, for explanations.
    #[arg(long, value_name = "NAME")]
    pub receiver: Option<String>,
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

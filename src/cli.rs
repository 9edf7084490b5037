//! The command line: what can be asked, and how a run ends.

mod bounce;
mod dkim;
mod dmarc;
mod evidence;
mod init;
mod list;
mod observe;
mod preflight;
mod record;
mod spf;
mod spf_eval;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use ipnet::IpNet;

use crate::declared::{Guard, Moment, moment_argument, nearest_name};
use crate::lint::Severity;

pub use self::bounce::BounceArgs;
pub use self::dkim::{DkimCommand, DkimNewArgs, KeyKind};
pub use self::dmarc::{DmarcAsk, DmarcCommand, DmarcPolicyArgs, DmarcReportsArgs};
pub use self::evidence::EvidenceArgs;
pub use self::init::InitArgs;
pub use self::list::{ListArgs, Shard, TransportArg};
pub use self::observe::ObserveArgs;
pub use self::preflight::{NewHost, PreflightArgs, PreflightForm};
pub use self::record::{RecordArgs, RecordType};
pub use self::spf::{SpfArgs, SpfCommand};
pub use self::spf_eval::SpfEvalArgs;

/// How a run ends; the same for every command (`docs/exit-codes.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Clean, or done.
    Clean = 0,
    /// Findings, differences, or changes that wait to be applied.
    Findings = 1,
    /// Wrong usage, a bad declaration, or an error in this program.
    Error = 2,
    /// A look-up or an API failed, and nothing worse was found.
    Unknown = 3,
    /// An apply stopped part-way.
    Stopped = 4,
    /// Refused, and nothing was written.
    Refused = 5,
}

impl Exit {
    /// Of several ends the one that counts: 4, 2, 5, 1, 3, 0, the first of them.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        const ORDER: [Exit; 6] =
            [Exit::Stopped, Exit::Error, Exit::Refused, Exit::Findings, Exit::Unknown, Exit::Clean];
        ORDER.into_iter().find(|exit| [self, other].contains(exit)).unwrap_or(self)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Lints and fixes the DNS records that decide whether mail is believed: SPF, DKIM, DMARC.
#[derive(Debug, Parser)]
#[command(
    name = "mailvouch",
    version,
    styles = STYLES,
    after_help = "Exit codes: 0 clean or done, 1 findings or changes pending, 2 wrong usage or declaration, \
                  3 could not tell, 4 apply stopped part-way, 5 refused and nothing written."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to colour what is printed.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 900)]
    pub color: Color,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lint what is published, against the declaration where there is one.
    Check(CheckArgs),
    /// Show what is published against what is desired, term by term.
    Diff(DiffArgs),
    /// Show the changes that would make it right, and the guards that they trip.
    Plan(PlanArgs),
    /// Before addresses move: would mail pass from the new ones, now and on the day, and what is to be done by when.
    Preflight(PreflightArgs),
    /// Carry a plan out, verify it, and take it back if it fails.
    Apply(ApplyArgs),
    /// Take back what an apply wrote: its own values only; what others added since stays.
    Rollback(RollbackArgs),
    /// Wait until every authoritative server serves what is declared, and say how long caches may hold the old.
    Wait(WaitArgs),
    /// Write a declaration from what is published, with what a person has to decide.
    Init(InitArgs),
    /// Read a delivered message: which address mail really leaves from, against the declaration.
    Observe(ObserveArgs),
    /// Look at one domain's SPF: one message evaluated, the tree and what it costs, the addresses that it lets pass.
    Spf {
        /// What to look at.
        #[command(subcommand)]
        command: SpfCommand,
    },
    /// Make keys for DKIM.
    Dkim {
        /// What to do.
        #[command(subcommand)]
        command: DkimCommand,
    },
    /// Look at one domain's DMARC: the policy that receivers find, and who takes its reports.
    Dmarc {
        /// What to look at.
        #[command(subcommand)]
        command: DmarcCommand,
    },
    /// Lint the text of a record before it is published, with no network.
    Record(RecordArgs),
    /// Read a bounce: what it means, whose doing it is, what helps, and what not to believe.
    Bounce(BounceArgs),
    /// Say what a rule means, or a code of a bounce, and what to do about it.
    Explain {
        /// The rule, as findings name it (`spf-missing`), or a code as a bounce gives it (`5.7.708`, `S3150`).
        #[arg(value_name = "RULE|CODE")]
        rule: String,
        /// How to print it.
        #[arg(long, value_name = "FORMAT", default_value = "human")]
        format: Form,
    },
    /// List all rules.
    Rules {
        /// How to print them.
        #[arg(long, value_name = "FORMAT", default_value = "human")]
        format: Form,
    },
    /// Run the whole loop on an example zone, with no network.
    Demo,
    /// Print what a shell needs to complete the command line.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page, for `man`.
    Man,
    /// Print the JSON Schema of the declaration, or of what a command writes with `--format json`.
    Schema {
        /// What it is of.
        of: SchemaOf,
    },
}

/// What there are schemas of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// `mailvouch.toml`.
    Declaration,
    /// `check --format json`.
    #[value(alias = "output")]
    Check,
    /// A line of `check --format ndjson`.
    CheckLine,
    /// `diff`.
    Diff,
    /// `plan`, and what `apply` reads.
    Plan,
    /// `preflight`.
    Preflight,
    /// `record`.
    Record,
    /// `bounce`.
    Bounce,
    /// `spf eval`.
    SpfEval,
    /// `spf tree`.
    SpfTree,
    /// `spf coverage`.
    SpfCoverage,
    /// `dmarc policy`.
    DmarcPolicy,
    /// `dmarc reports`.
    DmarcReports,
    /// `dkim new`.
    DkimNew,
    /// `observe`.
    Observe,
    /// `rules`.
    Rules,
    /// `explain` of a rule.
    Explain,
    /// `explain` of a code.
    ExplainCode,
}

/// How to print one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people.
    Human,
    /// One JSON document.
    Json,
}

/// How to print a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlanForm {
    /// For people.
    Human,
    /// One JSON document.
    Json,
    /// Markdown, for a comment on a pull request.
    Markdown,
}

/// What a plan takes for the state before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Before {
    /// What the provider holds.
    Provider,
    /// What DNS serves.
    Dns,
}

/// How to print findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON document.
    Json,
    /// One JSON object a line, as results come.
    Ndjson,
    /// A table in Parquet, for DuckDB, Spark and pandas; with `--domains-from`, in a build with the feature `parquet`.
    Parquet,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands: annotations of a pull request on GitHub.
    Github,
    /// JUnit's XML, for the test reports of a pipeline.
    Junit,
    /// Markdown, for a comment on a pull request.
    Markdown,
    /// One HTML page, with all in it that it needs.
    Html,
}

/// Where what is published comes from.
#[derive(Clone, Debug, Args)]
pub struct SourceArgs {
    /// A resolver to ask; may be given again [default: the system's].
    #[arg(long, value_name = "IP[:PORT]", value_parser = server_address)]
    pub resolver: Vec<SocketAddr>,
    /// Take what is published from this master file, with no network; may be given again.
    #[arg(long, value_name = "FILE", conflicts_with = "resolver")]
    pub zone_file: Vec<PathBuf>,
    /// Take what is published from this saved snapshot, with no network.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["resolver", "zone_file"])]
    pub answers: Option<PathBuf>,
}

/// What to look at, and how.
#[derive(Clone, Debug, Args)]
pub struct WorldArgs {
    /// Domains to look at; all that are declared if none is given.
    #[arg(value_name = "DOMAIN")]
    pub domains: Vec<String>,
    /// The declaration [default: `mailvouch.toml`, here or in a folder above].
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Domains from a file.
    #[command(flatten)]
    pub list: ListArgs,
    /// Where it comes from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type.
    #[arg(long)]
    pub thorough: bool,
    /// Save all answers that the result rests on, as evidence and for `--answers`.
    #[arg(long, value_name = "FILE")]
    pub save_answers: Option<PathBuf>,
    /// An address that mail leaves from, for a domain that is not declared; may be given again.
    #[arg(long, value_name = "IP|CIDR", value_parser = network)]
    pub egress: Vec<IpNet>,
    /// A DKIM selector to look at; may be given again.
    #[arg(long, value_name = "NAME")]
    pub selector: Vec<String>,
    /// How long one query may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub timeout: Duration,
    /// How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with
    /// `--format ndjson`: those of one domain.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub deadline: Duration,
    /// How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub concurrency: Option<u16>,
    /// What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the
    /// latter for a list with `--format ndjson`.
    #[arg(long, value_name = "HOW", default_value = "auto")]
    pub transport: TransportArg,
    /// Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now.
    #[arg(long, value_name = "DATE", value_parser = moment)]
    pub as_of: Option<Moment>,
    /// Only these rules; may be given again.
    #[arg(long, value_name = "RULE")]
    pub select: Vec<String>,
    /// Not these rules; may be given again.
    #[arg(long, value_name = "RULE")]
    pub ignore: Vec<String>,
    /// Print to this file.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `check`.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// What to look at.
    #[command(flatten)]
    pub world: WorldArgs,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Format,
    /// Fail from this severity on.
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub fail_on: FailOn,
    /// Exit with 0 whatever is found.
    #[arg(long)]
    pub exit_zero: bool,
    /// Write the domains of which something could not be told to this file, as a list for `--domains-from`.
    #[arg(long, value_name = "FILE")]
    pub unknown_to: Option<PathBuf>,
    /// Findings that this file lists do not count, until the day that it gives.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// What goes to somebody else.
    #[command(flatten)]
    pub evidence: EvidenceArgs,
    /// Write what is found to this file as a baseline; entries that still hold keep their reason and date.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,
}

/// From which severity on a run fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Everything that is found.
    Info,
    /// Nothing.
    Never,
}

impl FailOn {
    /// The least severity that counts.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

/// `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// What to look at.
    #[command(flatten)]
    pub world: WorldArgs,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: Form,
    /// Take this rule's *ask* fixes in; may be given again.
    #[arg(long, value_name = "RULE")]
    pub accept: Vec<String>,
}

/// `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// What to look at.
    #[command(flatten)]
    pub world: WorldArgs,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: PlanForm,
    /// Take this rule's *ask* fixes in; may be given again.
    #[arg(long, value_name = "RULE")]
    pub accept: Vec<String>,
    /// Save the plan for `mailvouch apply FILE`.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// What to take for the state before: what the provider holds, or what DNS serves. The latter needs no credential, and
    /// makes a plan to read, which `apply` refuses.
    #[arg(long, value_name = "WHERE", default_value = "provider")]
    pub before: Before,
}

/// `apply`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// A plan that `plan --out` saved; without one a plan is made now.
    #[arg(value_name = "PLAN")]
    pub plan: Option<PathBuf>,
    /// The domains to plan for; all that are declared if none is given.
    #[arg(long = "domain", value_name = "DOMAIN", conflicts_with = "plan")]
    pub domains: Vec<String>,
    /// Take this rule's *ask* fixes in; may be given again.
    #[arg(long, value_name = "RULE", conflicts_with = "plan")]
    pub accept: Vec<String>,
    /// Allow what trips this guard; may be given again.
    #[arg(long, value_name = "GUARD", value_parser = guard)]
    pub allow: Vec<Guard>,
    /// Carry out what is due on this day (its beginning, in UTC) or at this instant, although it is not that time now. A
    /// plan that was made with `--as-of` for a time to come is refused without it.
    #[arg(long, value_name = "DATE", value_parser = moment, conflicts_with = "resume")]
    pub as_of: Option<Moment>,
    /// Do not ask before writing.
    #[arg(short, long)]
    pub yes: bool,
    /// Where to write down what is done [default: `.mailvouch/` beside the declaration].
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Go on with an apply that was cut off, from its journal.
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["plan", "domains", "accept", "journal"])]
    pub resume: Option<PathBuf>,
    /// Leave what is written where a later change fails, instead of taking it back.
    #[arg(long)]
    pub no_rollback: bool,
    /// How long servers may take until they serve what was written, in seconds [default: 30 at the end, 600 between
    /// steps of which one needs the other].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub wait: Option<Duration>,
    /// How DNS is asked.
    #[command(flatten)]
    pub dns: DnsArgs,
}

/// `rollback`.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// The journal of the apply that is to be taken back.
    #[arg(value_name = "JOURNAL")]
    pub journal: PathBuf,
    /// Take back what can be, also where somebody changed one of the values since.
    #[arg(long)]
    pub partial: bool,
    /// Do not wait until caches have forgotten what leads to a record before the record goes.
    #[arg(long)]
    pub no_wait: bool,
    /// Do not ask before writing.
    #[arg(short, long)]
    pub yes: bool,
    /// How DNS is asked.
    #[command(flatten)]
    pub dns: DnsArgs,
}

/// `wait`.
#[derive(Debug, Args)]
pub struct WaitArgs {
    /// The domains; all that are declared if none is given.
    #[arg(value_name = "DOMAIN")]
    pub domains: Vec<String>,
    /// How long to wait, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds)]
    pub wait: Duration,
    /// Take this rule's *ask* fixes in; may be given again.
    #[arg(long, value_name = "RULE")]
    pub accept: Vec<String>,
    /// How DNS is asked.
    #[command(flatten)]
    pub dns: DnsArgs,
}

/// How DNS is asked, where no domains are named beside it.
#[derive(Debug, Args)]
pub struct DnsArgs {
    /// The declaration [default: `mailvouch.toml`, here or in a folder above].
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// A resolver to ask; may be given again [default: the system's].
    #[arg(long, value_name = "IP[:PORT]", value_parser = server_address)]
    pub resolver: Vec<SocketAddr>,
    /// Take what is published from this master file, with no network; may be given again.
    #[arg(long, value_name = "FILE", conflicts_with = "resolver")]
    pub zone_file: Vec<PathBuf>,
    /// How long one query may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub timeout: Duration,
    /// How long all queries together may take, in seconds; what is not answered by then is unknown.
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub deadline: Duration,
}

/// An address, with the port of DNS where none is given.
fn server_address(text: &str) -> Result<SocketAddr, String> {
    let with_port = text.parse().ok();
    let bare = text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    with_port.or_else(|| bare.map(|address| SocketAddr::new(address, 53))).ok_or_else(|| {
        "an IP address is wanted, perhaps with a port: 192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:5353".to_owned()
    })
}

/// A network, or a single address as one.
fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| "an IP address is wanted, or a network: 192.0.2.10, 2001:db8::/64".to_owned())
}

/// A day, or an instant with its offset.
fn moment(text: &str) -> Result<Moment, String> {
    moment_argument(text)
}

/// Seconds, with fractions; zero is none.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "a number of seconds above zero is wanted: 5, 0.5".to_owned())
}

fn guard(text: &str) -> Result<Guard, String> {
    Guard::from_name(text).ok_or_else(|| {
        let names = Guard::ALL.map(Guard::name);
        let nearest = nearest_name(text, names).map(|name| format!("did you mean `{name}`? "));
        format!("{}the guards are {}", nearest.unwrap_or_default(), names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definitions_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn of_several_ends_the_worst_counts() {
        assert_eq!(Exit::Findings.or(Exit::Unknown), Exit::Findings);
        assert_eq!(Exit::Refused.or(Exit::Error), Exit::Error);
        assert_eq!(Exit::Error.or(Exit::Stopped), Exit::Stopped);
        assert_eq!(Exit::Clean.or(Exit::Unknown), Exit::Unknown);
        assert_eq!(Exit::Clean.or(Exit::Clean), Exit::Clean);
    }

    #[test]
    fn a_server_has_the_port_of_dns_unless_it_says_otherwise() {
        let read = |text| server_address(text).map(|address| address.to_string());
        assert_eq!(read("192.0.2.53"), Ok("192.0.2.53:53".to_owned()));
        assert_eq!(read("2001:db8::53"), Ok("[2001:db8::53]:53".to_owned()));
        assert_eq!(read("[2001:db8::53]:5353"), Ok("[2001:db8::53]:5353".to_owned()));
        assert!(read("ns.example").is_err());
    }
}

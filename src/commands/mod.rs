//! One file a command: each puts the parts together, and is the only place that prints.

mod apply;
mod await_servers;
mod baseline;
mod bounce;
mod check;
mod connect;
mod demo;
mod diff;
mod dkim;
mod dmarc;
mod drafts;
mod evidence;
mod explain;
mod files;
mod fleet;
mod init;
mod list;
mod lock;
mod manual;
mod observe;
mod out;
mod plan;
mod preflight;
mod progress;
mod rdap;
mod record;
mod rollback;
mod rules;
mod schema;
mod servers;
mod source;
mod sources;
mod spf;
mod unknowns;
mod world;

use std::io::IsTerminal as _;

use crate::cli::{
    CheckArgs, Cli, Color, Command, DiffArgs, DmarcCommand, DmarcPolicyArgs, DmarcReportsArgs, Exit, PlanArgs,
    PreflightArgs, SpfCommand,
};
use crate::output::fit_to;

/// Runs one command. What goes wrong on the way is printed, and becomes an exit code.
pub fn run(cli: Cli) -> Exit {
    match cli.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    if !writes_file(&cli.command)
        && std::io::stdout().is_terminal()
        && let Some((terminal_size::Width(columns), _)) = terminal_size::terminal_size()
    {
        fit_to(columns.into());
    }
    let result = match cli.command {
        Command::Check(arguments) if fleet::takes(&arguments) => wait(fleet::run(&arguments)),
        Command::Check(arguments) => wait(check::run(&arguments)),
        Command::Diff(arguments) => wait(diff::run(&arguments)),
        Command::Plan(arguments) => wait(plan::run(&arguments)),
        Command::Preflight(arguments) => wait(preflight::run(&arguments)),
        Command::Apply(arguments) => wait(apply::run(&arguments)),
        Command::Rollback(arguments) => wait(rollback::run(&arguments)),
        Command::Wait(arguments) => wait(await_servers::run(&arguments)),
        Command::Init(arguments) => wait(init::run(&arguments)),
        Command::Observe(arguments) => wait(observe::run(&arguments)),
        Command::Spf { command } => wait(spf::run(&command)),
        Command::Dmarc { command } => wait(dmarc::run(&command)),
        Command::Demo => wait(demo::run()),
        Command::Dkim { command } => dkim::run(&command),
        Command::Record(arguments) => record::run(&arguments),
        Command::Bounce(arguments) => wait(bounce::run(&arguments)),
        Command::Explain { rule, format } => explain::run(&rule, format),
        Command::Rules { format } => rules::run(format),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man => manual::page(),
        Command::Schema { of } => schema::run(of),
    };
    result.unwrap_or_else(|error| out::failure(&error))
}

/// Whether what a command prints goes into a file.
fn writes_file(command: &Command) -> bool {
    let output = match command {
        Command::Check(CheckArgs { world, .. })
        | Command::Diff(DiffArgs { world, .. })
        | Command::Plan(PlanArgs { world, .. })
        | Command::Preflight(PreflightArgs { world, .. }) => &world.output,
        Command::Spf { command: SpfCommand::Eval(arguments) } => &arguments.output,
        Command::Spf { command: SpfCommand::Tree(arguments) | SpfCommand::Coverage(arguments) } => &arguments.output,
        Command::Dmarc {
            command:
                DmarcCommand::Policy(DmarcPolicyArgs { ask, .. }) | DmarcCommand::Reports(DmarcReportsArgs { ask, .. }),
        } => &ask.output,
        Command::Record(arguments) => &arguments.output,
        Command::Observe(arguments) => &arguments.output,
        Command::Bounce(arguments) => &arguments.output,
        _ => &None,
    };
    output.is_some()
}

/// Runs a command that asks somebody.
fn wait(command: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}

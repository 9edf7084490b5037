//! One file a command: each puts the parts together, and is the only place that prints.

mod apply;
mod baseline;
mod check;
mod connect;
mod demo;
mod diff;
mod dkim;
mod dmarc;
mod drafts;
mod explain;
mod files;
mod manual;
mod out;
mod plan;
mod record;
mod rules;
mod schema;
mod source;
mod spf;
mod world;

use crate::cli::{Cli, Color, Command, Exit};

/// Runs one command. What goes wrong on the way is printed, and becomes an exit code.
pub fn run(cli: Cli) -> Exit {
    match cli.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    let result = match cli.command {
        Command::Check(arguments) => wait(check::run(&arguments)),
        Command::Diff(arguments) => wait(diff::run(&arguments)),
        Command::Plan(arguments) => wait(plan::run(&arguments)),
        Command::Apply(arguments) => wait(apply::run(&arguments)),
        Command::Spf { command } => wait(spf::run(&command)),
        Command::Dmarc { command } => wait(dmarc::run(&command)),
        Command::Demo => wait(demo::run()),
        Command::Dkim { command } => dkim::run(&command),
        Command::Record(arguments) => record::run(&arguments),
        Command::Explain { rule, format } => explain::run(&rule, format),
        Command::Rules { format } => rules::run(format),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man => manual::page(),
        Command::Schema { of } => schema::run(of),
    };
    result.unwrap_or_else(|error| out::failure(&error))
}

/// Runs a command that asks somebody.
fn wait(command: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}

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
mod out;
mod plan;
mod record;
mod rules;
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
        Command::Explain { rule } => explain::run(&rule),
        Command::Rules { format } => rules::run(format),
        Command::Record(arguments) => record::run(&arguments),
        Command::Dkim { command } => dkim::run(&command),
        command => on_runtime(command),
    };
    result.unwrap_or_else(|error| out::failure(&error))
}

/// The commands that ask somebody.
fn on_runtime(command: Command) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Check(arguments) => check::run(&arguments).await,
            Command::Diff(arguments) => diff::run(&arguments).await,
            Command::Plan(arguments) => plan::run(&arguments).await,
            Command::Apply(arguments) => apply::run(&arguments).await,
            Command::Spf { command } => spf::run(&command).await,
            Command::Dmarc { command } => dmarc::run(&command).await,
            Command::Demo => demo::run().await,
            Command::Explain { rule } => explain::run(&rule),
            Command::Rules { format } => rules::run(format),
            Command::Record(arguments) => record::run(&arguments),
            Command::Dkim { command } => dkim::run(&command),
        }
    })
}

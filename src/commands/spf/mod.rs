//! `spf`: one file a subcommand.

mod coverage;
mod eval;
mod look;
mod tree;

use crate::cli::{Exit, SpfCommand};

/// Runs one of them.
pub(super) async fn run(command: &SpfCommand) -> anyhow::Result<Exit> {
    match command {
        SpfCommand::Eval(arguments) => eval::run(arguments).await,
        SpfCommand::Tree(arguments) => tree::run(arguments).await,
        SpfCommand::Coverage(arguments) => coverage::run(arguments).await,
    }
}

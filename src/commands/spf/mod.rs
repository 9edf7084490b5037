//! `spf`: one file a subcommand.

mod coverage;
mod look;
mod tree;

use crate::cli::{Exit, SpfCommand};

/// Runs one of them.
pub(super) async fn run(command: &SpfCommand) -> anyhow::Result<Exit> {
    match command {
        SpfCommand::Tree(arguments) => tree::run(arguments).await,
        SpfCommand::Coverage(arguments) => coverage::run(arguments).await,
    }
}

//! `dmarc`: one file a subcommand.

mod policy;
mod reports;

use crate::cli::{DmarcCommand, Exit};

/// Runs one of them.
pub(super) async fn run(command: &DmarcCommand) -> anyhow::Result<Exit> {
    match command {
        DmarcCommand::Policy(arguments) => policy::run(arguments).await,
        DmarcCommand::Reports(arguments) => reports::run(arguments).await,
    }
}

//! `dkim`: one file a subcommand.

mod key_files;
mod new;

use crate::cli::{DkimCommand, Exit};

/// Runs one of them.
pub(super) fn run(command: &DkimCommand) -> anyhow::Result<Exit> {
    match command {
        DkimCommand::New(arguments) => new::run(arguments),
    }
}

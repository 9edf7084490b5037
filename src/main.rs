//! The `mailvouch` program: reads the command line, runs it, and ends with its exit code.

use std::process::ExitCode;

use clap::Parser;
use mailvouch::cli::{Cli, Exit};

/// Long lists are many small texts: see `docs/performance.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) => {
            // Help and version are no errors; wrong usage is 2, as everywhere.
            let exit = if refusal.use_stderr() { Exit::Error } else { Exit::Clean };
            return if refusal.print().is_ok() { exit.into() } else { Exit::Error.into() };
        }
    };
    mailvouch::commands::run(cli).into()
}

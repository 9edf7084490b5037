//! `bounce`: says what a bounce means. So far it asks nobody: what DNS has to say comes between reading and printing.

use std::fs::File;
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use anyhow::{Context as _, bail};

use super::out::{print_whole, say};
use crate::cli::{BounceArgs, Exit, Form};
use crate::observed::bounce::{MAX_BYTES, read};
use crate::output::bounce;

pub(super) fn run(arguments: &BounceArgs) -> anyhow::Result<Exit> {
    let (bytes, name) = contents(&arguments.file)?;
    let mail = read(&bytes).with_context(|| format!("{name} is not read"))?;
    let shown = match arguments.format {
        Form::Human => bounce::human(&mail),
        Form::Json => bounce::json(&mail),
    };
    print_whole(arguments.output.as_deref(), &shown)?;
    Ok(Exit::Clean)
}

/// What is in the file, up to what is read at most, and how to name it.
fn contents(path: &Path) -> anyhow::Result<(Vec<u8>, String)> {
    let most = u64::try_from(MAX_BYTES)? + 1;
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        if std::io::stdin().is_terminal() {
            say("paste the bounce, then an end of file (Ctrl-D; on Windows Ctrl-Z and Enter):\n");
        }
        std::io::stdin().take(most).read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok((bytes, "what came on standard input".to_owned()));
    }
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
    if file.metadata().is_ok_and(|data| data.is_dir()) {
        bail!("{name} is a folder: give one message of it");
    }
    file.take(most).read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
    Ok((bytes, name))
}

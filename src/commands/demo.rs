//! `demo`: the whole loop on a temporary copy of an embedded example, with no network.

use anyhow::{Context as _, ensure};
use clap::Parser as _;

use super::out::Out;
use super::{apply, check, diff, plan};
use crate::cli::{Cli, Command, Exit};

/// The first example, as it stands in `examples/`.
const FILES: &[(&str, &str)] = &[
    ("mailvouch.toml", include_str!("../../examples/01-firewall-move/mailvouch.toml")),
    ("example.com.zone", include_str!("../../examples/01-firewall-move/example.com.zone")),
];

/// What is shown: words, and the command that a user would type.
const SCENES: &[(&str, &str)] = &[
    ("The mail of example.com is moving to a new firewall. What is published, against what is declared:", "check"),
    ("What is published (-) against what should be (+):", "diff"),
    ("The changes that would make it right, and what has to be allowed:", "plan"),
    ("Carried out, in the zone file:", "apply --yes"),
    ("And again:", "check"),
];

pub(super) async fn run() -> anyhow::Result<Exit> {
    let folder = std::env::temp_dir().join(format!("mailvouch-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let result = in_folder(&folder).await;
    // What was shown is all that is wanted of it.
    let _ = std::env::set_current_dir("/").and_then(|()| std::fs::remove_dir_all(&folder));
    result
}

async fn in_folder(folder: &std::path::Path) -> anyhow::Result<Exit> {
    for (name, text) in FILES {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, text)?;
    }
    std::env::set_current_dir(folder).context("cannot go to the demo's folder")?;
    let mut out = Out::new(None)?;
    let mut exit = Exit::Clean;
    for (words, command) in SCENES {
        let line = format!("mailvouch {command} --zone-file example.com.zone");
        out.print(&format!("\n\u{1b}[1m{words}\u{1b}[0m\n\u{1b}[2m$ {line}\u{1b}[0m\n\n"))?;
        let cli = Cli::try_parse_from(line.split(' '))?;
        exit = match cli.command {
            Command::Check(arguments) => check::run(&arguments).await?,
            Command::Diff(arguments) => diff::run(&arguments).await?,
            Command::Plan(arguments) => plan::run(&arguments).await?,
            Command::Apply(arguments) => apply::run(&arguments).await?,
            Command::Explain { .. } | Command::Rules { .. } | Command::Demo => Exit::Clean,
        };
    }
    ensure!(exit == Exit::Clean, "the example does not end well: the last check should be clean");
    Ok(exit)
}

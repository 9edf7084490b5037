//! `demo`: the whole loop on a temporary copy of an embedded example, with no network.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use clap::Parser as _;

use super::out::Out;
use super::world::World;
use super::{apply, check, diff, plan};
use crate::cli::{Cli, Command, Exit};

/// The first example, as it stands in `examples/`.
const FILES: &[(&str, &str)] = &[
    ("mailvouch.toml", include_str!("../../examples/01-firewall-move/mailvouch.toml")),
    ("example.com.zone", include_str!("../../examples/01-firewall-move/example.com.zone")),
    ("news.example.zone", include_str!("../../examples/01-firewall-move/news.example.zone")),
    ("reverse.zone", include_str!("../../examples/01-firewall-move/reverse.zone")),
    ("keys/s2026.pub.pem", include_str!("../../examples/01-firewall-move/keys/s2026.pub.pem")),
];

/// Where every command of the demo takes from what is published.
const ZONES: &str = "--zone-file example.com.zone --zone-file news.example.zone";

/// What is shown: words, the command that a user would type, and how it has to end.
const SCENES: &[(&str, &str, Exit)] = &[
    (
        "The mail of example.com moves to a new firewall tonight. What is published, against what is declared:",
        "check",
        Exit::Findings,
    ),
    ("What is published against what should be:", "diff", Exit::Findings),
    ("The changes that would make it right, and what has to be allowed:", "plan --out plan.json", Exit::Findings),
    ("Carried out, in the zone file:", "apply plan.json --allow tightens-dmarc", Exit::Clean),
    ("And again:", "check", Exit::Clean),
];

/// Folders that are tried before we give up: others may stand there, of a demo that was killed.
const ATTEMPTS: u32 = 100;

pub(super) async fn run() -> anyhow::Result<Exit> {
    let folder = Folder::make()?;
    in_folder(&folder.0).await
}

/// A folder of our own. It goes when this is dropped, with all that is in it.
struct Folder(PathBuf);

impl Folder {
    fn make() -> anyhow::Result<Self> {
        let parent = std::env::temp_dir();
        for attempt in 0..ATTEMPTS {
            let path = parent.join(format!("mailvouch-demo-{}-{attempt}", std::process::id()));
            match private().create(&path) {
                Ok(()) => return Ok(Self(path)),
                // Whatever stands there is not ours.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).with_context(|| format!("cannot make {}", path.display())),
            }
        }
        bail!("cannot make a folder in {}: it is full of demos", parent.display());
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Some systems do not remove the folder that somebody stands in. What was shown is all that is wanted of it:
        // a failure is no reason to say that the demo failed.
        let _ = self.0.parent().map(std::env::set_current_dir);
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A maker of folders that nobody else can look into.
fn private() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

async fn in_folder(folder: &Path) -> anyhow::Result<Exit> {
    for (name, text) in FILES {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    std::env::set_current_dir(folder).context("cannot go to the demo's folder")?;
    let mut out = Out::new(None)?;
    for (words, command, expected) in SCENES {
        let line = format!("mailvouch {command} {ZONES}");
        out.print(&format!("\n\u{1b}[1m{words}\u{1b}[0m\n\u{1b}[2m$ {line}\u{1b}[0m\n\n"))?;
        let exit = match Cli::try_parse_from(line.split(' '))?.command {
            // Without the notes: that an example has an example's addresses is no news.
            Command::Check(arguments) => check::judge(&World::of(&arguments.world)?, &arguments).await?,
            Command::Diff(arguments) => diff::run(&arguments).await?,
            Command::Plan(arguments) => plan::run(&arguments).await?,
            Command::Apply(arguments) => apply::run(&arguments).await?,
            _ => bail!("the demo has no scene for `{line}`"),
        };
        ensure!(exit == *expected, "the demo went wrong: `{line}` ended with {}", exit as u8);
    }
    Ok(Exit::Clean)
}

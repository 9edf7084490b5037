//! `completions` and `man`: the command line as shells and `man` want it told.

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use super::out::Out;
use crate::cli::{Cli, Exit};

/// The name that people type.
const NAME: &str = env!("CARGO_PKG_NAME");

pub(super) fn completions(shell: Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    Out::new(None)?.print(&String::from_utf8(script)?)?;
    Ok(Exit::Clean)
}

/// One page: the program, then each command with its options.
pub(super) fn page() -> anyhow::Result<Exit> {
    let mut program = Cli::command();
    program.build();
    let man = Man::new(program.clone()).title(NAME.to_uppercase()).manual("User commands");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut text = String::from_utf8(page)?;
    for command in program.get_subcommands() {
        text.push_str(&sections(command, NAME)?);
    }
    let mut end = Vec::new();
    man.render_extra_section(&mut end)?;
    text.push_str(&String::from_utf8(end)?);
    Out::new(None)?.print(&text)?;
    Ok(Exit::Clean)
}

/// A command's part of the page, or those of the commands below it.
fn sections(command: &clap::Command, above: &str) -> anyhow::Result<String> {
    let name = format!("{above} {}", command.get_name());
    let below: Vec<_> = command.get_subcommands().filter(|command| command.get_name() != "help").collect();
    if !below.is_empty() {
        return below.into_iter().map(|command| sections(command, &name)).collect();
    }
    if command.get_name() == "help" {
        return Ok(String::new());
    }
    // What every command has is told once, above.
    let everywhere = |argument: &clap::Arg| ["color", "help"].contains(&argument.get_id().as_str());
    let own = command.clone().mut_args(|argument| if everywhere(&argument) { argument.hide(true) } else { argument });
    let has_own = own.get_arguments().any(|argument| !argument.is_hide_set());
    let man = Man::new(own);
    let mut part = Vec::new();
    man.render_synopsis_section(&mut part)?;
    man.render_description_section(&mut part)?;
    if has_own {
        man.render_options_section(&mut part)?;
    }
    // What is a section of a page of its own stands below one here; so do the headings.
    let part = String::from_utf8(part)?.replace("\n.SH ", "\n.SS ");
    let part = part.strip_prefix(".SH ").map_or_else(|| part.clone(), |rest| format!(".SS {rest}"));
    Ok(format!(".SH {}\n{part}", name.to_uppercase()))
}

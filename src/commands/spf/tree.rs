//! `spf tree`: the records behind a record, and what each term costs.

use super::look::{end_of, look};
use crate::cli::{Exit, Form, SpfArgs};
use crate::commands::out::print_whole;
use crate::output::spf;

pub(super) async fn run(arguments: &SpfArgs) -> anyhow::Result<Exit> {
    let view = look(arguments).await?;
    let text = match arguments.format {
        Form::Human => spf::tree(&view),
        Form::Json => spf::tree_json(&view),
    };
    print_whole(arguments.output.as_deref(), &text)?;
    Ok(end_of(&view))
}

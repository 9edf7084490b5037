//! `rules`: all of them.

use super::out::Out;
use crate::cli::{Exit, Form};
use crate::output::rules;

pub(super) fn run(format: Form) -> anyhow::Result<Exit> {
    let text = match format {
        Form::Human => rules::human(),
        Form::Json => rules::json(),
    };
    Out::new(None)?.print(&text)?;
    Ok(Exit::Clean)
}

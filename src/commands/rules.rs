//! `rules`: all of them.

use super::out::{Out, one_document};
use crate::cli::{Exit, Format};
use crate::output::rules;

pub(super) fn run(format: Format) -> anyhow::Result<Exit> {
    one_document(format)?;
    let text = match format {
        Format::Human => rules::human(),
        Format::Json | Format::Ndjson | Format::Html => rules::json(),
    };
    Out::new(None)?.print(&text)?;
    Ok(Exit::Clean)
}

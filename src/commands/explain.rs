//! `explain`: the page of a rule, or what a code of a bounce means.

use anyhow::anyhow;

use super::out::Out;
use super::world::no_such_rule;
use crate::cli::{Exit, Form};
use crate::observed::bounce::look_up;
use crate::output::{bounce, rules};

pub(super) fn run(asked: &str, format: Form) -> anyhow::Result<Exit> {
    let page = match format {
        Form::Human => rules::explain(asked),
        Form::Json => rules::explain_json(asked),
    };
    let code = || {
        look_up(asked).map(|found| match format {
            Form::Human => bounce::explained(&found),
            Form::Json => bounce::explained_json(&found),
        })
    };
    let Some(page) = page.or_else(code) else {
        let is_number = asked.starts_with(|char: char| char.is_ascii_digit());
        return Err(if is_number {
            anyhow!("`{asked}` is no code of a bounce: 5.7.708, 550 5.7.1, S3150 are")
        } else {
            no_such_rule(asked)
        });
    };
    Out::new(None)?.print(&page)?;
    Ok(Exit::Clean)
}

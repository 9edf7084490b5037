//! `explain`: the page of a rule.

use super::out::Out;
use super::world::no_such_rule;
use crate::cli::{Exit, Form};
use crate::output::rules;

pub(super) fn run(rule: &str, format: Form) -> anyhow::Result<Exit> {
    let page = match format {
        Form::Human => rules::explain(rule),
        Form::Json => rules::explain_json(rule),
    };
    let Some(page) = page else {
        return Err(no_such_rule(rule));
    };
    Out::new(None)?.print(&page)?;
    Ok(Exit::Clean)
}

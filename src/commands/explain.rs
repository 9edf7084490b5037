//! `explain`: the page of a rule.

use super::out::Out;
use super::world::no_such_rule;
use crate::cli::Exit;
use crate::output::rules;

pub(super) fn run(rule: &str) -> anyhow::Result<Exit> {
    let Some(page) = rules::explain(rule) else {
        return Err(no_such_rule(rule));
    };
    Out::new(None)?.print(&page)?;
    Ok(Exit::Clean)
}

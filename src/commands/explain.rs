//! `explain`: the page of a rule.

use anyhow::anyhow;

use super::out::Out;
use crate::cli::Exit;
use crate::lint::ALL;
use crate::output::rules;

pub(super) fn run(rule: &str) -> anyhow::Result<Exit> {
    let Some(page) = rules::explain(rule) else {
        let ids = ALL.iter().map(|rule| rule.meta().id);
        let nearest = ids.min_by_key(|id| strsim::osa_distance(id, rule)).unwrap_or_default();
        return Err(anyhow!("there is no rule `{rule}`; did you mean `{nearest}`? `mailvouch rules` lists them all"));
    };
    Out::new(None)?.print(&page)?;
    Ok(Exit::Clean)
}

//! What `diff`, `plan` and `apply` begin with: the changes of each domain, made against its provider.

use anyhow::anyhow;

use super::out::Ended;
use super::world::World;
use crate::cli::Exit;
use crate::lint::{Subject, ignored};
use crate::plan::{Draft, Holder, Providers, Taking, draft};

/// A draft for each domain. A provider that cannot be read stops the run: nothing is planned on a guess.
pub(super) async fn drafts(world: &World, providers: &Providers, accept: &[String]) -> anyhow::Result<Vec<Draft>> {
    let mut drafts = Vec::new();
    for subject in &world.subjects {
        let mut rules = world.rules.clone();
        rules.ignore.extend(ignored(subject.declared.as_ref(), subject.now).iter().map(|each| each.rule.value.clone()));
        let taking = Taking { rules, accept: accepted(subject, accept) };
        let made = draft(&world.gatherer, subject, holder(subject, providers), &taking).await;
        let nothing = Ended { exit: Exit::Unknown, what: "nothing could be planned" };
        drafts.push(made.map_err(|error| anyhow!(error).context(nothing))?);
    }
    Ok(drafts)
}

/// The provider that holds a domain's records.
pub(super) fn holder<'a>(subject: &'a Subject, providers: &'a Providers) -> Option<Holder<'a>> {
    let config = subject.declared.as_ref()?.domain().provider.as_ref()?;
    let name = &config.value.name.value;
    Some(Holder { name, provider: providers.get(name)?.as_ref() })
}

/// The rules whose *ask* fixes are taken: those of the command line and those of the domain.
fn accepted(subject: &Subject, accept: &[String]) -> Vec<String> {
    let declared = subject.declared.as_ref().map_or(&[][..], |declared| &declared.domain().accept);
    accept.iter().cloned().chain(declared.iter().map(|rule| rule.value.clone())).collect()
}

/// Changes wait; or none are known of, and something could not be told.
pub(super) fn end_of(draft: &Draft) -> Exit {
    if !draft.desired.changes.is_empty() {
        Exit::Findings
    } else if draft.desired.before.has_unknowns() {
        Exit::Unknown
    } else {
        Exit::Clean
    }
}

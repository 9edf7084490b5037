//! What `diff`, `plan` and `apply` begin with: the changes of each domain, made against its provider.

use anyhow::anyhow;
use futures::{StreamExt as _, stream};

use super::out::{Ended, say};
use super::world::World;
use crate::cli::Exit;
use crate::lint::{Subject, ignored};
use crate::output::plan::unplanned;
use crate::plan::{Draft, Holder, Providers, Taking, draft};

/// Domains that are drafted at a time.
const AT_ONCE: usize = 32;

/// The drafts of all domains of which one could be made.
pub(super) struct Drafts {
    pub(super) made: Vec<Draft>,
    /// Of how many domains none could be made. Each was told of.
    pub(super) failed: usize,
}

/// A draft for each domain. Where a provider cannot be read nothing is planned on a guess: the domain is told of, and
/// left alone. It is an error where that is so for all of them.
pub(super) async fn drafts(world: &World, providers: &Providers, accept: &[String]) -> anyhow::Result<Drafts> {
    let drafting = world.subjects.iter().map(async |subject| {
        let mut rules = world.rules.clone();
        rules.ignore.extend(ignored(subject.declared.as_ref(), subject.now).iter().map(|each| each.rule.value.clone()));
        let taking = Taking { rules, accept: accepted(subject, accept) };
        let made = draft(&world.gatherer, subject, holder(subject, providers), &taking).await;
        (subject, made)
    });
    let all: Vec<_> = stream::iter(drafting).buffered(AT_ONCE).collect().await;
    let mut drafts = Drafts { made: Vec::new(), failed: 0 };
    let alone = all.len() == 1;
    let mut first = None;
    for (subject, made) in all {
        match made {
            Ok(draft) => drafts.made.push(draft),
            Err(error) => {
                drafts.failed += 1;
                if !alone {
                    say(&unplanned(&subject.domain, &error.to_string()));
                }
                first.get_or_insert(error);
            }
        }
    }
    match first {
        Some(error) if drafts.made.is_empty() => {
            let nothing = Ended { exit: Exit::Unknown, what: "nothing could be planned" };
            Err(anyhow!(error).context(nothing))
        }
        _ => Ok(drafts),
    }
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

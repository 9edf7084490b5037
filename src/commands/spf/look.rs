//! Gathers what one domain's SPF rests on.

use anyhow::bail;

use crate::cli::{Exit, SpfArgs};
use crate::commands::check::save;
use crate::commands::world::World;
use crate::lint::SpfFacts;
use crate::output::spf::View;

/// The domain's SPF, and what could not be looked up.
pub(super) async fn look(arguments: &SpfArgs) -> anyhow::Result<View> {
    let world = World::one(arguments)?;
    let Some(subject) = world.subjects.into_iter().next() else { bail!("no domain is given") };
    let declared = subject.declared.as_ref();
    let gathered = world.gatherer.run(None, |ask| SpfFacts::of(ask, &subject.domain, declared, subject.depth)).await;
    let failures = gathered.answers.sorted().into_iter();
    let failures =
        failures.filter_map(|(question, reply)| Some((question.clone(), reply.failure()?.clone()))).collect();
    save(arguments.save_answers.as_deref(), vec![gathered.answers])?;
    Ok(View { domain: subject.domain, declared: subject.declared, spf: gathered.result, failures, now: subject.now })
}

/// Whatever it is: looking at it is done, unless part of it was not seen.
pub(super) fn end_of(view: &View) -> Exit {
    if view.is_partly_unseen() { Exit::Unknown } else { Exit::Clean }
}

//! `plan`: the changes that would make it right.

use anyhow::{Context as _, anyhow};

use super::out::{Ended, Out};
use super::world::{World, known_rules};
use super::{connect, diff};
use crate::cli::{Exit, Format, PlanArgs};
use crate::lint::Subject;
use crate::output::plan as output;
use crate::plan::{Draft, Holder, Plan, Providers, Taking, draft};

pub(super) async fn run(arguments: &PlanArgs) -> anyhow::Result<Exit> {
    let world = World::of(&arguments.world)?;
    known_rules(arguments.accept.iter())?;
    let providers = connect::providers(&world.subjects, arguments.world.timeout)?;
    let drafts = drafts(&world, &providers, &arguments.accept).await?;
    let exit = drafts.iter().fold(Exit::Clean, |exit, draft| exit.or(diff::end_of(draft)));
    let plan = combine(drafts);
    if let Some(path) = &arguments.out {
        std::fs::write(path, plan.to_json()?).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let text = match arguments.world.format {
        Format::Human => output::human(&plan),
        Format::Json | Format::Ndjson => plan.to_json()?,
    };
    Out::new(arguments.world.output.as_deref())?.print(&text)?;
    Ok(exit)
}

/// A draft for each domain. A provider that cannot be read stops the run: nothing is planned on a guess.
pub(super) async fn drafts(world: &World, providers: &Providers, accept: &[String]) -> anyhow::Result<Vec<Draft>> {
    let mut drafts = Vec::new();
    for subject in &world.subjects {
        let taking = Taking { rules: world.rules.clone(), accept: accepted(subject, accept) };
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

/// One plan for all domains.
pub(super) fn combine(drafts: Vec<Draft>) -> Plan {
    let (mut steps, mut advice) = (Vec::new(), Vec::new());
    for draft in drafts {
        steps.extend(draft.steps);
        advice.extend(draft.advice);
    }
    Plan::new(steps, advice)
}

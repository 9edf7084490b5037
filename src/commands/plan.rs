//! `plan`: the changes that would make it right.

use super::connect;
use super::drafts::{drafts, end_of};
use super::files::write_text;
use super::out::{print_whole, say};
use super::world::{World, known_rules};
use crate::cli::{Exit, PlanArgs, PlanForm};
use crate::output::{markdown, plan as output};
use crate::plan::combined;

pub(super) async fn run(arguments: &PlanArgs) -> anyhow::Result<Exit> {
    let world = World::of(&arguments.world)?;
    known_rules(arguments.accept.iter())?;
    let providers = connect::providers(&world.subjects, arguments.world.timeout)?;
    let drafts = drafts(&world, &providers, &arguments.accept).await?;
    let unplanned = if drafts.failed > 0 { Exit::Unknown } else { Exit::Clean };
    let exit = drafts.made.iter().fold(unplanned, |exit, draft| exit.or(end_of(draft)));
    let (mut plan, conflicts) = combined(&world.gatherer, drafts.made, &world.others()).await;
    plan.note_allowed(|domain, guard| world.allows(domain, guard, &[]));
    if let Some(path) = &arguments.out {
        write_text(path, &plan.to_json()?)?;
    }
    let text = match arguments.format {
        PlanForm::Human => output::human(&plan),
        PlanForm::Json => plan.to_json()?,
        PlanForm::Markdown => markdown::plan(&plan),
    };
    print_whole(arguments.world.output.as_deref(), &text)?;
    for conflict in conflicts {
        say(&format!("nothing is planned for what they do not agree on: {conflict}; plan one of them at a time\n"));
    }
    Ok(exit)
}

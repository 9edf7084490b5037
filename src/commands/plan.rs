//! `plan`: the changes that would make it right.

use super::connect;
use super::drafts::{drafts, end_of};
use super::files::write_text;
use super::out::{one_document, print_whole, say};
use super::world::{World, known_rules};
use crate::cli::{Exit, Format, PlanArgs};
use crate::output::plan as output;
use crate::plan::combined;

pub(super) async fn run(arguments: &PlanArgs) -> anyhow::Result<Exit> {
    one_document(arguments.world.format)?;
    let world = World::of(&arguments.world)?;
    known_rules(arguments.accept.iter())?;
    let providers = connect::providers(&world.subjects, arguments.world.timeout)?;
    let drafts = drafts(&world, &providers, &arguments.accept).await?;
    let exit = drafts.iter().fold(Exit::Clean, |exit, draft| exit.or(end_of(draft)));
    let (mut plan, conflicts) = combined(&world.gatherer, drafts, &world.others()).await;
    plan.note_allowed(|domain, guard| world.allows(domain, guard, &[]));
    if let Some(path) = &arguments.out {
        write_text(path, &plan.to_json()?)?;
    }
    let text = match arguments.world.format {
        Format::Human => output::human(&plan),
        Format::Json | Format::Ndjson | Format::Html => plan.to_json()?,
    };
    print_whole(arguments.world.output.as_deref(), &text)?;
    for conflict in conflicts {
        say(&format!("nothing is planned for what they do not agree on: {conflict}; plan one of them at a time\n"));
    }
    Ok(exit)
}

//! `plan`: the changes that would make it right.

use super::connect;
use super::drafts::{drafts, end_of};
use super::files::write_text;
use super::out::{print_whole, say};
use super::sources;
use super::world::{World, digest, known_rules};
use crate::cli::{Before, Exit, PlanArgs, PlanForm};
use crate::output::{markdown, plan as output};
use crate::plan::{Providers, combined};

pub(super) async fn run(arguments: &PlanArgs) -> anyhow::Result<Exit> {
    let world = World::of(&arguments.world)?;
    known_rules(arguments.accept.iter())?;
    let providers = match arguments.before {
        Before::Provider => connect::providers(&world.opened, &world.subjects, arguments.world.timeout)?.look,
        // Without a credential: what DNS serves stands for what the provider holds, and nobody can apply it.
        Before::Dns => Providers::new(),
    };
    let drafts = drafts(&world, &providers, &arguments.accept).await?;
    let unplanned = if drafts.failed > 0 { Exit::Unknown } else { Exit::Clean };
    let exit = drafts.made.iter().fold(unplanned, |exit, draft| exit.or(end_of(draft)));
    let (mut plan, conflicts) = combined(&world.gatherer, drafts.made, &world.others()).await;
    sources::fill(&world, &mut plan)?;
    plan.note_allowed(|domain, guard| world.allows(domain, guard, &[]));
    plan.as_of = arguments.world.as_of.map(|moment| moment.starts().to_string());
    plan.tool = Some(concat!("mailvouch ", env!("CARGO_PKG_VERSION")).to_owned());
    plan.declaration = world.declaration.as_ref().map(|declaration| digest(declaration));
    if let Some(path) = &arguments.out {
        write_text(path, &plan.to_json()?)?;
    }
    let text = match arguments.format {
        PlanForm::Human => output::human(&plan) + &output::by_hand(&plan, &world.by_hand()),
        PlanForm::Json => plan.to_json()?,
        PlanForm::Markdown => markdown::plan(&plan),
    };
    print_whole(arguments.world.output.as_deref(), &text)?;
    for conflict in conflicts {
        say(&format!("nothing is planned for what they do not agree on: {conflict}; plan one of them at a time\n"));
    }
    Ok(exit)
}

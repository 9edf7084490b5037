//! `diff`: what is published against what is desired.

use super::connect;
use super::drafts::{drafts, end_of};
use super::out::Out;
use super::world::{World, known_rules};
use crate::cli::{DiffArgs, Exit, Form};
use crate::output::diff;
use crate::plan::Desired;

pub(super) async fn run(arguments: &DiffArgs) -> anyhow::Result<Exit> {
    let world = World::of(&arguments.world)?;
    known_rules(arguments.accept.iter())?;
    let providers = connect::providers(&world.opened, &world.subjects, arguments.world.timeout)?;
    let drafts = drafts(&world, &providers.look, &arguments.accept).await?;
    let unplanned = if drafts.failed > 0 { Exit::Unknown } else { Exit::Clean };
    let exit = drafts.made.iter().fold(unplanned, |exit, draft| exit.or(end_of(draft)));
    let desired: Vec<Desired> = drafts.made.into_iter().map(|draft| draft.desired).collect();
    let mut out = Out::new(arguments.world.output.as_deref())?;
    match arguments.format {
        Form::Human => {
            for desired in &desired {
                out.print(&diff::desired(desired))?;
            }
        }
        Form::Json => out.print(&diff::json(&desired))?,
    }
    out.finish()?;
    Ok(exit)
}

//! `apply`: carries a plan out.

use std::collections::BTreeSet;
use std::io::{BufRead as _, IsTerminal as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use super::connect;
use super::drafts::{drafts, holder};
use super::files::read_text;
use super::out::{Out, say};
use super::world::{World, known_rules};
use crate::cli::{ApplyArgs, Exit};
use crate::declared::{Guard, ProviderKind, ServerAddress};
use crate::lint::{Subject, organizational_domain};
use crate::output::{plan as output, servers};
use crate::plan::{
    Applied, DraftError, Journal, Outcome, Plan, Providers, Step, Watch, apply, combined, judge_again, judge_others,
    verify,
};

pub(super) async fn run(arguments: &ApplyArgs) -> anyhow::Result<Exit> {
    let saved = arguments.plan.as_deref().map(read_plan).transpose()?;
    known_rules(arguments.accept.iter())?;
    let names = match &saved {
        Some(plan) => planned_domains(plan),
        None => arguments.domains.clone(),
    };
    let mut out = Out::new(None)?;
    if saved.as_ref().is_some_and(Plan::is_empty) {
        out.print("nothing to change\n")?;
        return Ok(Exit::Clean);
    }
    let world = World::declared(&names, &arguments.dns)?;
    if let Some(subject) = world.subjects.iter().find(|subject| subject.declared.is_none()) {
        bail!("{} is not declared: only what `mailvouch.toml` declares is changed", subject.domain);
    }
    let providers = connect::providers(&world.subjects, arguments.dns.timeout)?;
    let was_saved = saved.is_some();
    let (mut plan, conflicts, unknown) = if let Some(plan) = saved {
        (plan, Vec::new(), false)
    } else {
        let drafts = drafts(&world, &providers, &arguments.accept).await?;
        let unknown = drafts.iter().any(|draft| draft.desired.before.has_unknowns());
        let (plan, conflicts) = combined(&world.gatherer, drafts, &world.others()).await;
        (plan, conflicts, unknown)
    };
    plan.note_allowed(|domain, guard| world.allows(domain, guard, &arguments.allow));
    out.print(&output::human(&plan))?;
    if let Some(conflict) = conflicts.first() {
        say(&format!("refused, nothing was written: {conflict}; apply one of them at a time\n"));
        return Ok(Exit::Refused);
    }
    if plan.is_empty() {
        return Ok(if unknown { Exit::Unknown } else { Exit::Clean });
    }
    let refused = match not_allowed(&world, &providers, &plan, &arguments.allow).await {
        Ok(refused) => refused,
        Err(DraftError { owner, error, .. }) => {
            let applied = Applied::nothing_written(owner, error);
            out.print(&output::applied(&applied, &plan, Path::new("")))?;
            return Ok(end_of(&applied));
        }
    };
    if !refused.is_empty() {
        let names: Vec<String> = refused.iter().map(|guard| format!("--allow {guard}")).collect();
        say(&format!("refused, nothing was written: this needs {}\n", names.join(" ")));
        return Ok(Exit::Refused);
    }
    // A saved plan was looked at already; one made just now was not.
    if !was_saved && !arguments.yes && !confirmed()? {
        return Ok(Exit::Refused);
    }
    let path = arguments.journal.clone().map_or_else(|| journal_path(&world), Ok)?;
    let mut journal = Journal::create(&path)?;
    let servers = world.subjects.iter().map(|subject| (subject.domain.clone(), servers_of(subject)));
    let watch = Watch { servers: servers.collect(), timeout: arguments.dns.timeout, tell: say, ..Watch::default() };
    let applied = apply(&plan, &providers, &watch, &mut journal).await?;
    out.print(&output::applied(&applied, &plan, journal.path()))?;
    drop(journal);
    if std::fs::metadata(&path).is_ok_and(|journal| journal.len() == 0) {
        // Nothing was begun: a journal without a line is of no use to anybody, and the next one may want its name.
        let _ = std::fs::remove_file(&path);
    }
    if matches!(applied.outcome, Outcome::Done) {
        out.print(&servers::verified(&serve(&world, &plan, arguments).await))?;
    }
    Ok(end_of(&applied))
}

fn end_of(applied: &Applied) -> Exit {
    match applied.outcome {
        Outcome::Done if applied.unfinished.is_empty() => Exit::Clean,
        Outcome::Done | Outcome::Waiting { .. } | Outcome::Stopped { .. } => Exit::Stopped,
        Outcome::Refused { .. } => Exit::Refused,
        Outcome::Failed { .. } => Exit::Unknown,
    }
}

fn read_plan(path: &Path) -> anyhow::Result<Plan> {
    Plan::from_json(&read_text(path)?).with_context(|| path.display().to_string())
}

fn planned_domains(plan: &Plan) -> Vec<String> {
    let domains: BTreeSet<&Name> = plan.steps.iter().map(|step| &step.domain).collect();
    domains.into_iter().map(ToString::to_string).collect()
}

/// The guards that the plan trips, as it says and as things stand now, and that nobody allowed.
async fn not_allowed(
    world: &World,
    providers: &Providers,
    plan: &Plan,
    allow: &[Guard],
) -> Result<BTreeSet<Guard>, DraftError> {
    let of_step = |step: &'_ Step| {
        let told = step.guards.iter().map(|guarded| (guarded.domain_of(step).clone(), guarded.guard));
        told.collect::<Vec<_>>()
    };
    let mut tripped: BTreeSet<(Name, Guard)> = plan.steps.iter().flat_map(of_step).collect();
    let large = plan.large_changes().into_iter();
    tripped.extend(large.map(|(index, _)| (plan.steps[index].domain.clone(), Guard::LargeChange)));
    for subject in &world.subjects {
        // A step for another name of the organization may change a record that both include.
        let organization = organizational_domain(&subject.domain);
        let steps: Vec<&Step> =
            plan.steps.iter().filter(|step| organizational_domain(&step.owner) == organization).collect();
        if let Some(holder) = holder(subject, providers) {
            let now = judge_again(&world.gatherer, subject, holder, &steps).await;
            tripped.extend(now?.into_iter().map(|tripped| (subject.domain.clone(), tripped.guard)));
        }
    }
    // All of them once more: with what all steps do together, and the domains that no step is for.
    let everybody: Vec<Subject> = world.subjects.iter().cloned().chain(world.others()).collect();
    let reached = judge_others(&world.gatherer, &everybody, providers, &plan.steps).await?;
    tripped.extend(reached.into_iter().map(|(domain, tripped)| (domain, tripped.guard)));
    let refused = tripped.into_iter().filter(|(domain, guard)| world.allows(domain, *guard, allow).is_none());
    Ok(refused.map(|(_, guard)| guard).collect())
}

/// Asks whoever sits there; nobody there means no.
fn confirmed() -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        say("refused, nothing was written: nobody is there to be asked; look at the plan, and give `--yes`\n");
        return Ok(false);
    }
    say("apply this? [y/N] ");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).context("cannot read the answer")?;
    let yes = matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes");
    if !yes {
        say("nothing was written\n");
    }
    Ok(yes)
}

/// `.mailvouch/apply-<time>-<process>.jsonl` beside the declaration.
fn journal_path(world: &World) -> anyhow::Result<PathBuf> {
    let declaration = world.declaration.as_ref().context("there is no declaration")?;
    let folder = declaration.file.path().parent().unwrap_or(Path::new(""));
    let at = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    Ok(folder.join(".mailvouch").join(format!("apply-{at}-{}.jsonl", std::process::id())))
}

/// What the authoritative servers that the declaration names serve of the plan.
async fn serve(world: &World, plan: &Plan, arguments: &ApplyArgs) -> Vec<crate::plan::ServerView> {
    let mut views = Vec::new();
    for subject in &world.subjects {
        let steps: Vec<&Step> = plan.steps.iter().filter(|step| step.domain == subject.domain).collect();
        views.extend(verify(&steps, &servers_of(subject), arguments.dns.timeout).await);
    }
    views
}

/// The authoritative servers that the declaration names for a domain.
fn servers_of(subject: &Subject) -> Vec<SocketAddr> {
    let config = subject.declared.as_ref().and_then(|declared| declared.domain().provider.as_ref());
    let Some(config) = config.map(|at| &at.value) else { return Vec::new() };
    let mut servers: Vec<SocketAddr> = config.authoritative.iter().map(|at| at.value).collect();
    // The server that took the update is itself one of them.
    if let (true, ProviderKind::Rfc2136 { server, .. }) = (servers.is_empty(), &config.kind)
        && let ServerAddress::Socket(address) = server.value
    {
        servers.push(address);
    }
    servers
}

//! `apply`: carries a plan out.

use std::collections::BTreeSet;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use mailvouch_providers::ProviderError;
use mailvouch_providers::dns::Name;

use super::connect::{self, Opened};
use super::drafts::{drafts, holder};
use super::files::read_text;
use super::lock::{lock, taken};
use super::out::{Out, say};
use super::progress;
use super::servers::servers;
use super::sources;
use super::world::{World, digest, known_rules};
use crate::cli::{ApplyArgs, DnsArgs, Exit};
use crate::declared::Guard;
use crate::lint::{Subject, organizational_domain};
use crate::output::{plan as output, servers as servers_output};
use crate::plan::{
    Applied, DraftError, Entry, Journal, OneLook, Outcome, Past, Plan, Providers, Step, Watch, apply, combined,
    judge_again, judge_others, judge_writing, remaining,
};

/// How long servers may take at the end, where nothing else is said.
const SERVED: Duration = Duration::from_secs(30);

pub(super) async fn run(arguments: &ApplyArgs) -> anyhow::Result<Exit> {
    if let Some(journal) = &arguments.resume {
        return resumed(journal, arguments).await;
    }
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
    if let Some(plan) = &saved
        && let Some(words) = not_yet(plan, arguments)?
    {
        say(&words);
        return Ok(Exit::Refused);
    }
    let world = World::declared(&names, &arguments.dns, arguments.as_of)?;
    if let Some(subject) = world.subjects.iter().find(|subject| subject.declared.is_none()) {
        bail!("{} is not declared: only what `mailvouch.toml` declares is changed", subject.domain);
    }
    let Opened { providers, look } = connect::providers(&world.opened, &world.subjects, arguments.dns.timeout)?;
    let is_other = |made_for: &String| world.declaration.as_ref().is_some_and(|now| digest(now) != *made_for);
    if saved.as_ref().and_then(|plan| plan.declaration.as_ref()).is_some_and(is_other) {
        say("the declaration changed since the plan was made: guards are judged by the one of now\n");
    }
    let was_saved = saved.is_some();
    let mut unplanned = false;
    let (mut plan, conflicts, unknown) = if let Some(plan) = saved {
        (plan, Vec::new(), false)
    } else {
        let drafts = drafts(&world, &look, &arguments.accept).await?;
        let unknown = drafts.failed > 0 || drafts.made.iter().any(|draft| draft.desired.before.has_unknowns());
        unplanned = drafts.failed > 0;
        let (mut plan, conflicts) = combined(&world.gatherer, drafts.made, &world.others()).await;
        sources::fill(&world, &mut plan)?;
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
    if let Some(exit) = refused_by_guards(&world, &providers, &plan, arguments, &mut out).await? {
        return Ok(exit);
    }
    // A saved plan was looked at already; one made just now was not.
    if !was_saved && !arguments.yes && !confirmed("apply this?")? {
        return Ok(Exit::Refused);
    }
    let Some(_lock) = lock(&world)? else {
        say(&taken(&world));
        return Ok(Exit::Refused);
    };
    let path = arguments.journal.clone().map_or_else(|| journal_path(&world), Ok)?;
    let mut journal = Journal::create(&path)?;
    let watch = watch_for(&world, &plan, arguments).await;
    let applied = apply(&plan, &providers, &watch, &mut journal).await?;
    drop(journal);
    if std::fs::metadata(&path).is_ok_and(|journal| journal.len() == 0) {
        // Nothing was begun: a journal without a line is of no use to anybody, and the next one may want its name.
        let _ = std::fs::remove_file(&path);
    }
    let exit = ended(&world, &applied, &plan, &path, &watch, arguments, &mut out).await?;
    // Some of what was asked for is done, and some could not even be planned.
    Ok(if unplanned && exit == Exit::Clean { Exit::Stopped } else { exit })
}

/// Why a saved plan is not carried out now: it was made for a time to come, and nobody says that it is meant.
fn not_yet(plan: &Plan, arguments: &ApplyArgs) -> anyhow::Result<Option<String>> {
    let made_for = plan.made_for()?;
    if let Some(named) = arguments.as_of.map(|moment| moment.starts()) {
        match made_for {
            Some(made_for) if made_for == named => return Ok(None),
            Some(made_for) => bail!("the plan was made for {made_for}, and `--as-of` says {named}"),
            None => bail!("the plan was made for the time it was made at, and not for {named}: leave `--as-of` out"),
        }
    }
    let Some(made_for) = made_for.filter(|made_for| Timestamp::now() < *made_for) else { return Ok(None) };
    Ok(Some(format!(
        "refused, nothing was written: the plan was made for {made_for}, which is to come; addresses that it takes \
         authorisation from may send until then. Apply it then, or plan without `--as-of`; `--as-of {made_for}` carries it \
         out now all the same\n"
    )))
}

/// Goes on with an apply that was cut off.
async fn resumed(path: &Path, arguments: &ApplyArgs) -> anyhow::Result<Exit> {
    let (mut journal, past) = begun(path)?;
    let mut out = Out::new(None)?;
    if past.rolled_back {
        say("refused, nothing was written: a rollback of it was begun; `mailvouch rollback` finishes that\n");
        return Ok(Exit::Refused);
    }
    if past.ended == Some(true) {
        out.print("nothing to go on with: all of it was written\n")?;
        return Ok(Exit::Clean);
    }
    let world = past_world(&past, &arguments.dns)?;
    let Some(_lock) = lock(&world)? else {
        say(&taken(&world));
        return Ok(Exit::Refused);
    };
    let Opened { providers, .. } = connect::providers(&world.opened, &world.subjects, arguments.dns.timeout)?;
    let remaining = match remaining(&past, &providers).await {
        Ok(remaining) => remaining,
        Err((owner, error)) => {
            let exit = exit_of(&error);
            out.print(&output::applied(&Applied::nothing_written(owner, error), &Plan::default(), path))?;
            return Ok(exit);
        }
    };
    for owner in &remaining.standing {
        out.print(&format!("{owner} is written already\n"))?;
    }
    if remaining.plan.is_empty() {
        journal.write(&Entry::Resume { at: Timestamp::now().to_string() })?;
        journal.write(&Entry::End { complete: true })?;
        out.print("all of it is written: nothing is left to do\n")?;
        return Ok(Exit::Clean);
    }
    let mut plan = remaining.plan.clone();
    plan.note_allowed(|domain, guard| world.allows(domain, guard, &arguments.allow));
    out.print(&output::human(&plan))?;
    if let Some(exit) = refused_by_guards(&world, &providers, &plan, arguments, &mut out).await? {
        return Ok(exit);
    }
    if !arguments.yes && !confirmed("go on with this?")? {
        return Ok(Exit::Refused);
    }
    let watch = watch_for(&world, &plan, arguments).await;
    let applied = remaining.carry_out(&past, &providers, &watch, &mut journal).await?;
    ended(&world, &applied, &plan, path, &watch, arguments, &mut out).await
}

/// A journal that is there, and what it tells. Nobody else writes to it until it is dropped.
pub(super) fn begun(path: &Path) -> anyhow::Result<(Journal, Past)> {
    let (journal, text) = Journal::reopen(path)?;
    let past = Past::read(&text).with_context(|| path.display().to_string())?;
    Ok((journal, past))
}

/// The domains of a run, as they are declared now.
pub(super) fn past_world(past: &Past, dns: &DnsArgs) -> anyhow::Result<World> {
    let names: Vec<String> = past.domains().iter().map(ToString::to_string).collect();
    if names.is_empty() {
        bail!("the journal does not say what was planned: it is of an older version; `mailvouch plan` again");
    }
    World::declared(&names, dns, None)
}

/// What the end of an apply that wrote nothing because of this error is.
pub(super) fn exit_of(error: &ProviderError) -> Exit {
    end_of(&Applied::nothing_written(Name::root(), error.clone()))
}

/// Whom to ask what is served.
pub(super) async fn watch(world: &World, timeout: Duration) -> Watch {
    let servers = servers(world, timeout * 3).await;
    // What stands in a source is served once somebody publishes it, which is not for us to wait for.
    let domains = world.subjects.iter().map(|subject| &subject.domain);
    let later = domains.filter(|domain| world.is_published_later(domain)).cloned().collect();
    Watch { servers, later, timeout, ..Watch::default() }
}

async fn watch_for(world: &World, plan: &Plan, arguments: &ApplyArgs) -> Watch {
    let usual = watch(world, arguments.dns.timeout).await;
    let zones: BTreeSet<_> = plan.steps.iter().map(|step| (&step.provider, &step.zone)).collect();
    Watch {
        patience: arguments.wait.unwrap_or(usual.patience),
        take_back: !arguments.no_rollback,
        tell: say,
        ended: if zones.len() > 1 { progress::zones() } else { usual.ended.clone() },
        ..usual
    }
}

/// Tells how an apply ended, and waits a little for the servers.
async fn ended(
    world: &World,
    applied: &Applied,
    plan: &Plan,
    journal: &Path,
    watch: &Watch,
    arguments: &ApplyArgs,
    out: &mut Out,
) -> anyhow::Result<Exit> {
    out.print(&output::applied(applied, plan, journal))?;
    out.print(&output::then_publish(applied, &plan.steps, &world.in_source()))?;
    if matches!(applied.outcome, Outcome::Done) {
        let patience = arguments.wait.unwrap_or(SERVED);
        out.print(&servers_output::verified(&watch.until_served(&plan.steps, patience).await))?;
    }
    Ok(end_of(applied))
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

/// The exit code where guards are tripped that nobody allowed, or cannot be judged; none where all is allowed.
async fn refused_by_guards(
    world: &World,
    providers: &Providers,
    plan: &Plan,
    arguments: &ApplyArgs,
    out: &mut Out,
) -> anyhow::Result<Option<Exit>> {
    // What stood there when the plan was made may be long gone: this is another look.
    let providers = OneLook::at_all(providers);
    let refused = match not_allowed(world, &providers, plan, &arguments.allow).await {
        Ok(refused) => refused,
        Err(DraftError { owner, error, .. }) => {
            let applied = Applied::nothing_written(owner, error);
            out.print(&output::applied(&applied, plan, Path::new("")))?;
            return Ok(Some(end_of(&applied)));
        }
    };
    if refused.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> = refused.iter().map(|guard| format!("--allow {guard}")).collect();
    say(&format!("refused, nothing was written: this needs {}\n", names.join(" ")));
    Ok(Some(Exit::Refused))
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
    // Some programs say only now, once they have been asked, how they write.
    for step in &plan.steps {
        let provider = step.provider.as_ref().and_then(|name| providers.get(name));
        let writing = provider.and_then(|provider| judge_writing(step, &provider.limits()));
        tripped.extend(writing.map(|tripped| (step.domain.clone(), tripped.guard)));
    }
    let refused = tripped.into_iter().filter(|(domain, guard)| world.allows(domain, *guard, allow).is_none());
    Ok(refused.map(|(_, guard)| guard).collect())
}

/// Asks whoever sits there; nobody there means no.
pub(super) fn confirmed(question: &str) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        say("refused, nothing was written: nobody is there to be asked; look at the plan, and give `--yes`\n");
        return Ok(false);
    }
    say(&format!("{question} [y/N] "));
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

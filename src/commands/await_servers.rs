//! `wait`: until every authoritative server serves what is declared.

use std::net::SocketAddr;
use std::time::Duration;

use futures::{StreamExt as _, stream};
use tokio::time::{Instant, sleep};

use super::connect;
use super::drafts::drafts;
use super::out::{Out, say};
use super::servers::servers;
use super::source::{From, source};
use super::world::{World, known_rules};
use crate::cli::{Exit, WaitArgs};
use crate::output::servers::{cached, verified};
use crate::plan::{Draft, Expected, ServerView, View, cached_for, expected, standing};
use crate::published::Transport;

/// Between two rounds of questions.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// Domains that are looked at at a time.
const AT_ONCE: usize = 32;

/// One domain, and who has to serve it.
struct Watched<'a> {
    draft: &'a Draft,
    expected: Vec<Expected>,
    servers: Vec<SocketAddr>,
}

pub(super) async fn run(arguments: &WaitArgs) -> anyhow::Result<Exit> {
    known_rules(arguments.accept.iter())?;
    let world = World::declared(&arguments.domains, &arguments.dns, None)?;
    let until = Instant::now() + arguments.wait;
    let providers = connect::providers(&world.opened, &world.subjects, arguments.dns.timeout)?;
    let drafts = drafts(&world, &providers.look, &arguments.accept).await?;
    let mut servers = servers(&world, arguments.dns.timeout * 3).await;
    let mut out = Out::new(None)?;
    let mut exit = Exit::Clean;
    let mut watched = Vec::new();
    if drafts.failed > 0 {
        exit = Exit::Unknown;
    }
    for draft in &drafts.made {
        let domain = &draft.desired.before.domain;
        if draft.desired.before.has_unknowns() {
            out.print(&format!("{domain}: some of it could not be looked up; what is looked for is what is known\n"))?;
            exit = exit.or(Exit::Unknown);
        }
        let of_domain = servers.remove(domain).unwrap_or_default();
        if of_domain.is_empty() {
            out.print(&format!(
                "{domain}: its authoritative servers could not be found; name them with `authoritative = [\"IP:PORT\"]`\n"
            ))?;
            exit = exit.or(Exit::Unknown);
            continue;
        }
        watched.push(Watched { draft, expected: expected(draft), servers: of_domain });
    }
    for watched in &watched {
        // What a provider does not hold will not be served by anybody who waits for it.
        let unmade = watched.draft.steps.iter().filter(|step| step.provider.is_some()).count();
        if unmade > 0 {
            let domain = &watched.draft.desired.before.domain;
            out.print(&format!("{domain}: {unmade} changes are not made yet: `mailvouch apply` makes them\n"))?;
            exit = exit.or(Exit::Findings);
        }
    }
    let waits = watched.iter().any(|watched| watched.draft.steps.iter().all(|step| step.provider.is_none()));
    let seen = if waits {
        until_all(&watched, until, arguments.dns.timeout).await
    } else {
        round(&watched, arguments.dns.timeout).await
    };
    for (watched, views) in watched.iter().zip(&seen) {
        out.print(&format!("{}\n{}", watched.draft.desired.before.domain, verified(views)))?;
        if views.iter().any(|view| view.view == View::Behind) {
            exit = exit.or(Exit::Findings);
        } else if views.iter().any(|view| view.view != View::Current) {
            exit = exit.or(Exit::Unknown);
        }
    }
    exit = exit.or(caches(&watched, arguments, &mut out).await?);
    Ok(exit)
}

async fn round(watched: &[Watched<'_>], timeout: Duration) -> Vec<Vec<ServerView>> {
    let asked = watched.iter().map(|watched| standing(&watched.expected, &watched.servers, timeout));
    stream::iter(asked).buffered(AT_ONCE).collect().await
}

/// Asks until all servers serve all of it, or the time is up; what they served at last.
async fn until_all(watched: &[Watched<'_>], until: Instant, timeout: Duration) -> Vec<Vec<ServerView>> {
    let mut pause = PAUSE;
    let mut told = 0;
    loop {
        let seen = round(watched, timeout).await;
        let lacking = seen.iter().flatten().filter(|view| view.view != View::Current).count();
        if lacking == 0 || Instant::now() + pause > until {
            return seen;
        }
        if lacking != told {
            say(&format!("{lacking} answers are not as they should be yet\n"));
            told = lacking;
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Says how long caches may hold the old. Resolvers that were named have to agree too.
async fn caches(watched: &[Watched<'_>], arguments: &WaitArgs, out: &mut Out) -> anyhow::Result<Exit> {
    let from = From {
        resolver: &arguments.dns.resolver,
        zone_files: &arguments.dns.zone_file,
        answers: None,
        timeout: arguments.dns.timeout,
        transport: Transport::Own,
        told: super::source::Told::default(),
    };
    if from.is_offline() {
        return Ok(Exit::Clean);
    }
    let resolver = source(&from)?;
    let asked = watched.iter().flat_map(|watched| &watched.expected).map(async |each| {
        let seconds = cached_for(each, resolver.as_ref()).await;
        (each, seconds)
    });
    let answers: Vec<(&Expected, Option<u32>)> = stream::iter(asked).buffered(AT_ONCE).collect().await;
    let old: Vec<(&Expected, u32)> = answers.into_iter().filter_map(|(each, seconds)| Some((each, seconds?))).collect();
    out.print(&cached(old.iter().map(|(each, seconds)| (&each.owner, *seconds)), jiff::Timestamp::now()))?;
    let named = !arguments.dns.resolver.is_empty();
    Ok(if named && !old.is_empty() { Exit::Findings } else { Exit::Clean })
}

//! `preflight`: whether addresses can move, and the dated steps.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use mailvouch_providers::dns::Name;

use super::connect;
use super::drafts::drafts;
use super::out::print_whole;
use super::world::World;
use crate::cli::{Before, Exit, NewHost, PreflightArgs, PreflightForm};
use crate::declared::Declaration;
use crate::lint::{Declared, Depth, Facts, Subject};
use crate::output::plan::as_argument;
use crate::output::{markdown, preflight as output};
use crate::plan::{Plan, Providers, combined};
use crate::preflight::{Basis, Commands, Departure, HostMove, Inputs, Readiness, Request, assess, staged};

/// How far away a move is that nobody gave a date for.
const AHEAD: SignedDuration = SignedDuration::from_hours(7 * 24);
/// One day.
const DAY: i64 = 24 * 3600;

pub(super) async fn run(arguments: &PreflightArgs) -> anyhow::Result<Exit> {
    let mut world = World::of(&arguments.world)?;
    let Some(now) = world.subjects.first().map(|subject| subject.now) else { bail!("there is no domain to look at") };
    let request = request(arguments, &mut world, now)?;
    world.subjects = staged(&world.subjects, &request);
    let providers = match arguments.before {
        Before::Provider => connect::providers(&world.opened, &world.subjects, arguments.world.timeout)?.look,
        Before::Dns => Providers::new(),
    };
    let facts = surveyed(&world).await;
    let begins = request.arrivals.iter().map(|arrival| arrival.from).max().unwrap_or(now).max(now);
    // By then a plan takes out what left, whichever TTL its record has.
    let out = |departure: &Departure| facts.iter().map(|facts| facts.lead().remove_from(departure.until)).max();
    let ends = request.departures.iter().filter_map(out).max().unwrap_or(begins).max(begins);
    let (publish, unplanned) = planned(&mut world, &providers, begins).await?;
    let remove = if ends == begins { None } else { Some(planned(&mut world, &providers, ends).await?.0) };
    for subject in &mut world.subjects {
        subject.now = now;
    }
    let others = world.others();
    let inputs = Inputs {
        gatherer: &world.gatherer,
        now,
        commands: commands(arguments, &request, &world),
        request,
        subjects: &world.subjects,
        facts: &facts,
        others: &others,
        publish: &publish,
        remove: remove.as_ref(),
        ends,
        unplanned,
        rules: &world.rules,
        block_lists: &arguments.dnsbl,
    };
    let preflight = assess(inputs).await;
    let text = match arguments.format {
        PreflightForm::Human => output::human(&preflight),
        PreflightForm::Json => output::document(&preflight),
        PreflightForm::Markdown => markdown::preflight(&preflight),
        PreflightForm::Ics => output::calendar(&preflight),
    };
    print_whole(arguments.world.output.as_deref(), &text)?;
    Ok(match preflight.readiness() {
        Readiness::Ready => Exit::Clean,
        Readiness::Unknown => Exit::Unknown,
        Readiness::NotReady => Exit::Findings,
    })
}

/// What moves, and when.
fn request(arguments: &PreflightArgs, world: &mut World, now: Timestamp) -> anyhow::Result<Request> {
    let PreflightArgs { add, remove, host, helo, at, .. } = arguments;
    let asked = !add.is_empty() || !remove.is_empty();
    let at = match at.map(|moment| moment.starts()) {
        Some(at) if at < now => bail!("`--at` is over: {at} comes before {now}; give a time to come"),
        Some(at) => at,
        None => midnight_after(now.checked_add(AHEAD).unwrap_or(now)),
    };
    for network in add {
        if remove.contains(network) {
            bail!("{} is to come and to go: give it to `--add` or to `--remove`", short(network));
        }
    }
    let hosts = hosts(host, at);
    if !asked {
        if !helo.is_empty() {
            bail!("`--helo` is the name of hosts that come: give their addresses with `--add`");
        }
        let declared = Request::declared(&world.subjects, hosts);
        return declared.ok_or_else(|| {
            anyhow!(
                "nothing moves: give the addresses that come or go (`--add IP`, `--remove IP`, `--host NAME=IP`), or declare \
                 `from` and `until` of groups in `egress`"
            )
        });
    }
    if arguments.world.domains.is_empty() && arguments.world.list.domains_from.is_none() {
        keep_concerned(world, arguments)?;
    }
    for subject in &mut world.subjects {
        if subject.declared.is_none() {
            subject.declared = Declared::of(&blank(&subject.domain)?, &subject.domain);
        }
    }
    Ok(Request::asked(add, remove, hosts, helo, at, &world.subjects))
}

/// Of the declared domains those that the move is about: whose addresses leave, else all that have addresses.
fn keep_concerned(world: &mut World, arguments: &PreflightArgs) -> anyhow::Result<()> {
    let groups = |subject: &Subject| {
        let declared = subject.declared.iter().flat_map(|declared| &declared.domain().egress);
        declared.flat_map(|group| &group.value.addresses).map(|address| address.value).collect::<Vec<_>>()
    };
    let meets = |subject: &Subject| {
        let overlap = |one: &ipnet::IpNet, other: &ipnet::IpNet| one.contains(other) || other.contains(one);
        groups(subject).iter().any(|network| arguments.remove.iter().any(|gone| overlap(network, gone)))
    };
    let losing: BTreeSet<Name> =
        world.subjects.iter().filter(|subject| meets(subject)).map(|subject| subject.domain.clone()).collect();
    world.subjects.retain(|subject| {
        if losing.is_empty() { !groups(subject).is_empty() } else { losing.contains(&subject.domain) }
    });
    if world.subjects.is_empty() {
        bail!("no declared domain has addresses in `egress`: name the domains whose mail moves");
    }
    Ok(())
}

/// A declaration that says nothing of a domain.
fn blank(domain: &Name) -> anyhow::Result<Arc<Declaration>> {
    let text = format!("version = 1\n[domains.\"{domain}\"]\n");
    let mut declaration = Declaration::from_text(Path::new("preflight"), &text, Path::new(""))?;
    for domain in &mut declaration.domains {
        // Addresses alone do not say that nobody else sends.
        domain.says_who_sends = false;
    }
    Ok(Arc::new(declaration))
}

/// Each host once, with all its addresses.
fn hosts(given: &[NewHost], at: Timestamp) -> Vec<HostMove> {
    let mut hosts: Vec<HostMove> = Vec::new();
    for NewHost { name, addresses } in given {
        match hosts.iter_mut().find(|host| host.name == *name) {
            Some(host) => host.to.extend(addresses),
            None => hosts.push(HostMove { name: name.clone(), to: addresses.clone(), at }),
        }
    }
    for host in &mut hosts {
        host.to.sort_unstable();
        host.to.dedup();
    }
    hosts
}

/// The first midnight in UTC that is not before a time.
fn midnight_after(at: Timestamp) -> Timestamp {
    let seconds = at.as_second();
    Timestamp::from_second(seconds + (DAY - seconds.rem_euclid(DAY)) % DAY).unwrap_or(at)
}

/// What is known of each domain now, with what its authoritative servers say: a cache tells only what is left of a TTL.
async fn surveyed(world: &World) -> Vec<Facts> {
    let one = async |subject: &Subject| {
        let subject = Subject { depth: Depth::Thorough, ..subject.clone() };
        world.gatherer.run(None, |ask| Facts::of(ask, &subject)).await.result
    };
    join_all(world.subjects.iter().map(one)).await
}

/// What a plan would do at a time, and for how many domains none could be made.
async fn planned(world: &mut World, providers: &Providers, at: Timestamp) -> anyhow::Result<(Plan, usize)> {
    for subject in &mut world.subjects {
        subject.now = at;
    }
    let drafts = drafts(world, providers, &[]).await?;
    let failed = drafts.failed;
    let (mut plan, _) = combined(&world.gatherer, drafts.made, &world.others()).await;
    plan.note_allowed(|domain, guard| world.allows(domain, guard, &[]));
    Ok((plan, failed))
}

/// What to type, for the same domains, declaration and sources.
fn commands(arguments: &PreflightArgs, request: &Request, world: &World) -> Commands {
    let path = |path: &Path| as_argument(&path.display().to_string());
    let args = &arguments.world;
    let (mut config, mut sources) = (String::new(), String::new());
    args.config.iter().for_each(|file| config.push_str(&format!(" -c {}", path(file))));
    args.source.resolver.iter().for_each(|server| sources.push_str(&format!(" --resolver {server}")));
    args.source.zone_file.iter().for_each(|file| sources.push_str(&format!(" --zone-file {}", path(file))));
    let saved =
        args.source.answers.iter().map(|file| format!(" --answers {}", path(file))).collect::<Vec<_>>().concat();
    let named = args.list.domains_from.iter().map(|file| format!(" --domains-from {}", path(file)));
    let named: String = named.chain(args.domains.iter().map(|domain| format!(" {}", as_argument(domain)))).collect();
    let mut again = format!("mailvouch preflight{named}");
    if request.basis == Basis::Asked {
        arguments.add.iter().for_each(|network| again.push_str(&format!(" --add {}", short(network))));
        arguments.remove.iter().for_each(|network| again.push_str(&format!(" --remove {}", short(network))));
        arguments.helo.iter().for_each(|name| again.push_str(&format!(" --helo {name}")));
    }
    for zone in &arguments.dnsbl {
        again.push_str(&format!(" --dnsbl {zone}"));
    }
    for host in &request.hosts {
        let addresses: Vec<String> = host.to.iter().map(ToString::to_string).collect();
        again.push_str(&format!(" --host {}={}", host.name, addresses.join(",")));
    }
    if request.basis == Basis::Asked || !request.hosts.is_empty() {
        let at = request.arrivals.first().map(|one| one.from).or(request.departures.first().map(|one| one.until));
        let at = at.or(request.hosts.first().map(|host| host.at));
        if let Some(at) = at {
            again.push_str(&format!(" --at {at}"));
        }
    }
    let domains: Vec<String> = world.subjects.iter().take(8).map(|subject| format!(" {}", subject.domain)).collect();
    let domains = if world.subjects.len() > 8 { String::new() } else { domains.concat() };
    Commands {
        plan: format!("mailvouch plan{domains}{config}{sources}{saved}"),
        apply: "mailvouch apply".to_owned(),
        apply_with: format!("{config}{sources}"),
        again: format!("{again}{config}{sources}{saved}"),
        check: format!("mailvouch check{domains}{config}{sources}{saved}"),
        wait: if world.offline { String::new() } else { format!("mailvouch wait{domains}{config}{sources}") },
    }
}

/// A single address without its length.
fn short(network: &ipnet::IpNet) -> String {
    if network.prefix_len() == network.max_prefix_len() { network.addr().to_string() } else { network.to_string() }
}

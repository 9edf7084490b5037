//! `check`: lints what is published.

use std::path::Path;

use anyhow::bail;
use futures::{StreamExt as _, stream};
use jiff::Timestamp;

use super::baseline::Known;
use super::evidence::{Place, without_paths};
use super::files::write_text;
use super::out::{Out, say};
use super::unknowns::Unknowns;
use super::world::{World, at_once, merge};
use crate::cli::{CheckArgs, Exit, Format, WorldArgs};
use crate::lint::{self, Depth, Facts, Report, Severity, Subject, Verdict};
use crate::output::evidence::{self, CheckEvidence};
use crate::output::plan::as_argument;
use crate::output::{Next, Note, Tally, github, html, human, json, junit, markdown, sarif};
use crate::published::{Answers, Ask};

/// From so many domains on, no more is asked than their verdicts rest on.
const MANY: usize = 101;

pub(super) async fn run(arguments: &CheckArgs) -> anyhow::Result<Exit> {
    let mut world = World::of(&arguments.world)?;
    if world.subjects.len() >= MANY && !arguments.world.thorough {
        for subject in &mut world.subjects {
            subject.depth = Depth::Brief;
        }
    }
    tell_notes(&world);
    judge(&world, arguments).await
}

/// What is to be said of the declaration before anything is found.
pub(super) fn tell_notes(world: &World) {
    if let Some(declaration) = world.declaration.as_ref().filter(|declaration| !declaration.notes.is_empty()) {
        say(&human::notes(&Note::all(&declaration.notes, &declaration.file, Severity::Info)));
    }
}

/// Examines every domain, and prints what is found.
pub(super) async fn judge(world: &World, arguments: &CheckArgs) -> anyhow::Result<Exit> {
    if arguments.format == Format::Parquet {
        bail!(
            "a table in Parquet is of a list: `--domains-from FILE`, without other domains, and without `--save-answers`, \
             `--evidence` and `--write-baseline`"
        );
    }
    let place = arguments.evidence.folder.as_deref().map(Place::new).transpose()?;
    let mut given = Vec::new();
    let mut give = |report: &Report| given.extend(place.is_some().then(|| report.clone()));
    let wants_answers = arguments.world.save_answers.is_some() || place.is_some();
    let mut known = Known::of(world, arguments)?;
    let mut out = Out::new(arguments.world.output.as_deref())?;
    let many = at_once(&arguments.world);
    let mut unknown = arguments.unknown_to.as_deref().map(Unknowns::new).transpose()?;
    let examined = stream::iter(&world.subjects).map(|subject| examine(world, subject));
    let mut exit = Exit::Clean;
    let mut reports = Vec::new();
    let (mut tally, mut next) = (Tally::default(), Next::default());
    let mut snapshots = Vec::new();
    if arguments.format == Format::Ndjson {
        // As they come: whoever reads wants the first before the last.
        let mut examined = examined.buffer_unordered(many);
        while let Some((mut report, answers)) = examined.next().await {
            known.hold(&mut report);
            give(&report);
            exit = exit.or(end_of(&report, arguments));
            note_unknown(unknown.as_mut(), &report)?;
            out.print(&(json::line(&report) + "\n"))?;
            snapshots.extend(wants_answers.then_some(answers));
        }
    } else {
        let mut examined = examined.buffered(many);
        while let Some((mut report, answers)) = examined.next().await {
            known.hold(&mut report);
            give(&report);
            exit = exit.or(end_of(&report, arguments));
            note_unknown(unknown.as_mut(), &report)?;
            snapshots.extend(wants_answers.then_some(answers));
            if arguments.format == Format::Human {
                out.print(&human::report(&report))?;
                tally.add(&report);
                next.add(&report);
            } else {
                reports.push(report);
            }
        }
        known.close();
        let notes = known.notes();
        out.print(&match arguments.format {
            Format::Json => json::document(&reports, &notes),
            Format::Sarif => sarif::document(&reports, &notes),
            Format::Github => github::commands(&reports, &notes),
            Format::Junit => junit::document(&reports, &notes, arguments.fail_on.severity())?,
            Format::Markdown => markdown::document(&reports, &notes),
            Format::Html => html::document(&reports, &notes)?,
            Format::Human | Format::Ndjson | Format::Parquet => {
                human::summary(&tally, &next, &plan_of(&arguments.world))
            }
        })?;
    }
    out.finish()?;
    known.close();
    let notes = known.notes();
    say(&human::notes(&notes));
    exit = exit.or(end_of_notes(&notes, arguments));
    known.write()?;
    unknown.map_or(Ok(()), Unknowns::finish)?;
    if let Some(place) = place {
        evidence(&place, arguments, &given, &notes, &merge(snapshots.clone()))?;
    }
    // Answers are kept only where somebody wants them: a long run holds no more than it must.
    save(arguments.world.save_answers.as_deref(), snapshots)?;
    Ok(exit)
}

/// Writes the folder for somebody else. The paths of this machine stay here: files have their names alone.
fn evidence(
    place: &Place,
    arguments: &CheckArgs,
    reports: &[Report],
    notes: &[Note],
    answers: &Answers,
) -> anyhow::Result<()> {
    let files = evidence::check(&CheckEvidence {
        reports,
        notes,
        answers: &answers.to_json()?,
        dated: arguments.evidence.dated.unwrap_or_else(Timestamp::now),
        changed: &arguments.evidence.changed,
    })?;
    let declarations = reports.iter().filter_map(|report| report.facts.declared.as_ref());
    let declarations = declarations.map(|declared| declared.declaration().file.path().to_owned());
    let named = arguments.world.source.zone_file.iter().cloned().chain(declarations);
    say(&place.put(&without_paths(files, named))?);
    Ok(())
}

/// Notes a domain of which something could not be told.
fn note_unknown(to: Option<&mut Unknowns>, report: &Report) -> anyhow::Result<()> {
    match to {
        Some(to) if report.facts.has_unknowns() => {
            let selectors = report.facts.dkim.iter().filter(|key| key.declared.is_none());
            to.note(&report.facts.domain, &selectors.map(|key| key.selector.clone()).collect::<Vec<_>>())
        }
        _ => Ok(()),
    }
}

/// Gathers what one domain needs, and judges it.
pub(super) async fn examine(world: &World, subject: &Subject) -> (Report, Answers) {
    let analyse = |ask: &Ask<'_>| Facts::of(ask, subject);
    let gathered = match subject.depth {
        // Of many domains, the processors are what is waited for.
        Depth::Brief => {
            let ahead = |ask: &Ask<'_>| Facts::ask_ahead(ask, subject);
            world.gatherer.run_after(&subject.first_questions(), ahead, None, analyse).await
        }
        // Of a few, the server: all that is lacking is asked for together, in as few rounds as there can be.
        Depth::Usual | Depth::Thorough => world.gatherer.run(None, analyse).await,
    };
    let facts = gathered.result.with_failures(&gathered.answers);
    let diagnostics = lint::check(&facts, &world.rules);
    (Report::of(facts, diagnostics), gathered.answers)
}

/// The command that plans for the same domains, by the same declaration and sources.
fn plan_of(world: &WorldArgs) -> String {
    let mut words = vec!["mailvouch".to_owned(), "plan".to_owned()];
    let path = |path: &Path| as_argument(&path.display().to_string());
    let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
    world.config.iter().for_each(|file| option("--config", path(file)));
    world.source.resolver.iter().for_each(|server| option("--resolver", server.to_string()));
    world.source.zone_file.iter().for_each(|file| option("--zone-file", path(file)));
    world.source.answers.iter().for_each(|file| option("--answers", path(file)));
    world.list.domains_from.iter().for_each(|file| option("--domains-from", path(file)));
    words.extend(world.domains.iter().map(|domain| as_argument(domain)));
    words.join(" ")
}

/// How the run ends for what is to be said of its files.
pub(super) fn end_of_notes(notes: &[Note], arguments: &CheckArgs) -> Exit {
    let fails = |least: Severity| notes.iter().any(|note| note.severity <= least);
    let counts = arguments.fail_on.severity().is_some_and(fails) && !arguments.exit_zero;
    if counts { Exit::Findings } else { Exit::Clean }
}

/// How the run ends for one domain.
pub(super) fn end_of(report: &Report, arguments: &CheckArgs) -> Exit {
    let fails = arguments.fail_on.severity().is_some_and(|severity| report.has_at_least(severity));
    if fails && !arguments.exit_zero {
        Exit::Findings
    } else if report.verdict() == Verdict::Unknown || report.facts.has_unknowns() {
        Exit::Unknown
    } else {
        Exit::Clean
    }
}

pub(super) fn save(path: Option<&Path>, snapshots: Vec<Answers>) -> anyhow::Result<()> {
    let Some(path) = path else { return Ok(()) };
    let text = merge(snapshots).to_json()?;
    write_text(path, &text)
}

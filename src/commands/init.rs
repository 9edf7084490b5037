//! `init`: a declaration from what is published. No file is overwritten.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, ensure};
use futures::{StreamExt as _, stream};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use mailvouch_providers::dns::Name;

use super::check::save;
use super::files::put_new_text;
use super::out::{Out, say};
use super::source::From;
use super::world::{once_each, whoever_answers};
use crate::cli::{Exit, InitArgs};
use crate::declared::{Declaration, DeclarationError, domain_argument, selector_argument};
use crate::lint::{self, Declared, Depth, Facts, Report, Selection, Subject};
use crate::output::declaration;
use crate::published::{Answers, Gatherer};
use crate::survey::{Draft, Survey};

/// Domains that are looked at at a time.
const AT_ONCE: usize = 8;

pub(super) async fn run(arguments: &InitArgs) -> anyhow::Result<Exit> {
    let to = Some(arguments.output.as_path()).filter(|path| *path != Path::new("-"));
    if let Some(path) = to {
        // Told before anything is asked, and held to when it is written.
        ensure!(path.symlink_metadata().is_err(), "{}", declaration::refused(path));
    }
    let domains = domains(arguments)?;
    let gatherer = whoever_answers(&From::of(&arguments.source, arguments.timeout), AT_ONCE, arguments.deadline)?;
    let now = Timestamp::now();
    let surveys = stream::iter(&domains).map(|domain| survey(&gatherer, domain, arguments, &domains, now));
    let (surveys, mut answers): (Vec<Survey>, Vec<Answers>) = surveys.buffered(AT_ONCE).unzip().await;
    let draft = Draft::of(&surveys);
    let text = declaration::text(&draft, TimeZone::UTC.to_datetime(now).date());
    let declared = read_back(&text, to)?;
    let (reports, seen) = examine(&gatherer, &declared, now).await;
    answers.extend(seen);
    if let Some(path) = to {
        put_new_text(path, &text).with_context(|| format!("cannot write {}", path.display()))?;
    } else {
        let mut out = Out::new(None)?;
        out.print(&text)?;
        out.finish()?;
    }
    say(&declaration::written(&draft, &text, to, &reports));
    save(arguments.save_answers.as_deref(), answers)?;
    Ok(if draft.is_partly_unseen() { Exit::Unknown } else { Exit::Clean })
}

/// The domains, each once.
fn domains(arguments: &InitArgs) -> anyhow::Result<Vec<Name>> {
    let read = |name: &String| Ok((domain_argument(name).map_err(|why| anyhow!("{why}"))?, Vec::new()));
    let named = arguments.domains.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    let domains: Vec<Name> = once_each(named).into_iter().map(|(domain, _)| domain).collect();
    for domain in &domains {
        for selector in &arguments.selector {
            selector_argument(selector, domain).map_err(|why| anyhow!("{why}"))?;
        }
    }
    Ok(domains)
}

async fn survey(
    gatherer: &Gatherer,
    domain: &Name,
    arguments: &InitArgs,
    all: &[Name],
    now: Timestamp,
) -> (Survey, Answers) {
    let look = |ask: &crate::published::Ask<'_>| Survey::of(ask, domain, &arguments.selector, all, now);
    let seen = gatherer.run(None, look).await;
    (seen.result.with_failures(&seen.answers), seen.answers)
}

/// What is written has to be a declaration: if it is none, that is a mistake here, and nothing is left behind.
fn read_back(text: &str, path: Option<&Path>) -> anyhow::Result<Arc<Declaration>> {
    let name = path.unwrap_or(Path::new("mailvouch.toml"));
    Declaration::from_text(name, text, Path::new("")).map(Arc::new).map_err(|error| {
        let why = match &error {
            DeclarationError::Invalid { problems, .. } => {
                problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("; ")
            }
            other => other.to_string(),
        };
        anyhow!(
            "a mistake of this program, please report it: what it made is no declaration ({why}); nothing was written"
        )
    })
}

/// What `check` makes of it.
async fn examine(gatherer: &Gatherer, declaration: &Arc<Declaration>, now: Timestamp) -> (Vec<Report>, Vec<Answers>) {
    let rules = Selection::default();
    let examined = Declared::all(declaration).map(|declared| {
        let subject = Subject {
            domain: declared.domain().name.value.clone(),
            declared: Some(declared),
            selectors: Vec::new(),
            now,
            depth: Depth::Usual,
        };
        let rules = &rules;
        async move {
            let seen = gatherer.run(None, |ask| Facts::of(ask, &subject)).await;
            let facts = seen.result.with_failures(&seen.answers);
            let diagnostics = lint::check(&facts, rules);
            (Report::of(facts, diagnostics), seen.answers)
        }
    });
    stream::iter(examined).buffered(AT_ONCE).unzip().await
}

//! `dmarc policy`: what receivers find for an author's domain, and what a message comes to.

use anyhow::anyhow;

use crate::cli::{DmarcPolicyArgs, Exit, Form};
use crate::commands::check::save;
use crate::commands::out::{Out, end_of_failure};
use crate::commands::world::message_gatherer;
use crate::declared::domain_argument;
use crate::dmarc::{Evaluation, Identifier, IdentifierKind};
use crate::output::dmarc;

pub(super) async fn run(arguments: &DmarcPolicyArgs) -> anyhow::Result<Exit> {
    let ask = &arguments.ask;
    let mut out = Out::new(ask.output.as_deref())?;
    let domain = match domain_argument(&arguments.domain) {
        Ok(domain) => domain,
        // A program that passes on what stands in a message gets an answer that it can read.
        Err(why) if ask.format == Form::Json => {
            out.print(&dmarc::no_author_json(&arguments.domain, &why))?;
            out.finish()?;
            return Ok(Exit::Error);
        }
        Err(why) => return Err(anyhow!("{why}")),
    };
    let mut identifiers = named(IdentifierKind::Spf, &arguments.spf_pass)?;
    identifiers.extend(named(IdentifierKind::Dkim, &arguments.dkim_pass)?);
    let gatherer = message_gatherer(&ask.source, ask.timeout, ask.deadline)?;
    let done = gatherer.run(None, |ask| Evaluation::of(ask, &domain, &identifiers)).await;
    let evaluation = done.result;
    match ask.format {
        Form::Human => out.print(&dmarc::human(&evaluation))?,
        Form::Json => out.print(&dmarc::json(&evaluation))?,
    }
    out.finish()?;
    save(ask.save_answers.as_deref(), vec![done.answers])?;
    Ok(evaluation.failure().map_or(Exit::Clean, |(_, reason)| end_of_failure(reason)))
}

/// The identifiers of one kind; an empty one is none.
fn named(kind: IdentifierKind, domains: &[String]) -> anyhow::Result<Vec<Identifier>> {
    let domains = domains.iter().map(|domain| domain.trim()).filter(|domain| !domain.is_empty());
    let identifier = |domain: &str| match domain_argument(domain) {
        Ok(domain) => Ok(Identifier { kind, domain }),
        Err(why) => Err(anyhow!("{why}")),
    };
    domains.map(identifier).collect()
}

//! `dmarc reports`: whether a destination agreed to reports about a domain.

use anyhow::anyhow;

use crate::cli::{DmarcReportsArgs, Exit, Form};
use crate::commands::check::save;
use crate::commands::out::{Out, end_of_failure};
use crate::commands::world::message_gatherer;
use crate::declared::domain_argument;
use crate::dmarc::Reports;
use crate::output::dmarc;

pub(super) async fn run(arguments: &DmarcReportsArgs) -> anyhow::Result<Exit> {
    let ask = &arguments.ask;
    let domain = domain_argument(&arguments.domain).map_err(|why| anyhow!("{why}"))?;
    let host = domain_argument(&arguments.destination).map_err(|why| anyhow!("{why}"))?;
    let gatherer = message_gatherer(&ask.source, ask.timeout, ask.deadline)?;
    let done = gatherer.run(None, |ask| Reports::of(ask, &domain, &host)).await;
    let mut out = Out::new(ask.output.as_deref())?;
    match ask.format {
        Form::Human => out.print(&dmarc::reports(&done.result))?,
        Form::Json => out.print(&dmarc::reports_json(&done.result))?,
    }
    out.finish()?;
    save(ask.save_answers.as_deref(), vec![done.answers])?;
    Ok(done.result.failure().map_or(Exit::Clean, |(_, reason)| end_of_failure(reason)))
}

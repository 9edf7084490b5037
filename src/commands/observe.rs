//! `observe`: which address a delivered message left from, against the declaration.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use jiff::Timestamp;

use super::check::save;
use super::out::Out;
use super::world::{declaration, message_gatherer};
use crate::cli::{Exit, Form, ObserveArgs};
use crate::observed::delivery::{Delivery, Expected, Standing};
use crate::observed::trace::{Headers, Trace};
use crate::output::observe;
use crate::published::{Answers, Gatherer, Source};

/// Largest message that is read, in bytes; its header is at the beginning.
const MAX_MESSAGE: u64 = 64 << 20;

pub(super) async fn run(arguments: &ObserveArgs) -> anyhow::Result<Exit> {
    let bytes = message(&arguments.file)?;
    let headers = Headers::read(&bytes).with_context(|| shown(&arguments.file))?;
    if is_bounce(&headers) {
        bail!(
            "{}: this is a report about a message that did not arrive; `observe` reads one that did, from the recipient's \
             mailbox",
            shown(&arguments.file)
        );
    }
    let trace = Trace::of(&headers);
    let declaration = declaration(arguments.config.as_deref())?;
    let expected = Expected { declaration, now: Timestamp::now(), dns: !arguments.no_dns };
    let gatherer = if arguments.no_dns {
        let nobody: Arc<dyn Source> = Arc::new(Answers::default());
        Gatherer::new(nobody, 1, Duration::from_secs(1))
    } else {
        message_gatherer(&arguments.source, arguments.timeout, arguments.deadline)?
    };
    let mut out = Out::new(arguments.output.as_deref())?;
    let done = gatherer.run(None, |ask| Delivery::of(ask, &trace, &expected)).await;
    match arguments.format {
        Form::Human => out.print(&observe::human(&done.result))?,
        Form::Json => out.print(&observe::json(&done.result))?,
    }
    out.finish()?;
    save(arguments.save_answers.as_deref(), vec![done.answers])?;
    Ok(match done.result.standing() {
        Standing::Matches | Standing::Note => Exit::Clean,
        Standing::Differs => Exit::Findings,
        Standing::Unknown => Exit::Unknown,
    })
}

/// Whether a message reports on another (RFC 3462).
fn is_bounce(headers: &Headers) -> bool {
    let kind = headers.first("Content-Type").unwrap_or_default().to_ascii_lowercase();
    kind.starts_with("multipart/report") && kind.contains("delivery-status")
}

fn message(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(MAX_MESSAGE + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_MESSAGE + 1).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("cannot read {}", shown(path)))?;
    if bytes.len() as u64 > MAX_MESSAGE {
        bail!("{} is larger than {} MiB: no message is", shown(path), MAX_MESSAGE >> 20);
    }
    Ok(bytes)
}

fn shown(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

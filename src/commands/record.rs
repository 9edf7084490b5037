//! `record`: lints a text before it is published. It asks nobody.

use std::io::Read as _;

use anyhow::{Context as _, anyhow, bail};
use mailvouch_providers::dns::Name;

use super::out::print_whole;
use super::world::known_rules;
use crate::cli::{Exit, Form, RecordArgs, RecordType};
use crate::declared::domain_argument;
use crate::lint::{Kind, Lone, Selection};
use crate::output::record;

/// The rule that depends on where a text stands, and on nothing else that is not known.
const LEADS_BACK: &str = "spf-include-loop";

/// Octets of text that a TXT record can hold: 65,535 with the length of each string of 255.
const MAX_TEXT: usize = 65_279;

pub(super) fn run(arguments: &RecordArgs) -> anyhow::Result<Exit> {
    let text = text(arguments)?;
    let owner = arguments.owner.as_deref().map(name).transpose()?;
    let kind = match arguments.kind {
        Some(RecordType::Spf) => Kind::Spf,
        Some(RecordType::Dkim) => Kind::Dkim,
        Some(RecordType::Dmarc) => Kind::Dmarc,
        None => Kind::guess(owner.as_ref(), &text).ok_or_else(|| {
            anyhow!("this text is meant as none of SPF, DKIM and DMARC: say which it is with `--type`")
        })?,
    };
    known_rules(arguments.select.iter().chain(&arguments.ignore))?;
    let mut rules = Selection { select: arguments.select.clone(), ignore: arguments.ignore.clone() };
    let owner = if let Some(owner) = owner {
        owner
    } else {
        // A text that stands nowhere yet leads back to no place.
        rules.ignore.push(LEADS_BACK.to_owned());
        name(example(kind))?
    };
    let lone = Lone::judge(kind, &owner, &text, &rules)?;
    let shown = match arguments.format {
        Form::Human => record::human(&lone),
        Form::Json => record::json(&lone),
    };
    print_whole(arguments.output.as_deref(), &shown)?;
    Ok(end_of(&lone, arguments))
}

/// Where a text stands whose owner nobody named.
fn example(kind: Kind) -> &'static str {
    match kind {
        Kind::Spf => "example.com",
        Kind::Dkim => "selector._domainkey.example.com",
        Kind::Dmarc => "_dmarc.example.com",
    }
}

fn name(text: &str) -> anyhow::Result<Name> {
    domain_argument(text).map_err(|why| anyhow!("{why}"))
}

/// The text of the argument, or of standard input without the line break at its end.
fn text(arguments: &RecordArgs) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    if arguments.text == "-" {
        let limit = u64::try_from(MAX_TEXT)? + 2;
        std::io::stdin().take(limit).read_to_end(&mut text).context("cannot read standard input")?;
        let end = text.len() - usize::from(text.ends_with(b"\n"));
        text.truncate(end - usize::from(text[..end].ends_with(b"\r")));
    } else {
        text.extend_from_slice(arguments.text.as_encoded_bytes());
    }
    if text.len() > MAX_TEXT {
        bail!("this text is longer than a TXT record can be ({MAX_TEXT} octets)");
    }
    Ok(text)
}

/// A text that no receiver acts on fails, also where no rule says why. A key that is withdrawn is as it was meant.
fn end_of(lone: &Lone, arguments: &RecordArgs) -> Exit {
    let Some(least) = arguments.fail_on.severity().filter(|_| !arguments.exit_zero) else { return Exit::Clean };
    let is_useless = !lone.is_usable() && !lone.is_revoked();
    let fails = lone.diagnostics.iter().any(|found| found.severity <= least);
    if fails || is_useless { Exit::Findings } else { Exit::Clean }
}

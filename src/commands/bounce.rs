//! `bounce`: says what a bounce means, and what DNS has to say about it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use super::check::save;
use super::evidence::Place;
use super::out::{print_whole, say};
use super::rdap::Rdap;
use super::world::{merge, message_gatherer};
use crate::cli::{BounceArgs, Exit, Form};
use crate::dmarc::organizational_domain;
use crate::observed::bounce::{Container, MAX_BYTES, Mail, addressees, copies, read};
use crate::observed::checks::{Case, Registration, age_check, checks};
use crate::observed::redact::Redactor;
use crate::output::bounce;
use crate::output::evidence::{BounceEvidence, bounce as evidence_of};
use crate::published::Answers;

pub(super) async fn run(arguments: &BounceArgs) -> anyhow::Result<Exit> {
    let place = arguments.evidence.folder.as_deref().map(Place::new).transpose()?;
    let (bytes, name) = contents(&arguments.file)?;
    let mut mail = read(&bytes).with_context(|| format!("{name} is not read"))?;
    let look = if arguments.no_dns { None } else { Some(Look::new(arguments).await?) };
    let mut answers = None;
    if let Some(look) = &look {
        answers = Some(look.at(&mut mail).await);
    }
    let shown = match arguments.format {
        Form::Human => bounce::human(&mail),
        Form::Json => bounce::json(&mail),
    };
    print_whole(arguments.output.as_deref(), &shown)?;
    if let Some(answers) = &answers {
        save(arguments.save_answers.as_deref(), vec![answers.clone()])?;
    }
    if let Some(place) = place {
        give(arguments, &place, &bytes, look.as_ref()).await?;
    }
    let mut all = mail.messages.iter().flat_map(|message| &message.reports).flat_map(|report| &report.checks);
    Ok(if all.any(|check| !check.failed.is_empty()) { Exit::Unknown } else { Exit::Clean })
}

/// Writes the folder for a support case: all of it made from the copy that is given away, so that nothing is in it that
/// was taken out.
async fn give(arguments: &BounceArgs, place: &Place, bytes: &[u8], look: Option<&Look>) -> anyhow::Result<()> {
    let shown = arguments.show_recipients;
    let redactor = if shown { Redactor::default() } else { redactor(bytes)? };
    let copies = copies(bytes, &|text| redactor.redact(text))?;
    let mut mail = Mail { container: Container::Message, messages: Vec::new() };
    for copy in &copies {
        // What was read once can be read again.
        mail.messages.extend(read(copy.text.as_bytes()).context("the copy for the evidence cannot be read")?.messages);
    }
    let answers = match look {
        Some(look) => Some(look.at(&mut mail).await.to_json()?),
        None => None,
    };
    let files = evidence_of(&BounceEvidence {
        mail: &mail,
        copies: &copies,
        answers: answers.as_deref(),
        dated: look.map_or_else(|| dated(arguments), |look| look.now),
        changed: &arguments.evidence.changed,
        redacted: (!shown).then(|| redactor.count()),
    })?;
    if files.iter().any(|file| redactor.finds(&file.text)) {
        bail!(
            "a mistake of this program, please report it: an address of a recipient is left in the evidence; nothing was written"
        );
    }
    say(&place.put(&files)?);
    Ok(())
}

/// The addresses of recipients that the bounce tells of, but not those of the sender.
fn redactor(bytes: &[u8]) -> anyhow::Result<Redactor> {
    let mail = read(bytes)?;
    let reports = || mail.messages.iter().flat_map(|message| &message.reports);
    let returned = || mail.messages.iter().map(|message| &message.returned);
    let mut addresses: Vec<String> =
        reports().flat_map(|report| [&report.recipient, &report.original_recipient]).flatten().cloned().collect();
    addresses.extend(returned().flat_map(|returned| returned.to.iter().cloned()));
    addresses.extend(addressees(bytes)?);
    let kept: Vec<&str> =
        returned().flat_map(|returned| [&returned.from, &returned.return_path]).flatten().map(String::as_str).collect();
    Ok(Redactor::of(addresses.iter().map(String::as_str), &kept))
}

fn dated(arguments: &BounceArgs) -> Timestamp {
    arguments.evidence.dated.unwrap_or_else(Timestamp::now)
}

/// Whom to ask.
struct Look {
    gatherer: crate::published::Gatherer,
    block_lists: Vec<Name>,
    rdap: Option<Rdap>,
    now: Timestamp,
}

impl Look {
    async fn new(arguments: &BounceArgs) -> anyhow::Result<Self> {
        let zone = |zone: &String| zone.parse::<Name>().map_err(|error| anyhow!("`--dnsbl {zone}`: {error}"));
        let block_lists = arguments.dnsbl.iter().map(zone).collect::<anyhow::Result<_>>()?;
        let rdap = if arguments.rdap {
            Some(Rdap::new(arguments.rdap_bootstrap.as_deref(), arguments.timeout).await?)
        } else {
            None
        };
        let gatherer = message_gatherer(&arguments.source, arguments.timeout, arguments.deadline)?;
        Ok(Self { gatherer, block_lists, rdap, now: dated(arguments) })
    }

    /// Looks up what matters for each report, and gives back the answers that this rests on.
    async fn at(&self, mail: &mut Mail) -> Answers {
        let mut read = Vec::new();
        let mut ages: BTreeMap<Name, Registration> = BTreeMap::new();
        for message in &mut mail.messages {
            let cases: Vec<Case> =
                message.reports.iter().map(|report| Case::of(message, report, &self.block_lists, self.now)).collect();
            for (report, case) in message.reports.iter_mut().zip(cases) {
                let gathered = self.gatherer.run(None, |ask| checks(ask, &case)).await;
                report.checks = gathered.result;
                read.push(gathered.answers);
                let Some((rdap, author)) = self.rdap.as_ref().zip(case.author.as_ref()) else { continue };
                let domain = organizational_domain(author);
                if !ages.contains_key(&domain) {
                    ages.insert(domain.clone(), rdap.ask(&domain).await);
                }
                report.checks.extend(ages.get(&domain).map(|age| age_check(age, &domain, self.now)));
            }
        }
        merge(read)
    }
}
/// What is in the file, up to what is read at most, and how to name it.
fn contents(path: &Path) -> anyhow::Result<(Vec<u8>, String)> {
    let most = u64::try_from(MAX_BYTES)? + 1;
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        if std::io::stdin().is_terminal() {
            say("paste the bounce, then an end of file (Ctrl-D; on Windows Ctrl-Z and Enter):\n");
        }
        std::io::stdin().take(most).read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok((bytes, "what came on standard input".to_owned()));
    }
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
    if file.metadata().is_ok_and(|data| data.is_dir()) {
        bail!("{name} is a folder: give one message of it");
    }
    file.take(most).read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
    Ok((bytes, name))
}

//! Where what is published comes from: live DNS, zone files, a snapshot, a provider.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use mailvouch_providers::dns::Name;
use mailvouch_providers::dns::master::{self, LoadedLongString, LoadedZone, Record};

use super::connect::{self, Opened};
use super::files::read_text;
use crate::cli::SourceArgs;
use crate::declared::PublishedFrom;
use crate::lint::{Selection, Subject};
use crate::plan::ProviderSource;
use crate::published::{Answers, Live, LiveOptions, Recursion, Source, Transport, ZoneFiles};
use crate::record::SpfRecord;

/// The rules that tell of a zone file that no server would load.
const SPF_TELLS: &str = "spf-string-too-long";
const DKIM_TELLS: &str = "dkim-string-too-long";

/// The names at which a finding will tell that a string is too long.
#[derive(Default)]
pub(super) struct Told {
    /// Domains: in their SPF records.
    spf: BTreeSet<Name>,
    /// Selectors: in every text.
    dkim: BTreeSet<Name>,
}

impl Told {
    /// Those of these domains, where the rules speak that tell of it.
    pub(super) fn of(subjects: &[Subject], rules: &Selection) -> Self {
        let mut told = Self::default();
        if rules.holds(SPF_TELLS) {
            told.spf = subjects.iter().map(|subject| subject.domain.clone()).collect();
        }
        if rules.holds(DKIM_TELLS) {
            told.dkim = subjects.iter().flat_map(Subject::selector_owners).collect();
        }
        told
    }
}

/// Where what is published comes from.
pub(super) struct From<'a> {
    pub(super) resolver: &'a [SocketAddr],
    pub(super) zone_files: &'a [PathBuf],
    pub(super) answers: Option<&'a Path>,
    pub(super) timeout: Duration,
    /// What questions go out on.
    pub(super) transport: Transport,
    /// Where strings that are too long are let through.
    pub(super) told: Told,
}

impl<'a> From<'a> {
    pub(super) fn of(source: &'a SourceArgs, timeout: Duration) -> Self {
        let SourceArgs { resolver, zone_file, answers } = source;
        Self {
            resolver,
            zone_files: zone_file,
            answers: answers.as_deref(),
            timeout,
            transport: Transport::Own,
            told: Told::default(),
        }
    }

    /// Whether no server is asked.
    pub(super) fn is_offline(&self) -> bool {
        self.answers.is_some() || !self.zone_files.is_empty()
    }
}

/// DNS, or what stands in for it; for domains with `published = "provider"` what their provider holds. With the providers
/// that were opened for it.
pub(super) fn source_for(subjects: &[Subject], from: &From<'_>) -> anyhow::Result<(Arc<dyn Source>, Opened)> {
    let beneath = source(from)?;
    let at_provider = |subject: &&Subject| {
        subject.declared.as_ref().is_some_and(|declared| declared.domain().published == PublishedFrom::Provider)
    };
    let subjects: Vec<Subject> = subjects.iter().filter(at_provider).cloned().collect();
    // Files that are named on the command line count for more than the declaration.
    if subjects.is_empty() || !from.zone_files.is_empty() || from.answers.is_some() {
        return Ok((beneath, Opened::default()));
    }
    let opened = connect::providers(&Opened::default(), &subjects, from.timeout)?;
    let domain = |subject: &Subject| {
        let config = subject.declared.as_ref()?.domain().provider.as_ref()?;
        Some((subject.domain.clone(), opened.look.get(&config.value.name.value)?.clone()))
    };
    Ok((Arc::new(ProviderSource::new(subjects.iter().filter_map(domain), beneath)), opened))
}

/// Whoever is asked where no provider is.
pub(super) fn source(from: &From<'_>) -> anyhow::Result<Arc<dyn Source>> {
    if let Some(path) = from.answers {
        let text = read_text(path)?;
        return Ok(Arc::new(Answers::from_json(&text).with_context(|| path.display().to_string())?));
    }
    if !from.zone_files.is_empty() {
        let mut zones = Vec::new();
        for path in from.zone_files {
            zones.push(zone_file(path, &from.told)?);
        }
        return Ok(Arc::new(ZoneFiles::from_loaded(&zones)?));
    }
    if from.resolver.is_empty() {
        return Ok(Arc::new(
            Live::system(from.timeout, from.transport).context("name a resolver with `--resolver IP`")?,
        ));
    }
    Ok(Arc::new(Live::new(LiveOptions {
        upstreams: from.resolver.to_vec(),
        timeout: from.timeout,
        recursion: Recursion::Desired,
        transport: from.transport,
    })?))
}

/// A zone file as a server would load it. What keeps servers from loading it is let through only where a finding tells
/// of it.
fn zone_file(path: &Path, told: &Told) -> anyhow::Result<LoadedZone> {
    let zone = master::load_as_written(path, None)?;
    let is_told = |long: &LoadedLongString<'_>| {
        let Record { owner, rdata, .. } = long.record;
        let is_spf = || rdata.as_txt().is_some_and(|txt| SpfRecord::parse(&txt.joined()).is_some());
        // What stands beside an alias is not looked at.
        let aliased = || zone.records().any(|at| at.record.owner == *owner && at.record.rdata.as_cname().is_some());
        let is_looked_at =
            told.dkim.contains(owner) && rdata.as_txt().is_some() || told.spf.contains(owner) && is_spf();
        is_looked_at && !aliased()
    };
    if zone.long_strings().iter().all(is_told) { Ok(zone) } else { Ok(master::load(path, None)?) }
}

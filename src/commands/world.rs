//! What a command looks at: the declaration, the domains, and whom to ask about them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use ipnet::IpNet;
use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use super::connect::Opened;
use super::list::{List, Listed};
use super::source::{From, Told, source, source_for};
use crate::cli::{DnsArgs, SourceArgs, SpfArgs, TransportArg, WorldArgs};
use crate::declared::{
    Declaration, DeclarationError, Guard, Moment, ProviderKind, domain_argument, nearest_name, selector_argument,
};
use crate::lint::{ALL, Declared, Depth, Selection, Subject};
use crate::published::{Answers, Gatherer, Transport};

/// The file that is looked for, here and in every folder above.
pub(super) const DECLARATION: &str = "mailvouch.toml";

/// Questions in flight for each domain in flight: one domain asks a dozen at once, many share a limit.
const QUESTIONS_PER_DOMAIN: usize = 8;

/// Domains that are looked at at a time, where nothing is said.
const AT_ONCE: u16 = 32;
/// The same of a list that is looked at while it is read: answers are waited for together.
const AT_ONCE_OF_LIST: u16 = 1024;

/// How many domains are looked at at a time.
pub(super) fn at_once(arguments: &WorldArgs) -> usize {
    arguments.concurrency.unwrap_or(AT_ONCE).into()
}

/// How many domains of a list are.
pub(super) fn at_once_of_list(arguments: &WorldArgs) -> usize {
    arguments.concurrency.unwrap_or(AT_ONCE_OF_LIST).into()
}

/// What a command looks at.
pub(super) struct World {
    /// The declaration, if there is one.
    pub(super) declaration: Option<Arc<Declaration>>,
    /// The domains, in the order in which they are shown.
    pub(super) subjects: Vec<Subject>,
    /// Who is asked.
    pub(super) gatherer: Gatherer,
    /// The rules that speak.
    pub(super) rules: Selection,
    /// Whether no server is asked: files stand for DNS.
    pub(super) offline: bool,
    /// The providers that are open: those that are asked for what is published.
    pub(super) opened: Opened,
}

impl World {
    /// What the options say.
    pub(super) fn of(arguments: &WorldArgs) -> anyhow::Result<Self> {
        let declaration = declaration(arguments.config.as_deref())?;
        let now = time(arguments.as_of);
        let rules = Selection { select: arguments.select.clone(), ignore: arguments.ignore.clone() };
        known_rules(arguments.select.iter().chain(&arguments.ignore))?;
        let mut wanted = domains(&arguments.domains)?;
        if let Some(path) = &arguments.list.domains_from {
            wanted.extend(List::whole(path, &arguments.list)?);
        }
        let wanted = once_each(wanted);
        let mut subjects = if wanted.is_empty() {
            all_declared(declaration.as_ref(), &arguments.selector, now)?
        } else {
            let subject = |(domain, mut selectors): (Name, Vec<String>)| {
                selectors.extend(arguments.selector.iter().cloned());
                subject(declaration.as_ref(), domain, selectors, &arguments.egress, now)
            };
            wanted.into_iter().map(subject).collect::<anyhow::Result<Vec<_>>>()?
        };
        if arguments.thorough {
            for subject in &mut subjects {
                subject.depth = Depth::Thorough;
            }
        }
        for subject in &subjects {
            for selector in &subject.selectors {
                selector_argument(selector, &subject.domain).map_err(|why| anyhow!("{why}"))?;
            }
        }
        let mut from = From::of(&arguments.source, arguments.timeout);
        from.told = Told::of(&subjects, &rules);
        from.transport = match arguments.transport {
            TransportArg::Pooled => Transport::Pooled,
            TransportArg::Auto | TransportArg::Own => Transport::Own,
        };
        let (source, opened) = source_for(&subjects, &from)?;
        let in_flight = at_once(arguments) * QUESTIONS_PER_DOMAIN;
        let gatherer = Gatherer::new(source, in_flight, arguments.deadline);
        Ok(Self { declaration, subjects, gatherer, rules, offline: from.is_offline(), opened })
    }

    /// The same for a list that is looked at while it is read: its domains are no part of this, and come with
    /// [`Self::listed`].
    pub(super) fn for_list(arguments: &WorldArgs) -> anyhow::Result<Self> {
        let declaration = declaration(arguments.config.as_deref())?;
        let rules = Selection { select: arguments.select.clone(), ignore: arguments.ignore.clone() };
        known_rules(arguments.select.iter().chain(&arguments.ignore))?;
        // Whoever is declared may be on the list; where nothing is declared there is nobody.
        let declared = declaration.as_ref().filter(|declaration| !declaration.domains.is_empty());
        let declared = match declared {
            Some(_) => all_declared(declaration.as_ref(), &[], time(arguments.as_of))?,
            None => Vec::new(),
        };
        let mut from = From::of(&arguments.source, arguments.timeout);
        from.told = Told::of(&declared, &rules);
        from.transport = match arguments.transport {
            TransportArg::Own => Transport::Own,
            TransportArg::Auto | TransportArg::Pooled => Transport::Pooled,
        };
        let (source, opened) = source_for(&declared, &from)?;
        let in_flight = at_once_of_list(arguments) * QUESTIONS_PER_DOMAIN;
        let gatherer = Gatherer::for_list(source, in_flight, arguments.deadline);
        Ok(Self { declaration, subjects: Vec::new(), gatherer, rules, offline: from.is_offline(), opened })
    }

    /// A domain of a list, with what is declared for it.
    pub(super) fn listed(&self, listed: &Listed, arguments: &WorldArgs, now: Timestamp) -> anyhow::Result<Subject> {
        let selectors = listed.selectors.iter().chain(&arguments.selector).cloned().collect();
        let domain = listed.domain.clone();
        let subject = subject(self.declaration.as_ref(), domain, selectors, &arguments.egress, now)?;
        let depth = if arguments.thorough { Depth::Thorough } else { Depth::Brief };
        Ok(Subject { depth, ..subject })
    }

    /// The same for commands that look at one domain.
    pub(super) fn one(arguments: &SpfArgs) -> anyhow::Result<Self> {
        let declaration = declaration(arguments.config.as_deref())?;
        let domain = domain_argument(&arguments.domain).map_err(|why| anyhow!("{why}"))?;
        let subjects = vec![subject(declaration.as_ref(), domain, Vec::new(), &arguments.egress, Timestamp::now())?];
        let from = From::of(&arguments.source, arguments.timeout);
        let (source, opened) = source_for(&subjects, &from)?;
        let gatherer = Gatherer::new(source, 8 * QUESTIONS_PER_DOMAIN, arguments.deadline);
        Ok(Self { declaration, subjects, gatherer, rules: Selection::default(), offline: from.is_offline(), opened })
    }

    /// The same for commands that write: only what is declared can be changed.
    pub(super) fn declared(names: &[String], arguments: &DnsArgs, as_of: Option<Moment>) -> anyhow::Result<Self> {
        let declaration = declaration(arguments.config.as_deref())?;
        let now = time(as_of);
        let subjects = if names.is_empty() {
            all_declared(declaration.as_ref(), &[], now)?
        } else {
            let wanted = once_each(domains(names)?);
            let subjects =
                wanted.into_iter().map(|(domain, _)| subject(declaration.as_ref(), domain, Vec::new(), &[], now));
            subjects.collect::<anyhow::Result<Vec<_>>>()?
        };
        let from = From {
            resolver: &arguments.resolver,
            zone_files: &arguments.zone_file,
            answers: None,
            timeout: arguments.timeout,
            transport: Transport::Own,
            told: Told::of(&subjects, &Selection::default()),
        };
        let (source, opened) = source_for(&subjects, &from)?;
        let gatherer = Gatherer::new(source, 32 * QUESTIONS_PER_DOMAIN, arguments.deadline);
        Ok(Self { declaration, subjects, gatherer, rules: Selection::default(), offline: from.is_offline(), opened })
    }

    /// The declared domains that are not among the subjects: a change may reach them all the same.
    pub(super) fn others(&self) -> Vec<Subject> {
        let Some(now) = self.subjects.first().map(|subject| subject.now) else { return Vec::new() };
        let declared = self.declaration.iter().flat_map(Declared::all);
        let subject = |declared: Declared| Subject {
            domain: declared.domain().name.value.clone(),
            declared: Some(declared),
            selectors: Vec::new(),
            now,
            depth: Depth::Usual,
        };
        let named: BTreeSet<&Name> = self.subjects.iter().map(|subject| &subject.domain).collect();
        declared.map(subject).filter(|subject| !named.contains(&subject.domain)).collect()
    }

    /// The domains whose records a person types into a web panel, with the zone where it is declared.
    pub(super) fn by_hand(&self) -> BTreeMap<Name, Option<Name>> {
        let declared = self.subjects.iter().filter_map(|subject| subject.declared.as_ref());
        let manual = declared.filter_map(|declared| {
            let config = &declared.domain().provider.as_ref()?.value;
            let zone = config.zone.as_ref().map(|zone| zone.value.clone());
            matches!(config.kind, ProviderKind::Manual).then(|| (declared.domain().name.value.clone(), zone))
        });
        manual.collect()
    }

    /// The providers that are sources, by their names in the declaration, each with the program that publishes it.
    pub(super) fn in_source(&self) -> BTreeMap<String, &'static str> {
        let declared = self.subjects.iter().filter_map(|subject| subject.declared.as_ref());
        let sources = declared.filter_map(|declared| {
            let config = &declared.domain().provider.as_ref()?.value;
            let is_source = matches!(config.kind, ProviderKind::OctoDns { .. });
            is_source.then(|| (config.name.value.clone(), "octoDNS (`octodns-sync`)"))
        });
        sources.collect()
    }

    /// Whether the provider of a domain is a source, and nobody named servers that have to agree all the same.
    pub(super) fn is_published_later(&self, domain: &Name) -> bool {
        let subject = self.subjects.iter().find(|subject| subject.domain == *domain);
        let declared = subject.and_then(|subject| subject.declared.as_ref());
        let config = declared.and_then(|declared| declared.domain().provider.as_ref());
        config.is_some_and(|config| {
            matches!(config.value.kind, ProviderKind::OctoDns { .. }) && config.value.authoritative.is_empty()
        })
    }

    /// What allows a guard for a domain: the command line, else a line of the declaration.
    pub(super) fn allows(&self, domain: &Name, guard: Guard, allow: &[Guard]) -> Option<String> {
        if allow.contains(&guard) {
            return Some("by `--allow`".to_owned());
        }
        let declaration = self.declaration.as_ref()?;
        let declared = declaration.domain(domain)?.allow.iter().find(|at| at.value == guard)?;
        let line = declaration.file.positions(&[declared.span.start]).first().map_or(0, |position| position.line);
        Some(format!("by {}:{line}", declaration.file.path().display()))
    }
}

/// The time that dates are held against: the beginning of a day that is named, else now.
pub(super) fn time(as_of: Option<Moment>) -> Timestamp {
    as_of.map_or_else(Timestamp::now, |moment| moment.starts())
}

/// Who is asked about one message. Receivers know no declaration, so none is read.
pub(super) fn message_gatherer(from: &SourceArgs, timeout: Duration, deadline: Duration) -> anyhow::Result<Gatherer> {
    whoever_answers(&From::of(from, timeout), 8, deadline)
}

/// The same for so many domains at a time.
pub(super) fn whoever_answers(from: &From<'_>, domains: usize, deadline: Duration) -> anyhow::Result<Gatherer> {
    Ok(Gatherer::new(source(from)?, domains * QUESTIONS_PER_DOMAIN, deadline))
}

/// What tells a declaration from any other: the SHA-256 of its text, in hexadecimal.
pub(super) fn digest(declaration: &Declaration) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, declaration.file.text().as_bytes());
    digest.as_ref().iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().concat()
}

/// The declaration that is named, or the nearest one; none where there is none and none was named.
pub(super) fn declaration(path: Option<&Path>) -> anyhow::Result<Option<Arc<Declaration>>> {
    let found = match path {
        Some(path) => path.to_owned(),
        None => match nearest()? {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    let declaration = Declaration::load(&found)?;
    let ids: Vec<&str> = ALL.iter().map(|rule| rule.meta().id).collect();
    let problems = declaration.check_rule_names(&ids);
    if !problems.is_empty() {
        return Err(DeclarationError::Invalid { file: declaration.file, problems, omitted: 0 }.into());
    }
    Ok(Some(Arc::new(declaration)))
}

/// The nearest declaration, here or in a folder above.
pub(super) fn nearest() -> anyhow::Result<Option<PathBuf>> {
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let found = here.ancestors().map(|folder| folder.join(DECLARATION)).find(|path| path.is_file());
    // As short as it can be named from here: it is shown with every finding.
    Ok(found.map(|path| match path.strip_prefix(&here) {
        Ok(short) => short.to_owned(),
        Err(_) => path,
    }))
}

fn all_declared(
    declaration: Option<&Arc<Declaration>>,
    selectors: &[String],
    now: Timestamp,
) -> anyhow::Result<Vec<Subject>> {
    let Some(declaration) = declaration else {
        bail!("no domain is given, and there is no `{DECLARATION}` here or above: name a domain, or a file with `-c`");
    };
    if declaration.domains.is_empty() {
        bail!("{} declares no domain: add `[domains.\"example.com\"]`", declaration.file.path().display());
    }
    let subject = |declared: Declared| Subject {
        domain: declared.domain().name.value.clone(),
        declared: Some(declared),
        selectors: selectors.to_vec(),
        now,
        depth: Depth::Usual,
    };
    Ok(Declared::all(declaration).map(subject).collect())
}

/// One domain with what is declared for it, or with the addresses of the command line.
fn subject(
    declaration: Option<&Arc<Declaration>>,
    domain: Name,
    selectors: Vec<String>,
    egress: &[IpNet],
    now: Timestamp,
) -> anyhow::Result<Subject> {
    let mut declared = declaration.and_then(|declaration| Declared::of(declaration, &domain));
    if !egress.is_empty() {
        if let Some(declared) = &declared {
            let path = declared.declaration().file.path().display();
            bail!("{domain} is declared in {path}: its addresses belong there, not on the command line (`--egress`)");
        }
        declared = Declared::of(&Arc::new(one_off(&domain, egress)?), &domain);
    }
    Ok(Subject { domain, declared, selectors, now, depth: Depth::Usual })
}

/// The addresses of the command line as a declaration: the same rules, with the same words, without a file.
fn one_off(domain: &Name, egress: &[IpNet]) -> anyhow::Result<Declaration> {
    let addresses: Vec<String> = egress.iter().map(|network| format!("\"{network}\"")).collect();
    let text = format!(
        "version = 1\n[egress.command-line]\naddresses = [{}]\n[domains.\"{domain}\"]\negress = [\"command-line\"]\n",
        addresses.join(", ")
    );
    let read = Declaration::from_text(Path::new("--egress"), &text, Path::new(""));
    let mut declaration = read.map_err(|error| match error {
        // Nobody wrote the text that the problems point into.
        DeclarationError::Invalid { problems, .. } => {
            let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
            anyhow!("`--egress`: {}", messages.join("; "))
        }
        other => other.into(),
    })?;
    for domain in &mut declaration.domains {
        // Addresses alone do not say that nobody else sends.
        domain.says_who_sends = false;
    }
    Ok(declaration)
}

fn domains(names: &[String]) -> anyhow::Result<Vec<(Name, Vec<String>)>> {
    let read = |name: &String| Ok((domain_argument(name).map_err(|why| anyhow!("{why}"))?, Vec::new()));
    names.iter().map(read).collect()
}

/// The domains in their order; one that is named again brings its selectors along, and is not looked at twice.
pub(super) fn once_each(domains: Vec<(Name, Vec<String>)>) -> Vec<(Name, Vec<String>)> {
    let mut once: Vec<(Name, Vec<String>)> = Vec::with_capacity(domains.len());
    let mut places = BTreeMap::new();
    for (domain, selectors) in domains {
        let place = *places.entry(domain.clone()).or_insert_with(|| {
            once.push((domain, Vec::new()));
            once.len() - 1
        });
        once[place].1.extend(selectors);
    }
    once
}

pub(super) fn known_rules<'a>(named: impl Iterator<Item = &'a String>) -> anyhow::Result<()> {
    let ids: Vec<&str> = ALL.iter().map(|rule| rule.meta().id).collect();
    for name in named {
        if !ids.contains(&name.as_str()) {
            return Err(no_such_rule(name));
        }
    }
    Ok(())
}

/// What is said of a rule that does not exist.
pub(super) fn no_such_rule(name: &str) -> anyhow::Error {
    let nearest = nearest_name(name, ALL.iter().map(|rule| rule.meta().id));
    let meant = nearest.map(|id| format!("; did you mean `{id}`?")).unwrap_or_default();
    anyhow!("there is no rule `{name}`{meant} (`mailvouch rules` lists them all)")
}

/// Answers of several domains as one snapshot.
pub(super) fn merge(all: impl IntoIterator<Item = Answers>) -> Answers {
    let mut merged = BTreeMap::new();
    for answers in all {
        for (question, reply) in answers.sorted() {
            merged.insert(question.clone(), reply.clone());
        }
    }
    merged.into_iter().collect()
}

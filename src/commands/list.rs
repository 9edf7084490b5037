//! A list of domains, read line by line: one a line, each perhaps with selectors; `#` begins a comment.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use mailvouch_providers::dns::Name;

use crate::cli::{ListArgs, Shard};
use crate::declared::{domain_argument, selector_argument};

/// Longest line, in octets: a name has 255 at the most, and nobody has a hundred selectors.
const LONGEST: u64 = 8192;

/// The list, as far as it has been read.
pub(super) struct List {
    path: PathBuf,
    from: BufReader<Box<dyn Read + Send>>,
    /// How long the file is, where it is one.
    length: Option<u64>,
    read: u64,
    line: u64,
    first: u64,
    shard: Option<Shard>,
}

/// One line of it.
pub(super) struct Listed {
    /// Which, counted from one.
    pub(super) line: u64,
    pub(super) domain: Name,
    pub(super) selectors: Vec<String>,
}

/// What stands on a line.
pub(super) enum Line {
    Domain(Listed),
    /// Nothing that can be looked at.
    Bad(anyhow::Error),
}

/// A line of a list.
pub(super) fn text_of(domain: &Name, selectors: &[String]) -> String {
    let gap = if selectors.is_empty() { "" } else { " " };
    format!("{domain}{gap}{}\n", selectors.join(","))
}

impl List {
    /// Opens the list that the arguments name.
    pub(super) fn open(path: &Path, arguments: &ListArgs) -> anyhow::Result<Self> {
        let (from, length): (Box<dyn Read + Send>, _) = if path == Path::new("-") {
            (Box::new(io::stdin()), None)
        } else {
            let cannot = || format!("cannot read {}", path.display());
            let file = File::open(path).with_context(cannot)?;
            let about = file.metadata().with_context(cannot)?;
            if about.is_dir() {
                bail!("{} is a folder, not a list of domains", path.display());
            }
            let length = about.is_file().then_some(about.len());
            (Box::new(file), length)
        };
        let first = arguments.resume_from.map_or(1, Into::into);
        let from = BufReader::new(from);
        Ok(Self { path: path.to_owned(), from, length, read: 0, line: 0, first, shard: arguments.shard })
    }

    /// Where it comes from, for people.
    pub(super) fn name(&self) -> String {
        if self.path == Path::new("-") { "standard input".to_owned() } else { self.path.display().to_string() }
    }

    /// Octets read, and how many there are where that is known.
    pub(super) fn progress(&self) -> (u64, Option<u64>) {
        (self.read, self.length)
    }

    /// Whether a further line can be had without waiting for anybody.
    pub(super) fn has_more_at_hand(&self) -> bool {
        self.from.buffer().contains(&b'\n')
    }

    /// All domains of it, each line sound, and at least one where all of it is looked at.
    pub(super) fn whole(path: &Path, arguments: &ListArgs) -> anyhow::Result<Vec<(Name, Vec<String>)>> {
        let mut list = Self::open(path, arguments)?;
        let mut domains = Vec::new();
        while let Some(line) = list.next_line()? {
            match line {
                Line::Domain(listed) => domains.push((listed.domain, listed.selectors)),
                Line::Bad(error) => return Err(error),
            }
        }
        if domains.is_empty() {
            bail!(list.holds_nothing());
        }
        Ok(domains)
    }

    /// What is said where nothing was found to look at.
    pub(super) fn holds_nothing(&self) -> String {
        let name = self.name();
        if self.first > 1 {
            format!("{name} lists no domain from line {} on", self.first)
        } else if self.shard.is_some() {
            format!("{name} lists no domain of this part")
        } else {
            format!("{name} lists no domain")
        }
    }

    /// The next line that is to be looked at; none at the end.
    pub(super) fn next_line(&mut self) -> anyhow::Result<Option<Line>> {
        let mut octets = Vec::new();
        loop {
            octets.clear();
            let read = self.from.by_ref().take(LONGEST).read_until(b'\n', &mut octets);
            let read = read.with_context(|| format!("cannot read {} past line {}", self.name(), self.line))?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            self.read += read as u64;
            let whole = octets.ends_with(b"\n") || (read as u64) < LONGEST;
            if !whole {
                self.pass_over()?;
            }
            if self.line < self.first {
                continue;
            }
            let line = if whole { self.listed(&octets) } else { Err(anyhow!("is longer than {LONGEST} octets")) };
            match line {
                Ok(None) => {}
                Ok(Some(listed)) if self.shard.is_some_and(|shard| !shard.holds(&listed.domain)) => {}
                Ok(Some(listed)) => return Ok(Some(Line::Domain(listed))),
                Err(why) => return Ok(Some(Line::Bad(anyhow!("{}:{}: {why}", self.name(), self.line)))),
            }
        }
    }

    /// The rest of a line that is too long.
    fn pass_over(&mut self) -> anyhow::Result<()> {
        let read = self.from.skip_until(b'\n').with_context(|| format!("cannot read {}", self.name()))?;
        self.read += read as u64;
        Ok(())
    }

    /// What stands on a line; none where nothing does.
    fn listed(&self, octets: &[u8]) -> anyhow::Result<Option<Listed>> {
        let text = std::str::from_utf8(octets).map_err(|_| anyhow!("is no text in UTF-8"))?;
        // Some editors begin a file with a mark.
        let text = if self.line == 1 { text.trim_start_matches('\u{feff}') } else { text };
        let mut words = text.split('#').next().unwrap_or_default().split_whitespace();
        let Some(name) = words.next() else { return Ok(None) };
        let domain = domain_argument(name).map_err(|why| anyhow!("{why}"))?;
        let selectors = words.next().unwrap_or_default();
        if words.next().is_some() {
            bail!("a line is a domain, and perhaps its selectors with commas between them");
        }
        let selectors: Vec<String> =
            selectors.split(',').filter(|selector| !selector.is_empty()).map(str::to_owned).collect();
        for selector in &selectors {
            selector_argument(selector, &domain).map_err(|why| anyhow!("{why}"))?;
        }
        Ok(Some(Listed { line: self.line, domain, selectors }))
    }
}

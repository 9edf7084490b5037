//! `--unknown-to`: the domains of which something could not be told, as a list to look at again.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use mailvouch_providers::dns::Name;

use super::files::NewText;
use super::list::text_of;

/// The list in the making: it takes its place when it is finished.
pub(super) struct Unknowns {
    path: PathBuf,
    to: BufWriter<NewText>,
}

impl Unknowns {
    /// Fails at once where nothing can be written, rather than after a long run.
    pub(super) fn new(path: &Path) -> anyhow::Result<Self> {
        Ok(Self { path: path.to_owned(), to: BufWriter::new(NewText::at(path)?) })
    }

    /// One more.
    pub(super) fn note(&mut self, domain: &Name, selectors: &[String]) -> anyhow::Result<()> {
        let written = self.to.write_all(text_of(domain, selectors).as_bytes());
        written.with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// All are noted.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let Self { path, to } = self;
        let file = to.into_inner().map_err(std::io::IntoInnerError::into_error);
        file.with_context(|| format!("cannot write {}", path.display()))?.put()
    }
}

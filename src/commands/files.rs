//! Files that are read whole, and files that are written whole or not at all.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use tempfile::NamedTempFile;

/// Largest file that is read whole, in bytes.
const MAX_FILE: u64 = 256 << 20;

/// A text file of bounded size.
pub(super) fn read_text(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let read = file.take(MAX_FILE + 1).read_to_string(&mut text);
    let length = read.with_context(|| format!("cannot read {} as text", path.display()))?;
    if length as u64 > MAX_FILE {
        bail!("{} is larger than {} MiB", path.display(), MAX_FILE >> 20);
    }
    Ok(text)
}

/// Puts a text in a file, with what stood there before gone at one stroke or still whole.
pub(super) fn write_text(path: &Path, text: &str) -> anyhow::Result<()> {
    NewText::at(path)?.put_text(text)
}

/// Puts a text in a file that is not there yet: if one has come meanwhile, it stays.
pub(super) fn put_new_text(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".mailvouch-");
    for_readers(&mut builder, None);
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    // To the disk first, so that no name leads to a text that a crash has cut off.
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// A file in the making. It takes its place when it is [put](Self::put), and is gone if it never is: whoever reads
/// that place finds all of a text, or what stood there before.
pub(super) struct NewText {
    path: PathBuf,
    to: Making,
}

enum Making {
    Beside(NamedTempFile),
    /// A device or a pipe: nothing can take its place.
    Straight(File),
}

impl NewText {
    /// Fails at once where nothing can be written, rather than after a long run.
    pub(super) fn at(path: &Path) -> anyhow::Result<Self> {
        let failed = |error| cannot_write(path, error);
        // A link stays one: what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let there = fs::metadata(&path).ok();
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            let file = OpenOptions::new().write(true).open(&path).map_err(failed)?;
            return Ok(Self { path, to: Making::Straight(file) });
        }
        if there.is_some() {
            // Whether it may be written is asked of the file itself: a folder would let it be replaced all the same.
            OpenOptions::new().write(true).open(&path).map_err(failed)?;
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".mailvouch-");
        for_readers(&mut builder, there.map(|there| there.permissions()));
        let file = builder.tempfile_in(folder).map_err(failed)?;
        Ok(Self { path, to: Making::Beside(file) })
    }

    /// Takes its place with this text.
    pub(super) fn put_text(mut self, text: &str) -> anyhow::Result<()> {
        self.write_all(text.as_bytes()).map_err(|error| cannot_write(&self.path, error))?;
        self.put()
    }

    /// The file is whole: it takes its place.
    pub(super) fn put(self) -> anyhow::Result<()> {
        let Self { path, to } = self;
        match to {
            Making::Straight(_) => Ok(()),
            // To the disk first, so that no name leads to a text that a crash has cut off.
            Making::Beside(file) => {
                file.as_file().sync_all().map_err(|error| cannot_write(&path, error))?;
                file.persist(&path).map_err(|error| cannot_write(&path, error.error))?;
                Ok(())
            }
        }
    }
}

impl Write for NewText {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            Making::Beside(file) => file.write(octets),
            Making::Straight(file) => file.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn cannot_write(path: &Path, error: io::Error) -> anyhow::Error {
    anyhow::Error::new(error).context(format!("cannot write {}", path.display()))
}

/// The file has the readers of the one before it; a new one has those that the user's mask leaves.
#[cfg(unix)]
fn for_readers(builder: &mut tempfile::Builder<'_, '_>, before: Option<Permissions>) {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(before.unwrap_or_else(|| Permissions::from_mode(0o666)));
}

/// Elsewhere a file has the readers of its folder.
#[cfg(not(unix))]
fn for_readers(_: &mut tempfile::Builder<'_, '_>, _: Option<Permissions>) {}

//! The two files of a key pair: both are written, or none is there. No file that exists is touched.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};

use crate::declared::KeyPair;

/// Writes a key pair to two files that do not exist.
pub(super) fn write(pair: &KeyPair, private: &Path, public: &Path) -> anyhow::Result<()> {
    let mut private = NewFile::create(private, Readers::Owner)?;
    let mut public = NewFile::create(public, Readers::Everyone)?;
    private.fill(pair.private_pem())?;
    public.fill(pair.public_pem())?;
    private.keep = true;
    public.keep = true;
    Ok(())
}

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readers {
    Owner,
    Everyone,
}

/// A file that this run made; it goes with the value unless it is to be kept.
struct NewFile {
    path: PathBuf,
    file: File,
    keep: bool,
}

impl NewFile {
    /// The file exists with its mode from the first moment on: nobody opens it before it is closed to them.
    fn create(path: &Path, readers: Readers) -> anyhow::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        restrict(&mut options, readers);
        let shown = path.display();
        let file = options.open(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                anyhow!(
                    "{shown} exists, and no key is overwritten: take another selector, or another file with `--key`"
                )
            }
            _ => anyhow::Error::new(error).context(format!("cannot write {shown}")),
        })?;
        Ok(Self { path: path.to_owned(), file, keep: false })
    }

    /// Writes it, down to the disk: a key that is published and lost cannot be had again.
    fn fill(&mut self, octets: &[u8]) -> anyhow::Result<()> {
        let written = self.file.write_all(octets).and_then(|()| self.file.sync_all());
        written.with_context(|| format!("cannot write {}, and no key is left there", self.path.display()))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.keep {
            // What went wrong before is told; that half a key could not be removed either would be told in its place.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions, readers: Readers) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(match readers {
        Readers::Owner => 0o600,
        Readers::Everyone => 0o644,
    });
}

/// Elsewhere a file has the readers of its folder.
#[cfg(not(unix))]
fn restrict(_: &mut OpenOptions, _: Readers) {}

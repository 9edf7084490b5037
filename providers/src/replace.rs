//! Puts new texts in place of files at one stroke each, and only if nobody changed them meanwhile.

use std::collections::BTreeMap;
use std::fs::{File, Metadata, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;

use crate::ProviderError;

/// What was read: the file as it was named, and every file behind it by its real path, that one first.
pub(crate) struct Texts<'a> {
    pub(crate) path: &'a Path,
    pub(crate) files: Vec<(&'a Path, &'a [u8])>,
}

/// What the system says about a path, in the provider's words.
pub(crate) fn system(path: &Path, error: &io::Error) -> ProviderError {
    kind_of(error)(format!("{}: {error}", path.display()))
}

pub(crate) fn kind_of(error: &io::Error) -> fn(String) -> ProviderError {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ProviderError::Unauthorized,
        _ => ProviderError::Unavailable,
    }
}

/// A lock on the file of a zone, held until it is dropped. Nobody has to heed it, and everyone who uses this does.
pub(crate) struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Said aloud: a process that was started meanwhile may still have the file open, which alone would keep it.
        // Should it fail, the lock ends with the file.
        let _ = self.file.unlock();
    }
}

/// Which file a path led to, and when that was last written.
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    file: (u64, u64),
    modified: Option<SystemTime>,
    octets: u64,
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let file = {
            use std::os::unix::fs::MetadataExt;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let file = (0, 0);
        Self { file, modified: metadata.modified().ok(), octets: metadata.len() }
    }
}

/// Locks a zone file against others who would edit it. One that is held by another is not waited for.
pub(crate) fn lock(path: &Path) -> Result<Lock, ProviderError> {
    let failed = |error: io::Error| system(path, &error);
    // Each edit puts another file there: a lock on the one before keeps nobody away.
    for _ in 0..8 {
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.permissions().readonly() {
            let message = format!("{}: is read-only; make it writable if it may be edited", path.display());
            return Err(ProviderError::Unauthorized(message));
        }
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) => break,
        }
        let locked = Identity::of(&file.metadata().map_err(failed)?);
        if locked == Identity::of(&path.metadata().map_err(failed)?) {
            return Ok(Lock { file });
        }
    }
    let message = format!("{}: another program is editing this file; try again when it has ended", path.display());
    Err(ProviderError::Unavailable(message))
}

/// The files of a zone as they were when it was read.
pub(crate) struct Seen {
    files: Vec<(PathBuf, Identity)>,
}

impl Seen {
    /// Looks at the files of a zone that was just read.
    pub(crate) fn of(read: &Texts<'_>) -> Result<Self, ProviderError> {
        let mut files = Vec::new();
        for (real, _) in &read.files {
            let metadata = real.metadata().map_err(|error| system(real, &error))?;
            files.push((real.to_path_buf(), Identity::of(&metadata)));
        }
        let seen = Self { files };
        // Between the reading and this look they may have changed.
        seen.still(read)?;
        Ok(seen)
    }

    /// Fails as stale if a file is not the one that was read, or holds something else.
    fn still(&self, read: &Texts<'_>) -> Result<(), ProviderError> {
        let changed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => ProviderError::Stale(Vec::new()),
            _ => system(read.path, &error),
        };
        let first = read.path.canonicalize().map_err(changed)?;
        let mut same = read.files.first().is_some_and(|(real, _)| *real == first);
        for ((path, identity), (_, was)) in self.files.iter().zip(&read.files) {
            let now = File::open(path).map_err(changed)?;
            let mut text = Vec::new();
            (&now).take(identity.octets + 1).read_to_end(&mut text).map_err(changed)?;
            same &= text == *was && Identity::of(&now.metadata().map_err(changed)?) == *identity;
            same &= Identity::of(&path.metadata().map_err(changed)?) == *identity;
        }
        if same { Ok(()) } else { Err(ProviderError::Stale(Vec::new())) }
    }

    /// Puts the texts in place of the files. `last` is the file that comes last: the one that tells others of a change.
    /// Until the first stroke nothing is changed; should a later one fail, those before it are taken back.
    pub(crate) fn replace(
        &self,
        read: &Texts<'_>,
        texts: &BTreeMap<PathBuf, Vec<u8>>,
        last: &Path,
    ) -> Result<(), ProviderError> {
        let mut paths: Vec<&PathBuf> = texts.keys().filter(|path| *path != last).collect();
        paths.extend(texts.keys().find(|path| *path == last));
        let mut ready = Vec::new();
        for path in paths {
            ready.push((path, beside(path, &texts[path])?));
        }
        self.still(read)?;
        let mut done: Vec<&PathBuf> = Vec::new();
        for (path, file) in ready {
            if let Err(error) = file.persist(path) {
                return Err(taken_back(read, &done, system(path, &error.error)));
            }
            done.push(path);
        }
        for path in done {
            let folder = path.parent().unwrap_or(Path::new("."));
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| {
                ProviderError::Unfinished(format!("{}: cannot be made to last: {error}", folder.display()))
            })?;
        }
        Ok(())
    }
}

/// Gives files that were replaced their old texts; says how that went, beside the error that made it necessary.
fn taken_back(read: &Texts<'_>, done: &[&PathBuf], cause: ProviderError) -> ProviderError {
    for path in done {
        let old = read.files.iter().find(|(real, _)| *real == path.as_path());
        let back = old.map(|(_, old)| {
            beside(path, old).and_then(|file| file.persist(path).map_err(|error| system(path, &error.error)))
        });
        if !matches!(back, Some(Ok(_))) {
            let path = path.display();
            return ProviderError::Unfinished(format!("{path}: only this file: {cause}"));
        }
    }
    cause
}

/// A file with this text beside another, with its mode and its owner, safe on disk.
fn beside(path: &Path, text: &[u8]) -> Result<NamedTempFile, ProviderError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::PermissionDenied => ProviderError::Unauthorized(format!(
            "{}: no file can be written beside it, which is how it is replaced: {error}",
            path.display()
        )),
        _ => system(path, &error),
    };
    let old = path.metadata().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ProviderError::Stale(Vec::new()),
        _ => failed(error),
    })?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut file =
        tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(".new").tempfile_in(folder).map_err(failed)?;
    file.write_all(text).map_err(failed)?;
    keep_owner(path, &old, file.as_file())?;
    // After the owner: a change of that takes some bits away.
    file.as_file().set_permissions(old.permissions()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    Ok(file)
}

/// Gives a file the owner and the group of the one that it replaces: a name server that may not read it any more would
/// serve the zone no longer.
#[cfg(unix)]
fn keep_owner(path: &Path, old: &Metadata, new: &File) -> Result<(), ProviderError> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let now = new.metadata().map_err(|error| system(path, &error))?;
    let other = |now: u32, old: u32| (now != old).then_some(old);
    let (user, group) = (other(now.uid(), old.uid()), other(now.gid(), old.gid()));
    if user.is_none() && group.is_none() {
        return Ok(());
    }
    fchown(new, user, group).map_err(|error| {
        ProviderError::Unauthorized(format!(
            "{}: belongs to user {} and group {}, which a file put in its place would not keep: {error}; run this as \
             that user",
            path.display(),
            old.uid(),
            old.gid()
        ))
    })
}

#[cfg(not(unix))]
fn keep_owner(_path: &Path, _old: &Metadata, _new: &File) -> Result<(), ProviderError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const ZONE: &str = "example.com. 60 SOA . . 1 2 3 4 5\n$INCLUDE part\n";
    const PART: &str = "a.example.com. TXT x\n";

    /// Two files, one of which was named.
    struct Read {
        folder: tempfile::TempDir,
        path: PathBuf,
        real: [PathBuf; 2],
    }

    impl Read {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            fs::write(folder.path().join("zone"), ZONE).expect("a file");
            fs::write(folder.path().join("part"), PART).expect("a file");
            let real = ["zone", "part"].map(|name| folder.path().join(name).canonicalize().expect("there"));
            Self { path: folder.path().join("zone"), folder, real }
        }

        fn texts(&self) -> Texts<'_> {
            let files = vec![(self.real[0].as_path(), ZONE.as_bytes()), (self.real[1].as_path(), PART.as_bytes())];
            Texts { path: &self.path, files }
        }
    }

    fn new_texts(read: &Read) -> BTreeMap<PathBuf, Vec<u8>> {
        read.real.iter().map(|real| (real.clone(), b"new".to_vec())).collect()
    }

    #[test]
    fn all_files_are_replaced_if_none_has_changed() {
        let read = Read::new();
        let seen = Seen::of(&read.texts()).expect("seen");
        seen.replace(&read.texts(), &new_texts(&read), &read.real[0]).expect("replaced");
        for name in ["zone", "part"] {
            assert_eq!(fs::read(read.folder.path().join(name)).expect("there"), b"new");
        }
    }

    /// Somebody with an editor.
    type Hand = fn(&Path);

    #[test]
    fn no_file_is_replaced_if_one_has_changed() {
        let hands: [Hand; 5] = [
            |folder| fs::write(folder.join("zone"), format!("{ZONE}; more")).expect("written"),
            |folder| fs::write(folder.join("part"), PART.replace('x', "y")).expect("written"),
            |folder| fs::remove_file(folder.join("part")).expect("removed"),
            // The same text in another file: somebody is at it.
            |folder| {
                fs::write(folder.join("other"), ZONE).expect("written");
                fs::rename(folder.join("other"), folder.join("zone")).expect("renamed");
            },
            |folder| {
                let file = File::options().write(true).open(folder.join("part")).expect("open");
                file.set_modified(SystemTime::UNIX_EPOCH).expect("touched");
            },
        ];
        for hand in hands {
            let read = Read::new();
            let seen = Seen::of(&read.texts()).expect("seen");
            hand(read.folder.path());
            let state = || ["zone", "part"].map(|name| fs::read(read.folder.path().join(name)).ok());
            let before = state();
            let error = seen.replace(&read.texts(), &new_texts(&read), &read.real[0]).expect_err("stale");
            assert_eq!(error, ProviderError::Stale(Vec::new()));
            assert_eq!(state(), before);
        }
    }

    #[test]
    fn what_changed_while_it_was_read_is_seen() {
        let read = Read::new();
        fs::write(read.folder.path().join("part"), PART.replace('x', "y")).expect("written");
        assert_eq!(Seen::of(&read.texts()).err(), Some(ProviderError::Stale(Vec::new())));
    }

    #[test]
    fn a_stroke_that_fails_takes_back_those_before_it() {
        let read = Read::new();
        let seen = Seen::of(&read.texts()).expect("seen");
        let mut texts = new_texts(&read);
        // A folder cannot be replaced by a file.
        let obstacle = read.folder.path().canonicalize().expect("there").join("zz");
        fs::create_dir(&obstacle).expect("a folder");
        texts.insert(obstacle, b"new".to_vec());
        seen.replace(&read.texts(), &texts, &read.real[0]).expect_err("failed");
        assert_eq!(fs::read_to_string(read.folder.path().join("zone")).expect("there"), ZONE);
        assert_eq!(fs::read_to_string(read.folder.path().join("part")).expect("there"), PART);
        assert_eq!(fs::read_dir(read.folder.path()).expect("it").count(), 3, "and nothing stays behind");
    }
}

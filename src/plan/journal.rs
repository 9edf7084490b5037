//! What an apply did and is about to do, on disk before it is done (`docs/formats/journal.md`).
//!
//! One JSON object a line. A line is synced before what it announces is begun: after a crash the last line says what
//! may have happened.

use std::fmt::Debug;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use mailvouch_providers::Value;
use mailvouch_providers::dns::Name;
use serde::{Deserialize, Serialize};

use super::Step;
use super::model::{Guarded, Wait};

/// Largest journal that is read, in bytes.
const MAX_JOURNAL: u64 = 64 * 1024 * 1024;

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    sink: Box<dyn Sink>,
}

/// Where lines go: a file, or what a test puts in its place.
pub trait Sink: Write + Send + Debug {
    /// Returns once all that was written would outlast a crash.
    fn sync(&mut self) -> io::Result<()>;
}

impl Sink for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Why the journal could not be written. Nothing is applied without one.
#[derive(Debug, thiserror::Error)]
#[error("journal {path}: {source}")]
pub struct JournalError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// Why a text is no journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalFileError {
    /// A line is not JSON of the right shape, or the first one does not begin a journal.
    #[error("not a journal: {0}")]
    Shape(#[from] serde_json::Error),
    /// It was written by another generation of this program.
    #[error("version {0} of the journal format is not known; this program reads version {version}", version = Journal::VERSION)]
    Version(u32),
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Entry {
    /// The first line.
    Begin {
        /// Version of the format.
        version: u32,
        /// When, in UTC.
        at: String,
        /// How many steps there are.
        steps: usize,
        /// The program that began it, and its version.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        tool: String,
        /// What is to be done, for whoever goes on after a crash: without the values of others.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        planned: Vec<Planned>,
    },
    /// An apply that was cut off goes on.
    Resume {
        /// When, in UTC.
        at: String,
    },
    /// All that it wrote is about to be taken back, because somebody asked for that.
    Rollback {
        /// When, in UTC.
        at: String,
    },
    /// A change is about to be sent: the values that go and come, by their exact data.
    Intent {
        /// The step's place in the plan, from 0.
        step: usize,
        /// The provider's name in the declaration.
        provider: String,
        /// The zone.
        zone: Name,
        /// The owner.
        owner: Name,
        /// Values that go.
        #[serde(deserialize_with = "super::kept::values")]
        remove: Vec<Value>,
        /// Values that come.
        add: Vec<Value>,
    },
    /// The change waits until these names are seen by everybody, and so many seconds more.
    Waiting {
        /// The step.
        step: usize,
        /// The names.
        names: Vec<Name>,
        /// The seconds.
        seconds: u32,
    },
    /// The provider took the change, and holds it.
    Written {
        /// The step.
        step: usize,
    },
    /// The provider did not take the change; nothing of it stands.
    Refused {
        /// The step.
        step: usize,
        /// Why.
        error: String,
    },
    /// Nobody knows whether the change was made: all of it may stand, a part of it, or nothing.
    Lost {
        /// The step.
        step: usize,
        /// Why.
        error: String,
    },
    /// What stands of the change is about to be taken back.
    TakeBack {
        /// The step.
        step: usize,
    },
    /// The change was taken back: our values only.
    TakenBack {
        /// The step.
        step: usize,
    },
    /// The change could not be taken back.
    NotTakenBack {
        /// The step.
        step: usize,
        /// Why.
        error: String,
    },
    /// The last line of an apply that came to an end.
    End {
        /// Whether everything was written.
        complete: bool,
    },
}

/// A step of a plan, as far as it is needed to go on with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// The domain that it is for.
    pub domain: Name,
    /// The provider of the declaration.
    pub provider: Option<String>,
    /// The zone there.
    pub zone: Option<Name>,
    /// The name.
    pub owner: Name,
    /// Values that go.
    #[serde(deserialize_with = "super::kept::values")]
    pub remove: Vec<Value>,
    /// Values that come.
    pub add: Vec<Value>,
    /// The guards that it trips.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Guarded>,
    /// What has to be seen before it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Wait>,
}

impl From<&Step> for Planned {
    fn from(step: &Step) -> Self {
        Self {
            domain: step.domain.clone(),
            provider: step.provider.clone(),
            zone: step.zone.clone(),
            owner: step.owner.clone(),
            remove: step.remove.clone(),
            add: step.add.clone(),
            guards: step.guards.clone(),
            waits: step.waits.clone(),
        }
    }
}

impl From<&Planned> for Step {
    /// The step, without what is for its reader.
    fn from(planned: &Planned) -> Self {
        Self {
            domain: planned.domain.clone(),
            provider: planned.provider.clone(),
            zone: planned.zone.clone(),
            owner: planned.owner.clone(),
            remove: planned.remove.clone(),
            add: planned.add.clone(),
            before: Vec::new(),
            after: Vec::new(),
            rules: Vec::new(),
            guards: planned.guards.clone(),
            waits: planned.waits.clone(),
            notes: Vec::new(),
            source: Vec::new(),
        }
    }
}

impl Journal {
    /// The version of the format.
    pub const VERSION: u32 = 1;

    /// Begins a journal. Never writes over one.
    pub fn create(path: &Path) -> Result<Self, JournalError> {
        let failed = |source| JournalError { path: path.to_owned(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = OpenOptions::new().append(true).create_new(true).open(path).map_err(failed)?;
        alone(&file).map_err(failed)?;
        sync_folder(path).map_err(failed)?;
        Ok(Self::on(path, Box::new(file)))
    }

    /// Goes on with a journal, and gives what it holds. A last line that a crash cut off is taken away.
    pub fn reopen(path: &Path) -> Result<(Self, String), JournalError> {
        let failed = |source| JournalError { path: path.to_owned(), source };
        let mut file = OpenOptions::new().read(true).append(true).open(path).map_err(failed)?;
        alone(&file).map_err(failed)?;
        let mut text = String::new();
        (&mut file).take(MAX_JOURNAL).read_to_string(&mut text).map_err(failed)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            text.truncate(whole);
            file.set_len(whole as u64).map_err(failed)?;
            file.sync_all().map_err(failed)?;
        }
        Ok((Self::on(path, Box::new(file)), text))
    }

    /// A journal whose lines go to `sink`.
    pub fn on(path: &Path, sink: Box<dyn Sink>) -> Self {
        Self { path: path.to_owned(), sink }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a line, and returns once it is on disk.
    pub fn write(&mut self, entry: &Entry) -> Result<(), JournalError> {
        let line = serde_json::to_string(entry).map_err(io::Error::from);
        let written = line.and_then(|line| {
            self.sink.write_all(format!("{line}\n").as_bytes())?;
            self.sink.sync()
        });
        written.map_err(|source| JournalError { path: self.path.clone(), source })
    }

    /// The lines of a journal. A last line that a crash cut off is left out: what it would have announced was not begun.
    pub fn read(text: &str) -> Result<Vec<Entry>, JournalFileError> {
        /// Only the version: another one may have other lines.
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let head: Head = serde_json::from_str(whole.lines().next().unwrap_or_default())?;
        if head.version != Self::VERSION {
            return Err(JournalFileError::Version(head.version));
        }
        Ok(whole.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
    }
}

/// Keeps every other process from writing to the same journal until this one ends, however it ends.
fn alone(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => io::Error::new(io::ErrorKind::ResourceBusy, "another apply is writing to it"),
        TryLockError::Error(error) => error,
    })
}

/// A file that is new is not there after a crash unless its folder is on disk too.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened, and the file is all there is to sync.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

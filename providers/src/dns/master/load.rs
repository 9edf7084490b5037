//! Reads a master file from disk with all that it includes.
//!
//! A file name is read below the folder of the first file, and may not lead out of it: a zone file is data, and data
//! must not choose what is read from the rest of the disk.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::reader::{Kind, LongStrings, Reader, State, TtlState};
use super::{Entry, Fault, Include, MAX_DEPTH, MAX_FILE, MasterError, MasterText, Place, Record};
use crate::dns::{Name, Rdata, RecordSet, RrType, escape_joined_text};

/// A zone as its files have it.
#[derive(Clone, Debug)]
pub struct LoadedZone {
    apex: Option<Name>,
    files: Vec<LoadedFile>,
}

/// One file of a zone. A file that is included twice is there twice: its names may be below another origin.
#[derive(Clone, Debug)]
pub struct LoadedFile {
    /// Where it is, as the caller would name it.
    pub path: PathBuf,
    /// Where it is: absolute, with no link in it.
    pub real: PathBuf,
    /// What it says.
    pub text: MasterText,
    /// For each `$INCLUDE` in it, in their order, the place of that file among [`LoadedZone::files`].
    pub includes: Vec<usize>,
}

/// What comes next where the files of a zone are read as one text.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// An entry, and the file that it stands in, by its place among [`LoadedZone::files`]. After an `$INCLUDE` come the
    /// items of that file.
    Entry(usize, &'a Entry),
    /// The included file has ended; the one that includes it goes on.
    Leave,
}

/// A record, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct LoadedRecord<'a> {
    /// The record.
    pub record: &'a Record,
    /// Its file.
    pub path: &'a Path,
    /// Its first line there, counted from one.
    pub line: usize,
}

/// A character-string of over 255 octets, which no server loads.
#[derive(Clone, Debug)]
pub struct LoadedLongString<'a> {
    /// The record that it is part of.
    pub record: &'a Record,
    /// Which string of it, counted from zero.
    pub string: usize,
    /// Its file.
    pub path: &'a Path,
    /// Where it begins there.
    pub place: Place,
}

/// All records of one owner and type, and where each stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedSet<'a> {
    /// The owner.
    pub owner: &'a Name,
    /// The type.
    pub rtype: RrType,
    /// The values, each once (RFC 2181, section 5). Where their TTLs differ it has the least (section 5.2).
    pub set: RecordSet,
    /// File and line of each value, in their order.
    pub places: Vec<(&'a Path, usize)>,
}

/// Reads the file at `path` and what it includes. Relative names are below `origin` until `$ORIGIN` says otherwise.
pub fn load(path: &Path, origin: Option<Name>) -> Result<LoadedZone, MasterError> {
    load_over(path, origin, &BTreeMap::new())
}

/// As [`load`], and character-strings of over 255 octets are kept, though no server loads a zone that has one: whoever
/// calls this tells every one of [`LoadedZone::long_strings`], or refuses the zone.
pub fn load_as_written(path: &Path, origin: Option<Name>) -> Result<LoadedZone, MasterError> {
    let state = State { origin, long_strings: LongStrings::Kept, ..State::default() };
    load_from(path, state, &BTreeMap::new())
}

/// As [`load`], with these texts in place of those that the files have on disk. The files are named by their real
/// paths ([`LoadedFile::real`]).
pub fn load_over(
    path: &Path,
    origin: Option<Name>,
    over: &BTreeMap<PathBuf, Vec<u8>>,
) -> Result<LoadedZone, MasterError> {
    load_from(path, State { origin, ..State::default() }, over)
}

fn load_from(path: &Path, state: State, over: &BTreeMap<PathBuf, Vec<u8>>) -> Result<LoadedZone, MasterError> {
    let whole = |fault| MasterError { file: Some(path.to_owned()), place: None, fault };
    let real = path.canonicalize().map_err(|error| whole(error.into()))?;
    let folder = real.parent().unwrap_or(&real).to_owned();
    // Files beside it are shown as the caller would name them, unless `path` is a link to elsewhere.
    let named = path.parent().unwrap_or(Path::new(""));
    let named_folder = named.components().next().map_or(Path::new("."), |_| named);
    let is_there = named_folder.canonicalize().is_ok_and(|named| named == folder);
    let shown_folder = if is_there { named.to_owned() } else { folder.clone() };
    let mut loader = Loader { over, folder, shown_folder, files: Vec::new(), open: Vec::new(), octets: 0 };
    loader.file(path, real, state).map_err(|error| match error {
        LoadError::Placed(error) => error,
        LoadError::Bare(fault) => whole(fault),
    })?;
    let zone = LoadedZone { apex: None, files: loader.files };
    if zone.records().next().is_none() {
        return Err(whole(Fault::NoRecord));
    }
    let apex = zone.find_apex()?;
    Ok(LoadedZone { apex, ..zone })
}

/// What is wrong, before or after it is known how to name the place.
enum LoadError {
    /// All is said.
    Placed(MasterError),
    /// About the file as a whole: who asked for it says where that was.
    Bare(Fault),
}

impl From<MasterError> for LoadError {
    fn from(error: MasterError) -> Self {
        Self::Placed(error)
    }
}

struct Loader<'a> {
    /// Texts that are taken in place of what is on disk.
    over: &'a BTreeMap<PathBuf, Vec<u8>>,
    /// The folder of the first file, with no link in it.
    folder: PathBuf,
    /// The same folder, as the caller named it.
    shown_folder: PathBuf,
    files: Vec<LoadedFile>,
    /// The files that are being read, each included by the one before.
    open: Vec<PathBuf>,
    /// What was read so far, in all.
    octets: u64,
}

impl Loader<'_> {
    /// Reads one file and those that it includes; gives its place among the files, and the TTLs that go on after it.
    fn file(&mut self, shown: &Path, real: PathBuf, state: State) -> Result<(usize, TtlState), LoadError> {
        let text = self.octets_of(&real).map_err(LoadError::Bare)?;
        // Taken now: a file stands before those that it includes.
        let place = self.files.len();
        let nothing = MasterText::from_parts(Vec::new(), Vec::new());
        self.files.push(LoadedFile { path: shown.to_owned(), real: real.clone(), text: nothing, includes: Vec::new() });
        self.open.push(real);
        let (mut entries, mut includes) = (Vec::new(), Vec::new());
        let in_file = |error: MasterError| MasterError { file: Some(shown.to_owned()), ..error };
        let mut reader = Reader::new(&text, state).map_err(in_file)?;
        while let Some(entry) = reader.next_entry().map_err(in_file)? {
            if let Kind::Include(include) = &entry.kind {
                let at = |fault| {
                    let fault = Box::new(fault);
                    let fault = Fault::Include { name: escape_joined_text(&include.path), fault };
                    let place = Some(Place::of(&text, include.path_span.start));
                    MasterError { file: Some(shown.to_owned()), place, fault }
                };
                let (shown, real) = self.included(include).map_err(at)?;
                let inner = State { origin: include.origin.clone(), ..reader.state.clone() };
                let (place, ttl) = self.file(&shown, real, inner).map_err(|error| match error {
                    LoadError::Placed(error) => error,
                    LoadError::Bare(fault) => at(fault),
                })?;
                reader.state.ttl = ttl;
                includes.push(place);
            }
            entries.push(entry);
        }
        let ttl = reader.state.ttl;
        self.open.pop();
        self.files[place].text = MasterText::from_parts(text, entries);
        self.files[place].includes = includes;
        Ok((place, ttl))
    }

    /// The path of an included file, to be shown and without links.
    fn included(&self, include: &Include) -> Result<(PathBuf, PathBuf), Fault> {
        let named = file_name(&include.path)?;
        if named.components().any(|component| component == Component::ParentDir) {
            return Err(Fault::Outside);
        }
        // An absolute one replaces the folder, and is looked at below.
        let real = self.folder.join(&named).canonicalize()?;
        let inside = real.strip_prefix(&self.folder).map_err(|_| Fault::Outside)?.to_owned();
        if self.open.contains(&real) {
            return Err(Fault::Loop);
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::Depth);
        }
        Ok((self.shown_folder.join(inside), real))
    }

    /// All of a file, unless it is too much.
    fn octets_of(&mut self, path: &Path) -> Result<Vec<u8>, Fault> {
        let too_large = |octets: u64| if octets > MAX_FILE { Err(Fault::TooLarge(octets)) } else { Ok(octets) };
        if let Some(text) = self.over.get(path) {
            self.octets = too_large(self.octets + text.len() as u64)?;
            return Ok(text.clone());
        }
        // Asked before it is opened: to open a pipe would wait for who writes to it.
        if !path.metadata()?.is_file() {
            return Err(Fault::NotAFile);
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(Fault::NotAFile);
        }
        too_large(self.octets + metadata.len())?;
        let mut text = Vec::new();
        // It may have grown since.
        file.take(MAX_FILE + 1 - self.octets).read_to_end(&mut text)?;
        self.octets = too_large(self.octets + text.len() as u64)?;
        Ok(text)
    }
}

/// A file name is octets where the system has it so, and UTF-8 elsewhere.
fn file_name(octets: &[u8]) -> Result<PathBuf, Fault> {
    #[cfg(unix)]
    let name = Some(std::os::unix::ffi::OsStrExt::from_bytes(octets));
    #[cfg(not(unix))]
    let name = std::str::from_utf8(octets).ok().map(std::ffi::OsStr::new);
    name.map(|name: &std::ffi::OsStr| PathBuf::from(name)).ok_or(Fault::Outside)
}

impl LoadedZone {
    /// The owner of the SOA record. None if the files have none: then they are no whole zone, and a name that they do
    /// not hold may still exist.
    pub fn apex(&self) -> Option<&Name> {
        self.apex.as_ref()
    }

    /// The files: the first is the one that was asked for.
    pub fn files(&self) -> &[LoadedFile] {
        &self.files
    }

    /// All entries in the order in which a server reads them.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        // Per open file: its place, the next entry, the next include.
        let mut open = vec![(0_usize, 0_usize, 0_usize)];
        std::iter::from_fn(move || {
            let (place, next_entry, next_include) = open.last_mut()?;
            let (file, index) = (&self.files[*place], *place);
            let Some(entry) = file.text.entries().get(*next_entry) else {
                open.pop();
                return (!open.is_empty()).then_some(Item::Leave);
            };
            *next_entry += 1;
            if matches!(entry.kind, Kind::Include(_)) {
                let included = file.includes[*next_include];
                *next_include += 1;
                open.push((included, 0, 0));
            }
            Some(Item::Entry(index, entry))
        })
    }

    /// All records in the order in which a server reads them.
    pub fn records(&self) -> impl Iterator<Item = LoadedRecord<'_>> {
        self.items().filter_map(|item| match item {
            Item::Entry(file, Entry { kind: Kind::Record(record), line, .. }) => {
                Some(LoadedRecord { record, path: &self.files[file].path, line: *line })
            }
            _ => None,
        })
    }

    /// The character-strings that keep a server from loading the zone; only [`load_as_written`] lets any through.
    pub fn long_strings(&self) -> Vec<LoadedLongString<'_>> {
        let mut found = Vec::new();
        for item in self.items() {
            let Item::Entry(index, entry @ Entry { kind: Kind::Record(record), .. }) = item else { continue };
            let Some(txt) = record.rdata.as_txt() else { continue };
            let mut long = txt.long_strings().map(|(string, _)| string).peekable();
            if long.peek().is_none() {
                continue;
            }
            let LoadedFile { path, text, .. } = &self.files[index];
            let fields = text.fields(entry).into_iter().map(|(span, _)| span.start);
            let data: Vec<usize> = fields.filter(|at| *at >= record.rdata_span.start).collect();
            found.extend(long.map(|string| {
                let at = data.get(string).copied().unwrap_or(record.rdata_span.start);
                LoadedLongString { record, string, path, place: Place::of(text.text(), at) }
            }));
        }
        found
    }

    /// All record sets, in the order in which the first record of each is read.
    pub fn record_sets(&self) -> Vec<LoadedSet<'_>> {
        let mut sets: Vec<LoadedSet<'_>> = Vec::new();
        let mut index = HashMap::new();
        for LoadedRecord { record, path, line } in self.records() {
            let (owner, rtype) = (&record.owner, record.rdata.rtype());
            let at = *index.entry((owner, rtype)).or_insert(sets.len());
            if at == sets.len() {
                let set = RecordSet { ttl: record.ttl, values: Vec::new() };
                sets.push(LoadedSet { owner, rtype, set, places: Vec::new() });
            }
            let LoadedSet { set, places, .. } = &mut sets[at];
            set.ttl = set.ttl.min(record.ttl);
            set.values.push(record.rdata.clone());
            places.push((path, line));
        }
        for LoadedSet { set, places, .. } in sets.iter_mut().filter(|one| one.set.values.len() > 1) {
            let mut seen = HashSet::new();
            let all = set.values.drain(..).zip(places.drain(..));
            (set.values, *places) = all.filter(|(value, _)| seen.insert(value.clone())).unzip();
        }
        sets
    }

    /// The owner of the SOA record. The same one again is how a transfer ends, and a saved one may have both.
    fn find_apex(&self) -> Result<Option<Name>, MasterError> {
        let mut first: Option<&Record> = None;
        for LoadedRecord { record, path, line } in self.records() {
            match (&record.rdata, first) {
                (Rdata::Soa(_), None) => first = Some(record),
                (Rdata::Soa(_), Some(first)) if first.owner != record.owner || first.rdata != record.rdata => {
                    let place = Some(Place { line, column: 1 });
                    return Err(MasterError { file: Some(path.to_owned()), place, fault: Fault::SecondSoa });
                }
                _ => {}
            }
        }
        Ok(first.map(|record| record.owner.clone()))
    }
}

//! The provider: finds the file of a zone, reads it, and carries changes through to the disk.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::edit::{Patch, patched, patches};
use super::proof::prove;
use super::text::{Settings, cannot_hold};
use super::zone::{Zone as Opened, key_of};
use crate::dns::{Name, Rdata, RrType};
use crate::replace::{Seen, Texts, lock, system};
use crate::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Provider, ProviderError, Receipt, SourceEdit, Zone, check_group,
    refused_together,
};

/// Most octets of a file that are read.
const LARGEST: u64 = 64 << 20;

/// What the configuration of octoDNS says of its `YamlProvider`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// `default_ttl`: that of records without one of their own.
    pub default_ttl: u32,
    /// `escaped_semicolons`: whether a semicolon in a text is written `\;`.
    pub escaped_semicolons: bool,
}

impl Default for Layout {
    /// As octoDNS has them where nothing is said.
    fn default() -> Self {
        Self { default_ttl: 3600, escaped_semicolons: true }
    }
}

/// Zones in YAML files of octoDNS on this machine.
#[derive(Clone, Debug)]
pub struct OctoDns {
    source: Source,
    settings: Settings,
}

/// Where the files are.
#[derive(Clone, Debug)]
enum Source {
    /// One file, which holds one zone.
    File { path: PathBuf, zone: Option<Name> },
    /// A folder with a file `<zone>.yaml` for each.
    Folder(PathBuf),
}

impl OctoDns {
    /// The zone in one file. Its name is needed where that is not `<zone>.yaml`.
    pub fn file(path: impl Into<PathBuf>, zone: Option<Name>, layout: Layout) -> Self {
        Self { source: Source::File { path: path.into(), zone }, settings: settings(layout) }
    }

    /// All zones of a folder, each in a file `<zone>.yaml`: `example.com.yaml`.
    pub fn folder(path: impl Into<PathBuf>, layout: Layout) -> Self {
        Self { source: Source::Folder(path.into()), settings: settings(layout) }
    }

    /// The file and the apex of the zone that holds a name.
    fn find(&self, owner: &Name) -> Result<(PathBuf, Name), ProviderError> {
        match &self.source {
            Source::File { path, zone } => {
                let apex = match zone {
                    Some(zone) => zone.clone(),
                    None => zone_of_file(path)?,
                };
                if owner.is_at_or_below(&apex) {
                    Ok((path.clone(), apex))
                } else {
                    Err(ProviderError::NoZone(owner.clone()))
                }
            }
            Source::Folder(folder) => {
                for zone in owner.ancestors() {
                    let Some(name) = key_of(&zone, &Name::root()).filter(|name| !name.contains(['/', '*'])) else {
                        continue;
                    };
                    let path = folder.join(format!("{name}.yaml"));
                    if path.try_exists().map_err(|error| system(&path, &error))? {
                        return Ok((path, zone));
                    }
                    let split = folder.join(format!("{name}."));
                    if split.is_dir() {
                        return Err(ProviderError::Unsupported(format!(
                            "{}: a zone in several files (`split_extension`), which is not edited here; name the one file \
                             that has the records of mail, with `file` and `zone`",
                            split.display()
                        )));
                    }
                }
                // A folder that is not there has no zone for any name; that is not what was meant.
                folder.read_dir().map_err(|error| system(folder, &error))?;
                Err(ProviderError::NoZone(owner.clone()))
            }
        }
    }

    /// Reads the file of a zone.
    fn open(&self, zone: &Name) -> Result<Opened, ProviderError> {
        let (path, apex) = self.find(zone)?;
        if apex != *zone {
            return Err(ProviderError::NoZone(zone.clone()));
        }
        let failed = |error| system(&path, &error);
        let metadata = fs::metadata(&path).map_err(failed)?;
        if !metadata.is_file() {
            return Err(ProviderError::Unavailable(format!("{}: is no file", path.display())));
        }
        let octets = metadata.len();
        if octets > LARGEST {
            let message = format!("{}: has {octets} octets; {LARGEST} is the most that is read", path.display());
            return Err(ProviderError::Unsupported(message));
        }
        let text = fs::read(&path).map_err(failed)?;
        Opened::read(&path, apex, self.settings, text)
    }

    /// What a group comes to, once it is checked: its patches, and the text with them.
    fn edited(&self, opened: &Opened, group: &[Change]) -> Result<(Vec<Patch>, String), Vec<ProviderError>> {
        let all = |error: ProviderError| vec![error; group.len()];
        let names: Vec<Name> = group.iter().map(|change| change.owner.clone()).collect();
        let owners = opened.owners(&names).map_err(all)?;
        let checked: Vec<_> = group.iter().zip(&owners).map(|(change, now)| self.check(change, now, opened)).collect();
        if let Some(refused) = refused_together(&checked) {
            return Err(refused.into_iter().filter_map(Result::err).collect());
        }
        let patches = patches(opened, group).map_err(all)?;
        let text = patched(&opened.text, &patches);
        prove(opened, group, &text).map_err(all)?;
        Ok((patches, text))
    }

    /// What must hold at an owner, beyond what must hold at any provider's.
    fn check(&self, change: &Change, now: &Owner, opened: &Opened) -> Result<(), ProviderError> {
        change.check(now)?;
        change.check_one_ttl(now)?;
        for (index, value) in change.add.iter().enumerate() {
            if let Some(why) = self.cannot_hold(&value.rdata) {
                return Err(ProviderError::Unsupported(format!("{} {}: {why}", change.owner, value.rdata.rtype())));
            }
            let other =
                |earlier: &&crate::Value| earlier.rdata.rtype() == value.rdata.rtype() && earlier.ttl != value.ttl;
            if change.add[..index].iter().any(|earlier| other(&earlier)) {
                let message = format!("{}: values of one record have one TTL", change.owner);
                return Err(ProviderError::Unsupported(message));
            }
            if value.rdata.rtype() == RrType::CNAME && opened.has_unknown_type(&change.owner) {
                let message = format!("{} would hold a CNAME beside other records", change.owner);
                return Err(ProviderError::Unsupported(message));
            }
        }
        Ok(())
    }

    /// Makes changes to a zone, all of them or none; an error for each if none.
    fn change(&self, zone: &Zone, group: &[Change]) -> Result<(), Vec<ProviderError>> {
        let all = |error: ProviderError| vec![error; group.len()];
        check_group(zone, &self.limits(), group).map_err(all)?;
        let (path, _) = self.find(&zone.name).map_err(all)?;
        let real = path.canonicalize().map_err(|error| all(system(&path, &error)))?;
        // Before it is read: what is read then is what nobody else of us writes.
        let _lock = lock(&real).map_err(all)?;
        let opened = self.open(&zone.name).map_err(all)?;
        let files = Texts { path: &path, files: vec![(&real, opened.text.as_bytes())] };
        let seen = Seen::of(&files).map_err(all)?;
        let (_, text) = self.edited(&opened, group)?;
        let texts = BTreeMap::from([(real.clone(), text.into_bytes())]);
        seen.replace(&files, &texts, &real).map_err(all)
    }

    fn edits(&self, zone: &Zone, group: &[Change]) -> Result<Vec<SourceEdit>, ProviderError> {
        let opened = self.open(&zone.name)?;
        let edited = self.edited(&opened, group);
        let (patches, _) =
            edited.map_err(|errors| errors.into_iter().next().unwrap_or(ProviderError::Indeterminate))?;
        Ok(source_edits(&opened, &patches))
    }
}

fn settings(layout: Layout) -> Settings {
    Settings { default_ttl: layout.default_ttl, escaped: layout.escaped_semicolons }
}

/// The zone that a file is named after.
fn zone_of_file(path: &Path) -> Result<Name, ProviderError> {
    let stem = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".yaml"));
    let name = stem.filter(|stem| stem.is_ascii()).and_then(|stem| stem.parse().ok());
    name.ok_or_else(|| {
        let message = format!("{}: is not named `<zone>.yaml`; say which zone it is with `zone`", path.display());
        ProviderError::Unsupported(message)
    })
}

/// Patches as whole lines. Those that touch the same lines, or lines beside each other, are one.
fn source_edits(opened: &Opened, patches: &[Patch]) -> Vec<SourceEdit> {
    let text = &opened.text;
    let lines_of = |patch: &Patch| {
        let start = super::layout::line_start(text, patch.0.start);
        // What ends where a line begins leaves that line alone.
        let last = if patch.0.end > start && text[..patch.0.end].ends_with('\n') {
            patch.0.end
        } else {
            super::layout::next_line(text, patch.0.end)
        };
        start..last
    };
    let mut groups: Vec<(std::ops::Range<usize>, Vec<&Patch>)> = Vec::new();
    for patch in patches {
        let lines = lines_of(patch);
        match groups.last_mut() {
            Some((range, group)) if lines.start <= range.end => {
                range.end = range.end.max(lines.end);
                group.push(patch);
            }
            _ => groups.push((lines, vec![patch])),
        }
    }
    let edit = |(range, group): (std::ops::Range<usize>, Vec<&Patch>)| {
        let moved = |patch: &&Patch| (patch.0.start - range.start..patch.0.end - range.start, patch.1.clone());
        let new = patched(&text[range.clone()], &group.iter().map(moved).collect::<Vec<_>>());
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let (mut old, mut new) = (lines(&text[range.clone()]), lines(&new));
        let mut line = text[..range.start].matches('\n').count() + 1;
        while !old.is_empty() && old.first() == new.first() {
            (_, _) = (old.remove(0), new.remove(0));
            line += 1;
        }
        while !old.is_empty() && old.last() == new.last() {
            (_, _) = (old.pop(), new.pop());
        }
        SourceEdit { path: Some(opened.path.clone()), line: Some(line), column: None, old, new, note: None }
    };
    groups.into_iter().map(edit).collect()
}

/// Runs what waits for the disk beside what waits for nothing.
async fn off_thread<T: Send + 'static>(
    provider: &OctoDns,
    work: impl FnOnce(&OctoDns) -> T + Send + 'static,
) -> Result<T, ProviderError> {
    let provider = provider.clone();
    let done = tokio::task::spawn_blocking(move || work(&provider)).await;
    done.map_err(|error| ProviderError::Unavailable(format!("the work on the file broke off: {error}")))
}

#[async_trait]
impl Provider for OctoDns {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::Atomic,
            batch: usize::MAX,
            min_ttl: 0,
            per_value_ttl: false,
            types: Cow::Borrowed(&[RrType::A, RrType::AAAA, RrType::CNAME, RrType::MX, RrType::PTR, RrType::TXT]),
            rate: None,
        }
    }

    fn cannot_hold(&self, rdata: &Rdata) -> Option<String> {
        cannot_hold(rdata.as_txt()?)
    }

    fn source_file(&self, zone: &Name) -> Option<PathBuf> {
        Some(match &self.source {
            Source::File { path, .. } => path.clone(),
            Source::Folder(folder) => folder.join(format!("{}.yaml", key_of(zone, &Name::root())?)),
        })
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        let owner = owner.clone();
        let name = off_thread(self, move |provider| {
            let (_, apex) = provider.find(&owner)?;
            provider.open(&apex).map(|opened| opened.apex)
        });
        Ok(Zone { name: name.await??, id: None })
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let (zone, names) = (zone.name.clone(), owners.to_vec());
        off_thread(self, move |provider| provider.open(&zone)?.owners(&names)).await?
    }

    async fn holdings(&self, zone: &Zone) -> Result<Option<Holdings>, ProviderError> {
        let zone = zone.name.clone();
        let opened = off_thread(self, move |provider| provider.open(&zone)).await??;
        Ok(Some(Box::new(move |name| {
            let mut owners = opened.owners(std::slice::from_ref(name))?;
            owners.pop().ok_or_else(|| ProviderError::NoZone(name.clone()))
        })))
    }

    async fn source_edits(&self, zone: &Zone, group: &[Change]) -> Result<Vec<SourceEdit>, ProviderError> {
        let (zone, group) = (zone.clone(), group.to_vec());
        off_thread(self, move |provider| provider.edits(&zone, &group)).await?
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        if group.is_empty() {
            return Vec::new();
        }
        let (owned_zone, changes) = (zone.clone(), group.to_vec());
        let done = match off_thread(self, move |provider| provider.change(&owned_zone, &changes)).await {
            Ok(done) => done,
            Err(error) => Err(vec![error; group.len()]),
        };
        match done {
            Ok(()) => group.iter().map(|change| Ok(Receipt { owner: change.owner.clone(), id: None })).collect(),
            Err(errors) => errors.into_iter().map(Err).collect(),
        }
    }
}

//! The provider: finds the file of a zone, reads it, and carries changes through to the disk.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use async_trait::async_trait;

use super::edit::edited;
use super::proof::prove;
use super::zone::Opened;
use super::{reload, serial};
use crate::dns::master::MasterText;
use crate::dns::{Name, RrType};
use crate::replace::{Lock, Seen, lock, system};
use crate::{
    Change, CompareAndSwap, Holdings, Limits, Owner, Provider, ProviderError, Receipt, Value, Zone, check_group,
    refused_together,
};

/// Zones in master files on this machine.
#[derive(Clone, Debug)]
pub struct ZoneFile {
    source: Source,
    reload: Vec<String>,
}

/// Where the files are.
#[derive(Clone, Debug)]
enum Source {
    /// One file, which holds one zone.
    File { path: PathBuf, zone: Option<Name> },
    /// A folder with a file `<zone>.zone` for each.
    Folder(PathBuf),
}

impl ZoneFile {
    /// The zone in one file. Its name is needed where the file leaves it to the configuration of the name server:
    /// where relative names stand in it before any `$ORIGIN`.
    pub fn file(path: impl Into<PathBuf>, zone: Option<Name>) -> Self {
        Self { source: Source::File { path: path.into(), zone }, reload: Vec::new() }
    }

    /// All zones of a folder, each in a file `<zone>.zone`: `example.com.zone`.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self { source: Source::Folder(path.into()), reload: Vec::new() }
    }

    /// Runs a command after each successful write: a program and its arguments, without a shell. Should it fail, the
    /// write ends with [`ProviderError::Unfinished`]: the file has the change.
    #[must_use]
    pub fn with_reload(self, command: Vec<String>) -> Self {
        Self { reload: command, ..self }
    }

    /// Opens the zone that holds a name.
    fn find(&self, owner: &Name) -> Result<Found, ProviderError> {
        match &self.source {
            Source::File { path, zone } => {
                let found = Found::at(path, zone.clone())?;
                let holds = owner.is_at_or_below(&found.opened.apex);
                holds.then_some(found).ok_or_else(|| ProviderError::NoZone(owner.clone()))
            }
            Source::Folder(folder) => {
                for zone in owner.ancestors() {
                    let Some(file) = file_name(&zone) else { continue };
                    let path = folder.join(file);
                    if path.try_exists().map_err(|error| system(&path, &error))? {
                        return Found::at(&path, Some(zone));
                    }
                }
                // A folder that is not there has no zone for any name; that is not what was meant.
                folder.read_dir().map_err(|error| system(folder, &error))?;
                Err(ProviderError::NoZone(owner.clone()))
            }
        }
    }

    /// The file of a zone, and the name that it is to have, if that is known.
    fn locate(&self, zone: &Zone) -> Result<(PathBuf, Option<Name>), ProviderError> {
        match &self.source {
            Source::File { path, zone } => Ok((path.clone(), zone.clone())),
            Source::Folder(folder) => {
                let no_zone = || ProviderError::NoZone(zone.name.clone());
                let path = folder.join(file_name(&zone.name).ok_or_else(no_zone)?);
                let exists = path.try_exists().map_err(|error| system(&path, &error))?;
                exists.then_some((path, Some(zone.name.clone()))).ok_or_else(no_zone)
            }
        }
    }

    /// Opens a zone.
    fn open(&self, zone: &Zone) -> Result<Found, ProviderError> {
        let (path, name) = self.locate(zone)?;
        let found = Found::at(&path, name)?;
        if found.opened.apex == zone.name { Ok(found) } else { Err(ProviderError::NoZone(zone.name.clone())) }
    }

    /// Makes changes to a zone, all of them or none; an error for each if none.
    fn change(&self, zone: &Zone, group: &[Change]) -> Result<(), Vec<ProviderError>> {
        let all = |error: ProviderError| vec![error; group.len()];
        check_group(zone, &self.limits(), group).map_err(all)?;
        let (path, _) = self.locate(zone).map_err(all)?;
        let real = path.canonicalize().map_err(|error| all(system(&path, &error)))?;
        // Before it is read: what is read then is what nobody else of us writes.
        let _lock = lock(&real).map_err(all)?;
        let Found { opened, origin } = self.open(zone).map_err(all)?;
        let seen = Seen::of(&opened.texts()).map_err(all)?;
        let names: Vec<Name> = group.iter().map(|change| change.owner.clone()).collect();
        let owners = opened.owners(&names);
        let checked: Vec<_> = group.iter().zip(&owners).map(|(change, now)| check(change, now, &opened)).collect();
        if let Some(refused) = refused_together(&checked) {
            return Err(refused.into_iter().filter_map(Result::err).collect());
        }
        let now = SystemTime::now();
        let serial = |old| serial::next(old, now);
        let texts = edited(&opened, group, &serial).map_err(all)?;
        prove(&opened, origin, group, &serial, &texts).map_err(all)?;
        let included = texts.keys().filter(|path| **path != real);
        let _locks: Vec<Lock> = included.map(|path| lock(path)).collect::<Result<_, _>>().map_err(all)?;
        seen.replace(&opened.texts(), &texts, opened.home()).map_err(all)
    }
}

/// What must hold at an owner, beyond what must hold at any provider's.
fn check(change: &Change, now: &Owner, opened: &Opened) -> Result<(), ProviderError> {
    change.check(now)?;
    change.check_one_ttl(now)?;
    if let Some(above) = opened.redirected_at(&change.owner) {
        let message = format!(
            "{} is below the DNAME record of {above}, which redirects every name there (RFC 6672, section 2.4)",
            change.owner
        );
        return Err(ProviderError::Unsupported(message));
    }
    if let Some(value) = change.add.iter().find(|value| !is_one_record(value)) {
        let (owner, rtype, text) = (&change.owner, value.rdata.rtype(), value.rdata.to_string());
        let message = format!("{owner}: `{text}` cannot be written as one record of type {rtype}");
        return Err(ProviderError::Unsupported(message));
    }
    Ok(())
}

/// Whether a value is read as itself where it is written into a line. Types that are kept as text could hold any.
fn is_one_record(value: &Value) -> bool {
    let line = format!(". 0 IN {} {}", value.rdata.rtype(), value.rdata);
    MasterText::parse(line, None).is_ok_and(|text| text.records().map(|record| &record.rdata).eq([&value.rdata]))
}

/// An open zone file, and the origin that it was read with.
struct Found {
    opened: Opened,
    origin: Option<Name>,
}

impl Found {
    /// Opens the file of a zone; it has to be of that zone.
    fn at(path: &Path, zone: Option<Name>) -> Result<Self, ProviderError> {
        let opened = Opened::read(path, zone.clone())?;
        match zone {
            Some(zone) if zone != opened.apex => {
                let (path, apex) = (path.display(), &opened.apex);
                Err(ProviderError::Unsupported(format!("{path}: is the zone {apex}, not {zone}")))
            }
            origin => Ok(Self { opened, origin }),
        }
    }
}

/// The name of the file of a zone; none for zones whose name would mean something else to the file system.
fn file_name(zone: &Name) -> Option<String> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    zone.labels().flatten().all(plain).then(|| format!("{zone}.zone"))
}

/// Runs what waits for the disk beside what waits for nothing.
async fn off_thread<T: Send + 'static>(
    provider: &ZoneFile,
    work: impl FnOnce(&ZoneFile) -> T + Send + 'static,
) -> Result<T, ProviderError> {
    let provider = provider.clone();
    let done = tokio::task::spawn_blocking(move || work(&provider)).await;
    done.map_err(|error| ProviderError::Unavailable(format!("the work on the zone file broke off: {error}")))
}

#[async_trait]
impl Provider for ZoneFile {
    fn limits(&self) -> Limits {
        Limits {
            cas: CompareAndSwap::Atomic,
            batch: usize::MAX,
            min_ttl: 0,
            per_value_ttl: false,
            types: Cow::Borrowed(&[
                RrType::A,
                RrType::AAAA,
                RrType::CNAME,
                RrType::MX,
                RrType::PTR,
                RrType::SPF,
                RrType::TXT,
            ]),
            rate: None,
        }
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        let owner = owner.clone();
        let found = off_thread(self, move |provider| provider.find(&owner)).await??;
        Ok(Zone { name: found.opened.apex, id: None })
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let (zone, names) = (zone.clone(), owners.to_vec());
        off_thread(self, move |provider| Ok(provider.open(&zone)?.opened.owners(&names))).await?
    }

    async fn holdings(&self, zone: &Zone) -> Result<Option<Holdings>, ProviderError> {
        let zone = zone.clone();
        let opened = off_thread(self, move |provider| provider.open(&zone)).await??.opened;
        Ok(Some(Box::new(move |name| {
            let mut owners = opened.owners(std::slice::from_ref(name));
            owners.pop().ok_or_else(|| ProviderError::NoZone(name.clone()))
        })))
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        if group.is_empty() {
            return Vec::new();
        }
        let (owned_zone, changes) = (zone.clone(), group.to_vec());
        let done = match off_thread(self, move |provider| provider.change(&owned_zone, &changes)).await {
            Ok(Ok(())) => reload::run(&self.reload).await.map_err(|error| vec![error; group.len()]),
            Ok(Err(errors)) => Err(errors),
            Err(error) => Err(vec![error; group.len()]),
        };
        match done {
            Ok(()) => group.iter().map(|change| Ok(Receipt { owner: change.owner.clone(), id: None })).collect(),
            Err(errors) => errors.into_iter().map(Err).collect(),
        }
    }
}

//! Zone files. Nothing is sent here: what strikes, strikes the file while we are at it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use mailvouch_providers::dns::{Name, Rdata};
use mailvouch_providers::zone_file::ZoneFile;
use mailvouch_providers::{Change, Limits, Owner, Provider, ProviderError, Receipt, Value, Zone};
use tempfile::TempDir;

use super::blow::Blow;
use super::run::all;
use super::seeded::Seeds;
use super::site::{OURS, Site, THEIRS, ZONE};
use super::wire::{Asks, Wire};
use crate::providers::zone_file::as_bind_reads;
use crate::servers::Record;
use crate::support::proxy::Speech;

/// A folder for each zone.
#[derive(Default)]
struct Folders(Mutex<BTreeMap<Name, Arc<TempDir>>>);

impl Folders {
    fn folder(&self, apex: &Name) -> Arc<TempDir> {
        self.0.lock().expect("no panic")[apex].clone()
    }

    fn file(&self, apex: &Name) -> PathBuf {
        self.folder(apex).path().join(format!("{apex}.zone"))
    }

    fn edit(&self, apex: &Name, edit: impl Fn(String) -> String) {
        let path = self.file(apex);
        fs::write(&path, edit(fs::read_to_string(&path).expect("the file"))).expect("the file");
    }

    /// It runs a command after each write, which fails while there is a file `broken`.
    fn provider_in(&self, apex: &Name) -> ZoneFile {
        let folder = self.folder(apex);
        let broken = folder.path().join("broken").display().to_string();
        ZoneFile::folder(folder.path()).with_reload(["test", "!", "-e", &broken].map(str::to_owned).to_vec())
    }
}

impl Site for Folders {
    fn name(&self) -> &'static str {
        "chaos::zone_file"
    }

    fn speech(&self) -> Option<Speech> {
        None
    }

    fn create(&self, apex: &Name) {
        let folder = tempfile::Builder::new().prefix("mailvouch-").tempdir().expect("a folder");
        fs::write(folder.path().join(format!("{apex}.zone")), ZONE).expect("a file");
        self.0.lock().expect("no panic").insert(apex.clone(), Arc::new(folder));
    }

    fn forget(&self, apex: &Name) {
        self.0.lock().expect("no panic").remove(apex);
    }

    fn provider(&self, apex: &Name, _address: SocketAddr, _timeout: Duration) -> Arc<dyn Provider> {
        Arc::new(self.provider_in(apex))
    }

    fn struck(&self, apex: &Name, wire: Arc<Mutex<Wire>>) -> Option<Arc<dyn Provider>> {
        Some(Arc::new(Struck { inner: self.provider_in(apex), file: self.file(apex), wire }))
    }

    fn records(&self, apex: &Name) -> BTreeSet<Record> {
        let without_serial = |(owner, mut value): (Name, Value)| {
            if let Rdata::Soa(soa) = &mut value.rdata {
                soa.serial = 0;
            }
            (owner, value.ttl, value.rdata)
        };
        as_bind_reads(&self.file(apex), apex).into_iter().map(without_serial).collect()
    }

    fn put(&self, apex: &Name, owner: &Name, value: &Value) {
        let line = format!("{} {} {} {}\n", owner.absolute(), value.ttl, value.rdata.rtype(), value.rdata);
        self.edit(apex, |text| if text.contains(&line) { text } else { text + &line });
    }

    fn replace_ours(&self, apex: &Name) {
        self.edit(apex, |text| OURS.iter().fold(text, |text, ours| text.replace(ours, THEIRS)));
    }

    fn blows(&self) -> Vec<Blow> {
        let told = |blow: &Blow| Misfortune::of(*blow).is_some();
        let others = [Blow::KilledBefore, Blow::KilledAfter, Blow::Token, Blow::Ours];
        Blow::ALL.into_iter().filter(told).chain(others).collect()
    }
}

/// What can be in the way of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Misfortune {
    /// Somebody is just replacing the file, and took the old one away first.
    Gone,
    /// It is write-protected.
    ReadOnly,
    /// Somebody has saved it in the middle of a line.
    Broken,
    /// Another program holds its lock.
    Locked,
    /// The server has begun a journal of its own.
    ServersJournal,
    /// The command that follows a write fails.
    NoReload,
}

impl Misfortune {
    /// What is to a file what a blow is to a request.
    fn of(blow: Blow) -> Option<Self> {
        Some(match blow {
            Blow::Failed => Self::Gone,
            Blow::TurnedAway => Self::ReadOnly,
            Blow::Garbage => Self::Broken,
            Blow::Swallowed => Self::Locked,
            Blow::Cut => Self::ServersJournal,
            Blow::DoneAndFailed => Self::NoReload,
            _ => return None,
        })
    }

    /// Has it be so until what is given back is dropped.
    fn strikes(self, file: &Path) -> Box<dyn FnOnce() + Send> {
        let (file, beside) = (file.to_owned(), |name: &str| file.with_file_name(name));
        match self {
            Self::Gone => {
                let away = beside("away");
                fs::rename(&file, &away).expect("away");
                Box::new(move || fs::rename(&away, &file).expect("back"))
            }
            Self::ReadOnly => {
                let before = fs::metadata(&file).expect("it").permissions();
                let mut after = before.clone();
                after.set_readonly(true);
                fs::set_permissions(&file, after).expect("set");
                Box::new(move || fs::set_permissions(&file, before).expect("set"))
            }
            Self::Broken => {
                let before = fs::read(&file).expect("it");
                fs::write(&file, [&before[..], b"half TXT \"a li"].concat()).expect("it");
                Box::new(move || fs::write(&file, before).expect("it"))
            }
            Self::Locked => {
                let held = File::open(&file).expect("it");
                held.lock().expect("a lock");
                Box::new(move || drop(held))
            }
            Self::ServersJournal | Self::NoReload => {
                let journal = format!("{}.jnl", file.file_name().expect("a name").display());
                let extra = if self == Self::NoReload { beside("broken") } else { beside(&journal) };
                fs::write(&extra, "").expect("a file");
                Box::new(move || fs::remove_file(&extra).expect("it"))
            }
        }
    }
}

/// The provider, and what strikes its calls.
struct Struck {
    inner: ZoneFile,
    file: PathBuf,
    wire: Arc<Mutex<Wire>>,
}

impl Struck {
    /// Makes a call; it may never come back.
    async fn call<T>(&self, asks: Asks, call: impl Future<Output = T>) -> T {
        let (blow, killed) = {
            let mut wire = self.wire.lock().expect("no panic");
            (wire.strike(asks), wire.killed.clone())
        };
        if blow == Some(Blow::KilledBefore) {
            killed.notify_one();
            std::future::pending::<()>().await;
        }
        let over = blow.and_then(Misfortune::of).map(|misfortune| misfortune.strikes(&self.file));
        let answer = call.await;
        if let Some(over) = over {
            over();
        }
        if blow == Some(Blow::KilledAfter) {
            killed.notify_one();
            std::future::pending::<()>().await;
        }
        answer
    }
}

#[async_trait]
impl Provider for Struck {
    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    async fn zone_of(&self, owner: &Name) -> Result<Zone, ProviderError> {
        self.call(Asks::ToLook, self.inner.zone_of(owner)).await
    }

    async fn read(&self, zone: &Zone, owners: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        self.call(Asks::ToLook, self.inner.read(zone, owners)).await
    }

    async fn write(&self, zone: &Zone, group: &[Change]) -> Vec<Result<Receipt, ProviderError>> {
        self.call(Asks::ToWrite, self.inner.write(zone, group)).await
    }
}

#[test]
fn zone_file_among_faults() {
    let site: Arc<dyn Site> = Arc::new(Folders::default());
    all(&site, &Seeds::usual(60));
}

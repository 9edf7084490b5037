//! A zone file that is open: what it holds, and whether it may be edited at all.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::dns::master::{Fault, LoadedZone, MasterError, Record, load_as_written};
use crate::dns::{Name, RrType};
use crate::replace::{Texts, kind_of, system};
use crate::{Owner, ProviderError, Value};

/// A zone as its files have it now.
pub(super) struct Opened {
    /// The file, as it was named.
    pub(super) path: PathBuf,
    /// The apex.
    pub(super) apex: Name,
    /// What stands in it.
    pub(super) zone: LoadedZone,
}

/// Types that only a signer writes, and that no longer fit once anything else changes.
const SIGNED: [RrType; 5] = [RrType::RRSIG, RrType::NSEC, RrType::NSEC3, RrType::NSEC3PARAM, RrType(63)];

impl Opened {
    /// Reads a zone file. Relative names are below `origin` until `$ORIGIN` says otherwise.
    pub(super) fn read(path: &Path, origin: Option<Name>) -> Result<Self, ProviderError> {
        // A string that no server loads can be mended here; `prove` lets none stay.
        let zone = load_as_written(path, origin).map_err(|error| unreadable(&error))?;
        let Some(apex) = zone.apex().cloned() else {
            let message = format!("{}: has no SOA record, so it is no whole zone", path.display());
            return Err(ProviderError::Unsupported(message));
        };
        let opened = Self { path: path.to_owned(), apex, zone };
        opened.refuse_what_others_write()?;
        Ok(opened)
    }

    /// Files that a name server or a signer writes are not edited: the next thing it writes would undo it, or what it
    /// has written would no longer be true.
    fn refuse_what_others_write(&self) -> Result<(), ProviderError> {
        for path in [&self.path, &self.zone.files()[0].real] {
            let journal = suffixed(path, ".jnl");
            if journal.try_exists().map_err(|error| system(&journal, &error))? {
                let message = format!(
                    "{}: the name server keeps a journal of this zone ({}), so it is a dynamic zone, whose file the \
                     server writes itself; use the provider `rfc2136`, or make the zone static first (`rndc freeze`, \
                     then `rndc sync -clean`)",
                    path.display(),
                    journal.display()
                );
                return Err(ProviderError::Unsupported(message));
            }
        }
        if let Some(at) = self.zone.records().find(|at| SIGNED.contains(&at.record.rdata.rtype())) {
            let message = format!(
                "{}:{}: {} record: this file is the output of a signer, and an edit would break its signatures; \
                 name the unsigned file that it is made from, and sign again afterwards",
                at.path.display(),
                at.line,
                at.record.rdata.rtype()
            );
            return Err(ProviderError::Unsupported(message));
        }
        Ok(())
    }

    /// The files as they were read.
    pub(super) fn texts(&self) -> Texts<'_> {
        let files = self.zone.files().iter().map(|file| (file.real.as_path(), file.text.text()));
        Texts { path: &self.path, files: files.collect() }
    }

    /// The file that has the SOA record: secondaries learn of a change by what stands there.
    pub(super) fn home(&self) -> &Path {
        let at = self.zone.records().find(|at| at.record.rdata.rtype() == RrType::SOA);
        let file = self.zone.files().iter().find(|file| at.is_some_and(|at| at.path == file.path));
        &file.unwrap_or(&self.zone.files()[0]).real
    }

    /// What stands at these names, in their order. The records are gone through once, whatever the number of names.
    pub(super) fn owners(&self, names: &[Name]) -> Vec<Owner> {
        let mut wanted: HashMap<&Name, Vec<Value>> = names.iter().map(|name| (name, Vec::new())).collect();
        let above: HashSet<Name> = names.iter().flat_map(Name::ancestors).collect();
        let (mut cuts, mut seen) = (HashSet::new(), HashSet::new());
        for Record { owner, ttl, rdata, .. } in self.zone.records().map(|at| at.record) {
            if !owner.is_at_or_below(&self.apex) {
                continue;
            }
            if rdata.rtype() == RrType::NS && *owner != self.apex && above.contains(owner) {
                cuts.insert(owner);
            }
            // One record written twice is one record (RFC 2181, section 5).
            if let Some(values) = wanted.get_mut(owner)
                && seen.insert((owner, rdata))
            {
                values.push(Value::new(rdata.clone(), *ttl));
            }
        }
        let owner = |name: &Name| Owner {
            name: name.clone(),
            values: wanted.get(name).cloned().unwrap_or_default(),
            // The highest cut is the one that counts: what is below it is not in this zone.
            delegated_at: name.ancestors().filter(|name| cuts.contains(name)).last(),
        };
        names.iter().map(owner).collect()
    }

    /// The name above `name` that a DNAME record redirects all of (RFC 6672, section 2.4).
    pub(super) fn redirected_at(&self, name: &Name) -> Option<&Name> {
        let redirects = |record: &&Record| {
            record.rdata.rtype() == RrType::DNAME && record.owner != *name && name.is_at_or_below(&record.owner)
        };
        self.zone.records().map(|at| at.record).find(redirects).map(|record| &record.owner)
    }
}

/// A path with something behind its last component.
fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A file that cannot be read as a zone, in the provider's words.
fn unreadable(error: &MasterError) -> ProviderError {
    let message = error.to_string();
    match &error.fault {
        Fault::Io(error) => kind_of(error)(message),
        _ => ProviderError::Unsupported(message),
    }
}

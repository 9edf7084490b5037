//! Proves an edit before it is written: the new texts are read as a server would read them, and have to hold what the
//! old ones held, but for the change. It shares nothing with the code that edits.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use super::zone::Opened;
use crate::dns::master::{Fault, LoadedZone, Record, load_over};
use crate::dns::{Name, Rdata, RdataError, Soa};
use crate::{Change, ProviderError, Value};

/// Fails unless the new texts say what the old ones do after `group`, with `serial` of the serial number.
pub(super) fn prove(
    opened: &Opened,
    origin: Option<Name>,
    group: &[Change],
    serial: &dyn Fn(u32) -> u32,
    texts: &BTreeMap<PathBuf, Vec<u8>>,
) -> Result<(), ProviderError> {
    let new = load_over(&opened.path, origin, texts).map_err(|error| match error.fault {
        // It grew over the limit, or a string that no server loads stood there before and stays: nobody's fault.
        Fault::TooLarge(_) | Fault::Rdata(RdataError::LongString(_)) => ProviderError::Unsupported(error.to_string()),
        _ => wrong(&format!("it cannot be read: {error}")),
    })?;
    let changes: HashMap<&Name, &Change> = group.iter().map(|change| (&change.owner, change)).collect();
    let raised = |rdata: &Rdata| match rdata {
        Rdata::Soa(soa) => Some(Rdata::Soa(Soa { serial: serial(soa.serial), ..soa.clone() })),
        _ => None,
    };
    let soas: Vec<Rdata> = records(&opened.zone).filter_map(|record| raised(&record.rdata)).collect();
    let mut soas = soas.iter();
    let mut counts: HashMap<(&Name, u32, &Rdata), i64> = HashMap::new();
    for Record { owner, ttl, rdata, .. } in records(&new) {
        *counts.entry((owner, *ttl, rdata)).or_default() += 1;
    }
    for Record { owner, ttl, rdata, .. } in records(&opened.zone) {
        let rdata = if matches!(rdata, Rdata::Soa(_)) { soas.next().unwrap_or(rdata) } else { rdata };
        let goes = |value: &Value| value.rdata == *rdata;
        if changes.get(owner).is_none_or(|change| !change.remove.iter().any(goes)) {
            *counts.entry((owner, *ttl, rdata)).or_default() -= 1;
        }
    }
    for change in group {
        for value in &change.add {
            *counts.entry((&change.owner, value.ttl, &value.rdata)).or_default() -= 1;
        }
    }
    // The least of them, so that the message does not depend on the order of a map.
    let differing = counts.iter().filter(|(_, count)| **count != 0).min_by_key(|(key, _)| *key);
    if let Some(((owner, ttl, rdata), count)) = differing {
        let what = if *count > 0 { "would be there" } else { "would not be there" };
        return Err(wrong(&format!("{owner} {ttl} {} {rdata} {what}", rdata.rtype())));
    }
    Ok(())
}

fn records(zone: &LoadedZone) -> impl Iterator<Item = &Record> {
    zone.records().map(|at| at.record)
}

fn wrong(what: &str) -> ProviderError {
    ProviderError::Unsupported(format!(
        "the edited zone file would not say what it should ({what}); nothing was written. This is a fault in the \
         program: please report it, and edit the file by hand meanwhile"
    ))
}

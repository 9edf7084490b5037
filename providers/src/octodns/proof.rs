//! Proves an edit before it is written: the new text is read again, and has to hold what the old one held, but for the
//! change. It shares nothing with the code that edits.

use std::collections::HashMap;

use super::order::Order;
use super::record::Record;
use super::zone::Zone;
use crate::dns::{Name, Rdata, RrType};
use crate::{Change, ProviderError};

/// Fails unless the new text says what the old one does after `group`.
pub(super) fn prove(old: &Zone, group: &[Change], text: &str) -> Result<Zone, ProviderError> {
    let new = Zone::read(&old.path, old.apex.clone(), old.settings, text.as_bytes().to_vec())
        .map_err(|error| wrong(old, &format!("it cannot be read: {error}")))?;
    let changed = |owner: &Name| group.iter().find(|change| change.owner == *owner);
    let mut counts: HashMap<(&Name, u32, &Rdata), i64> = HashMap::new();
    for (record, rdata) in values(&new) {
        *counts.entry((&record.owner, record.ttl, rdata)).or_default() += 1;
    }
    for (record, rdata) in values(old) {
        let goes = changed(&record.owner).is_some_and(|change| change.remove.iter().any(|value| value.rdata == *rdata));
        if !goes {
            *counts.entry((&record.owner, record.ttl, rdata)).or_default() -= 1;
        }
    }
    for change in group {
        for value in &change.add {
            *counts.entry((&change.owner, value.ttl, &value.rdata)).or_default() -= 1;
        }
    }
    // The least of them, so that the message does not depend on the order of a map.
    if let Some(((owner, ttl, rdata), count)) =
        counts.iter().filter(|(_, count)| **count != 0).min_by_key(|(key, _)| *key)
    {
        let what = if *count > 0 { "would be there" } else { "would not be there" };
        return Err(wrong(old, &format!("{owner} {ttl} {} {rdata} {what}", rdata.rtype())));
    }
    if let Some(what) = others_differ(old, &new, group) {
        return Err(wrong(old, &what));
    }
    let keys = |zone: &'_ Zone| -> Vec<String> { zone.entries.iter().map(|entry| entry.key.clone()).collect() };
    let (before, after) = (keys(old), keys(&new));
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    if !Order::of(&before).holds(&after) {
        return Err(wrong(old, "its names would be out of order"));
    }
    Ok(new)
}

/// What is said beside the values: names that are not touched, byte for byte, and every other key of a record.
fn others_differ(old: &Zone, new: &Zone, group: &[Change]) -> Option<String> {
    let touched = |owner: &Name| group.iter().any(|change| change.owner == *owner);
    let rest = |zone: &'_ Zone| {
        let entries = zone.entries.iter().filter(|entry| !touched(&entry.owner));
        entries
            .map(|entry| zone.text[entry.node.span.start..entry.value.span.end.max(entry.node.span.end)].to_owned())
            .collect::<Vec<_>>()
    };
    if rest(old) != rest(new) {
        return Some("a name that nothing is to happen at would be written otherwise".to_owned());
    }
    let types = |change: &Change| -> Vec<RrType> {
        change.remove.iter().chain(&change.add).map(|value| value.rdata.rtype()).collect()
    };
    for change in group {
        let types = types(change);
        let at = |zone: &'_ Zone, changes: bool| -> Vec<Record> {
            let of = |record: &&Record| {
                record.owner == change.owner && record.rtype.is_some_and(|rtype| types.contains(&rtype)) == changes
            };
            zone.records.iter().filter(of).cloned().collect()
        };
        let (before, after) = (at(old, false), at(new, false));
        if before.len() != after.len() || !before.iter().zip(&after).all(|(one, two)| one.is_same(two)) {
            return Some(format!("another record of {} would say something else", change.owner));
        }
        for record in at(new, true) {
            let was = at(old, true).into_iter().find(|was| was.rtype == record.rtype);
            let was_others = was.as_ref().map(Record::others).unwrap_or_default();
            let others = record.others();
            if others.len() != was_others.len()
                || !others.iter().zip(&was_others).all(|(one, two)| one.0 == two.0 && one.1.is_same(two.1))
            {
                return Some(format!("the options of {} would be others", change.owner));
            }
        }
    }
    None
}

fn values(zone: &Zone) -> impl Iterator<Item = (&Record, &Rdata)> {
    zone.records.iter().flat_map(|record| record.values.iter().map(move |held| (record, &held.rdata)))
}

fn wrong(zone: &Zone, what: &str) -> ProviderError {
    ProviderError::Unsupported(format!(
        "{}: the edited file would not say what it should ({what}); nothing was written. This is a fault in the program: \
         please report it, and edit the file by hand meanwhile",
        zone.path.display()
    ))
}

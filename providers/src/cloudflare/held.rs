//! What a zone holds, as it was read at one time.

use serde_json::Value as Json;

use super::content::{AUTOMATIC, rdata, value};
use super::model::Record;
use crate::dns::{Name, Rdata, RrType};
use crate::{Owner, ProviderError, Value};

/// The records of a zone.
#[derive(Debug)]
pub(super) struct Held {
    apex: Name,
    entries: Vec<Entry>,
}

/// A record, with its place.
#[derive(Debug)]
pub(super) struct Entry {
    owner: Name,
    rtype: RrType,
    pub(super) record: Record,
}

/// A record of a list; none of one that is of no type of DNS.
pub(super) fn read(item: Json) -> Result<Option<Record>, serde_json::Error> {
    match item["type"].as_str().map(str::parse::<RrType>) {
        Some(Err(_)) => Ok(None),
        _ => serde_json::from_value(item).map(Some),
    }
}

impl Held {
    pub(super) fn new(apex: Name, records: Vec<Record>) -> Self {
        let entry = |record: Record| {
            let (owner, rtype) = (record.name.parse().ok()?, record.rtype.parse().ok()?);
            Some(Entry { owner, rtype, record })
        };
        Self { apex, entries: records.into_iter().filter_map(entry).collect() }
    }

    fn at<'a>(&'a self, name: &Name) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.owner == *name)
    }

    /// What DNS has at a name.
    pub(super) fn owner(&self, name: &Name) -> Result<Owner, ProviderError> {
        let mut owner = Owner { name: name.clone(), values: Vec::new(), delegated_at: None };
        for entry in self.at(name).filter(|entry| !self.is_hidden(entry)) {
            let value = value(&entry.rdata()?, &entry.record);
            // With and without quotes one text can stand there twice; in DNS it is one value.
            if owner.values.iter().all(|held: &Value| held.rdata != value.rdata) {
                owner.values.push(value);
            }
        }
        for entry in &self.entries {
            let cuts = entry.rtype == RrType::NS && entry.owner != self.apex && name.is_at_or_below(&entry.owner);
            // The highest cut is the one that counts: what is below it is not in this zone.
            if cuts && owner.delegated_at.as_ref().is_none_or(|cut| cut.is_at_or_below(&entry.owner)) {
                owner.delegated_at = Some(entry.owner.clone());
            }
        }
        Ok(owner)
    }

    /// The records that hold a value, the one of its id first.
    pub(super) fn records_of(&self, owner: &Name, wanted: &Value) -> Result<Vec<&Entry>, ProviderError> {
        let mut found = Vec::new();
        for entry in self.at(owner).filter(|entry| entry.rtype == wanted.rdata.rtype() && !self.is_hidden(entry)) {
            if entry.rdata()? == wanted.rdata {
                found.push(entry);
            }
        }
        found.sort_by_key(|entry| wanted.handle.as_ref() != Some(&entry.record.id));
        Ok(found)
    }

    /// An alias at a name that DNS does not have.
    pub(super) fn hidden(&self, name: &Name) -> Option<&Entry> {
        self.at(name).find(|entry| self.is_hidden(entry))
    }

    /// Whether the TTL of all records of a type there is "automatic"; not where there is none.
    pub(super) fn is_automatic(&self, owner: &Name, rtype: RrType) -> bool {
        let mut set = self.at(owner).filter(|entry| entry.rtype == rtype).peekable();
        set.peek().is_some() && set.all(|entry| entry.record.ttl == AUTOMATIC)
    }

    /// Whether it is an alias that is followed by Cloudflare: addresses are answered in its place, and other records
    /// may stand beside it (<https://developers.cloudflare.com/dns/cname-flattening/>).
    fn is_hidden(&self, entry: &Entry) -> bool {
        let record = &entry.record;
        entry.rtype == RrType::CNAME && (record.proxied || record.settings.flatten_cname || entry.owner == self.apex)
    }

    pub(super) fn apex(&self) -> &Name {
        &self.apex
    }
}

impl Entry {
    pub(super) fn rdata(&self) -> Result<Rdata, ProviderError> {
        rdata(self.rtype, &self.record)
    }

    /// What makes an alias none, for people.
    pub(super) fn why_hidden(&self) -> &'static str {
        if self.record.proxied { "proxied" } else { "flattened" }
    }
}

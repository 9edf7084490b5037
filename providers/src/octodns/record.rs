//! One record of the file: a mapping with a type, and all values of that type at a name.

use std::sync::Arc;

use super::text::Settings;
use super::values::{is_single, number_of, rdata, text_of, type_of};
use super::yaml::{Fault, Kind, Node};
use crate::dns::{Name, Rdata, RrType};

/// A record, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) owner: Name,
    /// Which entry of the file it is in.
    pub(super) entry: usize,
    /// Which item of that entry's list it is; none where the entry is no list.
    pub(super) item: Option<usize>,
    pub(super) node: Arc<Node>,
    /// Whether it stands there itself, and is not an alias of another one.
    pub(super) is_direct: bool,
    /// None where DNS has no such type.
    pub(super) rtype: Option<RrType>,
    pub(super) ttl: u32,
    pub(super) fields: Vec<Field>,
    pub(super) values: Vec<Held>,
}

/// A key of a record.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) key: Arc<Node>,
    pub(super) value: Arc<Node>,
    /// Whether it stands in the record itself, and was not merged in.
    pub(super) is_direct: bool,
}

/// A value, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) rdata: Rdata,
    pub(super) node: Arc<Node>,
}

/// Keys that change what a record publishes beside its values.
const STEERED: [&str; 2] = ["dynamic", "geo"];

impl Record {
    pub(super) fn read(
        owner: &Name,
        (entry, item): (usize, Option<usize>),
        node: &Arc<Node>,
        settings: Settings,
    ) -> Result<Self, Fault> {
        let (meant, is_direct) = node.meant();
        if meant.tag.is_some() {
            return Err(meant.fault("has a tag: what it stands for cannot be told without octoDNS"));
        }
        let mut fields = Vec::new();
        flatten(&meant, is_direct, &mut fields)?;
        let find = |name: &str| fields.iter().find(|field| field.name == name);
        let of_type = find("type").ok_or_else(|| meant.fault("this record has no `type`"))?;
        let rtype = type_of(text_of(&of_type.value.meant().0)?);
        let ttl = find("ttl").map_or(Ok(settings.default_ttl), |field| number_of(&field.value.meant().0))?;
        let mut values = Vec::new();
        if let Some(rtype) = rtype {
            let given = if is_single(rtype) { find("value") } else { find("values").or_else(|| find("value")) };
            let given = given.ok_or_else(|| meant.fault("this record has no `value`"))?.value.meant().0;
            let nodes = match &given.kind {
                Kind::Sequence { items, .. } if !is_single(rtype) && given.tag.is_none() => items.clone(),
                _ => vec![given],
            };
            for node in nodes {
                values.push(Held { rdata: rdata(rtype, &node, settings)?, node });
            }
        }
        let owner = owner.clone();
        Ok(Self { owner, entry, item, node: meant, is_direct, rtype, ttl, fields, values })
    }

    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The key that its values stand under.
    pub(super) fn container(&self) -> Option<&Field> {
        let single = self.rtype.is_some_and(is_single);
        self.field("values").filter(|_| !single).or_else(|| self.field("value"))
    }

    /// Why nobody but a person may change it.
    pub(super) fn is_steered(&self) -> Option<Fault> {
        if let Some(field) = STEERED.iter().find_map(|name| self.field(name)) {
            return Some(
                field.key.fault(format!("`{}` decides what is served; its values are not edited", field.name)),
            );
        }
        let options = self.field("octodns")?.value.meant().0;
        let Kind::Mapping { entries, .. } = &options.kind else { return None };
        let is = |(key, _): &&(Arc<Node>, Arc<Node>)| {
            key.scalar().is_some_and(|(text, _)| matches!(text, "ignored" | "included" | "excluded"))
        };
        let (key, _) = entries.iter().find(is)?;
        Some(key.fault("octoDNS is told to leave this record alone, everywhere or at some hosts; it is not edited"))
    }

    /// Whether another record says the same: with the same keys and values, wherever they stand.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let same = |(one, two): (&Field, &Field)| one.name == two.name && one.value.is_same(&two.value);
        self.fields.len() == other.fields.len() && self.fields.iter().zip(&other.fields).all(same)
    }

    /// What it says beside type, TTL and values.
    pub(super) fn others(&self) -> Vec<(&str, &Arc<Node>)> {
        let own = |field: &&Field| !matches!(field.name.as_str(), "type" | "ttl" | "value" | "values");
        self.fields.iter().filter(own).map(|field| (field.name.as_str(), &field.value)).collect()
    }
}

/// The keys of a record with those that are merged in, as octoDNS does it: in their order, the later counts.
fn flatten(node: &Arc<Node>, is_direct: bool, fields: &mut Vec<Field>) -> Result<(), Fault> {
    let Kind::Mapping { entries, .. } = &node.kind else {
        return Err(node.fault("a record has to be a mapping with a `type`"));
    };
    let mut own: Vec<&str> = Vec::new();
    for (key, value) in entries {
        let Some((name, _)) = key.scalar() else { return Err(key.fault("this is no key of a record")) };
        if key.tag.is_some() {
            return Err(key.fault("this key has a tag; write it without one"));
        }
        if name == "<<" {
            let merged = value.meant().0;
            match &merged.kind {
                Kind::Mapping { .. } if merged.tag.is_none() => flatten(&merged, false, fields)?,
                _ => return Err(value.fault("what is merged in here cannot be told without octoDNS; write it out")),
            }
            continue;
        }
        if own.contains(&name) {
            return Err(key.fault(format!("`{name}` stands here twice; YAML keeps the last")));
        }
        own.push(name);
        fields.retain(|field| field.name != name);
        fields.push(Field { name: name.to_owned(), key: key.clone(), value: value.clone(), is_direct });
    }
    Ok(())
}

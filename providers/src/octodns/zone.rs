//! A file that is open: what it declares, and what cannot be told of it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::record::Record;
use super::text::Settings;
use super::yaml::{Fault, Kind, Node, Style, parse};
use crate::dns::{Name, RrType};
use crate::{Owner, ProviderError, Value};

/// A zone as its file has it.
pub(super) struct Zone {
    /// The file, as it was named.
    pub(super) path: PathBuf,
    pub(super) apex: Name,
    pub(super) settings: Settings,
    pub(super) text: String,
    /// The mapping of all names; none where nothing is declared.
    pub(super) root: Option<Arc<Node>>,
    pub(super) entries: Vec<Entry>,
    pub(super) records: Vec<Record>,
    /// Names of which it cannot be told what stands there.
    untold: Vec<Untold>,
}

/// A name in the file.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) owner: Name,
    /// As it is read.
    pub(super) key: String,
    pub(super) node: Arc<Node>,
    pub(super) value: Arc<Node>,
}

struct Untold {
    owner: Name,
    fault: Fault,
    /// Whether it may be a delegation, so that nothing below it is certain.
    below: bool,
}

impl Zone {
    /// Reads the text of a file. Its bytes have to be UTF-8.
    pub(super) fn read(path: &Path, apex: Name, settings: Settings, text: Vec<u8>) -> Result<Self, ProviderError> {
        let text = String::from_utf8(text).map_err(|error| {
            let before = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned();
            let (line, column) = (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap_or_default());
            let column = column.chars().count() + 1;
            ProviderError::Unsupported(format!("{}:{line}:{column}: is no text in UTF-8", path.display()))
        })?;
        let fault = |fault: Fault| refused(path, &fault);
        let root = parse(&text).map_err(fault)?;
        let (entries, mut untold) = match &root {
            Some(root) => entries(root, &apex).map_err(fault)?,
            None => (Vec::new(), Vec::new()),
        };
        let (mut records, mut seen): (Vec<Record>, BTreeSet<(Name, RrType)>) = (Vec::new(), BTreeSet::new());
        for (index, entry) in entries.iter().enumerate() {
            let (value, _) = entry.value.meant();
            let nodes: Vec<(Option<usize>, Arc<Node>)> = match &value.kind {
                Kind::Sequence { items, .. } if value.tag.is_none() => {
                    items.iter().cloned().enumerate().map(|(item, node)| (Some(item), node)).collect()
                }
                _ => vec![(None, entry.value.clone())],
            };
            for (item, node) in nodes {
                match Record::read(&entry.owner, (index, item), &node, settings) {
                    Ok(mut record) => {
                        record.is_direct &= entry.value.meant().1;
                        if record.rtype.is_some_and(|rtype| !seen.insert((record.owner.clone(), rtype))) {
                            let fault =
                                record.node.fault("a second record of its type at this name, which octoDNS refuses");
                            untold.push(Untold { owner: entry.owner.clone(), fault, below: false });
                        }
                        records.push(record);
                    }
                    Err(fault) => untold.push(Untold { owner: entry.owner.clone(), fault, below: true }),
                }
            }
        }
        Ok(Self { path: path.to_owned(), apex, settings, text, root, entries, records, untold })
    }

    pub(super) fn refused(&self, fault: &Fault) -> ProviderError {
        refused(&self.path, fault)
    }

    /// `file:line` of a node.
    pub(super) fn place(&self, node: &Node) -> String {
        format!("{}:{}", self.path.display(), node.line)
    }

    /// Whether the source has something at a name that DNS has no type for.
    pub(super) fn has_unknown_type(&self, owner: &Name) -> bool {
        self.records.iter().any(|record| record.owner == *owner && record.rtype.is_none())
    }

    /// What stands at these names, in their order.
    pub(super) fn owners(&self, names: &[Name]) -> Result<Vec<Owner>, ProviderError> {
        let mut by_owner: HashMap<&Name, Vec<&Record>> = HashMap::new();
        for record in &self.records {
            by_owner.entry(&record.owner).or_default().push(record);
        }
        let cuts: HashSet<&Name> = by_owner
            .iter()
            .filter(|(owner, records)| {
                ***owner != self.apex && records.iter().any(|record| record.rtype == Some(RrType::NS))
            })
            .map(|(owner, _)| *owner)
            .collect();
        let owner = |name: &Name| {
            let doubt = |untold: &&Untold| {
                untold.owner == *name || untold.below && untold.owner != self.apex && name.is_at_or_below(&untold.owner)
            };
            if let Some(untold) = self.untold.iter().find(doubt) {
                return Err(self.refused(&untold.fault));
            }
            let records = by_owner.get(name).map_or(&[][..], Vec::as_slice);
            let mut values: Vec<Value> = Vec::new();
            for record in records {
                for held in &record.values {
                    if values.iter().all(|value| value.rdata != held.rdata) {
                        let handle = Some(self.place(&held.node));
                        values.push(Value { rdata: held.rdata.clone(), ttl: record.ttl, handle });
                    }
                }
            }
            let delegated_at = name.ancestors().filter(|name| cuts.contains(name)).last();
            Ok(Owner { name: name.clone(), values, delegated_at })
        };
        names.iter().map(owner).collect()
    }
}

/// A fault with its file.
pub(super) fn refused(path: &Path, fault: &Fault) -> ProviderError {
    let Fault { line, column, message } = fault;
    ProviderError::Unsupported(format!("{}:{line}:{column}: {message}", path.display()))
}

/// All names of the file. What is wrong with a name itself could be any name's.
fn entries(root: &Arc<Node>, apex: &Name) -> Result<(Vec<Entry>, Vec<Untold>), Fault> {
    if let Some(tag) = &root.tag {
        return Err(root.fault(format!("the whole file has the tag `{tag}`; only octoDNS can tell what it declares")));
    }
    let Kind::Mapping { entries: nodes, .. } = &root.kind else {
        return Err(root.fault("a zone of octoDNS is a mapping from names to records"));
    };
    let (mut entries, mut untold): (Vec<Entry>, Vec<Untold>) = (Vec::new(), Vec::new());
    let mut seen: HashSet<&str> = HashSet::new();
    for (node, value) in nodes {
        let Some((key, style)) = node.scalar() else {
            return Err(node.fault("the name of a record is a text; what this is cannot be told without octoDNS"));
        };
        if node.tag.is_some() {
            return Err(node.fault("this name has a tag; write it without one"));
        }
        let is_number =
            !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()) && (key == "0" || !key.starts_with('0'));
        if style == Style::Plain && !is_number && !super::scalar::is_text(key) {
            let what = if key == "<<" {
                "names are merged in here, so that it cannot be told which there are; write them out"
            } else {
                "YAML reads this name as something else than a text; put it in quotes"
            };
            return Err(node.fault(what));
        }
        let owner = owner(key, apex).map_err(|why| node.fault(format!("`{key}` is no name below {apex}: {why}")))?;
        if !seen.insert(key) {
            let fault = node.fault(format!(
                "`{key}` stands in the file twice; YAML keeps the last, and drops the first without a word"
            ));
            untold.push(Untold { owner: owner.clone(), fault, below: true });
        }
        entries.push(Entry { owner, key: key.to_owned(), node: node.clone(), value: value.clone() });
    }
    Ok((entries, untold))
}

/// The name that a key stands for. Labels of other scripts become what DNS has for them.
fn owner(key: &str, apex: &Name) -> Result<Name, String> {
    if key.is_empty() {
        return Ok(apex.clone());
    }
    let mut labels: Vec<Vec<u8>> = Vec::new();
    for label in key.split('.') {
        let label = if label.is_ascii() {
            label.to_ascii_lowercase()
        } else {
            idna::domain_to_ascii_strict(label).map_err(|error| error.to_string())?
        };
        labels.push(label.into_bytes());
    }
    labels.extend(apex.labels().map(<[u8]>::to_vec));
    Name::from_labels(labels).map_err(|error| error.to_string())
}

/// The key of a name, where octoDNS can have it in its plain form.
pub(super) fn key_of(owner: &Name, apex: &Name) -> Option<String> {
    let own = owner.label_count() - apex.label_count();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'*' | b'/');
    let labels: Vec<String> = owner
        .labels()
        .take(own)
        .map(|label| label.iter().all(plain).then(|| String::from_utf8_lossy(label).into_owned()))
        .collect::<Option<_>>()?;
    Some(labels.join("."))
}

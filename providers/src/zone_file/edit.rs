//! Turns changes into new texts of the files that they touch.
//!
//! What follows a line can depend on it: a line that begins with a blank takes the owner of the one before, and one
//! without a TTL may take the last. So the records are gone through in the order in which a server reads them, as they
//! will be after the change, and a line that would take another owner or TTL than it had is given its own.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::PathBuf;

use super::line::{Model, Patch, Style, new_line, spelled};
use super::zone::Opened;
use crate::dns::master::{Entry, Item, Kind, Record, TtlFrom};
use crate::dns::{Name, Rdata, RrType};
use crate::{Change, ProviderError, Value};

/// An entry: its file, and where it begins there.
type Key = (usize, usize);

/// What becomes of a record.
enum Fate {
    /// Its lines go.
    Delete,
    /// Other data, or another TTL, in its place.
    Replace(Value),
}

/// What is to be done where.
#[derive(Default)]
struct Plan {
    fates: HashMap<Key, Fate>,
    /// Records to be written directly behind an entry.
    behind: HashMap<Key, Vec<(Name, Value)>>,
}

/// The new texts of all files that change, by their real paths. The SOA record gets `serial` of its serial number.
pub(super) fn edited(
    opened: &Opened,
    group: &[Change],
    serial: &dyn Fn(u32) -> u32,
) -> Result<BTreeMap<PathBuf, Vec<u8>>, ProviderError> {
    let plan = plan(opened, group);
    let mut walk = Walk::new(opened, plan, serial);
    for item in opened.zone.items() {
        walk.step(item)?;
    }
    let files = opened.zone.files();
    let mut texts = BTreeMap::new();
    for (file, patches) in files.iter().zip(walk.patches) {
        if patches.is_empty() {
            continue;
        }
        if files.iter().filter(|other| other.real == file.real).count() > 1 {
            let message = format!(
                "{}: is included more than once, so that a change in it would be made at several names; \
                 it has to be edited by hand",
                file.path.display()
            );
            return Err(ProviderError::Unsupported(message));
        }
        texts.insert(file.real.clone(), patched(file.text.text(), patches));
    }
    Ok(texts)
}

/// Decides for each value of each change which line it is about.
fn plan(opened: &Opened, group: &[Change]) -> Plan {
    let mut standing: HashMap<&Name, Vec<(Key, &Record)>> =
        group.iter().map(|change| (&change.owner, Vec::new())).collect();
    for (key, record) in keyed_records(opened) {
        if let Some(records) = standing.get_mut(&record.owner) {
            records.push((key, record));
        }
    }
    let mut plan = Plan::default();
    for change in group {
        let records = standing.get(&change.owner).map_or(&[][..], Vec::as_slice);
        let goes = |record: &Record| change.remove.iter().any(|value| value.rdata == record.rdata);
        let mut going: Vec<(Key, &Record)> = records.iter().filter(|(_, record)| goes(record)).copied().collect();
        plan.fates.extend(going.iter().map(|(key, _)| (*key, Fate::Delete)));
        for value in &change.add {
            if let Some(index) = most_alike(&going, value) {
                let (key, _) = going.swap_remove(index);
                plan.fates.insert(key, Fate::Replace(value.clone()));
            } else if let Some(key) = place_for(opened, records, change, value) {
                plan.behind.entry(key).or_default().push((change.owner.clone(), value.clone()));
            }
        }
    }
    plan
}

/// All records with their keys, in the order in which a server reads them.
fn keyed_records(opened: &Opened) -> impl Iterator<Item = (Key, &Record)> {
    opened.zone.items().filter_map(|item| match item {
        Item::Entry(file, Entry { span, kind: Kind::Record(record), .. }) => Some(((file, span.start), record)),
        _ => None,
    })
}

/// Which of the records that go has the type of `value`, and the most octets in common with it from the beginning: it
/// is the one that `value` is a new version of.
fn most_alike(going: &[(Key, &Record)], value: &Value) -> Option<usize> {
    let new = value.rdata.to_string();
    let common = |record: &Record| {
        let old = record.rdata.to_string();
        old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count()
    };
    let same_type = going.iter().enumerate().filter(|(_, (_, record))| record.rdata.rtype() == value.rdata.rtype());
    // Of several, the first.
    same_type.rev().max_by_key(|(_, (_, record))| common(record)).map(|(index, _)| index)
}

/// The entry that a new record is written behind: the last of its owner and type, else of its owner, be it one that
/// goes; else the last of those that share the most of its name; else the end of the file that has the SOA record.
fn place_for(opened: &Opened, records: &[(Key, &Record)], change: &Change, value: &Value) -> Option<Key> {
    let rtype = value.rdata.rtype();
    let of_type = records.iter().rfind(|(_, record)| record.rdata.rtype() == rtype);
    if let Some((key, _)) = of_type.or(records.last()) {
        return Some(*key);
    }
    let home = keyed_records(opened).find(|(_, record)| record.rdata.rtype() == RrType::SOA)?.0.0;
    let labels: Vec<&[u8]> = change.owner.labels().collect();
    let shared = |owner: &Name| {
        let owner: Vec<&[u8]> = owner.labels().collect();
        owner.iter().rev().zip(labels.iter().rev()).take_while(|(one, other)| one == other).count()
    };
    let apex_labels = opened.apex.label_count();
    let at_home = keyed_records(opened).filter(|((file, _), _)| *file == home);
    let neighbour = at_home.map(|(key, record)| (shared(&record.owner), key)).max_by_key(|(shared, _)| *shared);
    if let Some((_, key)) = neighbour.filter(|(shared, _)| *shared > apex_labels) {
        return Some(key);
    }
    let last = opened.zone.files()[home].text.entries().last()?;
    Some((home, last.span.start))
}

/// An `$INCLUDE` that the walk is inside of: what counts again behind it.
struct Outer {
    key: Key,
    owner: Option<Name>,
    origin: Option<Name>,
}

/// The way through the records as they will be.
struct Walk<'a> {
    opened: &'a Opened,
    plan: Plan,
    serial: &'a dyn Fn(u32) -> u32,
    /// For each file.
    patches: Vec<Vec<Patch>>,
    outer: Vec<Outer>,
    origin: Option<Name>,
    /// The owner that a line takes that begins with a blank.
    owner: Option<Name>,
    /// The last owner field that was passed, with its owner and the origin there, whether or not it stays.
    named: Option<(Name, Option<Name>, &'a [u8])>,
    default_ttl: Option<u32>,
    last_ttl: Option<u32>,
    /// The last line that has each type, for new ones to be written like it.
    models: HashMap<RrType, (usize, &'a Entry, &'a Record)>,
}

impl<'a> Walk<'a> {
    fn new(opened: &'a Opened, plan: Plan, serial: &'a dyn Fn(u32) -> u32) -> Self {
        let patches = opened.zone.files().iter().map(|_| Vec::new()).collect();
        // New owners need a model that may stand anywhere.
        let mut models = HashMap::new();
        for item in opened.zone.items() {
            if let Item::Entry(file, entry) = item
                && let Kind::Record(record) = &entry.kind
            {
                models.insert(record.rdata.rtype(), (file, entry, record));
            }
        }
        Self {
            opened,
            plan,
            serial,
            patches,
            outer: Vec::new(),
            origin: None,
            owner: None,
            named: None,
            default_ttl: None,
            last_ttl: None,
            models,
        }
    }

    fn step(&mut self, item: Item<'a>) -> Result<(), ProviderError> {
        match item {
            Item::Leave => {
                if let Some(Outer { key, owner, origin }) = self.outer.pop() {
                    (self.owner, self.origin) = (owner, origin);
                    self.write_behind(key, None);
                }
            }
            Item::Entry(file, entry) => {
                let key = (file, entry.span.start);
                match &entry.kind {
                    Kind::Origin(origin) => self.origin = Some(origin.clone()),
                    Kind::Ttl(ttl) => self.default_ttl = Some(*ttl),
                    Kind::Include(include) => {
                        let (owner, origin) = (self.owner.clone(), self.origin.clone());
                        self.outer.push(Outer { key, owner, origin });
                        self.origin.clone_from(&include.origin);
                        // What is to come behind it comes when it has ended.
                        return Ok(());
                    }
                    Kind::Record(record) => return self.record(file, entry, record),
                }
                self.write_behind(key, None);
            }
        }
        Ok(())
    }

    fn record(&mut self, file: usize, entry: &'a Entry, record: &'a Record) -> Result<(), ProviderError> {
        let key = (file, entry.span.start);
        let text = &self.opened.zone.files()[file].text;
        let model = Model::new(text, entry, record);
        self.origin.clone_from(&record.origin);
        if let Some(span) = &record.owner_span {
            self.named = Some((record.owner.clone(), record.origin.clone(), &text.text()[span.clone()]));
        }
        if record.ttl_from == TtlFrom::SoaMinimum {
            self.default_ttl = Some(record.ttl);
        }
        let replaced = match self.plan.fates.remove(&key) {
            Some(Fate::Delete) => {
                self.patches[file].push((entry.span.clone(), Vec::new()));
                self.write_behind(key, Some(&model));
                return Ok(());
            }
            Some(Fate::Replace(value)) => Some(value),
            None => None,
        };
        let ttl = replaced.as_ref().map_or(record.ttl, |value| value.ttl);
        let without_own = if model.has_ttl() { Some(record.ttl) } else { self.default_ttl.or(self.last_ttl) };
        if record.owner_span.is_none() && self.owner.as_ref() != Some(&record.owner) {
            let owner = self.owner_field(&record.owner);
            self.patches[file].push(model.with_owner(&owner));
        }
        if without_own != Some(ttl) {
            self.patches[file].extend(model.with_ttl(ttl));
        }
        if let Some(value) = &replaced {
            self.patches[file].extend(model.with_data(&value.rdata));
        }
        if let Rdata::Soa(soa) = &record.rdata {
            let serial = model.with_serial((self.serial)(soa.serial)).ok_or_else(|| {
                let (path, line) = (self.opened.zone.files()[file].path.display(), entry.line);
                ProviderError::Unsupported(format!(
                    "{path}:{line}: the SOA record is written as octets; write it in its own form, so that its serial \
                     number can be raised"
                ))
            })?;
            self.patches[file].push(serial);
        }
        self.owner = Some(record.owner.clone());
        self.last_ttl = Some(ttl);
        self.write_behind(key, Some(&model));
        Ok(())
    }

    /// Writes what is to stand behind an entry, which is `before` if it is a record.
    fn write_behind(&mut self, key: Key, before: Option<&Model<'a>>) {
        let Some(mut values) = self.plan.behind.remove(&key) else {
            return;
        };
        let (file, start) = key;
        let file_text = &self.opened.zone.files()[file].text;
        let (text, entries) = (file_text.text(), file_text.entries());
        let entry = entries.binary_search_by_key(&start, |entry| entry.span.start);
        let span = entry.map_or(start..text.len(), |index| entries[index].span.clone());
        let (end, goes) = (span.end, self.patches[file].last() == Some(&(span, Vec::new())));
        // As the line before it ends; a last line without an end, as the one before that.
        let newline = text[..end].iter().rposition(|&byte| byte == b'\n').filter(|newline| *newline > 0);
        let line_end: &[u8] = if newline.is_some_and(|at| text[at - 1] == b'\r') { b"\r\n" } else { b"\n" };
        // What is of the same owner stays together.
        values.sort_by_key(|(owner, _)| before.is_none_or(|model| model.owner() != owner));
        let mut lines = Vec::new();
        for (owner, value) in values {
            let beside = before.filter(|model| model.owner() == &owner);
            let of = |rtype| self.models.get(&rtype);
            let like = |(file, entry, record): &(usize, &'a Entry, &'a Record)| {
                Model::new(&self.opened.zone.files()[*file].text, entry, record)
            };
            let (alike, soa) = (of(value.rdata.rtype()).map(like), of(RrType::SOA).map(like));
            let model = beside.or(alike.as_ref()).or(before).or(soa.as_ref());
            let takes_owner = self.owner.as_ref() == Some(&owner) && beside.is_some_and(|model| !model.has_owner());
            let field = if takes_owner { Vec::new() } else { self.owner_field(&owner) };
            let inherited = self.default_ttl.or(self.last_ttl);
            let own = model.is_some_and(Model::has_ttl) || inherited != Some(value.ttl);
            lines.push(new_line(model, &field, own.then_some(value.ttl), &value));
            (self.owner, self.last_ttl) = (Some(owner), Some(value.ttl));
        }
        let lines = lines.join(line_end);
        // A last line without an end stays one; the line before it gets one, unless it has gone.
        let ended = end == 0 || text[end - 1] == b'\n';
        let patch = match (ended, goes) {
            (true, _) => [&lines, line_end].concat(),
            (false, true) => lines,
            (false, false) => [line_end, &lines].concat(),
        };
        self.patches[file].push((end..end, patch));
    }

    /// An owner as it is to be written here: as it stands nearby, else in the manner of what stands nearby.
    fn owner_field(&self, owner: &Name) -> Vec<u8> {
        match &self.named {
            Some((named, origin, field)) if named == owner && *origin == self.origin => field.to_vec(),
            Some((.., field)) => spelled(owner, self.origin.as_ref(), Style::of(field)),
            None => spelled(owner, self.origin.as_ref(), Style::Relative),
        }
    }
}

/// The text with its patches. Of two at one place the one made first comes first.
fn patched(text: &[u8], mut patches: Vec<Patch>) -> Vec<u8> {
    patches.sort_by_key(|(span, _)| span.start);
    let mut new = Vec::with_capacity(text.len() + 512);
    let mut at = 0;
    for (Range { start, end }, replacement) in patches {
        new.extend_from_slice(&text[at..start.max(at)]);
        new.extend_from_slice(&replacement);
        at = end.max(at);
    }
    new.extend_from_slice(&text[at..]);
    new
}

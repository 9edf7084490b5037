//! Turns changes into patches of the text. A patch touches what changes; anything that it could only guess at is refused.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::layout::{Manner, dash_of, line_end, line_start, next_line, source_of};
use super::order::Order;
use super::record::Record;
use super::scalar::written;
use super::values::field;
use super::yaml::{Fault, Kind, Node, Style};
use super::zone::Zone;
use crate::dns::{Name, Rdata, RrType};
use crate::{Change, ProviderError, Value};

/// Bytes, and what takes their place.
pub(super) type Patch = (Range<usize>, String);

/// What becomes of one record.
struct Edit<'a> {
    record: &'a Record,
    ttl: Option<u32>,
    gone: Vec<usize>,
    come: Vec<Value>,
}

/// A record that was not there.
pub(super) struct New {
    pub(super) rtype: RrType,
    pub(super) ttl: u32,
    pub(super) values: Vec<Value>,
}

/// The patches of a group, in the order of the text.
pub(super) fn patches(zone: &Zone, group: &[Change]) -> Result<Vec<Patch>, ProviderError> {
    let mut editor =
        Editor { zone, text: &zone.text, manner: Manner::of(zone), patches: Vec::new(), fresh: Vec::new() };
    for change in group {
        editor.change(change).map_err(|fault| by_hand(zone, change, &fault))?;
    }
    editor.add_fresh().map_err(|fault| zone.refused(&fault))?;
    // A line that goes is not moved to the right first.
    let gone: Vec<Range<usize>> =
        editor.patches.iter().filter(|(_, new)| new.is_empty()).map(|(range, _)| range.clone()).collect();
    editor.patches.retain(|(range, new)| {
        let is_shift = range.start == range.end && !new.is_empty() && new.bytes().all(|byte| byte == b' ');
        !is_shift || !gone.iter().any(|gone| gone.contains(&range.start))
    });
    // The last line of a file that has no end takes that of the one before it, behind which something may come.
    let feed = editor.manner.line_end;
    for (range, new) in &mut editor.patches {
        let into =
            gone.iter().find(|gone| range.start == range.end && gone.start < range.start && range.start < gone.end);
        if let (Some(gone), Some(lines)) = (into, new.strip_suffix(feed)) {
            (*new, *range) = (format!("{feed}{lines}"), gone.end..gone.end);
        }
    }
    editor.patches.sort_by_key(|(range, _)| (range.start, range.end));
    Ok(editor.patches)
}

/// The text with its patches.
pub(super) fn patched(text: &str, patches: &[Patch]) -> String {
    let (mut new, mut at) = (String::with_capacity(text.len() + 256), 0);
    for (range, replacement) in patches {
        new.push_str(&text[at..range.start.max(at)]);
        new.push_str(replacement);
        at = range.end.max(at);
    }
    new + &text[at..]
}

/// Why it is not done, and what a person would put in.
fn by_hand(zone: &Zone, change: &Change, fault: &Fault) -> ProviderError {
    let value = |value: &Value| match &value.rdata {
        Rdata::Txt(_) => format!("{} {}", value.rdata.rtype(), written(&source_of(zone, &value.rdata), Style::Single)),
        other => format!("{} {other}", other.rtype()),
    };
    let list = |values: &[Value]| values.iter().map(value).collect::<Vec<_>>().join(", ");
    let mut words = Vec::new();
    if !change.remove.is_empty() {
        words.push(format!("take out {}", list(&change.remove)));
    }
    if !change.add.is_empty() {
        words.push(format!("put in {}", list(&change.add)));
    }
    let message = format!("{}; nothing was written. By hand, at {}: {}", fault.message, change.owner, words.join("; "));
    zone.refused(&Fault { message, ..fault.clone() })
}

pub(super) struct Editor<'a> {
    pub(super) zone: &'a Zone,
    pub(super) text: &'a str,
    pub(super) manner: Manner,
    pub(super) patches: Vec<Patch>,
    /// Names that were not there.
    pub(super) fresh: Vec<(Name, Vec<New>)>,
}

impl Editor<'_> {
    fn change(&mut self, change: &Change) -> Result<(), Fault> {
        let zone = self.zone;
        let records: Vec<&Record> = zone.records.iter().filter(|record| record.owner == change.owner).collect();
        let types: BTreeSet<RrType> =
            change.remove.iter().chain(&change.add).map(|value| value.rdata.rtype()).collect();
        let (mut edits, mut deleted, mut new) = (Vec::new(), Vec::new(), Vec::new());
        for rtype in types {
            let come: Vec<&Value> = change.add.iter().filter(|value| value.rdata.rtype() == rtype).collect();
            let goes = |rdata: &Rdata| change.remove.iter().any(|value| value.rdata == *rdata);
            let comes = |rdata: &Rdata| come.iter().any(|value| value.rdata == *rdata);
            let ttl = come.first().map(|value| value.ttl);
            let Some(record) = records.iter().find(|record| record.rtype == Some(rtype)) else {
                if let Some(ttl) = ttl {
                    new.push(New { rtype, ttl, values: come.into_iter().cloned().collect() });
                }
                continue;
            };
            if let Some(fault) = record.is_steered() {
                return Err(fault);
            }
            let held = record.values.iter().map(|held| &held.rdata);
            let gone: Vec<usize> = held
                .clone()
                .enumerate()
                .filter(|(_, rdata)| goes(rdata) && !comes(rdata))
                .map(|(index, _)| index)
                .collect();
            let come: Vec<Value> =
                come.into_iter().filter(|value| held.clone().all(|rdata| *rdata != value.rdata)).cloned().collect();
            if come.is_empty() && gone.len() == record.values.len() {
                deleted.push(*record);
            } else {
                edits.push(Edit { record, ttl: ttl.filter(|ttl| *ttl != record.ttl), gone, come });
            }
        }
        for edit in &edits {
            self.edit(edit)?;
        }
        // A record in the place of one that goes.
        let pairs = deleted.len().min(new.len());
        for (record, new) in deleted.drain(..pairs).zip(new.drain(..pairs).collect::<Vec<_>>()) {
            self.replace(record, &new)?;
        }
        self.delete(&deleted, &records)?;
        if new.is_empty() {
            return Ok(());
        }
        // Of several keys that are one name the last: octoDNS reads them all.
        match zone.entries.iter().rposition(|entry| entry.owner == change.owner) {
            None => self.fresh.push((change.owner.clone(), new)),
            Some(entry) => self.beside(entry, &new)?,
        }
        Ok(())
    }

    /// The node has to stand here itself, and nothing else may rest on it.
    pub(super) fn own(&self, record: &Record, node: &Node) -> Result<(), Fault> {
        if !record.is_direct {
            return Err(record
                .node
                .fault("this record is an alias of one that stands elsewhere too; it is not edited"));
        }
        let entry = &self.zone.entries[record.entry].value;
        if let Some(anchored) = [entry, &record.node].into_iter().find(|node| node.is_anchored || node.tag.is_some()) {
            return Err(anchored.fault(
                "an anchor or a tag: what is changed here would be changed elsewhere too, or mean something else",
            ));
        }
        if node.is_shared() {
            return Err(node.fault("an anchor, an alias or a tag: what is changed here would be changed elsewhere too, or mean something else"));
        }
        Ok(())
    }

    fn edit(&mut self, edit: &Edit<'_>) -> Result<(), Fault> {
        let record = edit.record;
        if let Some(ttl) = edit.ttl {
            self.ttl(record, ttl)?;
        }
        if edit.gone.is_empty() && edit.come.is_empty() {
            return Ok(());
        }
        let container = record.container().ok_or_else(|| record.node.fault("this record has no value"))?;
        self.own(record, &container.key)?;
        if !container.is_direct {
            return Err(container.key.fault("the values are merged in from another record; write them out"));
        }
        let value = &container.value;
        if value.is_anchored || value.tag.is_some() || matches!(value.kind, Kind::Alias(_)) {
            self.own(record, value)?;
        }
        let (mut gone, mut come) = (edit.gone.clone(), edit.come.iter().collect::<Vec<_>>());
        // One that goes and one that comes are one edit: the most alike first.
        while let Some((index, value)) = most_alike(record, &gone, &come) {
            self.exchange(record, &record.values[gone[index]].node, come[value])?;
            gone.remove(index);
            come.remove(value);
        }
        match &container.value.kind {
            Kind::Sequence { block, items } => {
                for index in gone {
                    let node = &record.values[index].node;
                    self.own(record, node)?;
                    if *block { self.drop_lines(node)? } else { self.drop_inline(items, node)? }
                }
                let last = items.last().ok_or_else(|| container.value.fault("this list is empty"))?;
                for value in come {
                    if *block { self.append_lines(last, value)? } else { self.append_inline(record, last, value)? }
                }
                Ok(())
            }
            // What had one value gets more.
            _ if !come.is_empty() => self.listed(record, container, &come),
            _ => Ok(()),
        }
    }

    /// Another value in the place of one.
    fn exchange(&mut self, record: &Record, node: &Arc<Node>, value: &Value) -> Result<(), Fault> {
        self.own(record, node)?;
        if let Rdata::Mx { preference, exchange } = &value.rdata {
            let (old_exchange, old_preference) =
                (field(node, &["exchange", "value"])?, field(node, &["preference", "priority"])?);
            let exchange = exchange.absolute();
            if old_exchange.scalar().is_none_or(|(text, _)| text != exchange) {
                self.scalar(&old_exchange, &exchange)?;
            }
            let preference = preference.to_string();
            if old_preference.scalar().is_none_or(|(text, _)| text != preference) {
                self.patches.push((old_preference.span.clone(), preference));
            }
            return Ok(());
        }
        self.scalar(node, &source_of(self.zone, &value.rdata))
    }

    /// Another text in the place of a scalar, in its style.
    fn scalar(&mut self, node: &Node, text: &str) -> Result<(), Fault> {
        let Some((_, style)) = node.scalar() else { return Err(node.fault("is no text")) };
        if node.span.is_empty() {
            return Err(node.fault("nothing stands here that could be replaced"));
        }
        // Behind the mark of a text over several lines stands a comment at most, and that stays.
        let head = &self.text[node.span.start..line_end(self.text, node.span.start)];
        let comment = if style == Style::Block { head.find(" #").map_or("", |at| &head[at..]) } else { "" };
        self.patches.push((node.span.clone(), written(text, style) + comment));
        Ok(())
    }

    fn ttl(&mut self, record: &Record, ttl: u32) -> Result<(), Fault> {
        if let Some(field) = record.field("ttl") {
            if !field.is_direct {
                return Err(field.key.fault("the TTL is merged in from another record; write it out"));
            }
            self.own(record, &field.value)?;
            self.patches.push((field.value.span.clone(), ttl.to_string()));
            return Ok(());
        }
        // Before `type`, as the order of keys has it.
        let at = record.field("type").filter(|field| field.is_direct);
        let at = at.ok_or_else(|| record.node.fault("the type is merged in from another record; write it out"))?;
        self.own(record, &at.key)?;
        let Kind::Mapping { block, entries } = &record.node.kind else {
            return Err(record.node.fault("is no mapping"));
        };
        let names: Vec<&str> = entries.iter().filter_map(|(key, _)| key.scalar().map(|(text, _)| text)).collect();
        let place = Order::of(&names).place(&names, "ttl");
        let before = entries.get(place).map_or(&at.key, |(key, _)| key);
        let written = if *block {
            format!("ttl: {ttl}{}{}", self.manner.line_end, " ".repeat(before.column))
        } else {
            format!("ttl: {ttl}, ")
        };
        self.patches.push((before.span.start..before.span.start, written));
        Ok(())
    }

    /// The lines of an item of a list, from its dash to the end of its last line.
    pub(super) fn item_lines(&self, item: &Node) -> Result<Range<usize>, Fault> {
        let dash = dash_of(self.text, item).ok_or_else(|| item.fault("does not stand behind its dash, on one line"))?;
        self.whole_lines(dash, item)
    }

    /// The lines from one byte, which has to be the first of its line, to the end of a node, which has to be the last.
    pub(super) fn whole_lines(&self, first: usize, node: &Node) -> Result<Range<usize>, Fault> {
        let start = line_start(self.text, first);
        let end = node.span.end;
        let rest = self.text[end..line_end(self.text, end)].trim_start();
        if !self.text[start..first].trim_matches(['\u{feff}', ' ']).is_empty()
            || !(rest.is_empty() || rest.starts_with('#'))
        {
            return Err(node.fault("shares its line with something else"));
        }
        Ok(start..next_line(self.text, end))
    }

    /// Takes lines out. The last line of a file that has no end takes that of the one before it.
    pub(super) fn take_out(&mut self, lines: Range<usize>) {
        let ended = self.text[..lines.end].ends_with('\n');
        let before = &self.text[..lines.start];
        let bare = before.strip_suffix('\n').map_or(before, |bare| bare.strip_suffix('\r').unwrap_or(bare));
        let start = if ended { lines.start } else { bare.len() };
        self.patches.push((start..lines.end, String::new()));
    }

    pub(super) fn drop_lines(&mut self, item: &Node) -> Result<(), Fault> {
        let lines = self.item_lines(item)?;
        self.take_out(lines);
        Ok(())
    }
}

/// Of what goes and what comes the two that begin most alike.
fn most_alike(record: &Record, gone: &[usize], come: &[&Value]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, (usize, usize))> = None;
    for (index, held) in gone.iter().enumerate() {
        let old = record.values[*held].rdata.to_string();
        for (place, value) in come.iter().enumerate() {
            let new = value.rdata.to_string();
            let common = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
            if best.is_none_or(|(most, _)| common > most) {
                best = Some((common, (index, place)));
            }
        }
    }
    best.map(|(_, pair)| pair)
}

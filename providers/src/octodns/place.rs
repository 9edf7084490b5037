//! Whole records: out of a file, into the place of one that goes, beside others of their name, and under new names.

use super::edit::{Editor, New};
use super::layout::{dash_of, line_end, line_start};
use super::order::Order;
use super::record::Record;
use super::scalar::written;
use super::yaml::{Fault, Kind, Style};
use super::zone::{Entry, key_of};

impl Editor<'_> {
    /// Another record in the place of one that goes.
    pub(super) fn replace(&mut self, record: &Record, new: &New) -> Result<(), Fault> {
        self.own(record, &record.node)?;
        if !matches!(&record.node.kind, Kind::Mapping { block: true, .. }) {
            return Err(record.node.fault("a record in braces, in whose place another one would come"));
        }
        let written = self.manner.record(self.zone, new.rtype, new.ttl, &new.values, record.node.column);
        let rest = self.text[record.node.span.end..line_end(self.text, record.node.span.end)].trim_start();
        let end = if rest.starts_with('#') { line_end(self.text, record.node.span.end) } else { record.node.span.end };
        self.patches.push((record.node.span.start..end, written));
        Ok(())
    }

    /// Takes records out of a name; all of them with it.
    pub(super) fn delete(&mut self, deleted: &[&Record], all: &[&Record]) -> Result<(), Fault> {
        for record in deleted {
            self.own(record, &record.node)?;
            let entry = &self.zone.entries[record.entry];
            let of_entry = all.iter().filter(|other| other.entry == record.entry).count();
            let going: Vec<&&Record> = deleted.iter().filter(|other| other.entry == record.entry).collect();
            if going.len() == of_entry {
                // Once, for all of them.
                if going.first().is_some_and(|first| first.item == record.item) {
                    self.own(record, &entry.value)?;
                    self.own(record, &entry.node)?;
                    if !self.is_block_root() {
                        return Err(entry.node.fault("the names of this file stand in braces"));
                    }
                    let lines = self.whole_lines(
                        entry.node.span.start,
                        if entry.value.span.is_empty() { &entry.node } else { &entry.value },
                    )?;
                    self.take_out(lines);
                }
                continue;
            }
            match &entry.value.kind {
                Kind::Sequence { block: true, .. } if !entry.value.is_anchored && entry.value.tag.is_none() => {
                    self.drop_lines(&record.node)?;
                }
                _ => {
                    return Err(entry
                        .value
                        .fault("a list in brackets, of which a record would go, or one that has an anchor"));
                }
            }
        }
        Ok(())
    }

    /// New records at a name that has others.
    pub(super) fn beside(&mut self, entry: usize, new: &[New]) -> Result<(), Fault> {
        let entry = &self.zone.entries[entry];
        let value = &entry.value;
        if value.is_anchored || value.tag.is_some() {
            return Err(value
                .fault("an anchor or a tag: what is added here would be added elsewhere too, or mean something else"));
        }
        let dash = match &value.kind {
            Kind::Sequence { block: true, items } => {
                let last = items.last().ok_or_else(|| value.fault("this list is empty"))?;
                self.item_lines(last)?;
                dash_of(self.text, last).map_or(0, |dash| dash - line_start(self.text, dash))
            }
            Kind::Mapping { block: true, .. } => {
                let wanted = entry.node.column + self.manner.records;
                self.itemize(value, wanted)?;
                wanted.min(value.column.max(wanted + 2) - 2)
            }
            Kind::Alias(_) => {
                return Err(value.fault("an alias of what stands elsewhere; it takes no other record beside it"));
            }
            _ => return Err(value.fault("records in brackets or braces; they take no other one beside them")),
        };
        let indent = " ".repeat(dash);
        let written = |new: &New| {
            format!("{indent}- {}", self.manner.record(self.zone, new.rtype, new.ttl, &new.values, dash + 2))
        };
        let lines = new.iter().map(written).collect::<Vec<_>>().join(self.manner.line_end);
        self.insert_behind(value.span.end, &lines);
        Ok(())
    }

    fn is_block_root(&self) -> bool {
        self.zone.root.as_ref().is_none_or(|root| matches!(&root.kind, Kind::Mapping { block: true, .. }))
    }

    /// Names that were not there, where the order of the keys has them.
    pub(super) fn add_fresh(&mut self) -> Result<(), Fault> {
        let entries = &self.zone.entries;
        let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        let order = Order::of(&keys);
        let mut fresh: Vec<(usize, String, Vec<New>)> = Vec::new();
        let top = Fault { line: 1, column: 1, message: String::new() };
        for (owner, new) in std::mem::take(&mut self.fresh) {
            let key = key_of(&owner, &self.zone.apex);
            let key = key
                .ok_or_else(|| Fault { message: format!("octoDNS cannot have a name like {owner}"), ..top.clone() })?;
            fresh.push((order.place(&keys, &key), key, new));
        }
        fresh.sort_by(|one, two| {
            one.0.cmp(&two.0).then_with(|| match order {
                Order::Simple => one.1.cmp(&two.1),
                _ => super::order::natural(&one.1, &two.1),
            })
        });
        if fresh.is_empty() {
            return Ok(());
        }
        if !self.is_block_root() {
            return Err(Fault {
                message: "the names of this file stand in braces; it is not edited".to_owned(),
                ..top
            });
        }
        let column = entries.first().map_or(0, |entry| entry.node.column);
        if entries.is_empty() {
            self.only_bare()?;
            let lines: Vec<String> = fresh.iter().map(|(_, key, new)| self.fresh_lines(column, key, new)).collect();
            self.insert_only(&lines.join(self.manner.line_end));
            return Ok(());
        }
        for (place, key, new) in fresh {
            let lines = self.fresh_lines(column, &key, &new);
            let feed = self.manner.line_end;
            let air = if self.manner.airy { feed } else { "" };
            match place.checked_sub(1).and_then(|before| entries.get(before)) {
                Some(before) => {
                    self.insert_behind(before.value.span.end.max(before.node.span.end), &format!("{air}{lines}"));
                }
                None => self.insert_first(&entries[0], &lines, air),
            }
        }
        Ok(())
    }

    /// A name before all others.
    fn insert_first(&mut self, first: &Entry, lines: &str, air: &str) {
        let at = self.above(first.node.span.start);
        self.patches.push((at..at, format!("{lines}{}{air}", self.manner.line_end)));
    }

    /// Fails where a file without names has more in it than comments and the mark of its beginning.
    fn only_bare(&self) -> Result<(), Fault> {
        let is_bare = |line: &str| {
            let line = line.trim_start_matches('\u{feff}').trim();
            let rest = line.strip_prefix("---").unwrap_or(line).trim_start();
            rest.is_empty() || rest.starts_with('#')
        };
        let message = "no name stands in this file, and something else does; take it out, so that names can be put in";
        match self.text.lines().position(|line| !is_bare(line)) {
            Some(line) => Err(Fault { line: line + 1, column: 1, message: message.to_owned() }),
            None => Ok(()),
        }
    }

    /// The only names of a file.
    fn insert_only(&mut self, lines: &str) {
        let feed = self.manner.line_end;
        let at = self.text.len();
        let ended = self.text.trim_start_matches('\u{feff}').is_empty() || self.text.ends_with('\n');
        let is_empty = self.text.trim_matches('\u{feff}').trim().is_empty();
        let head = if is_empty { format!("---{feed}") } else { String::new() };
        let head = if ended { head } else { format!("{feed}{head}") };
        self.patches.push((at..at, format!("{head}{lines}{feed}")));
    }

    /// Where the comments begin that stand directly above a line.
    fn above(&self, at: usize) -> usize {
        let mut start = line_start(self.text, at);
        while start > 0 {
            let before = line_start(self.text, start - 1);
            if !self.text[before..start].trim_start_matches(['\u{feff}', ' ']).starts_with('#') {
                break;
            }
            start = before;
        }
        if self.text[start..].starts_with('\u{feff}') { start + '\u{feff}'.len_utf8() } else { start }
    }

    fn fresh_lines(&self, column: usize, key: &str, new: &[New]) -> String {
        let style = self.zone.entries.iter().filter(|entry| !entry.key.is_empty() && entry.key != "*");
        let style =
            style.filter_map(|entry| entry.node.scalar()).map(|(_, style)| style).next().unwrap_or(Style::Plain);
        // The empty name and the wildcard are always in quotes.
        let is_plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
        let key = if is_plain && style == Style::Plain { format!("'{key}'") } else { written(key, style) };
        let (indent, feed) = (" ".repeat(column), self.manner.line_end);
        if let [only] = new {
            let column = column + self.manner.step;
            let record = self.manner.record(self.zone, only.rtype, only.ttl, &only.values, column);
            return format!("{indent}{key}:{feed}{}{record}", " ".repeat(column));
        }
        let dash = column + self.manner.records;
        let records = new.iter().map(|new| {
            let record = self.manner.record(self.zone, new.rtype, new.ttl, &new.values, dash + 2);
            format!("{feed}{}- {record}", " ".repeat(dash))
        });
        format!("{indent}{key}:{}", records.collect::<String>())
    }
}

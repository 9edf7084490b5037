//! Lists of values: what goes out of them, what comes into them, and what becomes one.

use std::sync::Arc;

use super::edit::Editor;
use super::layout::{dash_of, item_lines, line_end, line_start, next_line, value_lines};
use super::record::{Field, Record};
use super::values::is_single;
use super::yaml::{Fault, Kind, Node, Style};
use crate::Value;

impl Editor<'_> {
    pub(super) fn drop_inline(&mut self, items: &[Arc<Node>], node: &Arc<Node>) -> Result<(), Fault> {
        let index = items.iter().position(|item| Arc::ptr_eq(item, node)).unwrap_or_default();
        let range = match (index.checked_sub(1).and_then(|index| items.get(index)), items.get(index + 1)) {
            (Some(before), _) => before.span.end..node.span.end,
            (None, Some(next)) => node.span.start..next.span.start,
            (None, None) => return Err(node.fault("is the only value")),
        };
        let rest = self.text[range.clone()].replace(&self.text[node.span.clone()], "");
        if rest.contains(['#', '\n'])
            || self.patches.iter().any(|(other, _)| other.start < range.end && range.start < other.end)
        {
            return Err(node.fault("a list in brackets that goes over several lines, or of which several values go"));
        }
        self.patches.push((range, String::new()));
        Ok(())
    }

    pub(super) fn append_lines(&mut self, last: &Arc<Node>, value: &Value) -> Result<(), Fault> {
        let style = last.scalar().map_or(self.manner.text, |(_, style)| style);
        let lines = self.item_lines(last)?;
        let dash = dash_of(self.text, last).unwrap_or(lines.start);
        let indent = &self.text[lines.start..dash];
        let fields = item_lines(self.zone, value, style, indent);
        self.insert_behind(last.span.end, &fields.join(self.manner.line_end));
        Ok(())
    }

    pub(super) fn append_inline(&mut self, record: &Record, last: &Arc<Node>, value: &Value) -> Result<(), Fault> {
        self.own(record, last)?;
        let style = last.scalar().map_or(self.manner.text, |(_, style)| style);
        let written = match &value_lines(self.zone, value, style)[..] {
            [only] => only.clone(),
            fields => format!("{{{}}}", fields.join(", ")),
        };
        self.patches.push((last.span.end..last.span.end, format!(", {written}")));
        Ok(())
    }

    /// Whole lines behind the line of a byte.
    pub(super) fn insert_behind(&mut self, at: usize, lines: &str) {
        // At the beginning of the next one: this one may go.
        let (next, feed) = (next_line(self.text, at), self.manner.line_end);
        let ended = self.text[..next].ends_with('\n');
        let lines = if ended { format!("{lines}{feed}") } else { format!("{feed}{lines}") };
        self.patches.push((next..next, lines));
    }

    /// `value: x` becomes `values:` and a list that begins with it.
    pub(super) fn listed(&mut self, record: &Record, container: &Field, come: &[&Value]) -> Result<(), Fault> {
        let (key, value) = (&container.key, &container.value);
        self.own(record, key)?;
        if record.rtype.is_some_and(is_single) {
            return Err(key.fault("a record of this type has one value"));
        }
        if !matches!(&record.node.kind, Kind::Mapping { block: true, .. }) {
            return Err(record.node.fault("a record in braces, which would need a list"));
        }
        let is_block = match &value.kind {
            Kind::Mapping { block, .. } => *block,
            Kind::Scalar { style, .. } if *style == Style::Block || self.text[value.span.clone()].contains('\n') => {
                return Err(value.fault("a text over several lines, which would have to become an item of a list"));
            }
            _ => false,
        };
        if container.name == "value" {
            let raw = &self.text[key.span.clone()];
            self.patches.push((key.span.clone(), raw.replace("value", "values")));
        }
        let indent = " ".repeat(key.column + self.manner.values);
        let line_feed = self.manner.line_end;
        if is_block {
            self.itemize(value, key.column + self.manner.values)?;
        } else {
            let colon = self.text[key.span.end..value.span.start].find(':').map(|at| key.span.end + at + 1);
            let colon = colon.ok_or_else(|| key.fault("has no colon"))?;
            if !self.text[colon..value.span.start].trim_matches(' ').is_empty() {
                return Err(value.fault("does not stand behind its key, on one line"));
            }
            self.patches.push((colon..value.span.start, format!("{line_feed}{indent}- ")));
        }
        let style = value.scalar().map_or(self.manner.text, |(_, style)| style);
        let lines: Vec<String> = come.iter().flat_map(|new| item_lines(self.zone, new, style, &indent)).collect();
        self.insert_behind(value.span.end, &lines.join(line_feed));
        Ok(())
    }

    /// Makes a mapping over whole lines the first item of a list whose dash is at this column; how far its lines move.
    pub(super) fn itemize(&mut self, node: &Node, dash: usize) -> Result<(), Fault> {
        let lines = self.whole_lines(node.span.start, node)?;
        if self.text[lines.clone()].contains('\t') {
            return Err(node.fault("has tabs in it, so that its lines cannot be moved"));
        }
        let dash = dash.min(node.column.max(dash + 2) - 2);
        let content = node.column.max(dash + 2);
        let shift = " ".repeat(content - node.column);
        let first = line_start(self.text, node.span.start);
        self.patches.push((first..node.span.start, format!("{}-{}", " ".repeat(dash), " ".repeat(content - dash - 1))));
        let mut at = next_line(self.text, node.span.start);
        while at < node.span.end {
            if !self.text[at..line_end(self.text, at)].is_empty() && !shift.is_empty() {
                self.patches.push((at..at, shift.clone()));
            }
            at = next_line(self.text, at);
        }
        Ok(())
    }
}

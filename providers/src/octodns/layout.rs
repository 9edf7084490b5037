//! How a file is laid out, so that what is new looks like what is there.

use super::scalar::written;
use super::values::is_single;
use super::yaml::{Kind, Node, Style};
use super::zone::Zone;
use crate::Value;
use crate::dns::{Rdata, RrType};

/// The manner of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) line_end: &'static str,
    /// Columns that a record stands behind the key of its name.
    pub(super) step: usize,
    /// Columns that the dash of a record stands behind the key of its name.
    pub(super) records: usize,
    /// Columns that the dash of a value stands behind its key.
    pub(super) values: usize,
    /// How texts are written.
    pub(super) text: Style,
    /// Whether empty lines stand between names.
    pub(super) airy: bool,
}

impl Manner {
    pub(super) fn of(zone: &Zone) -> Self {
        let text = &zone.text;
        let dash = |key: &Node, value: &Node| match &value.kind {
            Kind::Sequence { block: true, items } => {
                let item = items.first()?;
                let dash = dash_of(text, item)?;
                (dash - line_start(text, dash)).checked_sub(key.column)
            }
            _ => None,
        };
        let records = zone.entries.iter().find_map(|entry| dash(&entry.node, &entry.value));
        let fields = || zone.records.iter().filter(|record| record.is_direct).flat_map(|record| &record.fields);
        let values = fields().filter(|field| field.is_direct).find_map(|field| dash(&field.key, &field.value));
        let step = zone.entries.iter().find_map(|entry| match &entry.value.kind {
            Kind::Mapping { block: true, .. } => {
                entry.value.column.checked_sub(entry.node.column).filter(|step| *step > 0)
            }
            _ => None,
        });
        let texts =
            zone.records.iter().filter(|record| record.rtype == Some(RrType::TXT)).flat_map(|record| &record.values);
        let style = |node: &Node| node.scalar().map(|(_, style)| style).filter(|style| *style != Style::Block);
        let pairs = zone.entries.windows(2);
        let is_airy = |pair: &[super::zone::Entry]| {
            let between = text.get(pair[0].value.span.end..pair[1].node.span.start).unwrap_or_default();
            between.matches('\n').count() > 1
                && between.lines().skip(1).any(|line| line.trim().is_empty() && !line.is_empty() || line.is_empty())
        };
        Self {
            line_end: if text.contains("\r\n") { "\r\n" } else { "\n" },
            step: step.unwrap_or(2),
            records: records.or(values).unwrap_or(2),
            values: values.or(records).unwrap_or(2),
            text: { texts }.find_map(|held| style(&held.node)).unwrap_or(Style::Plain),
            airy: zone.entries.len() > 1 && pairs.clone().all(is_airy),
        }
    }

    /// The lines of a record, the first without its indent, for one that stands at this column.
    pub(super) fn record(&self, zone: &Zone, rtype: RrType, ttl: u32, values: &[Value], column: usize) -> String {
        let (indent, mut lines) = (" ".repeat(column), Vec::new());
        if ttl != zone.settings.default_ttl {
            lines.push(format!("ttl: {ttl}"));
        }
        lines.push(format!("type: {rtype}"));
        if let [only] = values {
            match &value_lines(zone, only, self.text)[..] {
                [line] => lines.push(format!("value: {line}")),
                fields => {
                    lines.push("value:".to_owned());
                    lines.extend(fields.iter().map(|field| format!("{}{field}", " ".repeat(self.step))));
                }
            }
        } else {
            lines.push("values:".to_owned());
            let dash = " ".repeat(self.values);
            lines.extend(values.iter().flat_map(|value| item_lines(zone, value, self.text, &dash)));
        }
        debug_assert!(!is_single(rtype) || values.len() == 1);
        lines.join(&format!("{}{indent}", self.line_end))
    }
}

/// One value as the lines that it takes.
pub(super) fn value_lines(zone: &Zone, value: &Value, style: Style) -> Vec<String> {
    match &value.rdata {
        Rdata::Mx { preference, exchange } => {
            let exchange = written(&exchange.absolute(), Style::Plain);
            vec![format!("exchange: {exchange}"), format!("preference: {preference}")]
        }
        _ => vec![written(&source_of(zone, &value.rdata), style)],
    }
}

/// One value as an item of a list, whose dash stands behind this indent.
pub(super) fn item_lines(zone: &Zone, value: &Value, style: Style, indent: &str) -> Vec<String> {
    let fields = value_lines(zone, value, style).into_iter().enumerate();
    fields.map(|(index, field)| format!("{indent}{} {field}", if index == 0 { '-' } else { ' ' })).collect()
}

/// A value of one line, as octoDNS has it in the source.
pub(super) fn source_of(zone: &Zone, rdata: &Rdata) -> String {
    match rdata {
        Rdata::Txt(txt) => super::text::source(txt, zone.settings),
        other => other.to_string(),
    }
}

/// Where the line of a byte begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Where the line of a byte ends, without what ends it.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    if end > at && text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end }
}

/// Where the next line begins.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// The dash of an item, where it stands on the same line.
pub(super) fn dash_of(text: &str, item: &Node) -> Option<usize> {
    let before = text[..item.span.start].trim_end_matches(' ');
    before.ends_with('-').then(|| before.len() - 1)
}

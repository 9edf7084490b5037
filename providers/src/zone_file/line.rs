//! How a record is written: a new line in the manner of one that is there, and new data into the fields of an old one.

use std::ops::Range;

use crate::Value;
use crate::dns::master::{Entry, MasterText, Record, TtlFrom};
use crate::dns::{Field, Name, Rdata, escape_character_string};

/// A part of a text that is replaced; an empty range is a place between two octets.
pub(super) type Patch = (Range<usize>, Vec<u8>);

/// A line that is there, and the fields that it is made of.
pub(super) struct Model<'a> {
    text: &'a [u8],
    start: usize,
    record: &'a Record,
    fields: Vec<(Range<usize>, Field<'a>)>,
}

impl<'a> Model<'a> {
    pub(super) fn new(file: &'a MasterText, entry: &Entry, record: &'a Record) -> Self {
        Self { text: file.text(), start: entry.span.start, record, fields: file.fields(entry) }
    }

    /// The fields of the data.
    fn data(&self) -> &[(Range<usize>, Field<'a>)] {
        let before = self.fields.iter().take_while(|(span, _)| span.start <= self.record.type_span.start).count();
        &self.fields[before..]
    }

    /// The first field behind the owner.
    fn first(&self) -> Option<&Range<usize>> {
        self.fields.get(usize::from(self.record.owner_span.is_some())).map(|(span, _)| span)
    }

    /// The column at which an octet stands, tabs counted as they are shown.
    fn column(&self, offset: usize) -> usize {
        self.text[self.start..offset].split_last().map_or(0, |(last, line)| width(line, *last))
    }

    /// What stands before each field up to the first of the data, if that is blanks and nothing else: only such a line
    /// can be written again with other fields.
    fn gaps(&self) -> Option<Vec<&'a [u8]>> {
        let to = self.data().first().map_or(self.record.type_span.end, |(span, _)| span.start);
        let mut at = self.start;
        let mut gaps = Vec::new();
        for (span, _) in self.fields.iter().take_while(|(span, _)| span.start <= to) {
            gaps.push(&self.text[at..span.start]);
            at = span.end;
        }
        gaps.iter().all(|gap| gap.iter().all(|byte| matches!(byte, b' ' | b'\t'))).then_some(gaps)
    }

    /// The owner.
    pub(super) fn owner(&self) -> &Name {
        &self.record.owner
    }

    /// Whether the line names its owner.
    pub(super) fn has_owner(&self) -> bool {
        self.record.owner_span.is_some()
    }

    /// Whether the line has a TTL of its own.
    pub(super) fn has_ttl(&self) -> bool {
        matches!(self.record.ttl_from, TtlFrom::Own(_))
    }

    /// Puts a TTL where there is none, or in place of the one there is.
    pub(super) fn with_ttl(&self, ttl: u32) -> Option<Patch> {
        if let TtlFrom::Own(span) = &self.record.ttl_from {
            return Some((span.clone(), ttl.to_string().into()));
        }
        let at = self.first()?.start;
        let tabs = self.text[self.start..at].contains(&b'\t');
        Some((at..at, format!("{ttl}{}", if tabs { '\t' } else { ' ' }).into()))
    }

    /// Puts an owner where the line begins with a blank.
    pub(super) fn with_owner(&self, owner: &[u8]) -> Patch {
        let blanks = self.text[self.start..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let end = self.start + blanks;
        let mut text = owner.to_vec();
        pad(&mut text, &self.text[self.start..end], self.column(end));
        (self.start..end, text)
    }

    /// Puts other data of the same type in place of what there is. Fields that stay the same stay as they are, and so
    /// does all that stands between fields.
    pub(super) fn with_data(&self, new: &Rdata) -> Vec<Patch> {
        let (old, new) = (self.data(), data_fields(new));
        let origin = self.record.origin.clone().unwrap_or_else(Name::root);
        let same = |old: &(Range<usize>, Field<'_>), new: &DataField| new.is_written(&old.1, &origin);
        let generic = old.first().is_some_and(|(_, field)| field.raw == br"\#" && !field.quoted);
        let most = if generic { 0 } else { old.len().min(new.len()) };
        let front = old.iter().zip(&new).take(most).take_while(|(old, new)| same(old, new)).count();
        let back = old.iter().rev().zip(new.iter().rev()).take(most - front);
        let back = back.take_while(|(old, new)| same(old, new)).count();
        let (old_part, new_part) = (&old[front..old.len() - back], &new[front..new.len() - back]);
        let mut patches = Vec::new();
        if generic {
            patches.push((self.record.type_span.clone(), self.record.rdata.rtype().to_string().into()));
        }
        for ((span, _), field) in old_part.iter().zip(new_part) {
            patches.push((span.clone(), field.text().into()));
        }
        for (span, _) in old_part.iter().skip(new_part.len()) {
            // With the blanks before it, unless they begin a line of their own.
            let blanks = self.text[..span.start].iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let start = span.start - blanks;
            let begins_line = start == 0 || self.text[start - 1] == b'\n';
            patches.push((if begins_line { span.start } else { start }..span.end, Vec::new()));
        }
        let last = old[..old.len() - back].last().map_or(&self.record.type_span, |(span, _)| span).end;
        for field in new_part.iter().skip(old_part.len()) {
            patches.push((last..last, format!(" {}", field.text()).into()));
        }
        patches
    }

    /// Puts another serial number into an SOA record; none if its data is not in the form of its type.
    pub(super) fn with_serial(&self, serial: u32) -> Option<Patch> {
        let (span, _) = self.data().get(2).filter(|_| self.data().len() == 7)?;
        Some((span.clone(), serial.to_string().into()))
    }
}

/// A new line, without its end. Its fields stand below those of the model; `owner` is empty for that of the line above.
pub(super) fn new_line(model: Option<&Model<'_>>, owner: &[u8], ttl: Option<u32>, value: &Value) -> Vec<u8> {
    let data = data_fields(&value.rdata).iter().map(DataField::text).collect::<Vec<_>>().join(" ");
    let rtype = value.rdata.rtype().to_string();
    let ttl = ttl.map(|ttl| ttl.to_string());
    let Some((model, gaps)) = model.and_then(|model| Some((model, model.gaps()?))) else {
        let fields = [ttl.as_deref(), Some("IN"), Some(&rtype), Some(&data)];
        let fields = std::iter::once(owner).chain(fields.into_iter().flatten().map(str::as_bytes));
        return fields.collect::<Vec<_>>().join(&b'\t');
    };
    model.written_alike(&gaps, owner, ttl, &rtype, &data)
}

impl Model<'_> {
    fn written_alike(&self, gaps: &[&[u8]], owner: &[u8], ttl: Option<String>, rtype: &str, data: &str) -> Vec<u8> {
        let mut ttl = ttl.map(String::into_bytes);
        let mut line = owner.to_vec();
        // Each field below the one of its kind, with the kind of blanks that stands before that.
        let mut put = |text: &[u8], index: usize| {
            let gap = gaps.get(index).copied().unwrap_or(b" ");
            let column = self.fields.get(index).map_or(0, |(span, _)| self.column(span.start));
            pad(&mut line, gap, column);
            line.extend_from_slice(text);
        };
        let first = usize::from(self.has_owner());
        if !self.has_ttl()
            && let Some(ttl) = ttl.take()
        {
            put(&ttl, first);
        }
        let mut index = first;
        while let Some((span, field)) = self.fields.get(index)
            && span.start < self.record.type_span.start
        {
            match &self.record.ttl_from {
                TtlFrom::Own(own) if own == span => {
                    if let Some(ttl) = ttl.take() {
                        put(&ttl, index);
                    }
                }
                _ => put(field.raw, index),
            }
            index += 1;
        }
        let lower = !self.text[self.record.type_span.clone()].iter().any(u8::is_ascii_uppercase);
        let rtype = if lower { rtype.to_ascii_lowercase() } else { rtype.to_owned() };
        put(rtype.as_bytes(), index);
        put(data.as_bytes(), index + 1);
        line
    }
}

/// Puts blanks behind a line as `gap` has them: one, or as many as lead to the column.
fn pad(line: &mut Vec<u8>, gap: &[u8], column: usize) {
    let blank = if gap.contains(&b'\t') { b'\t' } else { b' ' };
    line.push(blank);
    if gap.len() > 1 {
        while width(line, blank) <= column {
            line.push(blank);
        }
    }
}

/// The column behind a line and one more octet; a tab goes to the next multiple of eight.
fn width(line: &[u8], more: u8) -> usize {
    let step = |column, byte| if byte == b'\t' { column / 8 * 8 + 8 } else { column + 1 };
    step(line.iter().copied().fold(0, step), more)
}

/// One field of data, as it is to be written.
enum DataField {
    /// A character-string.
    String(Box<[u8]>),
    /// A name, written in full.
    Name(Name),
    /// What has one form only.
    Plain(String),
}

impl DataField {
    fn text(&self) -> String {
        match self {
            Self::String(octets) => escape_character_string(octets),
            Self::Name(name) => name.absolute(),
            Self::Plain(text) => text.clone(),
        }
    }

    /// Whether a field says this already, in whatever words.
    fn is_written(&self, field: &Field<'_>, origin: &Name) -> bool {
        match self {
            Self::String(octets) => field.unescaped().as_deref() == Some(octets),
            Self::Name(name) => Name::parse_relative(field.raw, origin).as_ref() == Ok(name),
            Self::Plain(text) => field.raw == text.as_bytes(),
        }
    }
}

fn data_fields(rdata: &Rdata) -> Vec<DataField> {
    match rdata {
        Rdata::Txt(txt) => txt.strings().iter().cloned().map(DataField::String).collect(),
        Rdata::Mx { preference, exchange } => {
            vec![DataField::Plain(preference.to_string()), DataField::Name(exchange.clone())]
        }
        Rdata::Cname(name) | Rdata::Ns(name) | Rdata::Ptr(name) => vec![DataField::Name(name.clone())],
        Rdata::A(_) | Rdata::Aaaa(_) | Rdata::Soa(_) | Rdata::Other { .. } => vec![DataField::Plain(rdata.to_string())],
    }
}

/// A name as an owner is written below `origin`: relative where that is possible and wanted.
pub(super) fn spelled(name: &Name, origin: Option<&Name>, style: Style) -> Vec<u8> {
    match origin {
        Some(origin) if style == Style::Relative && name == origin => b"@".to_vec(),
        Some(origin) if style == Style::Relative && name.is_at_or_below(origin) => {
            let own = name.label_count() - origin.label_count();
            let relative = Name::from_labels(name.labels().take(own));
            relative.map_or_else(|_| name.absolute(), |name| name.to_string()).into()
        }
        _ => name.absolute().into(),
    }
}

/// How the owners of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// With the final dot.
    Absolute,
    /// Below the origin.
    Relative,
}

impl Style {
    /// The style of an owner field.
    pub(super) fn of(field: &[u8]) -> Self {
        if field.len() > 1 && field.ends_with(b".") { Self::Absolute } else { Self::Relative }
    }
}

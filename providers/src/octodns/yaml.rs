//! YAML as a tree whose nodes know their bytes. The library parses; what stands where is kept for the editor.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle};

/// How deep nodes may stand in each other. Records have four levels.
const DEPTH: usize = 32;
/// How many nodes there may be once aliases are followed: a few lines of YAML can stand for billions.
const NODES: usize = 4_000_000;

/// A place that something is wrong at, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// From 1.
    pub(super) line: usize,
    /// From 1, in characters.
    pub(super) column: usize,
    pub(super) message: String,
}

/// A node, and the bytes that it was read from: from its first to its last, without what follows it.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
    /// From 1.
    pub(super) line: usize,
    /// From 0, in characters.
    pub(super) column: usize,
    /// Whether something else may stand for it, by its anchor.
    pub(super) is_anchored: bool,
    pub(super) tag: Option<String>,
    /// How many nodes it is, aliases followed.
    weight: usize,
}

/// A key and its value.
pub(super) type Pair = (Arc<Node>, Arc<Node>);

/// What a node is.
#[derive(Debug)]
pub(super) enum Kind {
    Scalar { text: String, style: Style },
    Sequence { block: bool, items: Vec<Arc<Node>> },
    Mapping { block: bool, entries: Vec<Pair> },
    Alias(Arc<Node>),
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    /// `|` or `>`.
    Block,
}

impl Node {
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault { line: self.line, column: self.column + 1, message: message.into() }
    }

    /// The node that is meant, and whether it stands here itself.
    pub(super) fn meant(self: &Arc<Self>) -> (Arc<Self>, bool) {
        match &self.kind {
            Kind::Alias(target) => (target.meant().0, false),
            _ => (self.clone(), true),
        }
    }

    pub(super) fn scalar(&self) -> Option<(&str, Style)> {
        match &self.kind {
            Kind::Scalar { text, style } => Some((text, *style)),
            _ => None,
        }
    }

    /// Whether it is written as nothing, or as one of the words for it.
    pub(super) fn is_null(&self) -> bool {
        self.scalar()
            .is_some_and(|(text, style)| style == Style::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Whether this node or one in it has an anchor, or is an alias, or has a tag.
    pub(super) fn is_shared(&self) -> bool {
        self.is_anchored
            || self.tag.is_some()
            || match &self.kind {
                Kind::Scalar { .. } => false,
                Kind::Alias(_) => true,
                Kind::Sequence { items, .. } => items.iter().any(|item| item.is_shared()),
                Kind::Mapping { entries, .. } => {
                    entries.iter().any(|(key, value)| key.is_shared() || value.is_shared())
                }
            }
    }

    /// Whether both mean the same: style and place are no part of that.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let (one, two) = (self.target(), other.target());
        one.tag == two.tag
            && match (&one.kind, &two.kind) {
                (Kind::Scalar { text: one, style }, Kind::Scalar { text: two, style: other }) => {
                    // A plain one may be a number, one in quotes is none.
                    one == two && (*style == Style::Plain) == (*other == Style::Plain)
                }
                (Kind::Sequence { items: one, .. }, Kind::Sequence { items: two, .. }) => {
                    one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.is_same(two))
                }
                (Kind::Mapping { entries: one, .. }, Kind::Mapping { entries: two, .. }) => {
                    let same = |(one, two): (&Pair, &Pair)| one.0.is_same(&two.0) && one.1.is_same(&two.1);
                    one.len() == two.len() && one.iter().zip(two).all(same)
                }
                _ => false,
            }
    }

    fn target(&self) -> &Self {
        match &self.kind {
            Kind::Alias(target) => target.target(),
            _ => self,
        }
    }
}

/// The one document of a text; none where there is nothing in it.
pub(super) fn parse(text: &str) -> Result<Option<Arc<Node>>, Fault> {
    let mut builder = Builder { text, events: Parser::new_from_str(text), anchors: HashMap::new(), ends: [0; 2] };
    let mut root = None;
    loop {
        let (event, span) = builder.next()?;
        match event {
            Event::DocumentStart(..) if root.is_some() => {
                return Err(at(&span, "a second document begins here; octoDNS reads files of one"));
            }
            Event::StreamStart | Event::DocumentEnd | Event::DocumentStart(..) => {}
            Event::StreamEnd => return Ok(root.filter(|node: &Arc<Node>| !node.is_null() || node.is_shared())),
            event => root = Some(builder.node(event, &span, 0)?),
        }
    }
}

fn at(span: &Span, message: impl Into<String>) -> Fault {
    Fault { line: span.start.line(), column: span.start.col() + 1, message: message.into() }
}

struct Builder<'a> {
    text: &'a str,
    events: Parser<'a, granit_parser::StrInput<'a>>,
    anchors: HashMap<usize, Arc<Node>>,
    /// Where the last event ended, and the one before it.
    ends: [usize; 2],
}

impl<'a> Builder<'a> {
    /// The next event that is about a node.
    fn next(&mut self) -> Result<(Event<'a>, Span), Fault> {
        loop {
            match self.events.next() {
                Some(Ok((Event::Anchor(..), _))) => {}
                Some(Ok(found)) => {
                    self.ends = [self.ends[1], ended(&found.1)];
                    return Ok(found);
                }
                Some(Err(error)) => {
                    let mark = error.marker();
                    let message = format!("this is no YAML: {}", error.info());
                    return Err(Fault { line: mark.line(), column: mark.col() + 1, message });
                }
                None => return Err(Fault { line: 1, column: 1, message: "this YAML ends in its middle".to_owned() }),
            }
        }
    }

    /// The `|` or `>` that a text over several lines begins with: the parser tells where its first line does.
    fn header(&self, first: usize) -> Option<usize> {
        let from = self.ends[0].min(first);
        let gap = self.text[from..first].trim_end();
        let line = gap.rfind('\n').map_or(0, |end| end + 1);
        gap[line..].find(['|', '>']).map(|at| from + line + at)
    }

    fn node(&mut self, event: Event<'a>, span: &Span, depth: usize) -> Result<Arc<Node>, Fault> {
        if depth > DEPTH {
            return Err(at(span, "this stands deeper than anything in a zone of octoDNS does"));
        }
        let range = span.byte_range().ok_or_else(|| at(span, "this has no place"))?;
        let (anchor, tag) = (event.anchor_id(), event.tag().map(ToString::to_string));
        let (mut start, mut end, mut weight) = (range.start, range.end, 1);
        let kind = match event {
            Event::Scalar(text, style, ..) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    _ => Style::Block,
                };
                if style == Style::Block {
                    end = range.start + self.text[range.clone()].trim_end().len();
                    start =
                        self.header(range.start).ok_or_else(|| at(span, "the beginning of this text is not found"))?;
                }
                // Nothing at all is told as a word for it.
                let text = if style == Style::Plain && range.is_empty() { String::new() } else { text.into_owned() };
                Kind::Scalar { text, style }
            }
            Event::Alias(id) => {
                let target = self.anchors.get(&id).ok_or_else(|| at(span, "this alias leads into itself"))?;
                weight += target.weight;
                Kind::Alias(target.clone())
            }
            Event::SequenceStart(style, ..) => {
                let (mut items, block) = (Vec::new(), style == StructureStyle::Block);
                loop {
                    let (event, span) = self.next()?;
                    if event == Event::SequenceEnd {
                        end = if block {
                            items.last().map_or(range.end, |item: &Arc<Node>| item.span.end)
                        } else {
                            ended(&span)
                        };
                        break;
                    }
                    items.push(self.node(event, &span, depth + 1)?);
                }
                weight += items.iter().map(|item| item.weight).sum::<usize>();
                Kind::Sequence { block, items }
            }
            Event::MappingStart(style, ..) => {
                let (mut entries, block) = (Vec::new(), style == StructureStyle::Block);
                loop {
                    let (event, span) = self.next()?;
                    if event == Event::MappingEnd {
                        let last = entries
                            .last()
                            .map(|(key, value): &(Arc<Node>, Arc<Node>)| key.span.end.max(value.span.end));
                        end = if block { last.unwrap_or(range.end) } else { ended(&span) };
                        break;
                    }
                    let key = self.node(event, &span, depth + 1)?;
                    let (event, span) = self.next()?;
                    entries.push((key, self.node(event, &span, depth + 1)?));
                }
                weight += entries.iter().map(|(key, value)| key.weight + value.weight).sum::<usize>();
                Kind::Mapping { block, entries }
            }
            _ => return Err(at(span, "this alias has no anchor")),
        };
        if weight > NODES {
            return Err(at(span, "its aliases stand for more than a zone can hold"));
        }
        let (line, column) = (span.start.line(), span.start.col());
        let span = start..end.max(start);
        let node = Arc::new(Node { kind, span, line, column, is_anchored: anchor.is_some(), tag, weight });
        if let Some(id) = anchor {
            self.anchors.insert(id, node.clone());
        }
        Ok(node)
    }
}

fn ended(span: &Span) -> usize {
    span.byte_range().map_or(0, |range| range.end)
}

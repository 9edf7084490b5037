//! What to put in, and where.

use std::ops::Range;
use std::path::PathBuf;

use super::calls::{Call, Domain, domains, files};
use super::literal::{contents, written};
use crate::dns::{Name, Rdata, Txt};
use crate::program::{Text, Token, Word};
use crate::{Change, ProviderError, SourceEdit, Value};

/// A program of DNSControl.
#[derive(Clone, Debug)]
pub struct DnsControl {
    file: PathBuf,
}

impl DnsControl {
    /// The program that begins in this file, `dnsconfig.js`.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into() }
    }

    /// What a change is in the program, for a person to put in.
    pub fn source_edits(&self, zone: &Name, change: &Change) -> Result<Vec<SourceEdit>, ProviderError> {
        let (texts, untold) = files(&self.file)?;
        let domains = domains(&texts, zone);
        let mut search = Search { first: &texts[0], domains: &domains, untold: &untold, change, edits: Vec::new() };
        let mut come: Vec<&Value> = change.add.iter().collect();
        for old in &change.remove {
            let mate = come.iter().position(|new| new.rdata.rtype() == old.rdata.rtype());
            let new = mate.map(|index| come.remove(index));
            search.replace(old, new);
        }
        for new in come {
            search.add(new);
        }
        Ok(search.edits)
    }
}

struct Search<'a> {
    first: &'a Text,
    domains: &'a [Domain<'a>],
    untold: &'a [String],
    change: &'a Change,
    edits: Vec<SourceEdit>,
}

impl Search<'_> {
    /// A value that goes, and the one that comes in its place.
    fn replace(&mut self, old: &Value, new: Option<&Value>) {
        let mut found: Vec<(&Text, Range<usize>, Range<usize>, char)> = Vec::new();
        for domain in self.domains {
            for call in domain.calls().iter().filter(|call| call.owner.as_ref() == Some(&self.change.owner)) {
                if let Some((span, quote)) = data_of(&domain.file.tokens, call, &old.rdata) {
                    found.push((domain.file, call.span.clone(), span, quote));
                }
            }
        }
        let [(file, call, data, quote)] = &found[..] else {
            let why = if found.is_empty() {
                self.not_found(old)
            } else {
                let places: Vec<String> = found.iter().map(|(file, call, ..)| file.place(call.start)).collect();
                format!(
                    "the value as it is stands at {}: which of them is published cannot be told",
                    places.join(" and at ")
                )
            };
            let line = new.map(|new| self.line(new));
            let gone = if new.is_none() { format!("; it goes: {}", old.rdata) } else { String::new() };
            self.edits.push(SourceEdit {
                path: Some(self.first.path.clone()),
                line: None,
                column: None,
                old: Vec::new(),
                new: line.into_iter().collect(),
                note: Some(why + &gone),
            });
            return;
        };
        let written = new.map(|new| match &new.rdata {
            Rdata::Txt(txt) => contents(txt, *quote).unwrap_or_else(|| "…".to_owned()),
            Rdata::Mx { preference, exchange } => format!("{preference}, {}", written(&exchange.absolute(), *quote)),
            other => written(&absolute(other), *quote),
        });
        let mut edit = if let Some(written) = written {
            file.replaced(data, &written)
        } else {
            // With the comma behind it.
            let comma = file.content[call.end..].starts_with(',');
            file.replaced(&(call.start..call.end + usize::from(comma)), "")
        };
        if let Some(new) = new.filter(|new| new.ttl != old.ttl) {
            edit.note = Some(format!("its TTL becomes {0}: TTL({0})", new.ttl));
        }
        self.edits.push(edit);
    }

    fn not_found(&self, old: &Value) -> String {
        let mut why =
            format!("the value as it is could not be found as a literal at {}: {}", self.change.owner, old.rdata);
        let is_spf = old.rdata.as_txt().is_some_and(|txt| txt.joined().starts_with(b"v=spf1"));
        let builder = match &old.rdata {
            Rdata::Txt(_) if is_spf => "SPF_BUILDER",
            Rdata::Txt(txt) if txt.joined().starts_with(b"v=DMARC1") => "DMARC_BUILDER",
            _ => "",
        };
        for domain in self.domains {
            if let Some(call) = domain.calls().iter().find(|call| call.rtype == builder) {
                why.push_str(&format!("; `{builder}` at {} works one out", domain.file.place(call.span.start)));
            }
        }
        for untold in self.untold {
            why.push_str(&format!("; {untold}"));
        }
        why
    }

    /// A value that comes where none goes: before the first record of the domain.
    fn add(&mut self, new: &Value) {
        let line = self.line(new);
        let own = self.domains.iter().filter(|domain| self.change.owner.is_at_or_below(&domain.name));
        let Some(domain) = own.max_by_key(|domain| domain.name.label_count()) else {
            let note = format!("no `D(…)` for {} was found; the line belongs into that of its zone", self.change.owner);
            let path = Some(self.first.path.clone());
            self.edits.push(SourceEdit {
                path,
                line: None,
                column: None,
                old: Vec::new(),
                new: vec![line],
                note: Some(note),
            });
            return;
        };
        let file = domain.file;
        let record = domain.calls().into_iter().find(|call| call.owner.is_some() && file.begins_line(call.span.start));
        let edit = if let Some(call) = record {
            file.inserted(call.span.start, vec![format!("{}{line}", file.indent(call.span.start))])
        } else {
            let open = file.tokens[domain.inside.start].span.start;
            let mut edit = file.inserted(open, vec![line]);
            edit.note = Some("it belongs between the parentheses of the `D(…)` that begins here".to_owned());
            edit
        };
        self.edits.push(edit);
    }

    /// A record as a line.
    fn line(&self, value: &Value) -> String {
        let own = self.domains.iter().filter(|domain| self.change.owner.is_at_or_below(&domain.name));
        let name = own.max_by_key(|domain| domain.name.label_count()).map(|domain| &domain.name);
        let label = match name
            .and_then(|name| self.change.owner.to_string().strip_suffix(&name.to_string()).map(str::to_owned))
        {
            Some(labels) if labels.is_empty() => "@".to_owned(),
            Some(labels) => labels.trim_end_matches('.').to_owned(),
            None => self.change.owner.absolute(),
        };
        let data = match &value.rdata {
            Rdata::Txt(txt) => contents(txt, '"').unwrap_or_else(|| "…".to_owned()),
            Rdata::Mx { preference, exchange } => format!("{preference}, {}", written(&exchange.absolute(), '"')),
            other => written(&absolute(other), '"'),
        };
        format!("{}({}, {data}, TTL({})),", value.rdata.rtype(), written(&label, '"'), value.ttl)
    }
}

/// Where the data of a call stands, if it is this; and its quotes.
fn data_of(tokens: &[Token], call: &Call, rdata: &Rdata) -> Option<(Range<usize>, char)> {
    if call.rtype != rdata.rtype().to_string() {
        return None;
    }
    let spanned = |range: &Range<usize>| {
        let (first, last) = (tokens.get(range.start)?, tokens.get(range.end.checked_sub(1)?)?);
        Some(first.span.start..last.span.end)
    };
    let literals = |range: &Range<usize>| -> Option<(Vec<String>, char)> {
        let inside = match &tokens[range.clone()] {
            [only] => std::slice::from_ref(only),
            [open, inside @ .., close] if open.is('[') && close.is(']') => inside,
            _ => return None,
        };
        let (mut texts, mut quotes) = (Vec::new(), '"');
        for token in inside.iter().filter(|token| !token.is(',')) {
            let Word::Literal(text, quote) = &token.word else { return None };
            (texts, quotes) = ([texts, vec![text.clone()]].concat(), *quote);
        }
        Some((texts, quotes))
    };
    match rdata {
        Rdata::Txt(txt) => {
            let data = call.arguments.get(1)?;
            let (texts, quote) = literals(data)?;
            let strings = if let [only] = &texts[..] {
                Txt::from_text(only.as_bytes())
            } else {
                Txt::from_strings(texts.into_iter().map(String::into_bytes))?
            };
            // Hosts cut texts as they like: the text is what counts.
            (strings.joined() == txt.joined()).then_some((spanned(data)?, quote))
        }
        Rdata::Mx { preference, exchange } => {
            let (number, target) = (call.arguments.get(1)?, call.arguments.get(2)?);
            let same = tokens[number.clone()].first()?.name()? == preference.to_string();
            let (texts, quote) = literals(target)?;
            let is_target = texts.len() == 1 && texts[0].ends_with('.') && texts[0].parse() == Ok(exchange.clone());
            (same && is_target).then_some((spanned(number)?.start..spanned(target)?.end, quote))
        }
        other => {
            let data = call.arguments.get(1)?;
            let (texts, quote) = literals(data)?;
            (texts.len() == 1 && texts[0].eq_ignore_ascii_case(&absolute(other))).then_some((spanned(data)?, quote))
        }
    }
}

fn absolute(rdata: &Rdata) -> String {
    match rdata {
        Rdata::Cname(name) | Rdata::Ns(name) | Rdata::Ptr(name) => name.absolute(),
        other => other.to_string(),
    }
}

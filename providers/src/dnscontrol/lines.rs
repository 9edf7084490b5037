//! What to put in, and where.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use super::calls::{Call, Domain, domains, files};
use super::literal::{contents, written};
use crate::dns::{Name, Rdata};
use crate::program::{Text, Token, Word, paired, unplaced};
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
        for pair in paired(change) {
            match pair {
                (Some(old), new) => search.replace(old, new),
                (None, Some(new)) => search.add(new),
                (None, None) => {}
            }
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
                if let Some((span, quote)) = data_of(domain, call, &old.rdata) {
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
            self.edits.push(unplaced(&self.first.path, line, why + &gone));
            return;
        };
        let written = new.map(|new| match &new.rdata {
            Rdata::Txt(txt) => contents(txt, *quote).unwrap_or_else(|| "…".to_owned()),
            Rdata::Mx { preference, exchange } => {
                format!("{preference}{}{}", between(file, data), written(&exchange.absolute(), *quote))
            }
            other => written(&absolute(other), *quote),
        });
        let mut edit = if let Some(written) = written { file.replaced(data, &written) } else { taken_out(file, call) };
        if let Some(new) = new.filter(|new| new.ttl != old.ttl) {
            edit.note = Some(format!("its TTL becomes {0}: TTL({0})", new.ttl));
        }
        self.edits.push(edit);
    }

    fn not_found(&self, old: &Value) -> String {
        let mut why =
            format!("the value as it is could not be found as a literal at {}: {}", self.change.owner, old.rdata);
        why.push_str("; the line takes the place of what makes it, and does not stand beside it");
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
        for domain in self.domains {
            let own = |call: &Call| call.owner.as_ref() == Some(&self.change.owner);
            for call in domain.calls().iter().filter(|call| own(call) && is_worked_out(domain, call, &old.rdata)) {
                why.push_str(&format!(
                    "; the value of `{}` at {} is worked out",
                    call.rtype,
                    domain.file.place(call.span.start)
                ));
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
        let nearest = self.nearest();
        let views: BTreeSet<&str> = nearest.iter().map(|domain| domain.view.as_str()).collect();
        let note = match nearest.last() {
            Some(domain) if views.len() < 2 => {
                self.edits.push(inserted(domain, &line));
                return;
            }
            // Which of them mail is to see, nobody said.
            Some(_) => {
                let places = nearest.iter().map(|domain| domain.file.place(domain.start())).collect::<Vec<_>>();
                let places = places.join(" and at ");
                format!(
                    "the domain has several views, at {places}: the line belongs into each that is to answer mail servers"
                )
            }
            None => {
                let note =
                    format!("no `D(…)` for {} was found; the line belongs into that of its zone", self.change.owner);
                self.untold.iter().fold(note, |note, untold| format!("{note}; {untold}"))
            }
        };
        self.edits.push(unplaced(&self.first.path, Some(line), note));
    }

    /// The calls for the longest domain that the owner is at or below.
    fn nearest(&self) -> Vec<&Domain<'_>> {
        let own = self.domains.iter().filter(|domain| self.change.owner.is_at_or_below(&domain.name));
        let most = own.clone().map(|domain| domain.name.label_count()).max();
        own.filter(|domain| Some(domain.name.label_count()) == most).collect()
    }

    /// A record as a line.
    fn line(&self, value: &Value) -> String {
        let name = self.nearest().last().map(|domain| &domain.name);
        let label = match name.and_then(|name| self.change.owner.relative_to(name)) {
            Some(labels) if labels.is_empty() => "@".to_owned(),
            Some(labels) => labels,
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

/// A record among those of a domain: before the first that begins a line, else at the end of the call.
fn inserted(domain: &Domain<'_>, line: &str) -> SourceEdit {
    let file = domain.file;
    // What stands inside of a record, `R53_ZONE("Z1")`, is none.
    let mut until = 0;
    let record = domain.calls().into_iter().find(|call| {
        let is_inside = call.span.start < until;
        until = until.max(call.span.end);
        !is_inside && call.owner.is_some() && file.begins_line(call.span.start)
    });
    if let Some(call) = record {
        return file.inserted(call.span.start, vec![format!("{}{line}", file.indent(call.span.start))]);
    }
    let mut behind = &file.tokens[domain.inside.clone()];
    // `END` is there so that every record before it has its comma.
    while let [rest @ .., last] = behind
        && (last.is(',') || last.name() == Some("END"))
    {
        behind = rest;
    }
    let at = behind.last().map_or_else(|| domain.start(), |last| last.span.end);
    file.replaced(&(at..at), &format!(", {}", line.trim_end_matches(',')))
}

/// Takes a call out, with the comma behind it; the last one of its list with that before it: DNSControl reads ES5, where
/// nothing may come between a comma and the parenthesis.
fn taken_out(file: &Text, call: &Range<usize>) -> SourceEdit {
    // Between a record and its comma stands a comment at most, and that may need the end of its line.
    let comment = |between: Range<usize>| Some(&file.content[between]).filter(|text| !text.trim().is_empty());
    let behind = file.tokens.iter().find(|token| token.span.start >= call.end);
    if let Some(comma) = behind.filter(|token| token.is(',')) {
        let between = comment(call.end..comma.span.start).unwrap_or_default();
        return file.replaced(&(call.start..comma.span.end), between);
    }
    let before = file.tokens.iter().rev().find(|token| token.span.end <= call.start);
    let Some(comma) = before.filter(|token| token.is(',')) else { return file.replaced(call, "") };
    let between = comment(comma.span.end..call.start).unwrap_or_default();
    file.replaced(&(comma.span.start..call.end), between)
}

/// Whether a call is of the type of this, and its data is no literal.
fn is_worked_out(domain: &Domain<'_>, call: &Call, rdata: &Rdata) -> bool {
    let data = call.arguments.get(if matches!(rdata, Rdata::Mx { .. }) { 2 } else { 1 });
    let is_plain = |token: &Token| matches!(token.word, Word::Literal(..) | Word::Mark(',' | '[' | ']'));
    call.rtype == rdata.rtype().to_string()
        && data.is_some_and(|data| !domain.file.tokens[data.clone()].iter().all(is_plain))
}

/// The comma between a preference and its target, with the comments that stand there.
fn between<'a>(file: &'a Text, data: &Range<usize>) -> &'a str {
    let mut tokens = file.tokens.iter().filter(|token| data.contains(&token.span.start));
    let number = tokens.next().map(|number| number.span.end);
    let target = tokens.find(|token| !token.is(',')).map(|target| target.span.start);
    number.zip(target).map_or(", ", |(number, target)| &file.content[number..target])
}

/// The name that a target stands for: DNSControl puts one without a dot into its domain, and refuses one that has dots
/// and none at its end (pkg/normalize/validate.go).
fn target(text: &str, domain: &Domain<'_>) -> Option<Name> {
    match text {
        "@" => Some(domain.name.clone()),
        _ if text.ends_with('.') => text.parse().ok(),
        _ if text.contains('.') => None,
        _ => domain.name.child(text).ok(),
    }
}

/// Where the data of a call stands, if it is this; and its quotes.
fn data_of(domain: &Domain<'_>, call: &Call, rdata: &Rdata) -> Option<(Range<usize>, char)> {
    let tokens = &domain.file.tokens;
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
            // DNSControl joins them, however long they are, and cuts the whole itself.
            (texts.concat().as_bytes() == txt.joined()).then_some((spanned(data)?, quote))
        }
        Rdata::Mx { preference, exchange } => {
            let (number, host) = (call.arguments.get(1)?, call.arguments.get(2)?);
            let same = tokens[number.clone()].first()?.name()? == preference.to_string();
            let (texts, quote) = literals(host)?;
            let is_target = texts.len() == 1 && target(&texts[0], domain).as_ref() == Some(exchange);
            (same && is_target).then_some((spanned(number)?.start..spanned(host)?.end, quote))
        }
        other => {
            let data = call.arguments.get(1)?;
            let (texts, quote) = literals(data)?;
            let [text] = &texts[..] else { return None };
            let is_it = match other {
                Rdata::Cname(name) | Rdata::Ns(name) | Rdata::Ptr(name) => target(text, domain).as_ref() == Some(name),
                other => text.eq_ignore_ascii_case(&other.to_string()),
            };
            is_it.then_some((spanned(data)?, quote))
        }
    }
}

fn absolute(rdata: &Rdata) -> String {
    match rdata {
        Rdata::Cname(name) | Rdata::Ns(name) | Rdata::Ptr(name) => name.absolute(),
        other => other.to_string(),
    }
}

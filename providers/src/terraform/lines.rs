//! What to put in, and where.

use std::path::PathBuf;

use super::blocks::{Block, blocks, files};
use super::forms::{Form, Holds, Resource, form_of, value, written};
use crate::dns::{Name, Rdata};
use crate::program::{Text, Token, paired, unplaced};
use crate::{Change, ProviderError, SourceEdit, Value};

/// A configuration of Terraform or OpenTofu.
#[derive(Clone, Debug)]
pub struct Terraform {
    folder: PathBuf,
}

impl Terraform {
    /// The configuration in this folder and those below it.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// What a change is in the configuration, for a person to put in.
    pub fn source_edits(&self, zone: &Name, change: &Change) -> Result<Vec<SourceEdit>, ProviderError> {
        let texts = files(&self.folder)?;
        let blocks = blocks(&texts);
        let untold: Vec<String> = texts.iter().filter_map(Text::open_end).collect();
        let search = Search { folder: &self.folder, blocks: &blocks, untold: &untold, zone, owner: &change.owner };
        let edit = |pair: (Option<&Value>, Option<&Value>)| match pair {
            (Some(old), new) => Some(search.replace(old, new)),
            (None, new) => new.map(|new| search.add(new)),
        };
        Ok(paired(change).into_iter().filter_map(edit).collect())
    }
}

struct Search<'a> {
    folder: &'a PathBuf,
    blocks: &'a [Block<'a>],
    /// What could not be read as it stands.
    untold: &'a [String],
    zone: &'a Name,
    owner: &'a Name,
}

impl Search<'_> {
    /// The blocks that may be of a name and a type: those that say so, else those of which Terraform works it out.
    fn candidates(&self, rdata: &Rdata) -> Vec<&Block<'_>> {
        let rtype = rdata.rtype().to_string();
        let of = |says: Option<bool>| {
            let blocks = self.blocks.iter().filter(|block| block.may_be(&rtype));
            blocks.filter(move |block| block.is_at(self.owner, self.zone) == says).collect::<Vec<_>>()
        };
        [of(Some(true)), of(None)].concat()
    }

    fn replace(&self, old: &Value, new: Option<&Value>) -> SourceEdit {
        let mut found: Vec<(&Block<'_>, &Token, Form)> = Vec::new();
        for block in self.candidates(&old.rdata) {
            let literals = block.data().into_iter();
            found.extend(
                literals.filter_map(|token| Some((block, token, form_in(block, token.literal()?, &old.rdata)?))),
            );
        }
        let sure = found.iter().filter(|(block, ..)| block.is_at(self.owner, self.zone) == Some(true)).count();
        if sure > 0 {
            found.truncate(sure);
        }
        let [(block, token, form)] = found[..] else {
            let places =
                || found.iter().map(|(block, token, _)| block.file.place(token.span.start)).collect::<Vec<_>>();
            let why = if found.is_empty() {
                self.not_found(old)
            } else {
                let places = places().join(" and at ");
                format!("the value as it is stands at {places}: which of them is published cannot be told")
            };
            let text = new.and_then(|new| match self.blocks.first() {
                Some(block) => value_in(block, &new.rdata, block.resource.form, block.resource.dotted),
                None => value(&new.rdata, Form::Plain, false),
            });
            let why = match new.map(|new| &new.rdata) {
                Some(Rdata::Mx { preference, .. }) if text.as_ref().is_some_and(|text| !text.contains(' ')) => {
                    format!("{why}; its priority is {preference}")
                }
                _ => why,
            };
            return self.without_place(text, why);
        };
        // What is longer than one string needs the cuts that its provider wants.
        let form = match new.map(|new| &new.rdata) {
            Some(Rdata::Txt(txt)) if form == Form::Plain && txt.strings().len() > 1 => block.resource.form,
            _ => form,
        };
        let dotted = token.literal().is_some_and(|text| text.ends_with('.'));
        let mut edit = match new.and_then(|new| value_in(block, &new.rdata, form, dotted)) {
            Some(text) => block.file.replaced(&token.span, &written(&text)),
            None => taken_out(block, token),
        };
        let mut notes = Vec::new();
        notes.extend(self.worked_out(block));
        let of_both = (&old.rdata, new.map(|new| &new.rdata));
        if let (Rdata::Mx { preference: was, .. }, Some(Rdata::Mx { preference, .. })) = of_both
            && block.resource.holds == Holds::One
            && was != preference
        {
            notes.push(format!("its priority becomes {preference}"));
        }
        if let Some(new) = new.filter(|new| new.ttl != old.ttl) {
            notes.push(format!("its TTL becomes {}", new.ttl));
        }
        edit.note = edit.note.into_iter().chain(notes).reduce(|one, other| format!("{one}; {other}"));
        edit
    }

    /// What has to be seen to where Terraform works out of what a block is.
    fn worked_out(&self, block: &Block<'_>) -> Option<String> {
        if block.is_at(self.owner, self.zone).is_some() {
            return None;
        }
        Some(if block.said(block.resource.owner).is_some() {
            format!("the zone is worked out by Terraform: see that it is {}", self.zone)
        } else {
            "the name is worked out by Terraform: see that it is this one".to_owned()
        })
    }

    fn not_found(&self, old: &Value) -> String {
        let rtype = old.rdata.rtype().to_string();
        let why = format!(
            "the value as it is could not be found as a literal at {}: {}; the one above takes the place of what makes it, \
             and does not stand beside it",
            self.owner, old.rdata
        );
        let own = self.blocks.iter().filter(|block| block.may_be(&rtype) && block.attribute("type").is_some());
        let own = own.filter(|block| block.is_at(self.owner, self.zone) == Some(true) && block.data().is_empty());
        let made = own.map(|block| {
            let place = block.file.place(block.file.tokens[block.all.start].span.start);
            format!("the values of the resource at {place} are worked out")
        });
        made.chain(self.untold.iter().cloned()).fold(why, |why, made| joined(why, &made))
    }

    /// A value that a person has to find the place of.
    fn without_place(&self, value: Option<String>, note: String) -> SourceEdit {
        unplaced(self.folder, value.map(|text| written(&text)), note)
    }

    fn add(&self, new: &Value) -> SourceEdit {
        let sets = self.candidates(&new.rdata);
        let several = sets.iter().filter(|block| block.resource.holds != Holds::One && !block.data().is_empty());
        // Of a set whose name is worked out, nothing says that it is this one.
        let named = several.filter(|block| block.said(block.resource.owner).is_some());
        let sure = |block: &&&Block<'_>| block.is_at(self.owner, self.zone) == Some(true);
        let known: Vec<&Block<'_>> = named.clone().filter(sure).copied().collect();
        let possible: Vec<&Block<'_>> = if known.is_empty() { named.copied().collect() } else { known };
        if let [block] = possible[..]
            && let Some(first) = block.data().first()
        {
            let mut edit = beside(block, first, new);
            edit.note = self.worked_out(block);
            return edit;
        }
        if let [first, _, ..] = possible[..] {
            let place = |block: &&Block<'_>| block.file.place(block.file.tokens[block.all.start].span.start);
            let places: Vec<String> = possible.iter().map(place).collect();
            let text = value(&new.rdata, first.resource.form, first.resource.dotted);
            let note = format!(
                "sets of this name stand at {}: the value goes into that of the zone {}",
                places.join(" and at "),
                self.zone
            );
            return self.without_place(text, note);
        }
        let Some(model) = sets.first().copied().or(self.blocks.first()) else {
            let note = "no resource was found that holds records: this is the value of a new one".to_owned();
            return self.without_place(
                value(&new.rdata, Form::Plain, false),
                self.untold.iter().fold(note, |note, more| joined(note, more)),
            );
        };
        let lines = self.resource(model, new);
        let end = model.file.tokens[model.all.end - 1].span.end;
        let place = model.file.place(model.file.tokens[model.all.start].span.start);
        let mut edit = model.file.inserted(end, lines);
        edit.line = edit.line.map(|line| line + 1);
        edit.note =
            Some(format!("a new resource, in the manner of the one at {place}: see that its zone is {}", self.zone));
        edit
    }

    /// A new resource, with the zone of another.
    fn resource(&self, model: &Block<'_>, new: &Value) -> Vec<String> {
        let Resource { name, form, holds, place, dotted, relative, .. } = model.resource;
        let rtype = new.rdata.rtype().to_string();
        let owner = match self.owner.relative_to(self.zone).filter(|_| *relative) {
            Some(labels) if labels.is_empty() => "@".to_owned(),
            Some(labels) => labels,
            None if *dotted => self.owner.absolute(),
            None => self.owner.to_string(),
        };
        // Where each value is a resource, the preference has an attribute of its own.
        let (priority, text) = match (&new.rdata, holds) {
            (Rdata::Mx { preference, exchange }, Holds::One) if *relative => (Some(preference), exchange.absolute()),
            (Rdata::Mx { preference, exchange }, Holds::One) => (Some(preference), exchange.to_string()),
            (rdata, _) => (None, value(rdata, *form, *dotted).unwrap_or_default()),
        };
        let mut lines = vec![format!("resource \"{name}\" \"{}\" {{", label(&self.owner.to_string(), &rtype))];
        for attribute in *place {
            if let Some([first, .., last] | [first @ last]) = model.attribute(attribute) {
                lines.push(format!("  {attribute} = {}", &model.file.content[first.span.start..last.span.end]));
            }
        }
        lines.push(format!("  name = {}", written(&owner)));
        if *holds != Holds::Blocks {
            lines.push(format!("  type = \"{rtype}\""));
        }
        lines.push(format!("  ttl  = {}", new.ttl));
        lines.extend(priority.map(|priority| format!("  priority = {priority}")));
        match holds {
            Holds::List => lines.push(format!("  {} = [{}]", model.resource.data, written(&text))),
            Holds::One => lines.push(format!("  {} = {}", model.resource.data, written(&text))),
            Holds::Blocks => {
                lines.extend(["  record {".to_owned(), format!("    value = {}", written(&text)), "  }".to_owned()]);
            }
        }
        lines.push("}".to_owned());
        lines
    }
}

fn joined(note: String, more: &str) -> String {
    note + "; " + more
}

/// In which form a literal of a block says this. Where each value is a resource, the preference has an attribute of its own.
fn form_in(block: &Block<'_>, literal: &str, rdata: &Rdata) -> Option<Form> {
    let Rdata::Mx { preference, exchange } = rdata else { return form_of(literal, rdata) };
    if block.resource.holds != Holds::One {
        return form_of(literal, rdata);
    }
    let [priority] = block.attribute("priority")? else { return None };
    let is_preference = priority.name().or(priority.literal()) == Some(&preference.to_string());
    let is_exchange = literal.parse::<Name>().is_ok_and(|name| name == *exchange);
    (is_preference && is_exchange).then_some(Form::Plain)
}

/// A value as a block has it.
fn value_in(block: &Block<'_>, rdata: &Rdata, form: Form, dotted: bool) -> Option<String> {
    match rdata {
        Rdata::Mx { exchange, .. } if block.resource.holds == Holds::One => {
            Some(if dotted { exchange.absolute() } else { exchange.to_string() })
        }
        _ => value(rdata, form, dotted),
    }
}

/// A name for a resource.
fn label(owner: &str, rtype: &str) -> String {
    let plain = |char: char| if char.is_ascii_alphanumeric() { char.to_ascii_lowercase() } else { '_' };
    let owner: String = owner.chars().map(plain).collect();
    let owner = owner.trim_start_matches(|char: char| char == '_' || char.is_ascii_digit());
    format!("{owner}_{}", rtype.to_ascii_lowercase())
}

/// A value beside another one, in a resource that has several.
fn beside(block: &Block<'_>, first: &Token, new: &Value) -> SourceEdit {
    let file = block.file;
    let form = first
        .literal()
        .map_or(block.resource.form, |text| if text.starts_with('"') { Form::Quoted } else { block.resource.form });
    let text = written(&value(&new.rdata, form, block.resource.dotted).unwrap_or_default());
    if block.resource.holds == Holds::Blocks {
        let start = block.tokens().windows(2).find(|two| two[0].name() == Some("record") && two[1].is('{'));
        let at = start.map_or(first.span.start, |two| two[0].span.start);
        let indent = file.indent(at);
        return file.inserted(
            at,
            vec![format!("{indent}record {{"), format!("{indent}  value = {text}"), format!("{indent}}}")],
        );
    }
    if file.begins_line(first.span.start) {
        return file.inserted(first.span.start, vec![format!("{}{text},", file.indent(first.span.start))]);
    }
    file.replaced(&(first.span.start..first.span.start), &format!("{text}, "))
}

/// A value that goes: out of its list, or with its block.
fn taken_out(block: &Block<'_>, token: &Token) -> SourceEdit {
    let file = block.file;
    let values = block.data();
    if values.len() < 2 {
        let tokens = &file.tokens[block.all.clone()];
        let span = tokens.first().map_or(0, |first| first.span.start)..tokens.last().map_or(0, |last| last.span.end);
        let mut edit = file.replaced(&span, "");
        edit.note = Some(format!("`{}.{}` holds nothing else: it goes as a whole", block.resource.name, block.label));
        return edit;
    }
    if block.resource.holds == Holds::Blocks {
        // `record { value = "…" }`: from its name to its brace.
        let index = file.tokens.iter().position(|other| other.span == token.span).unwrap_or_default();
        let (start, end) = (index.saturating_sub(4), index + 1);
        let whole = file
            .tokens
            .get(start)
            .filter(|head| head.name() == Some("record"))
            .zip(file.tokens.get(end).filter(|close| close.is('}')));
        if let Some((head, close)) = whole {
            return file.replaced(&(head.span.start..close.span.end), "");
        }
    }
    let behind = file.content[token.span.end..].starts_with(',');
    file.replaced(&(token.span.start..token.span.end + usize::from(behind)), "")
}

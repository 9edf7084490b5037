//! What to put in, and where.

use std::path::PathBuf;

use super::blocks::{Block, blocks, files};
use super::forms::{Form, Holds, Resource, form_of, value, written};
use crate::dns::{Name, Rdata};
use crate::program::Token;
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
        let search = Search { folder: &self.folder, blocks: &blocks, zone, owner: &change.owner };
        let mut come: Vec<&Value> = change.add.iter().collect();
        let mut edits = Vec::new();
        for old in &change.remove {
            let mate = come.iter().position(|new| new.rdata.rtype() == old.rdata.rtype());
            let new = mate.map(|index| come.remove(index));
            edits.push(search.replace(old, new));
        }
        edits.extend(come.into_iter().map(|new| search.add(new)));
        Ok(edits)
    }
}

struct Search<'a> {
    folder: &'a PathBuf,
    blocks: &'a [Block<'a>],
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
            found.extend(literals.filter_map(|token| Some((block, token, form_of(token.literal()?, &old.rdata)?))));
        }
        let sure = found.iter().filter(|(block, ..)| block.is_at(self.owner, self.zone) == Some(true)).count();
        if sure > 0 {
            found.truncate(sure);
        }
        let [(block, token, form)] = found[..] else {
            let why = if found.is_empty() {
                format!("the value as it is could not be found as a literal at {}: {}", self.owner, old.rdata)
            } else {
                let places: Vec<String> =
                    found.iter().map(|(block, token, _)| block.file.place(token.span.start)).collect();
                format!(
                    "the value as it is stands at {}: which of them is published cannot be told",
                    places.join(" and at ")
                )
            };
            let usual = self.blocks.first().map_or(Form::Plain, |block| block.resource.form);
            let new = new.and_then(|new| value(&new.rdata, usual, false)).map(|text| written(&text));
            return SourceEdit {
                path: Some(self.folder.clone()),
                line: None,
                column: None,
                old: Vec::new(),
                new: new.into_iter().collect(),
                note: Some(why),
            };
        };
        // What is longer than one string needs the cuts that its provider wants.
        let form = match new.map(|new| &new.rdata) {
            Some(Rdata::Txt(txt)) if form == Form::Plain && txt.strings().len() > 1 => block.resource.form,
            _ => form,
        };
        let dotted = token.literal().is_some_and(|text| text.ends_with('.'));
        let mut edit = match new.and_then(|new| value(&new.rdata, form, dotted)) {
            Some(text) => block.file.replaced(&token.span, &written(&text)),
            None => taken_out(block, token),
        };
        let mut notes = Vec::new();
        if block.is_at(self.owner, self.zone).is_none() {
            notes.push("the name is worked out by Terraform: see that it is this one".to_owned());
        }
        if let Some(new) = new.filter(|new| new.ttl != old.ttl) {
            notes.push(format!("its TTL becomes {}", new.ttl));
        }
        edit.note = edit.note.into_iter().chain(notes).reduce(|one, other| format!("{one}; {other}"));
        edit
    }

    fn add(&self, new: &Value) -> SourceEdit {
        let sets = self.candidates(&new.rdata);
        let set = sets
            .iter()
            .find(|block| block.resource.holds != Holds::One && block.is_at(self.owner, self.zone) == Some(true));
        if let Some(block) = set
            && let Some(first) = block.data().first()
        {
            return beside(block, first, new);
        }
        let Some(model) = sets.first().copied().or(self.blocks.first()) else {
            return SourceEdit {
                path: Some(self.folder.clone()),
                line: None,
                column: None,
                old: Vec::new(),
                new: value(&new.rdata, Form::Plain, false).map(|text| written(&text)).into_iter().collect(),
                note: Some("no resource was found that holds records: this is the value of a new one".to_owned()),
            };
        };
        let lines = self.resource(model, new);
        let end = model.file.tokens[model.all.end - 1].span.end;
        let place = model.file.place(model.file.tokens[model.all.start].span.start);
        let mut edit = model.file.inserted(end, lines);
        edit.line = edit.line.map(|line| line + 1);
        edit.note = Some(format!("a new resource, in the manner of the one at {place}"));
        edit
    }

    /// A new resource, with the zone of another.
    fn resource(&self, model: &Block<'_>, new: &Value) -> Vec<String> {
        let Resource { name, form, holds, place, dotted, relative, .. } = model.resource;
        let rtype = new.rdata.rtype().to_string();
        let owner = self.owner.to_string();
        let labels = owner.strip_suffix(&self.zone.to_string()).map(|labels| labels.trim_end_matches('.'));
        let owner = match (relative, labels) {
            (true, Some("")) => "@".to_owned(),
            (true, Some(labels)) => labels.to_owned(),
            _ if *dotted => self.owner.absolute(),
            _ => owner.clone(),
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

//! One record out of several: the terms of all, in order, each once, with one end.

use mailvouch_providers::dns::Rdata;

use super::insert_term;
use crate::lint::{Facts, Operation};
use crate::record::SpfRecord;
use crate::record::spf::{Mechanism, Modifier, Qualifier, Term};
use crate::spf::Published;

/// What makes one record of several.
pub(super) struct Merge {
    /// Edits of the record that is kept, and a deletion for each other one.
    pub(super) operations: Vec<Operation>,
    /// Whether what goes says nothing that the kept record does not say already.
    pub(super) says_the_same: bool,
    /// What was chosen for the owner, in words; none where there was nothing to choose.
    pub(super) choices: Vec<String>,
}

impl Merge {
    /// Keeps one record, writes into it what only the others say, and deletes these.
    pub(super) fn of(facts: &Facts, kept: &Published, others: &[&Published]) -> Self {
        let mut merging = Merging::new(facts, &kept.record);
        for other in others {
            merging.take_in(&other.record);
        }
        let Merging { missing, tail, choices, replaced, .. } = merging;
        let says_the_same = missing.is_empty() && tail.is_empty() && replaced.is_none() && choices.is_empty();
        let mut operations = Vec::new();
        if !missing.is_empty() {
            let index = kept.record.place_for_directive();
            operations.push(insert_term(&facts.domain, kept, index, &missing.join(" ")));
        }
        if let Some((index, text)) = replaced {
            let edit = kept.record.replace_term(index, &text);
            operations.extend(edit.map(|edit| Operation::edit(&facts.domain, &kept.value, edit)));
        }
        let end = kept.record.terms().len();
        operations.extend(tail.iter().map(|term| insert_term(&facts.domain, kept, end, term)));
        let delete = |other: &&Published| Operation::Delete {
            owner: facts.domain.clone(),
            value: Rdata::Txt(other.value.clone()),
        };
        operations.extend(others.iter().map(delete));
        Self { operations, says_the_same, choices }
    }
}

/// The kept record while the others are taken in.
struct Merging<'a> {
    kept: &'a SpfRecord,
    /// What goes before its end.
    missing: Vec<String>,
    /// What goes behind its last term.
    tail: Vec<String>,
    /// The term of it that another takes the place of.
    replaced: Option<(usize, String)>,
    /// The `all` that it has by now.
    all: Option<Qualifier>,
    /// The one that is declared.
    declared: Option<&'static str>,
    choices: Vec<String>,
}

impl<'a> Merging<'a> {
    fn new(facts: &Facts, kept: &'a SpfRecord) -> Self {
        let declared = facts.declared_domain().and_then(|domain| domain.spf.all.as_ref());
        Self {
            kept,
            missing: Vec::new(),
            tail: Vec::new(),
            replaced: None,
            all: kept.all().map(|(_, qualifier)| qualifier),
            declared: declared.map(|all| all.value.term()),
            choices: Vec::new(),
        }
    }

    fn take_in(&mut self, other: &SpfRecord) {
        let end = other.all().map_or(usize::MAX, |(span, _)| span.start);
        for term in other.terms() {
            let text = String::from_utf8_lossy(&other.text()[term.span.clone()]).into_owned();
            match &term.node {
                Term::Directive(directive) if directive.mechanism == Mechanism::All => {
                    if term.span.start == end {
                        self.take_all(directive.effective_qualifier(), &text);
                    }
                }
                // Nobody reaches it where it stands: the union would bring it to life.
                Term::Directive(_) if term.span.start > end => {
                    self.choices.push(format!("`{text}` stood behind `all` and is left out"));
                }
                Term::Modifier(Modifier::Redirect(_)) if other.all().is_some() => {
                    self.choices.push(format!("`{text}` stood beside `all` and is left out"));
                }
                Term::Modifier(Modifier::Redirect(target)) => self.take_redirect(target.as_str(), &text),
                Term::Modifier(Modifier::Exp(_)) => {
                    if self.kept.exp().is_none() && !self.tail.contains(&text) {
                        self.tail.push(text);
                    }
                }
                Term::Directive(_) | Term::Modifier(Modifier::Unknown { .. }) | Term::Malformed(_) => {
                    self.take_term(text);
                }
            }
        }
    }

    fn take_term(&mut self, text: String) {
        let is_there = |written: &str| plain(written) == plain(&text);
        let kept = self.kept.terms().iter().map(|term| &self.kept.text()[term.span.clone()]);
        let mut there = kept.map(|written| String::from_utf8_lossy(written).into_owned()).chain(self.missing.clone());
        if !there.any(|written| is_there(&written)) {
            self.missing.push(text);
        }
    }

    /// One `all`: the declared one where one of them is it, else the stricter.
    fn take_all(&mut self, other: Qualifier, text: &str) {
        let Some(mine) = self.all else {
            self.all = Some(other);
            let redirect = self.kept.redirect().and_then(|(span, target)| Some((self.index_of(span)?, target)));
            if let Some((index, target)) = redirect {
                // Beside `all` it would be ignored (RFC 7208, section 6.1): whom it lets pass is kept so.
                let include = format!("include:{}", target.as_str());
                self.choices.push(format!("`redirect={}` becomes `{include}`", target.as_str()));
                self.replaced = Some((index, include));
            } else {
                self.choices.push(format!("`{text}` ends the record, which had no `all`"));
            }
            self.tail.push(text.to_owned());
            return;
        };
        if mine == other {
            return;
        }
        let is_declared = |qualifier: Qualifier| self.declared == Some(format!("{qualifier}all").as_str());
        let takes_other = !is_declared(mine) && (is_declared(other) || strictness(other) > strictness(mine));
        let (stays, goes) = if takes_other { (other, mine) } else { (mine, other) };
        let why = if is_declared(stays) { "the declared one" } else { "the stricter one" };
        self.choices.push(format!("of `{goes}all` and `{stays}all` the record ends in `{stays}all`, {why}"));
        if takes_other {
            self.all = Some(other);
            match self.kept.all().and_then(|(span, _)| self.index_of(span)) {
                Some(index) => self.replaced = Some((index, text.to_owned())),
                // The one that another record brought.
                None => self.tail.iter_mut().filter(|term| is_all(term)).for_each(|term| text.clone_into(term)),
            }
        }
    }

    fn take_redirect(&mut self, target: &str, text: &str) {
        let kept = self.kept.redirect().map(|(_, kept)| kept.as_str().to_ascii_lowercase());
        if kept.as_deref() == Some(&target.to_ascii_lowercase()) && self.all.is_none() {
            return;
        }
        if kept.is_none() && self.all.is_none() && self.tail.iter().all(|term| !term.starts_with("redirect=")) {
            self.choices.push(format!("`{text}` ends the record"));
            self.tail.push(text.to_owned());
            return;
        }
        let include = format!("include:{target}");
        self.choices.push(format!("`{text}` becomes `{include}`"));
        self.take_term(include);
    }

    fn index_of(&self, span: &std::ops::Range<usize>) -> Option<usize> {
        self.kept.terms().iter().position(|term| term.span == *span)
    }
}

/// What is the same for terms that say the same.
fn plain(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    text.strip_prefix('+').map(str::to_owned).unwrap_or(text)
}

fn is_all(term: &str) -> bool {
    plain(term).trim_start_matches(['-', '~', '?']) == "all"
}

/// How harshly whoever is not listed is judged.
fn strictness(qualifier: Qualifier) -> u8 {
    match qualifier {
        Qualifier::Pass => 0,
        Qualifier::Neutral => 1,
        Qualifier::SoftFail => 2,
        Qualifier::Fail => 3,
    }
}

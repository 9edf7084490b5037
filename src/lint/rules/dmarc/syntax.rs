//! `dmarc-syntax`: parts of the record that are no tags, or hold characters that none may have.

use super::own::Own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::artefact::{Artefact, artefacts};
use crate::record::tag_list::MalformedPartKind;
use crate::record::{DmarcRecord, Edit, Span, apply};

pub(in crate::lint::rules) struct Syntax;

impl Rule for Syntax {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-syntax",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dmarc-syntax.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        let mut faults = faults(&own);
        faults.sort_by_key(|(span, _)| span.start);
        let Some((span, note)) = faults.first() else { return Vec::new() };
        let message = format!("the DMARC record of {} is not made of `name=value` between semicolons", facts.domain);
        let mut found = own.finding(self.meta(), message, span).note(note.clone());
        let place = found.labels[0].place.clone();
        for (span, note) in &faults[1..] {
            found = found.context(place.clone(), span.clone(), note.clone());
        }
        let edits = repair(own.record);
        vec![match edits {
            Some(edits) => found.fix(own.fix(Safety::Safe, edits)),
            None => found.help("receivers leave out what they cannot read, and go by the default"),
        }]
    }
}

/// What is wrong, and why.
fn faults(own: &Own<'_>) -> Vec<(Span, String)> {
    let record = own.record;
    let strays: Vec<Span> = own.stray_addresses().into_iter().map(|(_, span)| span).collect();
    let oddities: Vec<(Span, String)> =
        artefacts(record.text()).into_iter().filter_map(|odd| Some((odd.span, of_artefact(&odd.node)?))).collect();
    let lost = record.lost_separators().iter().map(|span| (span.clone(), "a semicolon belongs here".to_owned()));
    let covered = |span: &Span| oddities.iter().any(|(odd, _)| span.start <= odd.start && odd.end <= span.end);
    let malformed = record.list().malformed().filter(|part| !strays.contains(&part.span) && !covered(&part.span));
    let malformed = malformed.map(|part| {
        let note = match part.kind {
            MalformedPartKind::NoEquals => "no tag: it has no `=`",
            MalformedPartKind::NoName => "no tag: nothing stands before the `=`",
            MalformedPartKind::BadName(_) => "no tag: its name is not made of letters",
        };
        (part.span.clone(), note.to_owned())
    });
    malformed.chain(lost).chain(oddities.clone()).collect()
}

fn of_artefact(artefact: &Artefact) -> Option<String> {
    Some(match artefact {
        Artefact::EscapedSeparator => "the backslash of a master file became part of the value".to_owned(),
        Artefact::EscapedQuote | Artefact::Quote => "a quote that became part of the value".to_owned(),
        Artefact::Entity(char) => format!("an entity of a web page, meant as `{char}`"),
        Artefact::SpeltLineBreak => "a line break that is spelt out".to_owned(),
        // A tab is white space, where it may stand; armour is of keys.
        Artefact::Foreign(crate::record::Foreign::Tab) | Artefact::Armour => return None,
        Artefact::Foreign(_) => "not a printable character of US-ASCII".to_owned(),
    })
}

/// The edits that leave nothing wrong; none where what was meant is not known.
fn repair(record: &DmarcRecord) -> Option<Vec<Edit>> {
    let text = record.text();
    let edits: Option<Vec<Edit>> = artefacts(text)
        .into_iter()
        .filter(|odd| of_artefact(&odd.node).is_some())
        .map(|odd| Some(Edit::replace(odd.span, odd.node.meant()?)))
        .collect();
    let lost = record.lost_separators().iter().map(|span| Edit::replace(span.clone(), "; "));
    let mut edits = edits?;
    // Where both touch, the text is cleaned first, and the rest is seen in the next round.
    if edits.is_empty() {
        edits.extend(lost);
    }
    let mended = DmarcRecord::parse(&apply(text, &edits).ok().filter(|_| !edits.is_empty())?)?;
    let before = record.list().malformed().count();
    let is_better =
        mended.list().malformed().count() <= before && mended.list().tags().all(|tag| tag.foreign.is_empty());
    (is_better && mended.list().malformed().count() == 0).then_some(edits)
}

//! `dkim-syntax`: the record is no tag list, or is one that verifiers misread.

use super::write::{keys, mend, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, KeyText, Meta, Rule, Severity};
use crate::record::Edit;
use crate::record::dkim::{Fault, FaultKind};

pub(in crate::lint::rules) struct Syntax;

impl Rule for Syntax {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-syntax",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-syntax.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(facts, dkim, key)).collect()
    }
}

impl Syntax {
    fn about(&self, facts: &Facts, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        let first = key.faults.first()?;
        if key.is_private() {
            return None; // `dkim-private-key` has worse to say.
        }
        let what = match first.kind {
            FaultKind::Escape => "the backslash is the escape of a zone file, and stands in the record itself",
            FaultKind::Quote => "the quotation mark belongs to a zone file, and stands in the record itself",
            FaultKind::Character => "a character stands here that no record may hold",
            FaultKind::LineBreak => "a line break stands here that no white space follows",
            FaultKind::Entity => "the entity belongs to a web page, and stands in the record itself",
            FaultKind::Armour => "the armour of a key file stands in the record",
            FaultKind::LostSeparator => "two tags have no semicolon between them",
            FaultKind::BareKey => "the key stands here alone, with no `p=` before it",
            FaultKind::NoTag => "what stands between two semicolons is no `name=value`",
        };
        let more = match key.faults.len() {
            1 => String::new(),
            count => format!(" (the first of {count} such faults)"),
        };
        let fails = match first.kind {
            // Some decoders skip them.
            FaultKind::Quote | FaultKind::Escape | FaultKind::Entity | FaultKind::Armour => {
                "holds what is no part of it"
            }
            _ => "is no list of tags",
        };
        let message = format!("the record at {} {fails}: {what}{more}", dkim.owner);
        let span = if first.span.is_empty() { 0..key.record.text().len() } else { first.span.clone() };
        let mut found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), span);
        for fault in key.faults.iter().skip(1).take(3) {
            found = found.context(place(&dkim.owner, &key.txt), fault.span.clone(), "and here");
        }
        let edits: Option<Vec<Edit>> = key.faults.iter().map(Fault::edit).collect();
        let fix = edits.filter(|_| key.mended.is_some()).and_then(|edits| mend(facts, dkim, key, edits));
        Some(match fix {
            Some(fix) if key.faults.iter().all(|fault| fault.kind.is_plain()) => found.fix(fix),
            Some(fix) => found.fix(Fix::ask(fix.operations)),
            None => found.help("copy the record again from where the key was made, as one line of `name=value;`"),
        })
    }
}

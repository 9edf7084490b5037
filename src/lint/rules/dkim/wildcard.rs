//! `dkim-wildcard`: a selector that nobody uses is answered all the same.

use super::write::place;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};

pub(in crate::lint::rules) struct Wildcard;

impl Rule for Wildcard {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-wildcard",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dkim-wildcard.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        self.about(facts).into_iter().collect()
    }
}

impl Wildcard {
    fn about(&self, facts: &Facts) -> Option<Diagnostic> {
        let probe = facts.dkim_probe.as_ref()?;
        // An empty key for every selector is how a domain says that it never signs.
        let (txt, record) = probe.records.iter().find(|(_, record)| !record.is_revoked())?;
        let message = format!("every selector of {} has an answer, also one made up for this question", facts.domain);
        let found = Diagnostic::new(self.meta(), message, place(&probe.owner, txt), 0..record.text().len());
        let found = match &probe.reply.wildcard {
            Some(wildcard) => found.note(format!("made from {}", wildcard.absolute())),
            None => found.note("answered"),
        };
        Some(found.help(if record.is_usable() {
            "whoever has the private half can sign with any selector: give the key a selector of its own instead"
        } else {
            "a wildcard answers for selectors too: verifiers then find a text that is no key, and not that there is none"
        }))
    }
}

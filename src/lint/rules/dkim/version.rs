//! `dkim-version`: `v=` is not first, or is not `DKIM1`.

use super::write::{keys, mend, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, KeyText, Meta, Rule, Severity};
use crate::record::Edit;
use crate::record::dkim;

pub(in crate::lint::rules) struct Version;

impl Rule for Version {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-version",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-version.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(facts, dkim, key)).collect()
    }
}

impl Version {
    fn about(&self, facts: &Facts, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        if matches!(key.meant().version(), dkim::Version::Absent | dkim::Version::Sound) {
            return None; // Sound, or so once what `dkim-syntax` speaks of is gone.
        }
        let record = &key.record;
        let (message, span, edits) = match record.version() {
            dkim::Version::Absent | dkim::Version::Sound => return None,
            dkim::Version::NotFirst(span) => {
                let removal = record.tag("v").and_then(|tag| record.list().remove_tag(tag));
                let message = format!("`v=` is not the first tag at {}: verifiers discard the record", dkim.owner);
                (message, span, removal.map(|removal| vec![Edit::insert(0, "v=DKIM1; "), removal]))
            }
            dkim::Version::Other(span) => {
                let message = format!("`v=` is not `DKIM1` at {}: verifiers discard the record", dkim.owner);
                let edits = vec![Edit::replace(span.clone(), "DKIM1")];
                let is_first = record.list().tags().next().is_some_and(|tag| tag.name.node == "v");
                (message, span, is_first.then_some(edits))
            }
        };
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), span);
        Some(match edits.and_then(|edits| mend(facts, dkim, key, edits)) {
            Some(fix) => found.fix(fix),
            None => found,
        })
    }
}

//! `spf-lost-space`: two terms became one, because the strings of a TXT record are joined without a space.

use super::own;
use crate::lint::facts::Repair;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};
use crate::record::spf::Term;
use crate::record::{Spanned, txt};
use crate::spf::Published;

pub(in crate::lint::rules) struct LostSpace;

impl Rule for LostSpace {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-lost-space",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-lost-space.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            for term in own.record().terms() {
                let Some(boundary) = lost_at(own.published, term) else { continue };
                let Some(edit) = Repair::Spaces.edit(own.published, term) else { continue };
                let effect = match &term.node {
                    Term::Malformed(_) => "a permerror, for every sender",
                    Term::Directive(_) | Term::Modifier(_) => "read as one name, which does not exist",
                };
                let message = "two SPF terms are joined: a character-string ends here without a space";
                // The last byte of the one string and the first of the next.
                let span = boundary - 1..boundary + 1;
                found.push(
                    own.finding(self.meta(), message, &span)
                        .note(effect)
                        .fix(own.fix(own.safety_of(Repair::Spaces), [edit])),
                );
            }
        }
        found
    }
}

/// The boundary between two strings at which this term lost a space, if it did.
pub(super) fn lost_at(published: &Published, term: &Spanned<Term>) -> Option<usize> {
    let mut inside = txt::boundaries(&published.value);
    inside.retain(|at| term.span.start < *at && *at < term.span.end);
    if let Some(terms) = published.record.run_together(term) {
        // Punctuation between them is another mistake.
        let mut joins = terms.windows(2).filter(|pair| pair[0].end == pair[1].start).map(|pair| pair[0].end);
        return joins.find(|at| inside.contains(at));
    }
    let split = Repair::Spaces.edit(published, term)?;
    // The one space that comes in stands at the boundary.
    let at = split.content.iter().position(|&byte| byte == b' ')?;
    Some(term.span.start + at)
}

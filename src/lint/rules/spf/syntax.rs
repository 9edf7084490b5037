//! `spf-syntax`: a term that RFC 7208 does not allow makes the whole record a permerror.

use super::lost_space::lost_at;
use super::malformed::{Explained, explain};
use super::own;
use super::own::{Own, contains};
use crate::lint::facts::Repair;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::spf::{MalformedKind, Term};
use crate::record::{Edit, Span};

pub(in crate::lint::rules) struct Syntax;

impl Rule for Syntax {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-syntax",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-syntax.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        // Own records behind an include spoil the domain's record too.
        own(facts).flat_map(|own| self.about(&own)).collect()
    }
}

impl Syntax {
    fn about(&self, own: &Own<'_>) -> Vec<Diagnostic> {
        let record = own.record();
        let permerror = |message: String, span: &Span| {
            own.finding(self.meta(), message, span).note("a permerror, for every sender")
        };
        let mut found = Vec::new();
        let torn = record.torn();
        for torn in torn {
            let meant = String::from_utf8_lossy(&torn.meant);
            let edit = Edit::replace(torn.span.clone(), torn.meant.clone());
            let message = format!("spaces tear one SPF term apart: `{meant}` is meant");
            found.push(permerror(message, &torn.span).fix(own.fix(Safety::Ask, [edit])));
        }
        for term in record.terms().iter().filter(|term| !torn.iter().any(|torn| contains(&torn.span, &term.span))) {
            if lost_at(own.published, term).is_some() {
                continue; // `spf-lost-space` speaks of these.
            }
            let separated = Repair::Spaces.edit(own.published, term);
            let separated = separated.map(|edit| own.fix(own.safety_of(Repair::Spaces), [edit]));
            found.push(match (&term.node, separated) {
                (Term::Malformed(malformed), None) if has_own_rule(&malformed.kind) => continue,
                (Term::Malformed(malformed), separated) => {
                    let Explained { message, at, help } = explain(record, term, malformed);
                    let mut diagnostic = permerror(message, &at);
                    diagnostic.help = help;
                    diagnostic.fix = separated;
                    diagnostic
                }
                // Sound as it is, and naming something that nobody has.
                (_, Some(fix)) => own
                    .finding(self.meta(), "a space is missing between two SPF terms", &term.span)
                    .note("read as one name, which does not exist")
                    .fix(fix),
                (_, None) => continue,
            });
        }
        found
    }
}

/// Whether another rule speaks of terms that are malformed in this way.
fn has_own_rule(kind: &MalformedKind) -> bool {
    matches!(
        kind,
        MalformedKind::Foreign(_)
            | MalformedKind::UnknownMechanism { .. }
            | MalformedKind::WrongFamily { .. }
            | MalformedKind::BadPrefix { .. }
    )
}

//! `spf-syntax`: a term that RFC 7208 does not allow makes the whole record a permerror.

use mailvouch_providers::dns::{Name, Rdata};

use super::malformed::{Explained, explain};
use super::own_records;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity, facts};
use crate::record::spf::{MalformedKind, Term};
use crate::record::{Edit, Span};
use crate::spf::Published;

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
        own_records(facts).flat_map(|(owner, published)| self.about(facts, owner, published)).collect()
    }
}

impl Syntax {
    fn about(&self, facts: &Facts, owner: &Name, published: &Published) -> Vec<Diagnostic> {
        let record = &published.record;
        let place = Place::value(owner, &Rdata::Txt(published.value.clone()));
        let about = |message: String, span: &Span| Diagnostic::new(self.meta(), message, place.clone(), span.clone());
        let permerror = |message: String, span: &Span| about(message, span).note("a permerror, for every sender");
        let mut found = Vec::new();
        let torn = record.torn();
        for torn in &torn {
            let meant = String::from_utf8_lossy(&torn.meant);
            let edit = Edit::replace(torn.span.clone(), torn.meant.clone());
            let message = format!("spaces tear one SPF term apart: `{meant}` is meant");
            let fix = Fix::ask([Operation::edit(owner, &published.value, edit)]);
            found.push(permerror(message, &torn.span).fix(fix));
        }
        let is_torn = |span: &Span| torn.iter().any(|torn| torn.span.start <= span.start && span.end <= torn.span.end);
        for term in record.terms().iter().filter(|term| !is_torn(&term.span)) {
            let separated = record.separate(term).map(|edit| separation(facts, owner, published, edit));
            let diagnostic = match (&term.node, separated) {
                // `spf-unknown-mechanism` speaks of these.
                (Term::Malformed(malformed), None)
                    if matches!(malformed.kind, MalformedKind::UnknownMechanism { .. }) =>
                {
                    continue;
                }
                (Term::Malformed(malformed), separated) => {
                    let Explained { message, at, help } = explain(record, term, malformed);
                    let mut diagnostic = permerror(message, &at);
                    diagnostic.help = help;
                    diagnostic.fix = separated;
                    diagnostic
                }
                // Sound as it is, and naming something that nobody has.
                (_, Some(fix)) => about("a space is missing between two SPF terms".to_owned(), &term.span)
                    .note("read as one name, which does not exist")
                    .fix(fix),
                (_, None) => continue,
            };
            found.push(diagnostic);
        }
        for (span, _) in record.duplicate_modifiers() {
            let message = "`redirect` and `exp` may stand once each in an SPF record".to_owned();
            found.push(permerror(message, span).help("keep the one that is meant, and take the other out"));
        }
        found
    }
}

/// Puts the missing spaces in: safe where nobody passes afterwards who is not declared.
fn separation(facts: &Facts, owner: &Name, published: &Published, edit: Edit) -> Fix {
    let within = facts::separated(&published.record).is_some_and(|text| {
        let is_own = *owner == facts.domain && facts.spf.one().is_some();
        facts.declared.is_none() || (is_own && facts.spf.stays_within(&text, facts.declared.as_ref()))
    });
    let operation = Operation::edit(owner, &published.value, edit);
    if within { Fix::safe([operation]) } else { Fix::ask([operation]) }
}

//! `spf-non-ascii`: a character that is not plain US-ASCII makes the whole record a permerror.

use super::own;
use crate::lint::facts::Repair;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};
use crate::record::Foreign;
use crate::record::spf::MalformedKind;

pub(in crate::lint::rules) struct NonAscii;

impl Rule for NonAscii {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-non-ascii",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-non-ascii.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            for (term, malformed) in own.malformed() {
                let MalformedKind::Foreign(octets) = &malformed.kind else { continue };
                let Some(first) = octets.first() else { continue };
                let message =
                    format!("an SPF record is plain US-ASCII with spaces; here stands {}", foreign(first.node));
                let mut diagnostic =
                    own.finding(self.meta(), message, &first.span).note("a permerror, for every sender");
                for octet in &octets[1..] {
                    diagnostic = diagnostic.context(own.place(), octet.span.clone(), foreign(octet.node));
                }
                found.push(match Repair::Characters.edit(own.published, term) {
                    Some(edit) => diagnostic.fix(own.fix(own.safety_of(Repair::Characters), [edit])),
                    None => diagnostic.help(
                        "type the term again by hand: it was probably pasted from a document or a web page; \
                         a domain name with other letters is written in its `xn--` form",
                    ),
                });
            }
        }
        found
    }
}

fn foreign(octet: Foreign) -> &'static str {
    match octet {
        Foreign::Tab => "a tab",
        Foreign::LineBreak => "a line break",
        Foreign::Control(_) => "a control character",
        Foreign::Space(_) => "a space that is not the plain one",
        Foreign::Invisible(_) => "an invisible character",
        Foreign::Dash(_) => "a dash that is not the plain hyphen",
        Foreign::Quote(_) => "a typographic quotation mark",
        Foreign::FullWidth(_) => "a full-width character",
        Foreign::Character(_) | Foreign::Octet(_) => "an octet outside US-ASCII",
    }
}

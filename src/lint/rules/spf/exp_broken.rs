//! `spf-exp-broken`: `exp=` leads to no explanation that a receiver would show.

use mailvouch_providers::dns::Txt;

use super::own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Severity};
use crate::record::spf::MacroString;

pub(in crate::lint::rules) struct ExpBroken;

impl Rule for ExpBroken {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-exp-broken",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/spf-exp-broken.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some((target, reply)) = &facts.spf.explanation else { return Vec::new() };
        let texts: Vec<Vec<u8>> = reply.records().map_or_else(Vec::new, |set| set.txts().map(Txt::joined).collect());
        let why = match texts.as_slice() {
            // Nothing is said of what could not be looked up.
            [] if !reply.is_absent() => return Vec::new(),
            [] => "holds no text".to_owned(),
            [text] => match MacroString::parse_explanation(text) {
                Ok(_) => return Vec::new(),
                Err(_) => "holds a text with a broken macro".to_owned(),
            },
            several => format!("holds {} texts, and one is the limit", several.len()),
        };
        let about = |own: super::Own<'_>| {
            let (span, _) = own.record().exp()?;
            let message = format!("{target} {why}: receivers leave the explanation out");
            Some(own.finding(self.meta(), message, span).note("mail is judged the same without it"))
        };
        own(facts).filter(|own| own.owner == &facts.domain).filter_map(about).collect()
    }
}

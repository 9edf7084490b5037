//! `dmarc-cname`: the policy is somebody else's to write.

use mailvouch_providers::dns::Rdata;

use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};

pub(in crate::lint::rules) struct Cname;

impl Rule for Cname {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-cname",
            severity: Severity::Info,
            docs: include_str!("../../../../docs/rules/dmarc-cname.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let (owner, reply) = (&facts.dmarc.owner, &facts.dmarc.reply);
        let Some((first, last)) = reply.chain.first().zip(reply.chain.last()) else { return Vec::new() };
        if reply.failure().is_some() {
            return Vec::new();
        }
        let place = Place::value(owner, &Rdata::Cname(first.clone()));
        let span = 0..place.bytes().len();
        vec![if reply.is_absent() {
            let message = format!("{owner} is an alias that leads to nothing: no policy stands at {last}");
            Diagnostic::new(self.meta(), message, place, span)
                .severity(Severity::Error)
                .help(format!("have whoever runs {last} publish the record, or put one in the alias's place"))
        } else {
            let message = format!("{owner} is an alias: the DMARC record of {last} applies");
            Diagnostic::new(self.meta(), message, place, span).help("changes go to whoever runs the target")
        }]
    }
}

//! `spf-cname`: the name is an alias, so somebody else's record applies.

use std::collections::BTreeSet;

use mailvouch_providers::dns::{Name, Rdata};

use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};

pub(in crate::lint::rules) struct Cname;

impl Rule for Cname {
    fn meta(&self) -> &'static Meta {
        &Meta { id: "spf-cname", severity: Severity::Info, docs: include_str!("../../../../docs/rules/spf-cname.md") }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let reply = &facts.spf.reply;
        let domain = reply.chain.first().filter(|_| reply.failure().is_none()).map(|target| (&facts.domain, target));
        let below = facts.own_trees().filter(|tree| tree.name != facts.domain);
        let below = below.filter_map(|tree| Some((&tree.name, tree.alias_to.as_ref()?)));
        let aliases: BTreeSet<(&Name, &Name)> = domain.into_iter().chain(below).collect();
        let about = |(owner, target): (&Name, &Name)| {
            let place = Place::value(owner, &Rdata::Cname(target.clone()));
            let span = 0..place.bytes().len();
            let message = format!("{owner} is an alias: the SPF record of {target} applies");
            Diagnostic::new(self.meta(), message, place, span)
                .help("usual for return-path names; changes go to whoever runs the target")
        };
        aliases.into_iter().map(about).collect()
    }
}

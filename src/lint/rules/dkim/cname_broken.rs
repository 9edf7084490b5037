//! `dkim-cname-broken`: the aliases at a selector end in nothing, or go round.

use mailvouch_providers::dns::{Name, Rdata};

use crate::declared::SelectorWant;
use crate::lint::{Diagnostic, DkimFacts, Facts, Meta, Place, Rule, Severity};

pub(in crate::lint::rules) struct CnameBroken;

impl Rule for CnameBroken {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-cname-broken",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-cname-broken.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        facts.dkim.iter().filter_map(|dkim| self.about(facts, dkim)).collect()
    }
}

impl CnameBroken {
    fn about(&self, facts: &Facts, dkim: &DkimFacts) -> Option<Diagnostic> {
        let dead_end = dkim.dead_end.as_ref().filter(|_| !dkim.is_to_be_revoked(facts.now))?;
        let first = dead_end.chain.first()?;
        let last = dead_end.chain.last()?;
        let message = if dead_end.is_loop {
            format!("the aliases at {} go round in a circle: no verifier finds a key", dkim.owner)
        } else {
            format!("{} is an alias, and no key stands at its end, {last}", dkim.owner)
        };
        let place = Place::value(&dkim.owner, &Rdata::Cname(first.clone()));
        let span = 0..place.bytes().len();
        let links: Vec<String> = std::iter::once(&dkim.owner).chain(&dead_end.chain).map(Name::to_string).collect();
        let mut found =
            Diagnostic::new(self.meta(), message, place, span).note(format!("the chain: {}", links.join(" -> ")));
        if let (Some(declared), Some(selector)) = (&facts.declared, &dkim.declared) {
            let (declaration, declared_at) = declared.at(&selector.name);
            found = found.context(declaration, declared_at, "declared here");
        }
        let is_declared = dkim.declared.as_ref().is_some_and(|selector| match &selector.want {
            SelectorWant::Cname(wanted) => dead_end.chain.contains(&wanted.value),
            _ => false,
        });
        let advice = if is_declared {
            format!(
                "whoever runs {last} has to publish the key there: signing is not switched on yet, or the account is gone"
            )
        } else {
            "take the alias away, or let it lead to where the key stands; whoever signs with this selector knows which"
                .to_owned()
        };
        Some(found.help(advice))
    }
}

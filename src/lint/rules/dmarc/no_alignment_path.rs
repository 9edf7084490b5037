//! `dmarc-no-alignment-path`: mail of a declared sender can never pass.

use mailvouch_providers::dns::{Rdata, RrType};

use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, SenderFacts, SenderPath, Severity};

pub(in crate::lint::rules) struct NoAlignmentPath;

impl Rule for NoAlignmentPath {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-no-alignment-path",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dmarc-no-alignment-path.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let senders = facts.dmarc.senders.iter().filter(|sender| sender.has_no_path());
        senders.map(|sender| self.about(facts, sender)).collect()
    }
}

impl NoAlignmentPath {
    fn about(&self, facts: &Facts, sender: &SenderFacts) -> Diagnostic {
        let dmarc = &facts.dmarc;
        let title = sender.sender.value.title();
        let way = |does: &str, path: &SenderPath| match path.other() {
            Some(domain) => format!("{does} {domain}"),
            None => format!("{does} no domain of yours"),
        };
        let message = format!(
            "mail of {title} can never be aligned with {}: it {}, and {}",
            facts.domain,
            way("sends from", &sender.spf),
            way("signs as", &sender.dkim)
        );
        let found = match dmarc.own() {
            Some((txt, record)) => {
                let place = Place::value(&dmarc.owner, &Rdata::Txt(txt.clone()));
                Diagnostic::new(self.meta(), message, place, 0..record.text().len())
            }
            None => Diagnostic::about_nothing(self.meta(), message, &dmarc.owner, RrType::TXT),
        };
        let found = found.help(format!(
            "have it sign as {0} (then `dkim = \"{0}\"`), or send from a name below it (`mail-from`)",
            facts.domain
        ));
        match &facts.declared {
            Some(declared) => {
                let (place, span) = declared.at(&sender.sender);
                found.context(place, span, "declared here")
            }
            None => found,
        }
    }
}

//! `dmarc-reject-without-dkim`: receivers are asked to refuse whatever SPF alone does not save.

use mailvouch_providers::dns::{Rdata, RrType};

use crate::lint::{Diagnostic, DkimFacts, Facts, Meta, Place, Rule, Severity};
use crate::record::dmarc::Policy;

pub(in crate::lint::rules) struct RejectWithoutDkim;

impl Rule for RejectWithoutDkim {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-reject-without-dkim",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dmarc-reject-without-dkim.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let dmarc = &facts.dmarc;
        let keys: Vec<&DkimFacts> = facts.dkim.iter().filter(|key| key.declared.is_some()).collect();
        let is_lost = |key: &&DkimFacts| key.reply.failure().is_none() && !key.is_usable();
        if keys.is_empty() || !keys.iter().all(is_lost) || !facts.sends() {
            return Vec::new();
        }
        if dmarc.policy() != Some(Policy::Reject) || dmarc.is_partly_unknown() {
            return Vec::new();
        }
        let message = format!(
            "{} asks receivers to refuse what is not aligned, and none of its declared selectors holds a sound key",
            facts.domain
        );
        let found = match dmarc.own() {
            Some((txt, record)) => {
                let place = Place::value(&dmarc.owner, &Rdata::Txt(txt.clone()));
                let span = record.tag("p").map_or(0..record.text().len(), crate::record::tag_list::Tag::span);
                Diagnostic::new(self.meta(), message, place, span)
            }
            None => Diagnostic::about_nothing(self.meta(), message, &dmarc.owner, RrType::TXT),
        };
        let mut found = found
            .note("SPF alone is lost wherever mail is forwarded")
            .help("publish the keys first; until mail is signed, `policy = \"none\"` or `\"quarantine\"` loses less");
        if let Some(declared) = &facts.declared {
            for selector in keys.iter().filter_map(|key| key.declared.as_ref()) {
                let (place, span) = declared.at(&selector.name);
                found = found.context(place, span, "no sound key there");
            }
        }
        vec![found]
    }
}

//! `dmarc-strict-alignment`: strict mode shuts out a sender that uses a subdomain.

use mailvouch_providers::dns::Name;

use super::own::Own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, SenderFacts, SenderPath, Severity};
use crate::record::tag_list::TagList;

/// The tag of a mode, what a sender does, and the way that it is about.
type Mode = (&'static str, &'static str, fn(&SenderFacts) -> &SenderPath);

pub(in crate::lint::rules) struct StrictAlignment;

impl Rule for StrictAlignment {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-strict-alignment",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dmarc-strict-alignment.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let Some(own) = Own::of(facts) else { return Vec::new() };
        let modes: [Mode; 2] =
            [("aspf", "sends from", |sender| &sender.spf), ("adkim", "signs as", |sender| &sender.dkim)];
        let about = |(name, does, path): Mode| {
            let shut_out = |sender| -> Option<(&SenderFacts, &Name)> {
                Some((sender, path(sender).shut_out_below(&facts.domain)?))
            };
            let senders: Vec<(&SenderFacts, &Name)> = facts.dmarc.senders.iter().filter_map(shut_out).collect();
            let ((first, domain), tag) = (senders.first()?, own.record.tag(name)?);
            let title = first.sender.value.title();
            let message = format!("{title} {does} {domain}, which strict alignment (`{name}=s`) does not accept");
            let mut found = own.finding(self.meta(), message, &tag.span()).note("only the same domain is aligned");
            if let Some(declared) = &facts.declared {
                for (sender, _) in &senders {
                    let (place, span) = declared.at(&sender.sender);
                    found = found.context(place, span, "declared here");
                }
            }
            let wanted = facts.declared_domain().and_then(|domain| domain.dmarc.as_ref());
            let is_declared = wanted.is_some_and(|dmarc| match name {
                "aspf" => dmarc.aspf.is_some(),
                _ => dmarc.adkim.is_some(),
            });
            Some(if is_declared {
                found.help(format!("declare `{name} = \"relaxed\"`, or have it use {}", facts.domain))
            } else {
                found.fix(own.fix(Safety::Ask, [TagList::replace_value(tag, "r")]))
            })
        };
        modes.into_iter().filter_map(about).collect()
    }
}

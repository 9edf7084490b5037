//! `dmarc-discovery-differs`: new receivers and old ones find different organizational domains.

use mailvouch_providers::dns::{Rdata, RrType};

use crate::dmarc::Basis;
use crate::lint::{Diagnostic, Facts, Meta, Place, Rule, Severity};

pub(in crate::lint::rules) struct DiscoveryDiffers;

impl Rule for DiscoveryDiffers {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-discovery-differs",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/dmarc-discovery-differs.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let dmarc = &facts.dmarc;
        let (new, old) = (&dmarc.discovery.organizational, &dmarc.older.organizational);
        // Without any record nothing is aligned, by either way.
        if !dmarc.knows_organization() || new.basis == Basis::NoRecord || new.name == *old {
            return Vec::new();
        }
        let message = format!(
            "the organizational domain of {} is {} by the tree walk, and {old} by the public suffix list",
            facts.domain, new.name
        );
        let why = match new.basis {
            Basis::NotSuffix => "a record says `psd=n`",
            Basis::BelowSuffix => "a record above says `psd=y`",
            Basis::FewestLabels | Basis::NoRecord => "the shortest name with a record",
        };
        let found = match dmarc.own() {
            Some((txt, record)) => {
                let place = Place::value(&dmarc.owner, &Rdata::Txt(txt.clone()));
                Diagnostic::new(self.meta(), message, place, 0..record.text().len())
            }
            None => Diagnostic::about_nothing(self.meta(), message, &dmarc.owner, RrType::TXT),
        };
        vec![found.note(why).help(
            "which names are aligned depends on the receiver: publish a record at each domain that sends, or have \
             senders use just that domain (RFC 9989, appendix C)",
        )]
    }
}

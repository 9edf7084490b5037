//! `dmarc-missing`: the tree walk finds no policy.

use mailvouch_providers::dns::{Rdata, RrType};

use super::write::declared_record;
use crate::lint::{Diagnostic, Facts, Fix, Meta, Operation, Place, Rule, Severity};

pub(in crate::lint::rules) struct Missing;

impl Rule for Missing {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dmarc-missing",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dmarc-missing.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let dmarc = &facts.dmarc;
        let nothing = dmarc.records.is_empty() && dmarc.inherited().is_none();
        if !nothing || dmarc.is_partly_unknown() {
            return Vec::new();
        }
        let declared = facts.declared_domain();
        let (bulk, wanted) = declared.map_or((false, false), |domain| (domain.bulk, domain.dmarc.is_some()));
        let message = format!("no DMARC policy is found for {}", facts.domain);
        let mut found = match dmarc.near_misses.first() {
            Some((txt, miss)) => {
                let place = Place::value(&dmarc.owner, &Rdata::Txt(txt.clone()));
                Diagnostic::new(self.meta(), message, place, miss.span.clone())
                    .note("this makes receivers ignore the record: it has to begin with `v=DMARC1;`")
            }
            None => Diagnostic::about_nothing(self.meta(), message, &dmarc.owner, RrType::TXT),
        };
        if !bulk && !wanted {
            found = found.severity(Severity::Warning);
        }
        let content = declared.and_then(declared_record);
        found = match (content, dmarc.near_misses.first()) {
            (Some(content), None) => found.fix(Fix::safe([Operation::Create { owner: dmarc.owner.clone(), content }])),
            // What was meant is mended in its place: `dmarc-near-miss`, `dmarc-version`.
            (Some(_), Some((_, miss))) if miss.meant.is_some() => found,
            (Some(content), Some((txt, _))) => {
                let value = Rdata::Txt(txt.clone());
                found.fix(Fix::safe([Operation::Replace { owner: dmarc.owner.clone(), value, content }]))
            }
            (None, _) => found.help(
                "begin with `v=DMARC1; p=none; rua=mailto:ADDRESS` and read the reports before asking for more; \
                 declare it as `dmarc = { policy = \"none\", rua = [\"mailto:ADDRESS\"] }`",
            ),
        };
        if let (Some(declared), Some(policy)) = (&facts.declared, declared.and_then(|domain| domain.dmarc.as_ref())) {
            found = found.context(declared.place(), policy.span.clone(), "declared here");
        }
        vec![found]
    }
}

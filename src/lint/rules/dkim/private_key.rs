//! `dkim-private-key`: a private key is published.

use mailvouch_providers::dns::{Rdata, Txt};

use super::write::{key_span, place};
use crate::declared::SelectorWant;
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, KeyText, Meta, Operation, Rule, Severity};

pub(in crate::lint::rules) struct PrivateKey;

impl Rule for PrivateKey {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-private-key",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-private-key.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let keys = facts.dkim.iter().flat_map(|dkim| dkim.keys.iter().map(move |key| (dkim, key)));
        keys.filter(|(_, key)| key.is_private()).map(|(dkim, key)| self.about(dkim, key)).collect()
    }
}

impl PrivateKey {
    fn about(&self, dkim: &DkimFacts, key: &KeyText) -> Diagnostic {
        let message = format!("a private key is published at {}: anybody can sign as you with it", dkim.owner);
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), key_span(&key.record));
        let found = found.note("whoever has seen this can sign");
        // Nothing verifies with what stands there. With the declared key in its place, whoever has seen its private half
        // could sign from then on: so it is not put back, here or by the rule that compares keys.
        if dkim.declared.as_ref().is_some_and(|selector| matches!(selector.want, SelectorWant::Key(_))) {
            return found.help(
                "declare this selector `revoked = true`, which withdraws it, and make a new key under a new \
                 selector: this one is lost for good",
            );
        }
        let withdrawn = Operation::Replace {
            owner: dkim.owner.clone(),
            value: Rdata::Txt(key.txt.clone()),
            content: Rdata::Txt(Txt::from_text(b"v=DKIM1; p=")),
        };
        found.fix(Fix::safe([withdrawn])).help("make a new key under a new selector: this one is lost for good")
    }
}

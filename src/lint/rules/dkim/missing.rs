//! `dkim-missing`: no record stands at a declared selector.

use jiff::Timestamp;
use mailvouch_providers::dns::{Rdata, RrType};

use super::write::key_record;
use crate::declared::{Selector, SelectorState, SelectorWant};
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, Meta, Operation, Rule, Severity};

pub(in crate::lint::rules) struct Missing;

impl Rule for Missing {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-missing",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-missing.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        facts.dkim.iter().filter_map(|key| self.about(facts, key)).collect()
    }
}

impl Missing {
    fn about(&self, facts: &Facts, key: &DkimFacts) -> Option<Diagnostic> {
        if !key.reply.is_absent() {
            return None;
        }
        let Some(selector) = &key.declared else {
            // Asked for by name, so expected; nothing is known of what should stand there.
            let message = format!("no DKIM key stands at {}", key.owner);
            return Some(Diagnostic::about_nothing(self.meta(), message, &key.owner, RrType::TXT));
        };
        if !is_wanted(selector, facts.now) {
            return None; // Nothing there is as good as an empty key.
        }
        let message = match key.alias_target() {
            Some(target) => format!("{} is an alias of {target}, and no DKIM key stands there", key.owner),
            None => format!("no DKIM key stands at {}: mail signed with `{}` fails", key.owner, key.selector),
        };
        let mut found = Diagnostic::about_nothing(self.meta(), message, &key.owner, RrType::TXT);
        if let Some(declared) = &facts.declared {
            let (declaration, declared_at) = declared.at(&selector.name);
            found = found.context(declaration, declared_at, "declared here");
        }
        let create = |content| Fix::safe([Operation::Create { owner: key.owner.clone(), content }]);
        let is_alias = key.alias_target().is_some();
        Some(match &selector.want {
            SelectorWant::Key(wanted) => found.fix(create(key_record(&wanted.value))),
            // An alias that leads elsewhere is another rule's; one that leads where it should lacks its other end.
            SelectorWant::Cname(wanted) if is_alias => {
                found.help(format!("whoever runs {} has to publish the key there", wanted.value))
            }
            SelectorWant::Cname(wanted) => found.fix(create(Rdata::Cname(wanted.value.clone()))),
            SelectorWant::Present | SelectorWant::Revoked => {
                found.help("ask whoever signs with this selector for the record to publish, or stop declaring it")
            }
        })
    }
}

/// Whether a key has to stand at the selector now.
fn is_wanted(selector: &Selector, now: Timestamp) -> bool {
    selector.state_at(now) != SelectorState::Revoked
}

//! `dkim-missing`: no record stands at a declared selector.

use mailvouch_providers::dns::{Rdata, RrType};

use super::doubled_owner::may_move;
use super::write::key_record;
use crate::declared::SelectorWant;
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
        // A text that is no key stands beside where the key is missing: `dkim-foreign-record` speaks of it.
        let only_strangers = key.keys.is_empty() && !key.strangers.is_empty();
        if !(key.reply.is_absent() || only_strangers) || key.dead_end.is_some() {
            return None; // Of an alias that leads to nothing, `dkim-cname-broken` speaks.
        }
        let Some(selector) = &key.declared else {
            if only_strangers || key.doubled.is_some() {
                return None;
            }
            // Asked for by name, so expected; nothing is known of what should stand there.
            let message = format!("no DKIM key stands at {}", key.owner);
            return Some(Diagnostic::about_nothing(self.meta(), message, &key.owner, RrType::TXT));
        };
        if key.is_to_be_revoked(facts.now) || may_move(facts, key) {
            return None; // Nothing there is as good as an empty key; a key at the wrong name is another rule's.
        }
        let message = format!("no DKIM key stands at {}: mail signed with `{}` fails", key.owner, key.selector);
        let mut found = Diagnostic::about_nothing(self.meta(), message, &key.owner, RrType::TXT);
        if let Some(declared) = &facts.declared {
            let (declaration, declared_at) = declared.at(&selector.name);
            found = found.context(declaration, declared_at, "declared here");
        }
        let create = |content| Fix::safe([Operation::Create { owner: key.owner.clone(), content }]);
        Some(match &selector.want {
            SelectorWant::Key(wanted) => found.fix(create(key_record(&wanted.value))),
            // An alias may stand beside nothing: what is there has to go first.
            SelectorWant::Cname(_) if only_strangers => {
                found.help("an alias cannot stand beside another text: take that away, and the alias can be written")
            }
            SelectorWant::Cname(wanted) => found.fix(create(Rdata::Cname(wanted.value.clone()))),
            SelectorWant::Present | SelectorWant::Revoked => {
                found.help("ask whoever signs with this selector for the record to publish, or stop declaring it")
            }
        })
    }
}

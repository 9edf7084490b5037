//! `dkim-service-type`: `s=` leaves mail out.

use super::write::{keys, place};
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, KeyText, Meta, Operation, Rule, Severity};
use crate::record::tag_list::TagList;

pub(in crate::lint::rules) struct ServiceType;

impl Rule for ServiceType {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-service-type",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-service-type.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        keys(facts).filter_map(|(dkim, key)| self.about(dkim, key)).collect()
    }
}

impl ServiceType {
    fn about(&self, dkim: &DkimFacts, key: &KeyText) -> Option<Diagnostic> {
        let tag = key.record.tag("s").filter(|_| !key.meant().serves_email() && !key.meant().is_revoked())?;
        let message = format!("`s=` does not name mail at {}: verifiers do not take the key for it", dkim.owner);
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, &key.txt), tag.span());
        let named: Vec<String> = TagList::colon_items(tag)
            .into_iter()
            .filter(|service| !service.node.is_empty())
            .map(|service| String::from_utf8_lossy(&service.node).into_owned())
            .collect();
        let edit = if named.is_empty() {
            key.record.list().remove_tag(tag)
        } else {
            Some(TagList::replace_value(tag, &format!("email:{}", named.join(":"))))
        };
        Some(match edit {
            Some(edit) => found.fix(Fix::ask([Operation::edit(&dkim.owner, &key.txt, edit)])),
            None => found,
        })
    }
}

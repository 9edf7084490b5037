//! `dkim-foreign-record`: another text than a key stands at a selector.

use mailvouch_providers::dns::{Rdata, Txt};

use super::write::place;
use crate::lint::{Diagnostic, DkimFacts, Facts, Fix, Meta, Operation, Rule, Severity};
use crate::record::dkim::Stranger;

pub(in crate::lint::rules) struct ForeignRecord;

impl Rule for ForeignRecord {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "dkim-foreign-record",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/dkim-foreign-record.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let strangers = facts.dkim.iter().flat_map(|dkim| dkim.strangers.iter().map(move |found| (dkim, found)));
        strangers.map(|(dkim, (txt, stranger))| self.about(facts, dkim, txt, *stranger)).collect()
    }
}

impl ForeignRecord {
    fn about(&self, facts: &Facts, dkim: &DkimFacts, txt: &Txt, stranger: Stranger) -> Diagnostic {
        let what = match stranger {
            Stranger::Spf => "an SPF record",
            Stranger::Dmarc => "a DMARC record",
            Stranger::Signature => "the signature of a message",
            Stranger::Other => "a text that is no key",
        };
        let beside =
            if dkim.keys.is_empty() { "" } else { " beside the key: which of them a verifier reads is not defined" };
        let message = format!("{what} stands at {}{beside}", dkim.owner);
        let length = txt.joined().len();
        let found = Diagnostic::new(self.meta(), message, place(&dkim.owner, txt), 0..length);
        if let Some(wildcard) = &dkim.reply.wildcard {
            let made = format!(
                "{} answers here for want of a record: publish the key, and it no longer does",
                wildcard.absolute()
            );
            return found.help(made);
        }
        // Somebody else may rely on it, a service that looks for its token even here: a person decides.
        let (owner, value) = (dkim.owner.clone(), Rdata::Txt(txt.clone()));
        if !dkim.keys.is_empty() {
            return found.fix(Fix::ask([Operation::Delete { owner, value }]));
        }
        // Where nothing would be left, a wildcard may answer in its place.
        if dkim.is_to_be_revoked(facts.now) && dkim.strangers.len() == 1 {
            let content = Rdata::Txt(Txt::from_text(b"v=DKIM1; p="));
            return found.fix(Fix::ask([Operation::Replace { owner, value, content }]));
        }
        found.help("publish the key here in its place; whoever signs with this selector has it")
    }
}

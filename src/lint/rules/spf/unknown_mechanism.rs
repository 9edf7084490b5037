//! `spf-unknown-mechanism`: a term whose name is no mechanism makes the whole record a permerror.

use super::{is_declared, own};
use crate::lint::facts::{Repair, is_argument_of_the_name_before};
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::spf::MalformedKind;

pub(in crate::lint::rules) struct UnknownMechanism;

impl Rule for UnknownMechanism {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-unknown-mechanism",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-unknown-mechanism.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            for (term, malformed) in own.malformed() {
                let MalformedKind::UnknownMechanism { name, .. } = &malformed.kind else { continue };
                if is_argument_of_the_name_before(own.record(), term) {
                    continue; // Said with the name.
                }
                let message = format!("`{}` is no SPF mechanism", own.shown(name));
                let mut diagnostic = own
                    .finding(self.meta(), message, name)
                    .note("a permerror, for every sender")
                    .help("the mechanisms are all, include, a, mx, ptr, ip4, ip6 and exists (RFC 7208, section 5)");
                if let Some(edit) = Repair::Names.edit(own.published, term) {
                    let meant = String::from_utf8_lossy(&edit.content).into_owned();
                    let safety = if is_declared(facts, &meant) { own.safety_of(Repair::Names) } else { Safety::Ask };
                    diagnostic = diagnostic.help(format!("`{meant}` is meant")).fix(own.fix(safety, [edit]));
                }
                found.push(diagnostic);
            }
        }
        found
    }
}

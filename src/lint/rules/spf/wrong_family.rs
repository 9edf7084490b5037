//! `spf-wrong-family`: `ip4:` with an IPv6 address, or the reverse, makes the whole record a permerror.

use super::{is_declared, own};
use crate::lint::facts::Repair;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};
use crate::record::spf::MalformedKind;

pub(in crate::lint::rules) struct WrongFamily;

impl Rule for WrongFamily {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-wrong-family",
            severity: Severity::Error,
            docs: include_str!("../../../../docs/rules/spf-wrong-family.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for own in own(facts) {
            for (term, malformed) in own.malformed() {
                let MalformedKind::WrongFamily { keyword, address, .. } = &malformed.kind else { continue };
                let family = if address.node.is_ipv6() { "IPv6" } else { "IPv4" };
                let message = format!("`{}` with an {family} address", keyword.node.as_str());
                let span = keyword.span.start..address.span.end;
                let diagnostic = own.finding(self.meta(), message, &span).note("a permerror, for every sender");
                found.push(match Repair::Families.edit(own.published, term) {
                    Some(edit) => {
                        let meant = String::from_utf8_lossy(&edit.content).into_owned();
                        // Without a declaration nobody has said that this may send.
                        let declared = is_declared(facts, &meant);
                        let safety = if declared { own.safety_of(Repair::Families) } else { Safety::Ask };
                        diagnostic.help(format!("write `{meant}`")).fix(own.fix(safety, [edit]))
                    }
                    None => diagnostic.help("its prefix length fits neither family: write address and length again"),
                });
            }
        }
        found
    }
}

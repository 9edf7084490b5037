//! `spf-redirect-ignored`: `redirect=` has no effect beside `all`.

use super::own;
use crate::lint::{Diagnostic, Facts, Meta, Rule, Safety, Severity};

pub(in crate::lint::rules) struct RedirectIgnored;

impl Rule for RedirectIgnored {
    fn meta(&self) -> &'static Meta {
        &Meta {
            id: "spf-redirect-ignored",
            severity: Severity::Warning,
            docs: include_str!("../../../../docs/rules/spf-redirect-ignored.md"),
        }
    }

    fn check(&self, facts: &Facts) -> Vec<Diagnostic> {
        let about = |own: super::Own<'_>| {
            let record = own.record();
            let ((all, _), (redirect, _)) = (record.all()?, record.redirect()?);
            let index = record.terms().iter().position(|term| term.span == *redirect)?;
            let message =
                format!("`{}` is ignored, because `{}` stands beside it", own.shown(redirect), own.shown(all));
            Some(
                own.finding(self.meta(), message, redirect)
                    .context(own.place(), all.clone(), "this decides")
                    .help("to follow the redirect, take `all` out instead")
                    .fix(own.without(Safety::Ask, [index])),
            )
        };
        own(facts).filter_map(about).collect()
    }
}

//! The rules that found something, as a log describes them: from their pages.

use std::collections::BTreeSet;

use super::log::{Configuration, Level, Message, Rule, Tags};
use crate::lint::{ALL, Meta, Report, Severity};

/// Those that speak in a report, in the order of the documentation.
pub(super) fn of(reports: &[&Report]) -> Vec<Rule> {
    let known = reports.iter().flat_map(|report| &report.known).map(|known| &known.finding);
    let found = reports.iter().flat_map(|report| &report.diagnostics).chain(known);
    let found: BTreeSet<&str> = found.map(|found| found.rule).collect();
    ALL.iter().map(|rule| rule.meta()).filter(|meta| found.contains(meta.id)).map(rule).collect()
}

fn rule(meta: &'static Meta) -> Rule {
    // `spf-missing` is about SPF.
    let family = meta.id.split('-').next().unwrap_or_default();
    Rule {
        id: meta.id,
        short_description: Message { text: meta.summary().to_owned(), markdown: None },
        help: Message {
            text: format!("{}. `mailvouch explain {}` says more.", meta.summary(), meta.id),
            markdown: Some(meta.docs),
        },
        default_configuration: Configuration { level: level(meta.severity) },
        properties: Tags { tags: vec!["dns", "email", family] },
    }
}

pub(super) fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Note,
    }
}

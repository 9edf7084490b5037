//! The rules that found something: what they are about, and why it matters. Each stands once, however often it speaks.

use std::collections::BTreeMap;

use crate::lint::{ALL, Report, Severity};
use crate::output::prose::Prose;
use crate::output::words::count;

/// A rule that found something.
pub(super) struct Entry {
    pub(super) rule: &'static str,
    /// The worst of its findings.
    pub(super) severity: Severity,
    pub(super) summary: Prose,
    /// Why it matters, paragraph by paragraph.
    pub(super) why: Vec<Prose>,
    /// How often it speaks.
    pub(super) times: String,
}

/// The rules that speak, the worst first, then those of most findings.
pub(super) fn glossary(reports: &[Report]) -> Vec<Entry> {
    #[derive(Default)]
    struct Seen {
        severity: Option<Severity>,
        findings: usize,
        domains: usize,
    }
    let mut seen: BTreeMap<&'static str, Seen> = BTreeMap::new();
    for report in reports {
        let mut here: Vec<&'static str> = Vec::new();
        for found in &report.diagnostics {
            let of = seen.entry(found.rule).or_default();
            of.findings += 1;
            of.severity = Some(of.severity.map_or(found.severity, |worst| worst.min(found.severity)));
            if !here.contains(&found.rule) {
                here.push(found.rule);
                of.domains += 1;
            }
        }
    }
    let mut all: Vec<(&'static str, Seen)> = seen.into_iter().collect();
    all.sort_by_key(|(rule, of)| (of.severity, std::cmp::Reverse(of.findings), *rule));
    let one = reports.len() == 1;
    let entry = |(rule, of): (&'static str, Seen)| {
        let meta = ALL.iter().map(|rule| rule.meta()).find(|meta| meta.id == rule);
        let findings = count(of.findings, "finding");
        Entry {
            rule,
            severity: of.severity.unwrap_or(Severity::Info),
            summary: Prose::of(&meta.map(|meta| meta.summary().replace("**", "")).unwrap_or_default()),
            why: meta.map_or_else(Vec::new, |meta| section(meta.docs, "Why")),
            times: if one { findings } else { format!("{findings} in {}", count(of.domains, "domain")) },
        }
    };
    all.into_iter().map(entry).collect()
}

/// The paragraphs and the items of a section of a rule's page. Its code and its tables stay on the page.
fn section(docs: &str, title: &str) -> Vec<Prose> {
    let heading = format!("\n## {title}\n");
    let Some((_, rest)) = docs.split_once(&heading) else { return Vec::new() };
    let text = rest.split("\n## ").next().unwrap_or_default();
    let is_prose = |text: &&str| !text.is_empty() && !["```", "|"].iter().any(|sign| text.starts_with(sign));
    let paragraphs = text.split("\n\n").map(str::trim).filter(is_prose);
    let items = paragraphs.flat_map(|text| text.split("\n- "));
    items.map(|text| Prose::of(&text.trim_start_matches("- ").replace('\n', " ").replace('*', ""))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_why() {
        for rule in ALL {
            let meta = rule.meta();
            let why = section(meta.docs, "Why");
            assert!(why.iter().any(|prose| !prose.pieces.is_empty()), "{}", meta.id);
        }
    }
}

//! Findings that may stand: those that a baseline lists, and those of rules that the declaration ignores. They are taken
//! out of a report, and what is to be said of the entries is noted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use mailvouch_providers::dns::Name;

use super::{Declared, Diagnostic, Facts, Place, Report, Selection};
use crate::declared::{At, Baseline, FindingKey, IgnoredRule, KnownFinding, Leave, Problem};

/// A finding that may stand until a day.
#[derive(Clone, Debug)]
pub struct Known {
    /// The finding.
    pub finding: Diagnostic,
    /// Why it may stand, and until when.
    pub leave: Leave,
    /// Who says so.
    pub by: KnownBy,
}

/// Where it is written that a finding may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// An entry of the baseline.
    Baseline,
    /// `ignore` of the declaration.
    Declaration,
}

impl KnownBy {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Declaration => "declaration",
        }
    }
}

/// The rules that the domain ignores now: nothing is planned for them, either.
pub fn ignored(declared: Option<&Declared>, now: Timestamp) -> Vec<&IgnoredRule> {
    let ignored = declared.map_or(&[][..], |declared| &declared.domain().ignore);
    ignored.iter().filter(|ignored| !ignored.leave.is_over(now)).collect()
}

/// Parts what counts from what the declaration ignores.
pub(super) fn part(facts: &Facts, found: Vec<Diagnostic>) -> (Vec<Diagnostic>, Vec<Known>) {
    let ignored = ignored(facts.declared.as_ref(), facts.now);
    let mut known = Vec::new();
    let mut counts = Vec::new();
    for finding in found {
        match ignored.iter().find(|ignored| ignored.rule.value == finding.rule) {
            Some(IgnoredRule { leave, .. }) => {
                known.push(Known { finding, leave: leave.clone(), by: KnownBy::Declaration });
            }
            None => counts.push(finding),
        }
    }
    (counts, known)
}

/// What is to be said of the rules that a report's domain ignores: those whose day is past, and those that found
/// nothing.
pub fn notes_on_ignored(report: &Report, rules: &Selection) -> Vec<Problem> {
    let Report { facts, diagnostics, known } = report;
    let domain = &facts.domain;
    let ignored = facts.declared.as_ref().map_or(&[][..], |declared| &declared.domain().ignore);
    let note = |IgnoredRule { rule, leave }: &IgnoredRule| {
        let counts = diagnostics.iter().any(|found| found.rule == rule.value);
        if counts && leave.is_over(facts.now) {
            let (message, help) = leave.overdue(&rule.value, domain);
            Some(Problem::new(&rule.span, message).help(help))
        } else if counts || known.iter().any(|known| known.finding.rule == rule.value) {
            None
        } else {
            // What could not be looked up may be there still.
            let is_sure = rules.holds(&rule.value) && !facts.has_unknowns();
            let message = format!("`{}` finds nothing at {domain}, and is ignored", rule.value);
            is_sure.then(|| Problem::new(&rule.span, message).help("take the entry out"))
        }
    };
    ignored.iter().filter_map(note).collect()
}

/// A baseline in use, over the domains of one run.
#[derive(Debug)]
pub struct BaselineUse {
    baseline: Baseline,
    /// The entries of each domain, by index.
    of_domain: BTreeMap<Name, Vec<usize>>,
    /// The domains that were looked at.
    seen: BTreeSet<Name>,
    /// The entries that a finding had, by index.
    matched: BTreeSet<usize>,
    /// Those that none had although it was looked for.
    unused: BTreeSet<usize>,
    /// What was found beyond them, where a new baseline is to be written.
    added: Option<Vec<KnownFinding>>,
}

impl BaselineUse {
    /// Holds findings against the entries.
    pub fn of(baseline: Baseline) -> Self {
        let mut of_domain: BTreeMap<Name, Vec<usize>> = BTreeMap::new();
        for (index, entry) in baseline.entries.iter().enumerate() {
            of_domain.entry(entry.key.value.domain.clone()).or_default().push(index);
        }
        Self {
            baseline,
            of_domain,
            seen: BTreeSet::new(),
            matched: BTreeSet::new(),
            unused: BTreeSet::new(),
            added: None,
        }
    }

    /// The same, and what no entry knows becomes one.
    pub fn growing(baseline: Baseline) -> Self {
        Self { added: Some(Vec::new()), ..Self::of(baseline) }
    }

    /// All domains there are have been held: an entry of another one has nothing to hold.
    pub fn close(&mut self) {
        let others = self.of_domain.iter().filter(|(domain, _)| !self.seen.contains(domain));
        self.unused.extend(others.flat_map(|(_, indices)| indices));
    }

    /// Takes what is known out of the report. An entry whose day is past holds nothing back.
    pub fn hold(&mut self, report: &mut Report, rules: &Selection) {
        let now = report.facts.now;
        self.seen.insert(report.facts.domain.clone());
        let mut mine = self.of_domain.get(&report.facts.domain).cloned().unwrap_or_default();
        // What the declaration ignores is there, too.
        let ignored = |known: &Known| key(&known.finding, &report.facts.domain);
        let ignored: BTreeSet<FindingKey> = report.known.iter().filter_map(ignored).collect();
        mine.retain(|index| !ignored.contains(&self.baseline.entries[*index].key.value));
        for finding in std::mem::take(&mut report.diagnostics) {
            let Some(key) = key(&finding, &report.facts.domain) else {
                report.diagnostics.push(finding);
                continue;
            };
            let entries = &self.baseline.entries;
            let leave = match mine.iter().find(|index| entries[**index].key.value == key) {
                Some(index) => {
                    self.matched.insert(*index);
                    Some(&entries[*index].leave).filter(|leave| !leave.is_over(now)).cloned()
                }
                None => self.added.as_mut().map(|added| {
                    let leave = Leave::for_now(Baseline::PLACEHOLDER, now);
                    added.push(KnownFinding { key: At::new(key, 0..0), leave: leave.clone() });
                    leave
                }),
            };
            match leave {
                Some(leave) => report.known.push(Known { finding, leave, by: KnownBy::Baseline }),
                None => report.diagnostics.push(finding),
            }
        }
        // What could not be looked up may be there still.
        if !report.facts.has_unknowns() {
            let rule = |index: &usize| &self.baseline.entries[*index].key.value.rule;
            let unused = mine.into_iter().filter(|index| rules.holds(rule(index)) && !self.matched.contains(index));
            self.unused.extend(unused);
        }
    }

    /// The baseline as it should be written: entries without a finding go, unless nobody looked.
    pub fn text(&self) -> String {
        let kept = self.baseline.entries.iter().enumerate().filter(|(index, _)| !self.unused.contains(index));
        Baseline::text(kept.map(|(_, entry)| entry).chain(self.added.iter().flatten()))
    }

    /// What is to be said of the entries once all domains were looked at, by position.
    pub fn notes(&self, now: Timestamp) -> Vec<Problem> {
        let note = |(index, KnownFinding { key, leave }): (usize, &KnownFinding)| {
            let FindingKey { domain, rule, .. } = &key.value;
            let (message, help) = if self.unused.contains(&index) && self.added.is_none() {
                let message = format!("the known finding `{rule}` of {domain} is there no more, or has changed");
                (message, "take the entry out, or run `check --write-baseline`")
            } else if self.matched.contains(&index) && leave.is_over(now) {
                leave.overdue(rule, domain)
            } else {
                return None;
            };
            Some(Problem::new(&key.span, message).help(help))
        };
        self.baseline.entries.iter().enumerate().filter_map(note).collect()
    }

    /// The entries in use that nobody has given a reason for yet. A new baseline has many: they are told of in one.
    pub fn unexplained(&self) -> Option<Problem> {
        let unexplained = |index: &&usize| self.baseline.entries[**index].leave.reason == Baseline::PLACEHOLDER;
        let unexplained: Vec<&usize> = self.matched.iter().filter(unexplained).collect();
        let first = unexplained.first()?;
        let message = match unexplained.len() {
            1 => "a known finding has no reason yet".to_owned(),
            number => format!("{number} known findings have no reason yet, this one among them"),
        };
        let note = Problem::new(&self.baseline.entries[**first].key.span, message);
        Some(note.help("say why they may stand: whoever reads this next year wants to know"))
    }

    /// The baseline that the entries stand in.
    pub fn baseline(&self) -> &Baseline {
        &self.baseline
    }
}

/// What identifies a finding; none for one that can never be known: a look-up that failed says nothing of the records.
fn key(finding: &Diagnostic, domain: &Name) -> Option<FindingKey> {
    let primary = finding.labels.first().filter(|_| finding.rule != "lookup-failed")?;
    let (record, text) = match &primary.place {
        Place::Record { .. } => (primary.place.source(), primary.excerpt()),
        // The same text is the same finding, wherever the file lies.
        Place::Declaration(file) => ("declaration".to_owned(), file.slice(&primary.span).to_owned()),
    };
    let (rule, message) = (finding.rule.to_owned(), finding.message.clone());
    Some(FindingKey { domain: domain.clone(), rule, record, text, message })
}

//! The promised rules, each with how bad it is and what is offered: the table in `catalogue.toml` against what the
//! fixtures show.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use mailvouch::lint::{ALL, Safety, Severity};
use serde::Deserialize;

use super::fixture::Fixture;

/// The table.
#[derive(Deserialize)]
struct Catalogue {
    /// Promised, and not there yet.
    missing: Vec<String>,
    /// By section, then by rule.
    sections: BTreeMap<String, BTreeMap<String, Entry>>,
}

/// What is promised of a rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// How bad its findings are.
    severity: BTreeSet<Bad>,
    /// Who decides on its fixes; empty where it has none.
    fix: BTreeSet<Class>,
    /// Classes beyond the promise, each with the reason.
    #[serde(default)]
    also: BTreeMap<Class, String>,
    /// Classes of the promise that are not there, each with the reason.
    #[serde(default)]
    less: BTreeMap<Class, String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Bad {
    E,
    W,
    I,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Class {
    Safe,
    Ask,
    Never,
}

impl Bad {
    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::E,
            Severity::Warning => Self::W,
            Severity::Info => Self::I,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::E => "error",
            Self::W => "warning",
            Self::I => "info",
        }
    }
}

impl Class {
    fn of(safety: Safety) -> Self {
        match safety {
            Safety::Safe => Self::Safe,
            Safety::Ask => Self::Ask,
            Safety::Never => Self::Never,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Ask => "ask",
            Self::Never => "never",
        }
    }
}

/// What the fixtures of one rule show.
#[derive(Default)]
struct Shown {
    severities: BTreeSet<Bad>,
    fixes: BTreeSet<Class>,
    /// Whether a finding says nothing of what to do.
    unadvised: bool,
    fires: usize,
    silent: usize,
}

impl Catalogue {
    fn read() -> Self {
        let catalogue: Self = toml::from_str(include_str!("catalogue.toml")).expect("the table");
        assert!(catalogue.entries().count() > 100, "the table lists all rules");
        catalogue
    }

    fn entries(&self) -> impl Iterator<Item = (&String, &Entry)> {
        self.sections.values().flatten()
    }
}

/// What all fixtures show, by rule.
async fn shown() -> BTreeMap<String, Shown> {
    let mut all: BTreeMap<String, Shown> = BTreeMap::new();
    for fixture in Fixture::all() {
        let shown = all.entry(fixture.rule.clone()).or_default();
        if !fixture.fires() {
            shown.silent += 1;
            continue;
        }
        shown.fires += 1;
        for (report, _) in fixture.analyse().await {
            for found in report.diagnostics.iter().filter(|found| found.rule == fixture.rule) {
                shown.severities.insert(Bad::of(found.severity));
                let help = found.help.as_deref();
                shown.unadvised |= help.is_none();
                // Over an alias nothing is written, whatever the rule offers elsewhere.
                let is_held_back = help.is_some_and(|help| help.contains("nothing is written through it"));
                shown.fixes.extend(found.fix.as_ref().filter(|_| !is_held_back).map(|fix| Class::of(fix.safety)));
            }
        }
    }
    all
}

#[test]
fn every_promised_rule_is_there_or_told_missing() {
    let catalogue = Catalogue::read();
    let built: BTreeSet<_> = ALL.iter().map(|rule| rule.meta().id).collect();
    let missing: BTreeSet<_> = catalogue.missing.iter().map(String::as_str).collect();
    let mut listed = BTreeSet::new();
    let mut wrong = Vec::new();
    for (id, _) in catalogue.entries() {
        if !listed.insert(id.as_str()) {
            wrong.push(format!("{id}: listed twice"));
        }
        if built.contains(id.as_str()) == missing.contains(id.as_str()) {
            let what = if built.contains(id.as_str()) { "built, and listed as missing" } else { "not built" };
            wrong.push(format!("{id}: {what}"));
        }
    }
    wrong.extend(built.difference(&listed).map(|id| format!("{id}: built, and not in the table")));
    wrong.extend(missing.difference(&listed).map(|id| format!("{id}: missing, and not in the table")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn each_rule_is_as_bad_and_as_free_to_write_as_promised() {
    let catalogue = Catalogue::read();
    let all = shown().await;
    let mut wrong = Vec::new();
    for (id, entry) in catalogue.entries().filter(|(id, _)| !catalogue.missing.contains(id)) {
        let Some(shown) = all.get(id) else {
            wrong.push(format!("{id}: no fixtures"));
            continue;
        };
        let own = ALL.iter().map(|rule| rule.meta()).find(|meta| meta.id == id).map(|meta| Bad::of(meta.severity));
        if own.is_none_or(|own| !entry.severity.contains(&own)) {
            wrong.push(format!("{id}: its own severity is not in the table"));
        }
        if shown.severities != entry.severity {
            let [promised, shown] = [&entry.severity, &shown.severities].map(|all| names(all, |bad| bad.name()));
            wrong.push(format!("{id}: {promised} promised, {shown} shown"));
        }
        // What a person decides alone may come as advice in words.
        let mut fixes = shown.fixes.clone();
        if fixes.is_empty() && !shown.unadvised && entry.fix.contains(&Class::Never) {
            fixes.insert(Class::Never);
        }
        let mut promised: BTreeSet<_> = entry.fix.iter().chain(entry.also.keys()).copied().collect();
        promised.retain(|class| !entry.less.contains_key(class));
        let exceptions_fit = entry.also.keys().all(|class| !entry.fix.contains(class))
            && entry.less.keys().all(|class| entry.fix.contains(class));
        if fixes != promised || !exceptions_fit {
            let [promised, shown] = [&promised, &fixes].map(|all| names(all, |class| class.name()));
            wrong.push(format!("{id}: fix {promised} promised, {shown} shown"));
        }
    }
    assert!(wrong.is_empty(), "{} rules are not as promised:\n{}", wrong.len(), wrong.join("\n"));
}

/// The words, or a dash where there are none.
fn names<T>(all: &BTreeSet<T>, name: impl Fn(&T) -> &'static str) -> String {
    let names: Vec<_> = all.iter().map(name).collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}

/// The page that lists all rules.
async fn page() -> String {
    let mut page = "# Rules\n\n\
        A plan takes a *safe* fix by itself. It takes one to *ask* about when told to (`--accept RULE`, or `accept` in \
        the declaration).\nA *never* is advice: a person decides. A rule with a dash has nothing to write into the \
        zone.\nOver an alias every fix is advice.\n\n\
        | rule | severity | fix | fixtures that fire | silent |\n|---|---|---|---|---|\n"
        .to_owned();
    for (id, shown) in shown().await {
        let severities = names(&shown.severities, |bad| bad.name());
        let fixes = names(&shown.fixes, |class| class.name());
        let Shown { fires, silent, .. } = shown;
        writeln!(page, "| [{id}]({id}.md) | {severities} | {fixes} | {fires} | {silent} |").expect("a text");
    }
    page
}

/// `INSTA_UPDATE=always` writes the page anew, as it does snapshots.
#[tokio::test]
async fn the_page_of_all_rules_says_what_the_fixtures_show() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules/README.md");
    let page = page().await;
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &page).expect("the page");
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == page, "docs/rules/README.md is not true any more: it should be\n{page}");
}

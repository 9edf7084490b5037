//! A fixture on disk: what is declared and what is published.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use mailvouch::declared::Declaration;
use mailvouch::lint::{Declared, Depth, Report, Selection, Subject};
use mailvouch::plan::{Desired, Taking, desired};
use mailvouch::published::{Answers, Gatherer, Overlay, Source, ZoneFiles};
use mailvouch_providers::dns::master;

/// The day on which all fixtures are read.
const NOW: &str = "2026-11-23T12:00:00Z";

pub(super) struct Fixture {
    pub(super) rule: String,
    pub(super) case: String,
    folder: PathBuf,
    now: Timestamp,
}

impl Fixture {
    /// Every case of every rule, in order.
    pub(super) fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules");
        let mut all = Vec::new();
        for rule in folders(&root) {
            for case in folders(&rule) {
                let now = NOW.parse().expect("a time");
                all.push(Self { rule: name(&rule), case: name(&case), folder: case, now });
            }
        }
        all
    }

    /// One case, read at another time.
    pub(super) fn at(rule: &str, case: &str, now: &str) -> Self {
        let one = Self::all().into_iter().find(|fixture| fixture.rule == rule && fixture.case == case);
        Self { now: now.parse().expect("a time"), ..one.expect("the case") }
    }

    pub(super) fn fires(&self) -> bool {
        self.case.starts_with("fires")
    }

    fn subjects(&self) -> Vec<Subject> {
        let now = self.now;
        let path = self.folder.join("mailvouch.toml");
        if path.exists() {
            let text = std::fs::read_to_string(&path).expect("the declaration");
            let declaration = Declaration::from_text(Path::new("mailvouch.toml"), &text, &self.folder);
            let declaration = Arc::new(declaration.unwrap_or_else(|error| panic!("{}: {error}", path.display())));
            let subject = |declared: Declared| Subject {
                domain: declared.domain().name.value.clone(),
                declared: Some(declared),
                selectors: Vec::new(),
                now,
                depth: Depth::Thorough,
            };
            return Declared::all(&declaration).map(subject).collect();
        }
        let zone = self.zones().into_iter().next().expect("a zone, or a declaration");
        let domain = zone.file_stem().and_then(|stem| stem.to_str()).expect("a name").parse().expect("a domain");
        let selectors = std::fs::read_to_string(self.folder.join("selectors")).unwrap_or_default();
        let selectors = selectors.split_whitespace().map(str::to_owned).collect();
        vec![Subject { domain, declared: None, selectors, now, depth: Depth::Thorough }]
    }

    fn zones(&self) -> Vec<PathBuf> {
        let entries = self.folder.read_dir().expect("the folder").map(|entry| entry.expect("an entry").path());
        let mut zones: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "zone")).collect();
        zones.sort();
        zones
    }

    fn source(&self) -> Arc<dyn Source> {
        let answers = self.folder.join("answers.json");
        if answers.exists() {
            let text = std::fs::read_to_string(&answers).expect("the answers");
            return Arc::new(Answers::from_json(&text).expect("a snapshot"));
        }
        let load = |path: &PathBuf| master::load_as_written(path, None).unwrap_or_else(|error| panic!("{error}"));
        let zones: Vec<_> = self.zones().iter().map(load).collect();
        Arc::new(ZoneFiles::from_loaded(&zones).expect("zones that go together"))
    }

    /// The analysis of each domain as it is, and with all fixes of the fixture's rule taken in.
    pub(super) async fn analyse(&self) -> Vec<(Report, Desired)> {
        self.analyse_by(Selection { select: Vec::new(), ignore: Vec::new() }).await
    }

    /// The same, and no rule speaks but the fixture's.
    pub(super) async fn analyse_alone(&self) -> Vec<(Report, Desired)> {
        self.analyse_by(Selection { select: vec![self.rule.clone()], ignore: Vec::new() }).await
    }

    async fn analyse_by(&self, only: Selection) -> Vec<(Report, Desired)> {
        let gatherer = Gatherer::new(self.source(), 64, Duration::from_mins(1));
        let mut all = Vec::new();
        for subject in self.subjects() {
            let taking = Taking { rules: only.clone(), accept: vec![self.rule.clone()] };
            let desired = desired(&gatherer, &subject, &Overlay::default(), &taking).await;
            let report = Report::of(desired.before.clone(), desired.found.clone());
            all.push((report, desired));
        }
        all
    }
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = parent.read_dir().unwrap_or_else(|error| panic!("{}: {error}", parent.display()));
    let mut folders: Vec<_> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name(path: &Path) -> String {
    path.file_name().and_then(|name| name.to_str()).expect("a plain name").to_owned()
}

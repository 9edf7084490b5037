//! A declaration, what DNS says, and a provider: what every test here begins with.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mailvouch::declared::Declaration;
use mailvouch::lint::{Declared, Depth, Subject};
use mailvouch::plan::{Conflict, Draft, Holder, Plan, Providers, Step, Taking, combined, draft};
use mailvouch::published::{Gatherer, Source};
use mailvouch_providers::dns::RrType;
use mailvouch_providers::{Provider, Value};

use crate::support::world::{World, name};

/// The day on which all is planned.
const NOW: &str = "2026-11-23T12:00:00Z";

/// One planned run.
pub(super) struct Bench {
    declaration: Arc<Declaration>,
    pub(super) source: Arc<dyn Source>,
    pub(super) taking: Taking,
    now: String,
}

impl Bench {
    /// `declared` is a declaration without its first line.
    pub(super) fn new(world: &World, declared: &str) -> Self {
        let text = format!("version = 1\n{declared}");
        let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/declared/keys");
        let declaration = Declaration::from_text(Path::new("mailvouch.toml"), &text, &keys);
        let declaration = Arc::new(declaration.unwrap_or_else(|error| panic!("{error}\n{text}")));
        Self { declaration, source: Arc::new(world.clone()), taking: Taking::default(), now: NOW.to_owned() }
    }

    /// Takes the *ask* fixes of these rules too.
    pub(super) fn accepting(mut self, rules: &[&str]) -> Self {
        self.taking.accept = rules.iter().map(|&rule| rule.to_owned()).collect();
        self
    }

    /// The same at another time.
    pub(super) fn at(&mut self, now: &str) -> &Self {
        now.clone_into(&mut self.now);
        self
    }

    pub(super) fn gatherer(&self) -> Gatherer {
        Gatherer::new(self.source.clone(), 64, Duration::from_mins(1))
    }

    /// The declared domains, in order.
    pub(super) fn subjects(&self) -> Vec<Subject> {
        let subject = |declared: Declared| Subject {
            domain: declared.domain().name.value.clone(),
            declared: Some(declared),
            selectors: Vec::new(),
            now: self.now.parse().expect("a time"),
            depth: Depth::Usual,
        };
        Declared::all(&self.declaration).map(subject).collect()
    }

    /// What is planned for the first domain, its records being at `provider`.
    pub(super) async fn draft(&self, provider: &dyn Provider) -> Draft {
        let holder = Holder { name: "dns", provider };
        let subject = self.subjects().remove(0);
        draft(&self.gatherer(), &subject, Some(holder), &self.taking).await.expect("a draft")
    }

    /// What is planned for all domains.
    pub(super) async fn plan(&self, provider: &dyn Provider) -> Plan {
        self.plan_first(usize::MAX, provider).await.0
    }

    /// What is planned for the first domains only, and where these do not agree.
    pub(super) async fn plan_first(&self, domains: usize, provider: &dyn Provider) -> (Plan, Vec<Conflict>) {
        let holder = Holder { name: "dns", provider };
        let subjects = self.subjects();
        let (planned, others) = subjects.split_at(domains.min(subjects.len()));
        let mut drafts = Vec::new();
        for subject in planned {
            drafts.push(draft(&self.gatherer(), subject, Some(holder), &self.taking).await.expect("a draft"));
        }
        combined(&self.gatherer(), drafts, others).await
    }
}

/// What stands at an owner, as text.
pub(super) async fn held(provider: &dyn Provider, owner: &str) -> Vec<String> {
    let owner = name(owner);
    let zone = provider.zone_of(&owner).await.expect("a zone");
    let owners = provider.read(&zone, std::slice::from_ref(&owner)).await.expect("an answer");
    owners[0].values.iter().map(shown).collect()
}

/// `TTL TYPE data`; a text of one string without its quotes.
pub(super) fn shown(value: &Value) -> String {
    let data = match value.rdata.as_txt() {
        Some(txt) if txt.strings().len() == 1 => String::from_utf8_lossy(&txt.joined()).into_owned(),
        _ => value.rdata.to_string(),
    };
    match value.rdata.rtype() {
        RrType::TXT => format!("{} {data}", value.ttl),
        rtype => format!("{} {rtype} {data}", value.ttl),
    }
}

/// Each step as lines: the owner, what goes (`-`), what comes (`+`).
pub(super) fn lines(steps: &[Step]) -> Vec<String> {
    let step = |step: &Step| {
        let removed = step.remove.iter().map(|value| format!("- {}", shown(value)));
        let added = step.add.iter().map(|value| format!("+ {}", shown(value)));
        std::iter::once(step.owner.to_string()).chain(removed).chain(added).collect::<Vec<_>>()
    };
    steps.iter().flat_map(step).collect()
}

pub(super) fn providers(provider: impl Provider + 'static) -> Providers {
    let mut providers = Providers::new();
    providers.insert("dns".to_owned(), Arc::new(provider));
    providers
}

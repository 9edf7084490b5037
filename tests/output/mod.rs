//! What people and programs read. Reports are made by the real analysis of real zone texts.

mod applied;
pub(crate) mod changes;
mod contract;
mod findings;
mod formats;
mod hostile;
mod problems;
mod rules;
mod zones;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mailvouch::declared::Declaration;
use mailvouch::lint::{self, Declared, Depth, Facts, Report, Selection, Subject};
use mailvouch::plan::{Desired, Taking, desired};
use mailvouch::published::{Gatherer, Overlay, Source};
use mailvouch_providers::dns::Name;

use self::zones::Zones;

/// One domain, what is published and what is declared for it.
pub(crate) struct Case {
    source: Arc<dyn Source>,
    declaration: Option<Arc<Declaration>>,
    selectors: Vec<String>,
}

impl Case {
    /// What these zones publish; the first line of each text is its `$ORIGIN`.
    pub(crate) fn zones(zones: &[&str]) -> Self {
        Self::source(Zones::read(zones))
    }

    /// Whatever `source` says.
    pub(crate) fn source(source: impl Source + 'static) -> Self {
        Self { source: Arc::new(source), declaration: None, selectors: Vec::new() }
    }

    /// With a declaration.
    pub(crate) fn declared(self, text: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/declared");
        let declaration = Declaration::from_text(Path::new("mailvouch.toml"), text, &folder).expect("a declaration");
        Self { declaration: Some(Arc::new(declaration)), ..self }
    }

    /// With a selector to look at.
    pub(crate) fn selector(mut self, selector: &str) -> Self {
        self.selectors.push(selector.to_owned());
        self
    }

    fn gatherer(&self) -> Gatherer {
        Gatherer::new(self.source.clone(), 16, Duration::from_mins(1))
    }

    fn subject(&self, domain: &str) -> Subject {
        let domain: Name = domain.parse().expect("a name");
        let declared = self.declaration.as_ref().and_then(|declaration| Declared::of(declaration, &domain));
        let now = "2026-11-23T12:00:00Z".parse().expect("a time");
        Subject { domain, declared, selectors: self.selectors.clone(), now, depth: Depth::Usual }
    }

    /// The report on a domain.
    pub(crate) async fn report(&self, domain: &str) -> Report {
        let subject = self.subject(domain);
        let run = self.gatherer().run(None, |ask| Facts::of(ask, &subject)).await;
        let facts = run.result.with_failures(&run.answers);
        let diagnostics = lint::check(&facts, &Selection::default());
        Report::of(facts, diagnostics)
    }

    /// What a domain's records should be.
    pub(crate) async fn desired(&self, domain: &str, accept: &[&str]) -> Desired {
        let accept = accept.iter().map(|rule| (*rule).to_owned()).collect();
        let taking = Taking { accept, ..Taking::default() };
        desired(&self.gatherer(), &self.subject(domain), &Overlay::default(), &taking).await
    }
}

/// The text without its styles.
pub(crate) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// The zone above, with nothing of ours in it.
pub(crate) const COM: &str = "$ORIGIN com.\n@ 300 SOA ns host 1 2 3 4 5\n";

/// A zone `example.com` with these records.
pub(crate) fn zone(records: &str) -> String {
    format!("$ORIGIN example.com.\n$TTL 3600\n@ SOA ns host 1 7200 900 1209600 300\n{records}\n")
}
